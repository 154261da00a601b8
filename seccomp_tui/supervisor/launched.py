"""The supervisor with a target that it has launched: lets it go, reaps it, kills it where that is wanted."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.launch import Launched
from seccomp_tui.kernel.listener import Listener
from seccomp_tui.kernel.processes import descendants
from seccomp_tui.policy.answers import ALLOW, By
from seccomp_tui.supervisor import records, report
from seccomp_tui.supervisor.complaints import complain
from seccomp_tui.supervisor.running import Prepared, Running
from seccomp_tui.supervisor.settings import Ends, Settings
from seccomp_tui.supervisor.unexecuted import reason
from seccomp_tui.supervisor.wire import TargetExited


class LaunchedTarget(Running):
    """One target from the gate to its end."""

    def __init__(
        self, settings: Settings, ends: Ends, prepared: Prepared, launched: Launched, keeper: socket.socket
    ) -> None:
        listener = Listener(launched.listener)
        listener.wake_synchronously()
        killable = bool(launched.seccomp_flags & abi.FILTER_WAIT_KILLABLE_RECV)
        super().__init__(settings, ends, prepared, listener, killable=killable, target=launched.process.pid)
        self._launched = launched
        self._keeper = keeper
        self._abandoned = self._closed = False
        self._reaped = False
        if not settings.vdso:
            from seccomp_tui.kernel.vdso import Vdso

            self._vdso, self._vdso_failed = Vdso(), False
            self._loop.threads.started = self._disable_vdso
        self._loop.unexecuted = launched.exec_errno
        self._loop.watch(launched.pidfd, self._target_ended)
        # While we were stopped another may have let an execve go (`attach --take-over`).
        signal.signal(signal.SIGCONT, lambda number, frame: self._loop.threads.doubt())

    def _begin(self) -> None:
        self._launched.open_gate()

    def _ended(self) -> bool:
        return self._reaped and not self._loop.alive and self._abandoned == self._closed

    def _disable_vdso(self, tid: int) -> None:
        why = self._vdso.disable(tid)
        if why and not self._vdso_failed:
            self._vdso_failed = True
            complain(f"--vdso off: {why}")

    def _tick(self, now: int) -> bool:
        if self._loop.killing and self._loop.alive:
            self._kill_all()
        if self._abandoned and not self._closed:
            self._closed = True
            self._listener.close()
            self._keeper.send(report.ABANDONED)
        return super()._tick(now) or self._loop.killing

    def _target_ended(self) -> None:
        self._loop.unwatch(self._launched.pidfd)
        pid, status = os.waitpid(self._launched.process.pid, 0)
        self._launched.process.returncode = status
        self._reaped = True
        failure = self._launched.exec_errno()
        self._board.ended(status, failure)
        self._journal.event(records.TargetEnded(time.monotonic_ns(), pid, status))
        assert self._settings.program is not None
        self._tell(TargetExited(status, failure, reason(self._settings.program.path, failure) if failure else ""))

    def _leave(self, how: str) -> None:
        if how == "died":
            how = "kill" if self._settings.on_exit == "kill" else "allow"
        self._stop_holding()
        if how == "kill":
            self._board.doom()
            self._loop.kill()
            self._kill_all()
        elif how == "abandon":
            # The listener itself is closed at the tick: events of this round may still name it.
            self._abandoned = True
            self._loop.abandon()
        else:
            self._loop.held.answer_all(ALLOW, By.LEAVING)
        self._loop.wake()

    def _kill_all(self) -> None:
        """Kill every process of the target; called again until the filter has no user left."""
        ours = self._board.roles
        keeper = ours[0]
        for pid in descendants(keeper if os.getppid() == keeper else os.getpid()):
            if pid not in ours:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
