"""The line in which something is typed: what is wrong, what may come next, and keys that only write."""

from __future__ import annotations

import pytest
from textual import events

from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.prompt import Line, Prompt
from tests.screens.conftest import NARROW, WIDE, Live, Start
from tests.screens.scripted import Supervisor

LABEL = len(" show only ")
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])


async def ask(live: Live, key: str = "f") -> None:
    await live.press(key)
    await live.until(lambda: isinstance(live.app.screen.focused, Line))


async def write(live: Live, text: str) -> None:
    """Type a text into the prompt."""
    live.app.screen.query_one(Line).insert_text_at_cursor(text)
    await live.pilot.pause()


def below(live: Live) -> str:
    return live.lines("#prompt .below")[0].rstrip()


def first(live: Live) -> str:
    """Return the line that is typed, as it is drawn."""
    return live.whole().splitlines()[live.app.screen.query_one(Line).region.y]


def typed(live: Live) -> str:
    return live.app.screen.query_one(Line).value


def asking(live: Live) -> bool:
    return live.app.screen.query_one(Prompt).display


@SIZES
async def test_it_says_what_is_asked_and_which_keys_do_something(start: Start, size: tuple[int, int]) -> None:
    async with start(size) as live:
        assert not asking(live)
        await ask(live)
        lines = live.whole().splitlines()
        assert lines[-4].startswith(" show only ")
        assert lines[-3].strip().startswith("e.g. %file and errno == ENOENT")
        assert lines[-2].split() == ["enter", "do", "it", "esc", "close", "tab", "complete"]
        await live.press("escape")
        await live.until(lambda: "Help" in live.text("#keys"))
        await ask(live, "number_sign")
        assert live.text("#keys").split() == ["enter", "do", "it", "esc", "close"]


@SIZES
async def test_an_error_stands_under_its_column(start: Start, size: tuple[int, int]) -> None:
    async with start(size) as live:
        await ask(live)
        await write(live, "path ~ nonsense and openat")
        assert below(live).index("^") == LABEL + len("path ~ ")
        assert "nonsense" in below(live)


@SIZES
@pytest.mark.parametrize("before", [0, 30])
async def test_it_stands_there_too_when_line_or_message_are_too_long(
    start: Start, size: tuple[int, int], before: int
) -> None:
    text = "read or " * before
    async with start(size) as live:
        await ask(live)
        await write(live, f"{text}errno == NONSENSE and ope")
        await live.press("n")
        await live.until(lambda: "NONSENSE" in first(live))
        shown = first(live)
        assert below(live).index("^") == shown.index("NONSENSE")
        assert "'NONSENSE' is no value of errno" in below(live)
        assert "ENOENT" in live.text("#prompt .below")


@SIZES
@pytest.mark.parametrize("text", ["answer == hold", "read or read or read or answer == hold"])
async def test_a_long_message_has_more_lines(start: Start, size: tuple[int, int], text: str) -> None:
    async with start(size) as live:
        await ask(live)
        await write(live, text)
        await live.press("enter")
        await live.until(lambda: "^" in live.text("#prompt .below"))
        await live.until(lambda: "state == held" in " ".join(live.whole().split()))
        assert "…" not in live.text("#prompt .below")
        assert live.whole().splitlines()[-2].split()[:3] == ["enter", "do", "it"]
        live.app.screen.query_one(Line).value = "openat"
        await live.until(lambda: live.app.screen.query_one("#prompt .below").size.height == 1)


async def test_an_unfinished_word_is_no_error_yet_but_shows_how_it_may_go_on(start: Start) -> None:
    async with start() as live:
        await ask(live)
        await write(live, "openat and fl")
        assert below(live).split() == ["flags", "flistxattr", "flock"]
        assert below(live).index("flags") == LABEL
        await write(live, "zz")
        await live.until(lambda: "^" in below(live))
        assert below(live).index("^") == LABEL + len("openat and ")


async def test_where_more_must_come_it_shows_what_may(start: Start) -> None:
    async with start() as live:
        await ask(live)
        for text, first_offer in (
            ("errno == ", "ERESTARTSYS"),
            ("openat and ", "not"),
            ("path ", "=="),
            ("path ~ ", "e.g."),
        ):
            live.app.screen.query_one(Line).value = text
            live.app.screen.query_one(Line).cursor_position = len(text)
            await live.until(lambda word=first_offer: below(live).split()[0] == word)  # type: ignore[misc]


async def test_tab_completes_what_is_common_then_the_one(start: Start) -> None:
    async with start() as live:
        await ask(live)
        await write(live, "openat and fli")
        await live.press("tab")
        assert typed(live) == "openat and flistxattr "
        await live.press("backspace", *["backspace"] * len("istxattr"), "tab")
        assert typed(live) == "openat and fl"
        await live.press("o", "tab")
        assert typed(live) == "openat and flock "
        await write(live, "or getsockn")
        await live.press("tab")
        assert typed(live) == "openat and flock or getsockname "


