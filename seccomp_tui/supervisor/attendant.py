"""The keeper where nothing was launched: told to stop, it tells the supervisor, and ends when that needs it no more."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time

from seccomp_tui.supervisor import report as reports
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.complaints import complain
from seccomp_tui.supervisor.keeper import Keeper, noticed
from seccomp_tui.supervisor.roles import OWN_FAILURE

_ONCE_SECONDS = 1.0
"""Whoever stops us may send the signal to us and to our process group, as timeout(1) does."""


class Attendant(Keeper):
    """Looks after the supervisor of targets that run without us; it answers none of their calls itself."""

    _stopped = 0.0
    """When we were told to stop; 0: we were not."""
    _lingers = 0

    def __init__(self, board: Board, report: socket.socket, on_exit: str) -> None:
        super().__init__(board, report, None, on_exit)

    def run(self) -> int:
        """Wait for everything to end and return the exit code."""
        signal.signal(signal.SIGINT, noticed)
        return super().run()

    def _take_report(self, data: bytes, fds: list[int]) -> None:
        if data.startswith(reports.LINGERS):
            self._lingers = int(data[len(reports.LINGERS) :])
            pid = self._roles.pop("supervisor")
            complain(f"{self._lingers} still running: process {pid} lets their calls go on until they end")
        else:
            super()._take_report(data, fds)

    def _hear(self) -> None:
        try:
            super()._hear()
        except ConnectionResetError:  # it has ended, and left unread what we have said
            self._poll.unregister(self._report)

    def _role_ended(self, name: str, status: int) -> None:
        if name == "supervisor":
            if status:
                self._failure = self._failure or "the supervisor died: calls that trap fail with ENOSYS"
                self._end_role("screens")
        elif name == "acceptor":
            if status:
                self._failure = self._failure or "who takes listeners has died: no more come"
                if "screens" not in self._roles:  # who looks at them may want to see what is left
                    self._stop()
        else:
            super()._role_ended(name, status)

    def _pass_on(self, number: int) -> None:
        """Tell the supervisor to stop; when it is said again later, end it, and with it the listeners."""
        if self._stopped and "supervisor" in self._roles:
            if time.monotonic() > self._stopped + _ONCE_SECONDS:
                os.kill(self._roles["supervisor"], signal.SIGKILL)
        else:
            self._stop()

    def _stop(self) -> None:
        self._stopped = time.monotonic()
        self._end_role("screens")
        with contextlib.suppress(OSError):
            self._report.send(reports.STOP)

    def _result(self) -> int:
        if self._failure:
            complain(self._failure)
            return OWN_FAILURE
        return 0
