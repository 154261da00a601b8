"""The supervisor at a listener that another process holds too, to which it is left at the end."""

from __future__ import annotations

import socket

from seccomp_tui.kernel.shared import SharedListener
from seccomp_tui.kernel.stopping import Other
from seccomp_tui.supervisor.attended import Attended
from seccomp_tui.supervisor.heir import OpenCalls
from seccomp_tui.supervisor.running import Prepared
from seccomp_tui.supervisor.settings import Ends, Settings


class Attached(Attended):
    """One target, or several, under the filter of one listener.

    Args:
        other: who holds it. When it is dead at the end, we linger, as for targets that nobody else answers for.
        open_calls: where our keeper finds what we have received.
    """

    listener_class = SharedListener

    def __init__(
        self,
        settings: Settings,
        ends: Ends,
        prepared: Prepared,
        keeper: socket.socket,
        other: Other,
        open_calls: OpenCalls,
    ) -> None:
        super().__init__(settings, ends, prepared, keeper)
        self._other = other
        self._open_calls = open_calls
        if self._control is not None:
            self._control.containers = lambda: -1

    def _whose(self, notification: int) -> None:
        """Nothing has come with the listener: what calls by it is in no container that we know of."""

    def _tick(self, now: int) -> bool:
        busy = super()._tick(now)
        self._open_calls.note(self._loop.notifications())
        return busy

    def _leave(self, how: str) -> None:
        # Calls that are given up would wait for ever: the kernel ends them only when nobody has the listener.
        super()._leave("allow" if how == "abandon" else how)

    def _linger(self) -> None:
        if not self._other.alive:
            super()._linger()
            return
        for notification in self._loop.notifications():  # those whose answer was to come later, exits too
            self._listeners.allow(notification)
        self._loop.stop_listening()
        self._give_up()
        self._other.resume()
