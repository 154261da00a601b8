"""The supervisor with a target: lets it go, runs the loop, ends when the target and the screens have."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from typing import TYPE_CHECKING

from seccomp_tui.kernel import abi, results, tracepoints
from seccomp_tui.kernel.launch import Launched
from seccomp_tui.kernel.listener import Listener
from seccomp_tui.kernel.processes import descendants
from seccomp_tui.policy.answers import ALLOW, By
from seccomp_tui.supervisor import records, report
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.loop import Loop
from seccomp_tui.supervisor.recordpipe import RecordPipe
from seccomp_tui.supervisor.settings import Ends, Settings
from seccomp_tui.supervisor.table import Table
from seccomp_tui.supervisor.unexecuted import reason
from seccomp_tui.supervisor.wire import FromSupervisor, Hello, TargetExited
from seccomp_tui.syscalls.arch import native

if TYPE_CHECKING:
    from seccomp_tui.policy.rules import RuleSet
    from seccomp_tui.supervisor.control import Control


_LAST_NS = 1_000_000_000
"""So long answers that are under way when the target has ended may take to be known."""


class Prepared:
    """What can be done while the launcher is on its way to the gate, so that the target's first calls do not wait.

    Args:
        tid: the launcher.
        operated: there are screens.
    """

    def __init__(self, settings: Settings, tid: int, *, operated: bool) -> None:
        self._types: list[int] = []
        self._events: list[results.Opened] = []
        if settings.results:
            with contextlib.suppress(OSError):
                types = tracepoints.ids(results.EVENTS)
                numbers = None if settings.wanted is None else {nr for arch in settings.wanted.values() for nr in arch}
                self._events = results.open_events(tid, types, numbers)
                self._types = types
        self.table = Table(
            settings.wanted, settings.copy_limit, settings.descriptors, bool(self._events), settings.hold
        )
        self.table.prepare(native().token)
        self.rules: RuleSet | None = None
        if settings.rules or operated:  # an operator may add some
            from seccomp_tui.policy.rules import RuleSet

            self.rules = RuleSet(settings.rules)

    def offer(self, recorder: socket.socket) -> bool:
        """Let the recorder know what calls return, as far as the kernel tells us; False when it tells nothing."""
        try:
            results.send_rings(recorder, self._events, self._types)
        except OSError:  # nobody would read them, and all calls of the machine would pay for them
            results.close_events(self._events)
            return False
        return bool(self._events)


class Running:
    """One target from the gate to its end."""

    def __init__(
        self, settings: Settings, ends: Ends, prepared: Prepared, launched: Launched, keeper: socket.socket
    ) -> None:
        self._settings = settings
        self._launched = launched
        self._keeper = keeper
        self._board = ends.board
        self._listener = Listener(launched.listener)
        self._listener.wake_synchronously()
        self._journal = Journal(RecordPipe(ends.record))
        self._recorder = socket.socket(fileno=ends.rings)
        self._results = prepared.offer(self._recorder)
        self._rules = prepared.rules
        self._killable = bool(launched.seccomp_flags & abi.FILTER_WAIT_KILLABLE_RECV)
        self._loop = Loop(
            settings,
            prepared.table,
            self._listener,
            self._journal,
            ends.board,
            prepared.rules,
            self._tell,
            _complain,
            self._killable,
        )
        self._abandoned = self._closed = False
        self._reaped = False
        self._last = 0
        self._control: Control | None = None
        if ends.control is not None:
            from seccomp_tui.supervisor.control import Control

            sock = socket.socket(fileno=ends.control)
            self._control = Control(sock, self._journal, ends.board, self._leave)
            self._control.attach(self._loop, ends.commit)
            self._loop.held.operated = True
        if not settings.vdso:
            from seccomp_tui.kernel.vdso import Vdso

            self._vdso, self._vdso_failed = Vdso(), False
            self._loop.threads.started = self._disable_vdso
        self._loop.unexecuted = launched.exec_errno
        self._loop.on_tick = self._tick
        self._loop.watch(launched.pidfd, self._target_ended)

    def run(self) -> None:
        """Open the gate, and return when it is over."""
        now, wall = time.monotonic_ns(), time.time_ns()
        program, target = self._settings.program, self._launched.process.pid
        self._journal.event(records.Session(list(program.argv), self._settings.cwd, now, wall, target))
        self._tell(Hello(list(program.argv), target, wall - now, self._loop.holding, not self._killable))
        if self._rules is not None:
            from seccomp_tui.policy.rules.line import line

            for rule in self._rules.rules():
                self._journal.event(records.RuleSet(now, rule.id, line(rule)))
        self._launched.open_gate()
        self._loop.run(self._over)
        self._loop.held.abandon(By.NOBODY)
        if self._control is not None:
            self._control.close()
        self._loop.close()
        self._journal.pipe.finish()
        if self._results:
            # What is in a ring is gone with its last mapping. So wait for the recorder, which may have had no time yet
            # to make its own, to hang up.
            select.select([self._recorder], [], [])

    def _over(self) -> bool:
        if not self._reaped or self._loop.alive or self._abandoned != self._closed:
            return False
        if self._control is not None and self._control.open:
            return False
        # What came of the last answers may still be on its way, from a thread of ours.
        now = time.monotonic_ns()
        self._last = self._last or now + _LAST_NS
        return now >= self._last or not self._loop.held.giving

    def _tell(self, message: FromSupervisor) -> None:
        if self._control is not None:
            self._control.tell(message)

    def _disable_vdso(self, tid: int) -> None:
        why = self._vdso.disable(tid)
        if why and not self._vdso_failed:
            self._vdso_failed = True
            _complain(f"--vdso off: {why}")

    def _tick(self, now: int) -> bool:
        if self._loop.killing and self._loop.alive:
            self._kill_all()
        if self._abandoned and not self._closed:
            self._closed = True
            self._listener.close()
            self._keeper.send(report.ABANDONED)
        return (self._control is not None and self._control.tick(now)) or self._loop.killing

    def _target_ended(self) -> None:
        self._loop.unwatch(self._launched.pidfd)
        pid, status = os.waitpid(self._launched.process.pid, 0)
        self._launched.process.returncode = status
        self._reaped = True
        failure = self._launched.exec_errno()
        self._board.ended(status, failure)
        self._journal.event(records.TargetEnded(time.monotonic_ns(), pid, status))
        self._tell(TargetExited(status, failure, reason(self._settings.program.path, failure) if failure else ""))

    def _leave(self, how: str) -> None:
        """Do what the operator chose for the target, or what was laid down for the death of the screens."""
        if how == "died":
            how = "kill" if self._settings.on_exit == "kill" else "allow"
        self._loop.holding = self._loop.held.operated = False
        self._loop.stops.clear()
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


def _complain(text: str) -> None:
    """Say on standard error what a rule could not do."""
    with contextlib.suppress(OSError):
        os.write(2, f"seccomp-tui: {text}\n".encode())
