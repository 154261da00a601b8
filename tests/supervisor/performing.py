"""A stand-in for the supervisor's loop, and targets that only sleep: their calls are made up by the test."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from seccomp_tui.kernel.processes import open_thread
from seccomp_tui.supervisor.performing import Job, Performed, Performers
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native
from seccomp_tui.syscalls.memory import RecordedMemory

TOKEN = native().token
AT_FDCWD = -100
OUT = 0x7000_0000
"""Where calls fill in what they fill in."""
_SLEEP = "\nimport sys; print('ready', flush=True); sys.stdin.read()\n"
_PATIENCE = 30


class Target:
    """A process that sleeps until it is closed.

    Args:
        prologue: Python code that it runs first.
        wrapper: the command that starts it.
        options: for subprocess.Popen.
    """

    def __init__(self, prologue: str = "", wrapper: Sequence[str] = (), **options: object) -> None:
        argv = [*wrapper, sys.executable, "-I", "-S", "-c", prologue + _SLEEP]
        settings: dict[str, object] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **options}
        self.process = subprocess.Popen(argv, **settings)  # type: ignore[call-overload]
        line = self.process.stdout.readline()
        if line != b"ready\n":
            self.process.wait()
            self._close_pipes()
            raise RuntimeError(f"the target did not start: {line!r}")
        self.pid = self.tid = self._sleeping()
        self.pidfd = open_thread(self.tid)

    def _sleeping(self) -> int:
        """Return the process at the end of the chain of wrappers that forked."""
        pid: int = self.process.pid
        while True:
            with open(f"/proc/{pid}/task/{pid}/children") as file:
                children = file.read().split()
            if not children:
                return pid
            pid = int(children[0])

    def _close_pipes(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()

    def close(self) -> None:
        self._close_pipes()
        self.process.wait()
        if self.pidfd is not None:
            os.close(self.pidfd)


class Stage:
    """A loop with performers."""

    def __init__(self) -> None:
        self._handlers: dict[int, Callable[[], None]] = {}
        self._poll = select.poll()
        self.performers = Performers(self._watch, self._unwatch)
        self.targets: list[Target] = []

    def _watch(self, fd: int, handler: Callable[[], None]) -> None:
        self._handlers[fd] = handler
        self._poll.register(fd, select.POLLIN)

    def _unwatch(self, fd: int) -> None:
        del self._handlers[fd]
        self._poll.unregister(fd)

    def target(self, prologue: str = "", wrapper: Sequence[str] = (), **options: object) -> Target:
        target = Target(prologue, wrapper, **options)
        self.targets.append(target)
        return target

    def until(self, condition: Callable[[], object], seconds: float = _PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("nothing came")
            for fd, _ in self._poll.poll(left * 1000):
                if fd in self._handlers:
                    self._handlers[fd]()

    def begin(
        self, target: Target, name: str, *words: int | bytes, privileged: bool = False
    ) -> tuple[Job, list[Performed]]:
        """Begin a call; words that are bytes are put somewhere and pointed to."""
        segments, args = [], []
        for index, word in enumerate(words):
            if isinstance(word, bytes):
                segments.append((0x10000 * (index + 1), word))
                args.append(0x10000 * (index + 1))
            else:
                args.append(word & (1 << 64) - 1)
        args += [0] * (6 - len(args))
        nr = numbers.number(TOKEN, name)
        assert nr is not None, f"this machine has no {name}"
        outcomes: list[Performed] = []
        job = self.performers.perform(
            target, TOKEN, nr, args, RecordedMemory(segments), outcomes.append, privileged=privileged
        )
        return job, outcomes

    def call(self, target: Target, name: str, *words: int | bytes, privileged: bool = False) -> Performed:
        """Make a call and return what came of it."""
        _, outcomes = self.begin(target, name, *words, privileged=privileged)
        self.until(lambda: outcomes)
        return outcomes[0]

    def value(self, target: Target, name: str, *words: int | bytes, privileged: bool = False) -> int:
        """Make a call that is not refused, and return its value."""
        found = self.call(target, name, *words, privileged=privileged)
        assert not found.refused, found.refused
        if found.descriptor >= 0:
            os.close(found.descriptor)
        return found.value

    def contents(self, target: Target, path: str | bytes, flags: int = 0, privileged: bool = False) -> bytes:
        """Open a file for the target and return what is in it."""
        found = self.call(target, "openat", AT_FDCWD, text(path), flags, 0, privileged=privileged)
        assert found.descriptor >= 0, found
        with open(found.descriptor, "rb") as file:
            return file.read()

    def close(self) -> None:
        self.performers.close()
        for target in self.targets:
            target.close()


def text(path: object) -> bytes:
    """Return a path as the target has it in memory."""
    return (path if isinstance(path, bytes) else os.fsencode(str(path))) + b"\0"


def stages() -> Iterator[Stage]:
    """Give a stage, for a fixture."""
    stage = Stage()
    try:
        yield stage
    finally:
        stage.close()
