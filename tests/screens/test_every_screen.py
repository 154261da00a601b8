"""A picture of each screen, of each tab of the details, and of each state that the panes can be in, with fixed data."""

from __future__ import annotations

import importlib
import os
import pkgutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, errno_answer
from seccomp_tui.screens import dialogs, wording
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.dialogs.form import FormDialog
from seccomp_tui.screens.dialogs.page import PageDialog
from seccomp_tui.screens.views import ViewScreen
from seccomp_tui.screens.widgets.details import TABS
from seccomp_tui.session import recent
from seccomp_tui.supervisor.wire import ProcessDetails
from seccomp_tui.syscalls import explanations
from seccomp_tui.syscalls.explanations import Explanation
from tests.screens.conftest import NARROW, Look, Start
from tests.screens.gallery import FOLDER, SIZES, picture
from tests.screens.scripted import Supervisor
from tests.screens.test_views import forked
from tests.screens.written import Written

PROCESS = [
    ("command", b"ls -l /"),
    ("folder", b"/root"),
    ("", b"Rights"),
    ("effective", b"0000000000000003"),
    ("fd 3", b"rw,cloexec /dev/tty\0char 5:0"),
]


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tell times as they are in one place, and no manual page."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("PATH", "/nonexistent")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def test_the_tabs_of_the_details(start: Start, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"Args": "pathname", "Memory": "2f 65 74 63", "Process": "dac_override", "Raw": "rdi", "Doc": "DOCUMENTED"}
    told = Explanation("openat", "DOCUMENTED. " * 30, "open", "2", ("close",), "")
    monkeypatch.setattr(explanations, "explain", lambda name: told)
    async with start(NARROW) as live:
        await live.hold()
        await live.ready()
        await live.press("v")
        for tab in TABS:
            await live.until(lambda tab=tab: f"[{tab}]" in live.whole())  # type: ignore[misc]
            if tab == "Process":
                supervisor.channel.send(ProcessDetails(812, PROCESS))
            await picture(live, f"details-{tab.lower()}", wanted.get(tab, tab))
            await live.press("right_square_bracket")


async def test_the_panes(start: Start, supervisor: Supervisor, terminal: tuple[int, int]) -> None:
    async with start(NARROW, terminal=terminal[0]) as live:
        await picture(live, "live-empty", "waiting for the first call", "start-up 74")
        supervisor.past(12)
        for answer in (ALLOW, errno_answer(13), None):
            supervisor.settle(await live.hold(path=b"/etc/hosts"), answer)
        await live.hold(age=42)
        await live.hold(path=b"/tmp/[red]x[/]", age=7, comm=b"wor\x1bker", pid=900)
        supervisor.status(threads=2)
        os.write(terminal[1], b"hello \x1b[1;32mgreen\x1b[0m\r\n$ ")
        await live.ready()
        await live.until(lambda: "$" in "".join(live.screen.query_one("#terminal").emulator.display))  # type: ignore[attr-defined]
        await picture(live, "live", "calls 17", "42")
        await live.press("Z")
        await picture(live, "terminal", "green", "leaves")
        await live.press("ctrl+right_square_bracket", "2", "home", "space", "space")
        await picture(live, "history", "2 marked *")
        await live.press("U", "1", "minus")
        await picture(live, "live-running", "calls 17")


async def test_what_the_panes_say_at_other_times(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        supervisor.past(3)
        supervisor.status(holding=False)
        await picture(live, "running", "running: nothing is held", "calls 3")
        supervisor.status(alive=False)
        supervisor.exited(status=2 << 8)
        await picture(live, "ended", "EXITED 2", "calls 3")


async def test_a_program_that_could_not_be_started(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        supervisor.status(alive=False)
        supervisor.exited(failure=2, reason="ls: No such file or directory")
        await picture(live, "not-started", "NOT STARTED")


async def test_the_supervisor_has_died(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await live.hold()
        await live.ready()
        supervisor.die()
        await picture(live, "lost", "supervisor died")


async def test_a_window_too_small(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await live.hold()
        await live.ready()
        await live.pilot.resize_terminal(40, 10)
        await live.until(lambda: "The window is too small" in live.whole() and "a Allow" in live.whole())


async def test_the_views_of_a_recording(look: Look, written: Written) -> None:
    forked(written)
    async with look(written.ended().path, NARROW) as live:
        await picture(live, "recording", "EXITED 0", "openat")
        await live.press("f", *"errno == ENOENT", "enter")
        await picture(live, "recording-filter", "(20 of 84): errno == ENOENT")
        await live.press("f", *["backspace"] * 20, "enter", "3")
        await picture(live, "rules", "no rule was asked")
        await live.press("4")
        await picture(live, "processes", "4 processes")
        await live.press("5")
        for name, words in (("calls", "openat"), ("paths", "nonexistent"), ("processes", "813"), ("addresses", ":80")):
            await picture(live, f"stats-{name}", words)
            await live.press("right_square_bracket")


async def test_rules(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await live.press("3")
        await picture(live, "rules-none", "no rules: n writes one")
        supervisor.rules('openat and path == "/etc/hosts" => errno ENOENT', "getdents64, nth 3 => errno ENOSPC", hits=3)
        await picture(live, "rules-two", "ENOSPC", "true of 0 of 0 calls")
        await live.press("n", *"openat =>", "space")
        await picture(live, "rules-new", "openat =>")


async def test_the_list_of_recordings(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(wording, "size", lambda size: "56.0 KiB")
    folder = recent.folder()
    one = Written(folder / "20260101-000000-ls-1.db")
    one.calls_of(3)
    one.ended()
    Written(folder / "20260103-000000-cat-1.db", b"cat", b"[red]\x1b[m[/]").broken_off()
    async with look(None, NARROW) as live:
        await picture(live, "sessions", "exited 0", "broken off")


def test_every_screen_and_dialog_has_its_pictures() -> None:
    for module in pkgutil.iter_modules(dialogs.__path__):
        importlib.import_module(f"{dialogs.__name__}.{module.name}")
    there: set[type] = set()
    left: list[type] = [Dialog, ViewScreen]
    while left:
        kinds = left.pop().__subclasses__()
        there.update(kinds)
        left += kinds
    wanted = {kind.__name__ for kind in there - {FormDialog, PageDialog}} | {"LiveScreen", "RecordedScreen"}
    for width, height in SIZES:
        found = {path.read_text().partition("\n")[0] for path in FOLDER.glob(f"*-{width}x{height}.txt")}
        assert wanted <= found
