"""What is shown at which size, and what the status line says."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import ALLOW
from tests.screens.conftest import NARROW, Start
from tests.screens.scripted import Supervisor


@pytest.mark.parametrize("size", [(50, 20), (80, 12)])
async def test_a_window_too_small_says_so_and_keys_still_work(start: Start, size: tuple[int, int]) -> None:
    async with start(size) as live:
        seq = await live.hold()
        await live.until(lambda: "too small" in live.whole() and "#1 openat" in live.whole())
        await live.ready()
        await live.press("a")
        assert await live.answers(1) == [([seq], ALLOW)]
        await live.until(lambda: "#1 openat" not in live.whole())


async def test_held_calls_of_several_threads_say_whose_they_are(start: Start) -> None:
    async with start((120, 36)) as live:
        await live.hold(pid=812, comm=b"sort")
        await live.until(lambda: "openat" in live.text("#queue"))
        assert "[812]" not in live.text("#queue")
        await live.hold(pid=813, comm=b"head")
        await live.until(lambda: "[812]" in live.text("#queue") and "[813]" in live.text("#queue"))


async def test_a_narrow_window_shows_one_panel_at_a_time(start: Start) -> None:
    async with start(NARROW) as live:
        assert live.screen.query_one("#details").size.area
        assert not live.screen.query_one("#history").size.area
        await live.press("tab")
        await live.until(lambda: live.screen.query_one("#history").size.area)
        assert not live.screen.query_one("#details").size.area
        assert "[History]" in live.text("#panels")


async def test_status_shows_every_trouble(start: Start, supervisor: Supervisor) -> None:
    async with start((160, 40)) as live:
        supervisor.status(calls=12_400, recording=False, slowed=True, backlog=64 << 20, threads=5)
        await live.until(lambda: "NOT RECORDED" in live.text("#status"))
        line = live.text("#status")
        assert "SLOWED: recorder behind by 64.0 MiB" in line
        assert "calls 12.4k" in line
        assert "start-up 74 let through" in line


async def test_a_failed_execve_is_said_plainly(start: Start, supervisor: Supervisor) -> None:
    async with start(hello=False) as live:
        supervisor.exited(127 << 8, failure=2)
        await live.until(lambda: "could not start ls: ENOENT (No such file or directory)" in live.text("#queue"))
        assert "NOT STARTED" in live.text("#status")
        await live.press("q")
        await live.until(lambda: live.app._exit)


async def test_hostile_names_and_paths_stay_text(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        text = r'openat(AT_FDCWD, "[red]x[/]\33[2J\n", O_RDONLY)'
        await live.hold(comm=b"\x1b[31m[bold]\nx", path=b"/[red]x[/]", text=text)
        await live.press("right_square_bracket", "right_square_bracket")
        shown = live.whole()
        assert "\x1b" not in shown
        assert "[red]x[/]" in live.text("#queue")
        assert r"\33[31m[bold]\nx" in live.text("#details .heading")
