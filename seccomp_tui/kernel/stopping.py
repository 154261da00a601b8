"""Another process is stopped for a while, and goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import NamedTuple

from seccomp_tui.kernel.processes import is_over
from seccomp_tui.kernel.states import states

_AT_REST = ("T", "t", "Z", "X")
_PATIENCE_SECONDS = 2.0
_LOOK_SECONDS = 0.001


class Other(NamedTuple):
    """A process that does what we do.

    Attributes:
        pidfd: of it.
        stopped: we have stopped it, so that it does nothing while we do.
    """

    pid: int
    pidfd: int
    stopped: bool

    @property
    def alive(self) -> bool:
        """Whether it is there."""
        return not is_over(self.pidfd)

    def resume(self) -> None:
        """Let it go on, if it was us who have stopped it. May be done twice."""
        if self.stopped:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGCONT)


def stop(pid: int, pidfd: int) -> bool:
    """Stop a process and wait until all its threads are; False when it was stopped already, or is dead.

    One that sleeps where only SIGKILL reaches it stops later than we wait.

    Raises:
        PermissionError: we may not signal it.
    """
    if _at_rest(pid):
        return False
    try:
        signal.pidfd_send_signal(pidfd, signal.SIGSTOP)
    except ProcessLookupError:
        return False
    until = time.monotonic() + _PATIENCE_SECONDS
    while not _at_rest(pid) and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
    return True


def _at_rest(pid: int) -> bool:
    """Tell whether no thread of a process runs, or will without being told to."""
    try:
        threads = [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return True
    return all(state in _AT_REST for tid in threads for _, state, _ in states([tid]))
