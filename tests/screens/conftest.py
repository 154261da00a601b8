"""A scripted supervisor, and the application running against it without a real terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import tempfile
import threading
import time
import tty
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from seccomp_tui.screens.app import RecordingsApp, SeccompApp
from seccomp_tui.screens.live import LiveScreen
from seccomp_tui.screens.model import Model
from tests.screens.scripted import Supervisor
from tests.screens.written import Written

_parse_rules = Stylesheet._parse_rules
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}


def _parse_once(sheet: Stylesheet, *what: object, **how: object) -> list[RuleSet]:
    """Parse style sheets once and not for each application: that is a fifth of what a test would take."""
    key = (*what, *how.items(), frozenset(sheet._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse_rules(sheet, *what, **how)  # type: ignore[arg-type]
    return _parsed[key]


Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign, assignment]

WIDE = (120, 36)
NARROW = (80, 24)
SECONDS = 30.0


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    # In memory, where there is no disk to wait for: that takes longer than all else that makes a recording.
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        scripted = Supervisor(Path(folder, "session.db"))
        yield scripted
        scripted.close()


class Live:
    """The Live screen under test."""

    def __init__(self, app: SeccompApp, pilot: Pilot[None], supervisor: Supervisor) -> None:
        self.app = app
        self.pilot = pilot
        self.supervisor = supervisor

    @property
    def screen(self) -> LiveScreen:
        return self.app.live

    def lines(self, selector: str) -> list[str]:
        """Return what a widget shows, line by line."""
        widget = self.app.screen.query_one(selector)
        return [widget.render_line(y).text for y in range(widget.size.height)]

    def text(self, selector: str) -> str:
        return "\n".join(line.rstrip() for line in self.lines(selector))

    def whole(self) -> str:
        """Return everything on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in strips)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        async with asyncio.timeout(SECONDS):
            while not condition():
                await self.pilot.pause(0.01)

    async def hold(self, **values: object) -> int:
        """Hold a call and wait until it can be answered, if it is the one under the cursor."""
        seq = self.supervisor.hold(**values)  # type: ignore[arg-type]
        await self.until(lambda: seq in self.screen.on_screen)
        return seq

    async def ready(self) -> None:
        """Wait until answer keys work."""
        await self.until(lambda: self.screen.can("call.allow"))

    async def outlast(self) -> None:
        """Let the time pass for which answer keys are dead: a test that is about it makes it an hour."""
        await self.until(lambda: self.screen.guard._open_from is not None)
        self.screen.guard._open_from = time.monotonic()

    async def answers(self, count: int) -> list[tuple[list[int], object]]:
        """Wait until so many answers were given, and return them."""
        await self.until(lambda: len(self.supervisor.answers()) >= count)
        return self.supervisor.answers()  # type: ignore[return-value]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    def notices(self) -> list[str]:
        """Return what was notified of, and may still be shown."""
        return [notice.message for notice in self.app._notifications]

    def focused(self) -> str:
        """Return the id of the widget with the focus."""
        widget = self.app.screen.focused
        return (widget.id or "") if widget is not None else ""


Start = Callable[..., AbstractAsyncContextManager[Live]]


@pytest.fixture
def start(supervisor: Supervisor) -> Start:
    """Return a function that runs the application: `async with start(size=WIDE) as live`."""

    @asynccontextmanager
    async def run(size: tuple[int, int] = WIDE, terminal: int | None = None, hello: bool = True) -> AsyncIterator[Live]:
        argv = [b"ls", b"-l", b"/"]
        app = SeccompApp(supervisor.client, supervisor.path, terminal, argv, Model(argv, supervisor.clock))
        if hello:
            supervisor.hello()
            supervisor.status()
        async with app.run_test(size=size) as pilot:
            live = Live(app, pilot, supervisor)
            if hello:
                await live.until(lambda: app.model.hello is not None)
            yield live

    return run


class Looking(Live):
    """The screens under test, without a target."""

    def __init__(self, app: RecordingsApp, pilot: Pilot[None]) -> None:
        self.app = app  # type: ignore[assignment]
        self.pilot = pilot

    @property
    def screen(self) -> LiveScreen:
        assert isinstance(self.app.screen, LiveScreen)
        return self.app.screen


Look = Callable[..., AbstractAsyncContextManager[Looking]]


@pytest.fixture
def look() -> Look:
    """Return a function that opens a recording, or the list of them: `async with look(path, size=WIDE) as looking`."""

    @asynccontextmanager
    async def run(path: Path | None, size: tuple[int, int] = WIDE) -> AsyncIterator[Looking]:
        app = RecordingsApp(path)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Looking(app, pilot)

    return run


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    """Give a recording that is being written."""
    one = Written(tmp_path / "written.db")
    yield one
    one.broken_off()


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread of ours behind."""
    yield
    left = [thread for thread in threading.enumerate() if thread.name in ("matches", "tally")]
    for thread in left:
        thread.join(SECONDS)
    assert not [thread.name for thread in left if thread.is_alive()]


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Give a raw pty: its master, for the screens, and its slave."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, slave
    for fd in (master, slave):
        try:
            os.close(fd)
        except OSError:
            pass


Man = Callable[[str], None]


@pytest.fixture
def man(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Man:
    """Return a function that puts a shell script in man's place."""

    def install(script: str) -> None:
        path = tmp_path / "man"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    return install
