"""The keeper where another process holds the listener too: to that one all goes back, however our supervisor ends."""

from __future__ import annotations

import contextlib
import mmap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.supervisor.attendant import Attendant

if TYPE_CHECKING:
    from seccomp_tui.kernel.stopping import Other

_MOST = mmap.PAGESIZE // 8 - 1


class OpenCalls:
    """Memory that keeper and supervisor share: which notifications we have received and not answered.

    They can't be looked for, as is done at a listener that is ours alone: what lies between may be the other's.
    """

    def __init__(self) -> None:
        self._words = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("Q")

    def note(self, notifications: Sequence[int]) -> None:
        """Say which they are now."""
        kept = notifications[:_MOST]
        for at, notification in enumerate(kept, 1):
            self._words[at] = notification
        self._words[0] = len(kept)

    def all(self) -> list[int]:
        """Return them."""
        return list(self._words[1 : 1 + self._words[0]])


class Heir(Attendant):
    """Sees to it that the other goes on, and that nothing waits for our answer when nobody is left to give it.

    Args:
        other: who holds the listener.
        open_calls: what we have of it.
        retake: returns the other's listener once more; OSError when it can't be had.
        rest: as of `Attendant`.
    """

    def __init__(self, *rest: Any, other: Other, open_calls: OpenCalls, retake: Callable[[], int]) -> None:
        super().__init__(*rest)
        self._other = other
        self._open_calls = open_calls
        self._retake = retake

    def _role_ended(self, name: str, status: int) -> None:
        if name == "supervisor" and status:
            self._failure = "the supervisor died"
            if self._other.alive:
                self._failure += f"; process {self._other.pid} answers again"
                with contextlib.suppress(OSError):
                    self._let_go()
        super()._role_ended(name, status)
        if name == "supervisor":
            self._other.resume()

    def _let_go(self) -> None:
        """Let go on what our supervisor has left: the other knows nothing of it."""
        listener = Listener(self._retake())
        try:
            for notification in self._open_calls.all():
                if self._on_exit == "kill":
                    listener.fail(notification, 1)  # EPERM: whom to kill is not known here
                else:
                    listener.allow(notification)
        finally:
            listener.close()
