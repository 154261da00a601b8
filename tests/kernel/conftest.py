"""Real targets for the kernel tests: launched, stopped at each trapped call, answered by the test."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.filter import trap, trap_everything
from seccomp_tui.kernel.launch import Launched, Program, launch
from seccomp_tui.kernel.listener import Listener
from tests.conftest import PATIENCE

X86_64 = {"execve": 59, "getppid": 110, "gettid": 186, "openat": 257, "prctl": 157, "kill": 62}
X86_64 |= {"clock_nanosleep": 230, "restart_syscall": 219}
AARCH64 = {"execve": 221, "getppid": 173, "gettid": 178, "openat": 56, "prctl": 167, "kill": 129}
AARCH64 |= {"clock_nanosleep": 115, "restart_syscall": 128}
NATIVE = abi.AUDIT_ARCH_AARCH64 if os.uname().machine == "aarch64" else abi.AUDIT_ARCH_X86_64
NUMBERS = AARCH64 if NATIVE == abi.AUDIT_ARCH_AARCH64 else X86_64


class Notification(NamedTuple):
    """A received call."""

    id: int
    tid: int
    flags: int
    nr: int
    arch: int
    ip: int
    args: tuple[int, ...]


class Target:
    """A launched program; the test is its supervisor."""

    def __init__(self, launched: Launched) -> None:
        self.launched = launched
        self.listener = Listener(launched.listener)
        self._poll = select.poll()
        self._poll.register(launched.listener, select.POLLIN)
        launched.open_gate()

    def next(self, *numbers: int, timeout: float = PATIENCE) -> Notification | None:
        """Return the next notification, allowing others than `numbers` if given; None when all users are gone."""
        while events := self._poll.poll(timeout * 1000):
            if not events[0][1] & select.POLLIN:
                return None
            buffer = self.listener.receive()
            if buffer is None:
                continue
            number, tid, flags, nr, arch, ip, *args = abi.NOTIF.unpack_from(buffer)
            found = Notification(number, tid, flags, nr, arch, ip, tuple(args))
            if not numbers or found.nr in numbers:
                return found
            self.listener.allow(found.id)
        raise TimeoutError("no notification came")

    def finish(self) -> int:
        """Allow everything that is left and return the exit code as subprocess gives it."""
        while (found := self.next()) is not None:
            self.listener.allow(found.id)
        return self.launched.process.wait()

    def close(self) -> None:
        """End it, whatever state it is in."""
        self.launched.process.kill()
        self.launched.process.wait()
        self.listener.close()
        os.close(self.launched.pidfd)


Start = Callable[..., Target]


@pytest.fixture
def start(need: Callable[[str], None]) -> Iterator[Start]:
    """Return a function that launches `argv`, or Python code, trapping `names` (everything when there are none)."""
    need("user_notif")
    targets = []

    def run(what: str | list[str], *names: str, **options: object) -> Target:
        argv = [sys.executable, "-I", "-S", "-c", what] if isinstance(what, str) else what
        bpf = trap({NATIVE: {name: NUMBERS[name] for name in names}}) if names else trap_everything()
        environment = [f"{name}={value}".encode() for name, value in os.environ.items()]
        program = Program(os.fsencode(argv[0]), [os.fsencode(word) for word in argv], environment, **options)
        target = Target(launch(program, bpf))
        targets.append(target)
        return target

    yield run
    for target in targets:
        target.close()


@pytest.fixture
def answers_file(tmp_path: Path) -> Path:
    """Return where a target may write what it saw."""
    return tmp_path / "seen"
