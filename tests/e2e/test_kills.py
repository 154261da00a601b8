"""Processes killed at random moments: the recording keeps what was committed, can be opened, and can be exported."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.session.store import Store
from seccomp_tui.supervisor.wire import Status
from tests.e2e.conftest import COMMAND, ROOT, Open, Tool
from tests.e2e.operator import Operator, operate

pytestmark = pytest.mark.needs("user_notif")
Repeat = Callable[[int], int]
LOOP = "while :; do : < /etc/hostname; done"
"""Makes calls until it is killed."""
TIMES = 10
"""In each part of a test; parts keep a test shorter than its time."""
parts = pytest.mark.parametrize("part", range(5))
SEED = 20_260_101
PATIENCE = 30.0


class Watcher:
    """Looks at a recording from outside, as another program would.

    Attributes:
        committed: the highest number of a call that was seen to be committed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.committed = 0

    def until(self, count: int) -> None:
        """Wait until so many calls are committed."""
        deadline = time.monotonic() + PATIENCE
        while not self._path.exists():
            assert time.monotonic() < deadline
            time.sleep(0.001)
        with closing(sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as db:
            while self.committed < count:
                assert time.monotonic() < deadline, f"{self.committed} of {count} calls after {PATIENCE} s"
                try:
                    (self.committed,) = db.execute("select coalesce(max(seq), 0) from call").fetchone()
                except sqlite3.OperationalError:
                    time.sleep(0.001)  # its tables are not there yet


def moments(times: int, test: str) -> Iterator[int]:
    """Yield after how many committed calls to kill; the same ones in each run."""
    chance = random.Random(f"{SEED} {test}")
    for _ in range(times):
        yield chance.choice((1, chance.randrange(2, 50), chance.randrange(50, 3000)))


def check(path: Path, committed: int, *, ended: bool | None = False) -> None:
    """See that a recording is whole, and holds every committed call; `ended` None: its end may be there."""
    with closing(Store(path)) as store:
        assert not store.growing
        count = store.count()
        assert count >= committed
        assert [row.seq for row in store.page(1, count)] == list(range(1, count + 1))
        assert store.call(count) is not None
        session = store.session()
        assert session is None or ended in (session.status is not None, None)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)


def export(tool: Tool, path: Path, committed: int) -> None:
    """See that it can be exported."""
    outcome = tool("export", "strace", path)
    assert (outcome.returncode, outcome.stderr) == (0, b"")
    assert outcome.stdout.count(b"\n") >= committed - 1  # the last one may still have been under way


def on_screens(terminal: Open, path: Path, state: str) -> None:
    """See that it can be looked at."""
    at = terminal([*COMMAND, "open", path], 80, 24)
    at.wait(f" {state} ")
    at.wait(r"^.?> *1 = \d+ execve\(")
    at.type("End", "Up")
    at.wait(r"^.?> *\d+ . \d+ ")
    at.type("q")
    at.wait(r"\[exit 0\]")


@contextmanager
def log(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Record a program that makes calls until it is killed."""
    argv = [*COMMAND, "log", "--session", path, "-o", "/dev/null", "sh", "-c", LOOP]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(argv, cwd=ROOT, start_new_session=True, **quiet) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            for each in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
                each.kill()
            process.kill()


def everyone(pid: int) -> list[psutil.Process]:
    """Return the keeper, all it has started, and the program."""
    keeper = psutil.Process(pid)
    return [keeper, *keeper.children(recursive=True)]


@pytest.mark.long
@parts
def test_the_recorder_is_killed(
    tool: Tool, terminal: Open, tmp_path: Path, repetitions: Repeat, need: Callable[[str], None], part: int
) -> None:
    for number, moment in enumerate(moments(repetitions(TIMES), f"recorder {part}")):
        path, program = tmp_path / f"{number}.db", ["sh", "-c", LOOP]
        with operate(program, path, holding=False) as operator:
            watcher = Watcher(path)
            watcher.until(moment)
            os.kill(operator.role("recorder"), signal.SIGKILL)
            operator.expect(Status, lambda status: not status.recording)
            check(path, watcher.committed)
        export(tool, path, watcher.committed)
    if part == 0:
        need("tmux")
        on_screens(terminal, tmp_path / "0.db", "BROKEN OFF")


def held_calls(operator: Operator, count: int) -> int:
    """Answer so many held calls; return the number of the last one announced, which is not answered."""
    for _ in range(count):
        operator.answer(operator.held(), ALLOW)
    call = operator.held()
    assert call.recorded
    return call.seq


@pytest.mark.long
@parts
def test_the_recorder_is_killed_the_held_call_that_was_announced_is_there(
    tmp_path: Path, repetitions: Repeat, part: int
) -> None:
    chance = random.Random(f"{SEED} held {part}")
    for number in range(repetitions(TIMES)):
        path = tmp_path / f"{number}.db"
        with operate(["sh", "-c", LOOP], path, trace="openat,open") as operator:
            announced = held_calls(operator, chance.randrange(8))
            os.kill(operator.role("recorder"), signal.SIGKILL)
            operator.expect(Status, lambda status: not status.recording)
            check(path, announced)


@pytest.mark.long
@parts
def test_the_screens_are_killed(
    tool: Tool, terminal: Open, tmp_path: Path, repetitions: Repeat, need: Callable[[str], None], part: int
) -> None:
    script = "i=0; while [ $i -lt 400 ]; do : < /etc/hostname; i=$((i+1)); done; exit 7"
    for number, moment in enumerate(moments(repetitions(TIMES), f"screens {part}")):
        path = tmp_path / f"{number}.db"
        with operate(["sh", "-c", script], path, holding=False) as operator:
            watcher = Watcher(path)
            watcher.until(min(moment, 1000))
            operator.hang_up()
            assert operator.wait() == 7
        check(path, watcher.committed, ended=True)
        with closing(Store(path)) as store:
            assert store.count() > 1200, "it was recorded to its end"
        export(tool, path, watcher.committed)
    if part == 0:
        need("tmux")
        on_screens(terminal, tmp_path / "0.db", "EXITED 7")


@pytest.mark.long
@parts
def test_all_are_killed_at_once(
    tool: Tool, terminal: Open, tmp_path: Path, repetitions: Repeat, need: Callable[[str], None], part: int
) -> None:
    for number, moment in enumerate(moments(repetitions(TIMES), f"all {part}")):
        path = tmp_path / f"{number}.db"
        with log(path) as process:
            watcher = Watcher(path)
            watcher.until(moment)
            victims = everyone(process.pid)
            for each in random.Random(moment).sample(victims, len(victims)):
                if each.is_running():
                    each.kill()
            process.wait(PATIENCE)
        psutil.wait_procs(victims, timeout=PATIENCE)
        check(path, watcher.committed, ended=None)  # the program may die first, and that be recorded
        export(tool, path, watcher.committed)
    if part == 0:
        need("tmux")
        on_screens(terminal, tmp_path / "0.db", "(BROKEN OFF|KILLED SIGKILL)")
