"""A recording without a target: where it begins, what can't be done, and how it stands."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seccomp_tui.screens.commands import ANSWERING, COMMANDS
from seccomp_tui.screens.widgets.history import History
from tests.screens.conftest import NARROW, WIDE, Look, Looking
from tests.screens.scripted import SECOND
from tests.screens.written import WALL, Written

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])


def cursor(live: Looking) -> int | None:
    return live.screen.query_one(History).cursor


@SIZES
async def test_it_begins_at_the_first_call_and_shows_it(look: Look, written: Written, size: tuple[int, int]) -> None:
    written.calls_of(100)
    async with look(written.ended().path, size) as live:
        assert cursor(live) == 1
        assert live.focused() == "history"
        assert live.lines("#history")[0].startswith("> ")
        await live.press("enter")
        await live.until(lambda: "#1 " in live.text("#details .heading"))
        assert '"/etc/hosts"' in live.text("#detail-body")
        await live.press("enter", "down")
        assert cursor(live) == 2


@SIZES
async def test_the_first_line_says_what_it_is(look: Look, written: Written, size: tuple[int, int]) -> None:
    written.calls_of(100)
    async with look(written.ended(3 << 8).path, size) as live:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(WALL / SECOND))
        assert live.text("#status").split() == f"ls -l / EXITED 3 calls 100 recorded {when}".split()


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda written: written.ended(0), "EXITED 0"),
        (lambda written: written.ended(11), "KILLED SIGSEGV"),
        (lambda written: written.broken_off(), "BROKEN OFF"),
        (lambda written: written, "BEING RECORDED"),
    ],
)
async def test_how_it_ended(look: Look, written: Written, end: Callable[[Written], Written], words: str) -> None:
    written.call()
    async with look(end(written).path) as live:
        assert f" {words} " in live.text("#status")


@SIZES
async def test_nothing_can_be_answered_and_no_key_of_that_does_anything(
    look: Look, written: Written, size: tuple[int, int]
) -> None:
    written.held()
    async with look(written.broken_off().path, size) as live:
        await live.until(lambda: "#1 " in live.text("#details .heading") or size == NARROW)
        never = {c.name for c in COMMANDS if c.name in ANSWERING or c.name.startswith(("target.", "terminal."))}
        assert not any(live.screen.can(name) for name in never)
        footer = live.text("#keys")
        assert not any(word in footer for word in ("Allow", "Error", "Deny", "Return", "All", "Run", "Terminal"))
        assert all(word in footer for word in ("? Help", "q Quit", "v Details", "f Filter"))
        await live.press("a", "d", "e", "s", "A", "g", "h", "I", "t", "K", "X")
        assert live.app.screen is live.screen
        assert live.lines("#history")[0].rstrip().endswith("held")


async def test_no_pane_offers_what_can_not_be_done(look: Look, written: Written) -> None:
    async with look(written.path) as live:
        assert "waits here for your answer" not in live.whole()
        assert "no calls yet" in live.text("#history")
    async with look(written.ended().path) as live:
        assert "waits here for your answer" not in live.whole()
        assert "no call was recorded" in live.text("#history")


async def test_one_that_is_being_written_is_followed_until_it_ends(look: Look, written: Written) -> None:
    written.calls_of(100)
    async with look(written.path) as live:
        assert cursor(live) is None
        assert "100 " in live.lines("#history")[-1]
        written.call(b"/etc/newest")
        await live.until(lambda: "/etc/newest" in live.lines("#history")[-1])
        assert "calls 101" in live.text("#status")
        await live.press("up")
        await live.until(lambda: "#101 " in live.text("#details .heading"))
        written.ended(7 << 8)
        await live.until(lambda: " EXITED 7 " in live.text("#status"))
        assert cursor(live) == 101


async def test_a_recorder_that_dies_meanwhile_is_noticed(look: Look, written: Written) -> None:
    written.calls_of(10)
    async with look(written.path) as live:
        written.call()
        written.broken_off()
        await live.until(lambda: " BROKEN OFF " in live.text("#status"))
        assert "calls 11" in live.text("#status")


async def test_a_file_that_is_gone_meanwhile_does_no_harm(look: Look, written: Written) -> None:
    written.calls_of(1000)
    async with look(written.ended().path) as live:
        written.path.unlink()
        await live.press("end", "up", "f", "escape")
        assert cursor(live) == 1000


async def test_the_palette_offers_no_answers(look: Look, written: Written) -> None:
    written.call()
    async with look(written.ended().path, (120, 50)) as live:
        await live.press("ctrl+p")
        await live.until(lambda: "mark the call, held or past" in live.whole())
        assert "let the call go on" not in live.whole()
        assert "type into" not in live.whole()
        await live.press("escape")


async def test_the_screens_pull_once_at_a_time(look: Look, written: Written) -> None:
    written.call()
    async with look(written.ended().path) as live:
        assert len([timer for timer in live.screen._timers if "_pull" in repr(timer._callback)]) == 1


@pytest.mark.parametrize("argv", [b"\x1b[31m[red]x[/]", b"[/nonsense]", b"a\nb", b"\xff"])
async def test_a_hostile_program_name_is_only_shown(look: Look, tmp_path: Path, argv: bytes) -> None:
    written = Written(tmp_path / "hostile.db", argv, argv)
    written.call(argv)
    async with look(written.ended().path) as live:
        whole = live.whole()
        assert "\x1b" not in whole
        shown = argv.decode("latin-1").replace("\x1b", "\\33").replace("\n", "\\n").replace("\xff", "\\377")
        assert whole.splitlines()[0].startswith(f" {shown} {shown} ")