async def test_tab_completes_at_the_cursor_and_keeps_the_rest(start: Start) -> None:
    async with start() as live:
        await ask(live)
        await write(live, "floc or read")
        await live.press("home", *["right"] * 4, "tab")
        assert typed(live) == "flock  or read"
        assert live.app.screen.query_one(Line).cursor_position == len("flock ")


async def test_tab_with_nothing_to_offer_stays(start: Start) -> None:
    async with start() as live:
        await ask(live)
        await write(live, 'path == "/etc')
        await live.press("tab")
        assert typed(live) == 'path == "/etc'
        await live.press("escape")
        await ask(live, "slash")
        await write(live, "op")
        await live.press("tab")
        assert typed(live) == "op"
        assert isinstance(live.app.screen.focused, Line)


async def test_enter_with_an_error_says_it_and_goes_on_asking(start: Start) -> None:
    wrong = {"openat an": "expected and, or or the end", "path ~": "expected a value", "zz": "unknown system call 'zz'"}
    async with start() as live:
        await ask(live)
        for text, message in wrong.items():
            live.app.screen.query_one(Line).value = text
            await live.press("enter")
            assert asking(live)
            assert "^" in below(live)
            assert message in below(live)
            assert typed(live) == text
        assert live.screen.query_one(History).matches is None


async def test_what_stands_there_already_is_shown_to_its_end(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(5)
    async with start(NARROW) as live:
        await ask(live)
        await write(live, "read or " * 30 + "openat")
        await live.press("enter")
        await ask(live)
        await live.until(lambda: first(live).rstrip().endswith("read or openat"))


async def test_escape_closes_it_and_changes_nothing(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(5)
    async with start() as live:
        await ask(live)
        await write(live, "openat")
        await live.press("escape")
        await live.until(lambda: not asking(live))
        assert live.focused() == "history"
        assert live.screen.query_one(History).matches is None


async def test_keys_of_the_screen_only_write(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        held = await live.hold()
        await live.ready()
        await ask(live)
        keys = ["a", "d", "A", "g", "h", "q", "question_mark", "X", "space", "t", "n", "N", "slash", "j", "k", "F"]
        await live.press(*keys)
        assert typed(live) == "adAghq?X tnN/jkF"
        assert live.app.screen is live.screen
        assert live.screen.can("call.allow") is False
        await live.press("up", "down", "pageup", "pagedown", "shift+tab")
        assert isinstance(live.app.screen.focused, Line), "keys that move go nowhere else"
        assert supervisor.answers() == []
        assert live.screen.selected == held
        assert supervisor.take() == []


async def test_what_is_typed_at_once_behind_the_key_is_text(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        for key, character in (("f", "f"), ("a", "a"), ("d", "d"), ("q", "q"), ("n", "n")):
            live.app.post_message(events.Key(key, character))
        await live.until(lambda: asking(live) and typed(live) == "adqn")
        assert supervisor.answers() == []
        assert live.app.screen is live.screen


async def test_going_elsewhere_with_the_mouse_ends_it(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(5)
    async with start() as live:
        await live.hold()
        await ask(live)
        await live.pilot.click("#queue", offset=(5, 1))
        await live.until(lambda: not asking(live))
        assert live.focused() == "queue"


async def test_it_is_asked_in_front_of_a_pane_that_fills_the_screen(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(5)
    async with start() as live:
        await live.press("v")
        await live.until(lambda: live.focused() == "detail-body")
        await ask(live)
        await live.press("escape")
        await live.until(lambda: live.focused() == "history")
        assert live.screen.query_one(History).display


async def test_a_window_that_shrinks_meanwhile_gives_the_history_its_focus(
    start: Start, supervisor: Supervisor
) -> None:
    supervisor.past(5)
    async with start() as live:
        await ask(live)
        await live.pilot.resize_terminal(50, 14)
        await live.until(lambda: live.screen.too_small)
        await live.press("escape")
        await live.pilot.resize_terminal(*WIDE)
        await live.until(lambda: live.focused() == "history")
        assert not asking(live)


async def test_what_is_typed_is_never_markup(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(5)
    async with start() as live:
        for text in ("[red]x[/]", "[/nonsense]", '[b]"\\[', "\\x1b[31m"):
            await ask(live, "slash")
            live.app.screen.query_one(Line).value = text
            await live.until(lambda text=text: text in first(live))  # type: ignore[misc]
            await live.press("enter")
            await live.until(lambda text=text: f"{text!r} is not in any line below" in live.notices())  # type: ignore[misc]
        assert not any(notice.markup for notice in live.app._notifications)


async def test_a_filter_is_never_markup_in_the_title(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(5)
    async with start() as live:
        for text in ("[red]x[/]", "[/nonsense]", "[b]"):
            await ask(live)
            live.app.screen.query_one(Line).value = f'text has "{text}"'
            await live.press("enter")
            await live.until(lambda text=text: f'History (0 of 5): text has "{text}"' in live.whole())  # type: ignore[misc]
            assert f' no call matches: text has "{text}"' in live.text("#history")
