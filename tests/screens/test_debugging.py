"""A debugger beside us: what is asked before it joins, and how it is run."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import ALLOW, errno_answer
from seccomp_tui.screens import debugger, debugging
from seccomp_tui.screens.dialogs.confirm import ConfirmDialog
from seccomp_tui.supervisor.wire import Hello, PutRule
from tests.screens.conftest import Live, Start


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Have gdb, and tmux; return the command lines that get a window."""
    opened: list[list[str]] = []

    def open_window(argv: list[str]) -> str:
        opened.append(argv)
        return ""

    monkeypatch.setattr(debugger, "is_there", lambda: True)
    monkeypatch.setattr(debugger, "has_window", lambda: True)
    monkeypatch.setattr(debugger, "open_window", open_window)
    return opened


async def question(live: Live) -> str:
    await live.press("B")
    await live.until(lambda: isinstance(live.app.screen, ConfirmDialog))
    assert isinstance(live.app.screen, ConfirmDialog)
    return live.app.screen._question(live.app.screen.seqs)


async def test_an_interruptible_call_is_left_to_the_debugger(start: Start, windows: list[list[str]]) -> None:
    async with start(hello=False) as live:
        live.supervisor.channel.send(Hello([b"ls"], 812, 0, True, interruptible=True))
        live.supervisor.status()
        await live.hold(tid=901)
        await live.ready()
        assert "1 held call of it will be withdrawn and come back" in await question(live)
        await live.press("y")
        await live.until(lambda: windows)
        assert windows[0][:4] == ["gdb", "-q", "-p", "812"]
        assert "901" in windows[0][-1]
        live.supervisor.take()
        assert live.supervisor.answers() == []


async def test_another_is_answered_first_and_it_is_said_why(start: Start, windows: list[list[str]]) -> None:
    async with start() as live:
        seq = await live.hold()
        await live.ready()
        asked = await question(live)
        assert "gdb would hang until 1 held call of process 812 is answered" in asked
        assert "--interruptible" in asked
        await live.press("y")
        await live.until(lambda: windows)
        assert windows == [["gdb", "-q", "-p", "812"]]
        assert await live.answers(1) == [([seq], ALLOW)]


async def test_n_does_nothing(start: Start, windows: list[list[str]]) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        await question(live)
        await live.press("n")
        await live.until(lambda: not isinstance(live.app.screen, ConfirmDialog))
        assert not windows
        assert live.supervisor.answers() == []


async def test_without_gdb_a_line_says_how_to_get_it(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debugger, "is_there", lambda: False)
    async with start() as live:
        await live.hold()
        await live.ready()
        await live.press("B")
        await live.until(lambda: any("apt install gdb" in note.message for note in live.app._notifications))


async def test_rings_are_refused_by_a_rule_and_the_held_one_at_once(start: Start) -> None:
    async with start() as live:
        seq = live.supervisor.hold("io_uring_setup")
        await live.until(lambda: seq in live.app.model.held)
        await live.ready()
        await live.press("V")
        assert await live.answers(1) == [([seq], errno_answer(38))]
        assert PutRule(debugging.NO_RINGS) in live.supervisor.asked


def test_only_inside_tmux_is_there_a_window() -> None:
    assert not debugger.has_window({})
