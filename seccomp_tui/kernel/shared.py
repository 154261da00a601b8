"""A listener that another process receives from too: what one of the two has received, the other never gets."""

from __future__ import annotations

import signal

from seccomp_tui.kernel.listener import Listener

_WAIT_SECONDS = 0.005
"""So long RECV waits at most for a notification that the other has taken."""


class SharedListener(Listener):
    """A listener whose `receive` comes back when the other was quicker, instead of waiting for the next notification.

    RECV can't be told not to wait, so a timer interrupts it: to be used by the main thread alone, with SIGALRM.
    """

    __slots__ = ()

    def __init__(self, fd: int) -> None:
        super().__init__(fd)
        signal.signal(signal.SIGALRM, lambda number, frame: None)

    def receive(self) -> bytearray | None:
        """Return one notification, or None: withdrawn, or the other has it; `Listener.receive`."""
        # Again and again, since the first may come before we are in the kernel.
        signal.setitimer(signal.ITIMER_REAL, _WAIT_SECONDS, _WAIT_SECONDS)
        try:
            return super().receive()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def wake_synchronously(self) -> bool:
        """Leave the other's listener as it is."""
        return False
