from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import ALLOW, errno_answer, return_answer
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.widgets.history import PAGE, PAGES, History, Rows
from tests.screens.conftest import Start
from tests.screens.scripted import Supervisor


def history(live: object) -> History:
    return live.screen.query_one(History)  # type: ignore[attr-defined,no-any-return]


async def test_each_answer_is_written_in_glyph_and_words(start: Start, supervisor: Supervisor) -> None:
    async with start((200, 40)) as live:
        for answer in (ALLOW, errno_answer(1), return_answer(42), None):
            supervisor.settle(supervisor.hold(), answer)
        supervisor.hold()
        await live.until(lambda: "held" in live.text("#history"))
        lines = [line.strip() for line in live.lines("#history")[:5]]
        assert [line.split()[1] for line in lines] == ["=", "x", "~", "-", "!"]
        assert lines[0].endswith("= ?")
        assert lines[1].endswith("= -1 EPERM (Operation not permitted)")
        assert lines[2].endswith("= 42")
        assert lines[3].endswith("gone (signal or exit)")
        assert lines[4].endswith("held")


async def test_a_held_line_changes_when_the_call_is_answered(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.past(3)
        await live.hold()
        await live.until(lambda: live.lines("#history")[3].rstrip().endswith("held"))
        await live.ready()
        await live.press("d")
        await live.answers(1)
        await live.until(lambda: "= -1 EPERM" in live.lines("#history")[3])


async def test_the_newest_call_stays_in_sight_until_the_cursor_moves(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.past(500)
        await live.until(lambda: any(line.startswith(" 500 ") for line in live.lines("#history")))
        await live.press("tab", "up", "up")
        assert history(live).cursor == 499
        assert not history(live).following
        supervisor.past(500)
        await live.until(lambda: "(1000)" in str(history(live).border_title))
        assert not any(line.startswith(" 1000 ") for line in live.lines("#history"))
        await live.press("F")
        await live.until(lambda: any(line.startswith(" 1000 ") for line in live.lines("#history")))
        await live.press("F")
        assert not history(live).following


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (["up"], 300),
        (["k", "k", "k"], 298),
        (["up", "home"], 1),
        (["home", "down", "j"], 3),
        (["home", "G"], None),
        (["home", "end"], None),
    ],
)
async def test_keys_move_the_cursor(start: Start, supervisor: Supervisor, keys: list[str], cursor: int | None) -> None:
    async with start() as live:
        supervisor.past(300)
        await live.until(lambda: any(line.startswith(" 300 ") for line in live.lines("#history")))
        await live.press("tab", *keys)
        assert history(live).cursor == cursor


async def test_pages_up_and_down(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.past(300)
        await live.until(lambda: any(line.startswith(" 300 ") for line in live.lines("#history")))
        page = history(live).size.height - 1
        await live.press("tab", "home", "pagedown")
        assert history(live).cursor == 1 + page
        await live.press("pageup")
        assert history(live).cursor == 1


async def test_details_of_a_past_call_are_shown_and_it_cannot_be_answered(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.past(10)
        held = await live.hold()
        await live.until(lambda: any(line.startswith(" 11 ") for line in live.lines("#history")))
        await live.press("tab", "home")
        await live.until(lambda: "#1 " in live.text("#details .heading"))
        assert live.screen.can("call.allow") is None
        await live.press("a", "d")
        assert supervisor.answers() == []
        await live.press("escape")
        await live.until(lambda: f"#{held} " in live.text("#details .heading"))
        assert supervisor.answers() == []


async def test_a_held_call_can_be_answered_in_the_history(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        first, second = await live.hold(), await live.hold(path=b"/tmp/second")
        await live.until(lambda: live.lines("#history")[1].rstrip().endswith("held"))
        await live.press("tab", "up")
        assert live.screen.current == second
        await live.ready()
        await live.press("a")
        assert await live.answers(1) == [([second], ALLOW)]
        assert live.screen.current == first


async def test_a_click_shows_a_call(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.past(5)
        await live.until(lambda: live.lines("#history")[4].startswith(" 5 "))
        await live.pilot.click("#history", offset=(5, 3))
        assert history(live).cursor == 3


async def test_millions_of_calls_are_scrolled_in_no_time(start: Start, supervisor: Supervisor) -> None:
    supervisor.past()
    assert supervisor.db is not None
    supervisor.db.execute("update call set seq = 3000000")
    async with start() as live:
        await live.until(lambda: any(line.startswith(" 3000000 ") for line in live.lines("#history")))
        await live.press("tab", "home", "end")
        await live.until(lambda: any(line.startswith(" 3000000 ") for line in live.lines("#history")))


def test_only_so_many_pages_are_kept(supervisor: Supervisor) -> None:
    supervisor.past(PAGE * (PAGES + 10))
    recording = Recording(supervisor.path)
    rows = Rows(recording)
    for seq in range(1, supervisor.calls + 1, PAGE):
        found = rows.get(seq)
        assert found is not None
        assert found.seq == seq
    assert len(rows._pages) == PAGES
    recording.close()


def test_pages_that_can_change_are_pulled_again(supervisor: Supervisor) -> None:
    supervisor.past(PAGE - 1)
    recording = Recording(supervisor.path)
    rows = Rows(recording)
    assert rows.get(PAGE) is None
    seq = supervisor.hold()
    assert rows.renew(1, PAGE)
    assert not rows.renew(1, PAGE)
    supervisor.settle(seq, ALLOW)
    assert rows.renew(1, PAGE)
    supervisor.past(1)
    assert not rows.renew(1, PAGE)
    recording.close()
