"""Filters, searches and jumps in the history, with a target and without."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.policy.expression import parse
from seccomp_tui.screens import guard
from seccomp_tui.screens.matches import Matches
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.prompt import Line
from seccomp_tui.session.store import Store
from tests.screens.conftest import SECONDS, Live, Look, Start
from tests.screens.scripted import Supervisor
from tests.screens.written import Written

HOSTS = 'path == "/etc/hosts"'
OTHER = 'path == "/other"'


def history(live: Live) -> History:
    return live.screen.query_one(History)


def title(live: Live) -> str:
    return str(history(live).border_title)


def shown(live: Live) -> list[int]:
    """Return the numbers of the calls in sight."""
    words = [line.replace(">", " ").split() for line in live.lines("#history")]
    return [int(line[0]) for line in words if line and line[0].isdecimal()]


async def answer(live: Live, key: str, text: str) -> None:
    """Press a key that asks, and type the answer."""
    await live.press(key)
    await live.until(lambda: isinstance(live.app.screen.focused, Line))
    line = live.app.screen.query_one(Line)
    line.value = text
    await live.press("enter")
    await live.until(lambda: not isinstance(live.app.screen.focused, Line))


async def show_only(live: Live, text: str) -> None:
    """Set a filter and wait until all has been looked at."""
    await answer(live, "f", text)
    if text:
        await live.until(lambda: history(live).matches is not None and history(live).matches.text == text)  # type: ignore[union-attr]
        await live.until(lambda: history(live).matches.done)  # type: ignore[union-attr]
        await live.until(lambda: f" of {live.screen.recording.count()}): {text}" in title(live))
    await live.until(lambda: history(live)._sought is None)
    await live.pilot.pause()


def details(live: Live) -> str:
    return live.text("#details .heading").split("\n")[0]


@pytest.fixture
def mixed(written: Written) -> Written:
    """Give 60 calls: every third is on /etc/hosts, the others on /other."""
    for at in range(60):
        written.call(b"/etc/hosts" if at % 3 == 0 else b"/other")
    return written


async def test_a_filter_shows_what_matches_and_says_how_many_of_all(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await show_only(live, HOSTS)
        assert shown(live)[:4] == [1, 4, 7, 10]
        assert title(live) == f"History (20 of 60): {HOSTS}"
        await show_only(live, "")
        assert shown(live)[:4] == [1, 2, 3, 4]
        assert title(live).startswith("History (60)")


async def test_filters_follow_each_other(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        for text, first in ((HOSTS, 1), (OTHER, 2), ("unlink", 0), (HOSTS, 1)):
            await show_only(live, text)
            assert shown(live)[:1] == ([first] if first else [])


@pytest.mark.parametrize(("start", "at"), [(7, 7), (8, 10), (60, 58)])
async def test_the_cursor_stays_at_its_call_or_goes_to_the_next_match(
    look: Look, mixed: Written, start: int, at: int
) -> None:
    async with look(mixed.ended().path) as live:
        await answer(live, "number_sign", str(start))
        await show_only(live, HOSTS)
        assert history(live).cursor == at
        assert f"#{at} " in details(live), "the details follow"
        await show_only(live, "")
        assert history(live).cursor == at
        assert at in shown(live)


async def test_the_cursor_is_placed_when_all_is_found_in_the_moment_it_is_looked(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await live.until(lambda: history(live).cursor == 1)
        found = Matches(live.screen.recording, parse(OTHER), OTHER)
        await live.until(lambda: found.done)
        count, found.done = found.count, False

        def none_yet() -> int:
            found.count, found.done = count, True  # type: ignore[method-assign]
            return 0

        found.count = none_yet  # type: ignore[method-assign]
        history(live).show_only(found)
        await live.until(lambda: history(live).cursor == 2)


async def test_the_cursor_moves_in_what_is_shown(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await show_only(live, HOSTS)
        await live.press("down", "down")
        assert history(live).cursor == 7
        assert "#7 " in details(live)
        await live.press("up")
        assert history(live).cursor == 4
        await live.press("end", "up")
        assert history(live).cursor == 58
        await live.press("home")
        assert history(live).cursor == 1


async def test_nothing_matches_says_so_and_the_cursor_is_back_with_all(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await answer(live, "number_sign", "20")
        await show_only(live, "unlink")
        assert "no call matches: unlink" in live.text("#history")
        assert title(live) == "History (0 of 60): unlink"
        await live.press("up", "down", "home", "end", "pageup", "n", "escape", "enter", "enter")
        await show_only(live, "")
        assert shown(live)


async def test_calls_that_come_later_appear_when_they_match(look: Look, mixed: Written) -> None:
    async with look(mixed.path) as live:
        await show_only(live, HOSTS)
        mixed.call(b"/other")
        mixed.call()
        await live.until(lambda: title(live) == f"History (21 of 62): {HOSTS}")
        assert shown(live)[-1] == 62, "the newest is followed"


async def test_calls_move_in_and_out_with_their_results(look: Look, mixed: Written) -> None:
    first, second = mixed.held(), mixed.held()
    async with look(mixed.path) as live:
        await show_only(live, "state == held")
        assert shown(live) == [first, second]
        mixed.settle(first)
        await live.until(lambda: shown(live) == [second])
        await show_only(live, "errno == EACCES")
        assert shown(live) == []
        mixed.returned(first, -13)
        await live.until(lambda: shown(live) == [first])
        assert "EACCES" in live.text("#history")


async def test_a_result_that_comes_late_is_shown(look: Look, written: Written) -> None:
    slow = written.call(result=None)
    written.calls_of(200)
    async with look(written.path) as live:
        await live.press("home")
        await live.until(lambda: f"#{slow} " in details(live))
        assert live.lines("#history")[0].rstrip().endswith("= ?")
        written.returned(slow, -4)
        await live.until(lambda: "EINTR" in live.lines("#history")[0])
        await live.until(lambda: "EINTR" in live.text("#detail-body"))


async def test_a_filter_over_a_recording_that_can_not_be_read_says_so(look: Look, written: Written) -> None:
    written.calls_of(2000)
    written.ended().damage()
    async with look(written.path) as live:
        await show_only(live, HOSTS)
        await live.until(lambda: "malformed" in live.text("#history"))
        await answer(live, "slash", "hosts")
        await live.until(lambda: any("malformed" in notice for notice in live.notices()))


async def test_a_search_goes_from_line_to_line(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await answer(live, "slash", "etc/hos")
        await live.until(lambda: history(live).cursor == 4)
        await live.press("n")
        await live.until(lambda: history(live).cursor == 7)
        await live.press("N")
        await live.until(lambda: history(live).cursor == 4)
        await live.press("N")
        await live.until(lambda: history(live).cursor == 1)
        assert "#1 " in details(live)
        await live.press("N")
        await live.until(lambda: live.notices() == ["'etc/hos' is not in any line above"])
        assert history(live).cursor == 1


async def test_a_search_that_finds_nothing_says_so_and_stays(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await answer(live, "number_sign", "30")
        await answer(live, "slash", "nowhere")
        await live.until(lambda: live.notices() == ["'nowhere' is not in any line below"])
        assert history(live).cursor == 30


async def test_a_search_keeps_to_what_is_shown(look: Look, mixed: Written) -> None:
    mixed.call(b"/other", text='openat(AT_FDCWD, "/rare")')
    seq = mixed.call(text='openat(AT_FDCWD, "/rare")')
    async with look(mixed.ended().path) as live:
        await show_only(live, HOSTS)
        await answer(live, "slash", "rare")
        await live.until(lambda: history(live).cursor == seq)


async def test_n_without_a_search_asks_for_one(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await live.press("n")
        await live.until(lambda: isinstance(live.app.screen.focused, Line))
        await live.press("enter")
        await live.until(lambda: live.focused() == "history")
        assert live.notices() == []


async def test_a_search_finds_what_stands_in_the_line(look: Look, mixed: Written) -> None:
    seq = mixed.call("/etc/café".encode())
    async with look(mixed.ended().path) as live:
        for text in ("é", '"/etc/caf'):
            await answer(live, "slash", text)
            await live.until(lambda: history(live).cursor == seq)
            await answer(live, "number_sign", "1")


async def test_a_jump_goes_to_a_number_or_a_moment(look: Look, mixed: Written) -> None:
    places = {"12": 12, " 13 ": 13, "0": 1, "1000": 60, "+0.3": 30, "+0.305s": 31, "+0": 1, "+1000": 60, "": 60}
    async with look(mixed.ended().path) as live:
        for text, at in {**places, "7": 7, "999999999999999": 60}.items():
            await answer(live, "number_sign", text)
            assert history(live).cursor == at, text
            await live.until(lambda at=at: f"#{at} " in details(live))  # type: ignore[misc]


async def test_a_place_that_is_none_is_named(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await live.press("number_sign")
        for text in ("x", "1x", "-5", "+", "+1m", "9" * 5000, "+" + "9" * 400, "٣"):
            live.app.screen.query_one(Line).value = text
            await live.press("enter")
            assert isinstance(live.app.screen.focused, Line)
            assert "a call's number such as 120" in live.lines("#prompt .below")[0]


async def test_a_jump_keeps_to_what_is_shown(look: Look, mixed: Written) -> None:
    async with look(mixed.ended().path) as live:
        await show_only(live, HOSTS)
        await answer(live, "number_sign", "20")
        assert history(live).cursor == 22


async def test_with_a_target_calls_are_filtered_too_and_can_be_answered(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(50)
    async with start() as live:
        first = await live.hold()
        second = await live.hold(path=b"/etc/group")
        await show_only(live, "state == held")
        assert shown(live) == [first, second]
        await live.press("home")
        await live.until(lambda: f"#{first} " in details(live))
        await live.ready()
        await live.press("d")
        await live.answers(1)
        await live.until(lambda: shown(live) == [second])
        assert live.focused() == "queue"


async def test_an_answer_key_does_not_hit_a_call_that_a_search_has_just_come_to(
    start: Start, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as live:
        supervisor.past(50)
        first = await live.hold()
        await live.hold(path=b"/etc/group")
        await live.ready()
        monkeypatch.setattr(guard, "DEAD_TIME", 3600.0)  # however slow the machine is
        await live.press("tab", "home")
        await answer(live, "slash", "shadow")
        await live.until(lambda: history(live).cursor == first)
        await live.press("a")
        assert supervisor.answers() == [], "pressed at once: it may have been meant for another call"
        await live.outlast()
        await live.press("a")
        assert await live.answers(1) == [([first], ALLOW)]


async def test_searching_from_the_queue_goes_to_the_history(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(5, text='read(3, "needle", 6)')
    async with start() as live:
        await live.hold()
        await answer(live, "slash", "needle")
        await live.press("escape")
        await live.until(lambda: live.focused() == "queue")
        await live.press("n")
        await live.until(lambda: live.focused() == "history")
        await live.until(lambda: history(live).cursor == 2)
        assert "#2 " in details(live)


async def test_leaving_in_the_middle_of_a_search_ends_it(
    look: Look, mixed: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, interrupted = threading.Event(), threading.Event()

    def matching(*_: object, **__: object) -> Iterator[int]:
        looking.set()
        assert interrupted.wait(SECONDS)
        yield from ()

    monkeypatch.setattr(Store, "matching", matching)
    monkeypatch.setattr(Store, "interrupt", lambda _: interrupted.set())
    async with look(mixed.ended().path) as live:
        live.screen.sought = "anything"
        await live.press("n")
        await live.until(looking.is_set)
        await live.press("q")
    assert interrupted.is_set()
