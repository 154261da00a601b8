"""A window too small for the panes: the focus comes back, and only what the screen names does anything."""

from __future__ import annotations

import os

import pytest

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.screens.commands import COMMANDS, WHILE_SMALL
from seccomp_tui.screens.dialogs.leave import QuitDialog
from seccomp_tui.screens.widgets.terminal import Terminal
from seccomp_tui.supervisor.wire import SetHolding
from tests.screens.conftest import NARROW, WIDE, Live, Start
from tests.screens.scripted import Supervisor
from tests.screens.test_terminal import Pair, typed

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
SMALL = pytest.mark.parametrize("small", [(40, 12), (59, 30), (100, 15)])


async def resize(live: Live, size: tuple[int, int]) -> None:
    """Give the window this size and wait until it is drawn anew."""
    await live.pilot.resize_terminal(*size)
    small = size[0] < 60 or size[1] < 16
    await live.until(lambda: live.screen.query_one("#small").display == small)
    await live.pilot.pause()


@SIZES
@SMALL
async def test_the_terminal_has_its_focus_back_and_no_key_in_between_does_anything(
    start: Start, terminal: Pair, supervisor: Supervisor, size: tuple[int, int], small: tuple[int, int]
) -> None:
    master, slave = terminal
    async with start(size, terminal=master) as live:
        supervisor.status(holding=False)
        await live.hold()
        await live.ready()
        await live.press("t", "x")
        assert await typed(live, slave, 1) == b"x"
        await resize(live, small)
        await live.until(lambda: "Only ctrl+] works" in live.text("#small"))
        assert live.text("#keys").strip() == "ctrl+] leaves the terminal"
        await live.press("h", "a", "g", "q", "tab", "question_mark")
        assert live.app.screen is live.screen
        await resize(live, size)
        await live.until(lambda: live.focused() == "terminal")
        await live.press("h")
        assert await typed(live, slave, 1) == b"h", "what was typed meanwhile went nowhere"
        assert not any(isinstance(message, SetHolding) for message in supervisor.take())
        assert supervisor.answers() == []


async def test_the_terminal_can_be_left_in_a_small_window(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        seq = await live.hold()
        await live.press("t")
        await resize(live, (40, 12))
        await live.press("ctrl+right_square_bracket")
        await live.until(lambda: "Only these keys work" in live.text("#small"))
        await live.ready()
        await live.press("a")
        assert await live.answers(1) == [([seq], ALLOW)]
        await resize(live, WIDE)
        await live.until(lambda: live.focused() == "queue")
        os.set_blocking(slave, False)
        with pytest.raises(BlockingIOError):
            os.read(slave, 1)


@pytest.mark.parametrize("key", ["tab", "v"])
async def test_any_focused_pane_has_its_focus_back(start: Start, key: str) -> None:
    async with start() as live:
        await live.press(key)
        before = live.focused()
        assert before in ("history", "detail-body")
        await resize(live, (40, 12))
        await resize(live, (41, 12))
        await resize(live, WIDE)
        await live.until(lambda: live.focused() == before)


async def test_in_a_small_window_the_footer_shows_all_commands_that_work(start: Start) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        await resize(live, (59, 15))
        await live.ready()
        working = {command.name for command in COMMANDS if live.screen.can(command.name)}
        assert working == WHILE_SMALL - {"target.hold"}
        keys = live.text("#keys")
        assert all(text in keys for text in ("a Allow", "d Deny", "g Run", "q Quit"))
        assert "Pane" not in keys


async def test_a_window_that_shrinks_under_a_dialog(start: Start, terminal: Pair) -> None:
    master, _ = terminal
    async with start(terminal=master) as live:
        await live.press("tab", "q")
        await live.until(lambda: isinstance(live.app.screen, QuitDialog))
        await live.pilot.resize_terminal(50, 14)
        await live.pilot.pause()
        await live.press("escape")
        await live.until(lambda: live.app.screen is live.screen)
        await live.until(lambda: live.screen.query_one("#small").display)
        assert live.screen.too_small
        await live.press("v")
        await resize(live, WIDE)
        await live.until(lambda: live.focused() == "history")
        assert live.screen.query_one(Terminal).size.width > 100
