"""The supervisor with targets: runs the loop, and ends when they and the screens have; `Running` is what all share."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from typing import TYPE_CHECKING

from seccomp_tui.kernel import results, tracepoints
from seccomp_tui.kernel.listener import Listener
from seccomp_tui.policy.answers import By
from seccomp_tui.supervisor import records
from seccomp_tui.supervisor.complaints import complain
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.loop import Loop
from seccomp_tui.supervisor.recordpipe import RecordPipe
from seccomp_tui.supervisor.settings import Ends, Settings
from seccomp_tui.supervisor.table import Table
from seccomp_tui.supervisor.threads import results_room
from seccomp_tui.supervisor.wire import FromSupervisor, Hello
from seccomp_tui.syscalls.arch import native

if TYPE_CHECKING:
    from seccomp_tui.kernel.following import Following
    from seccomp_tui.policy.rules import RuleSet
    from seccomp_tui.supervisor.control import Control


LAST_NS = 1_000_000_000
"""So long answers that are under way may take to be known before recording ends."""


class Prepared:
    """What can be done while the launcher is on its way to the gate, so that the target's first calls do not wait.

    Args:
        tid: the launcher; None: nothing is launched, and targets come later.
        operated: there are screens.

    Attributes:
        following: gets results of targets that come later; None: there are none.
        numbers: of the calls whose results are wanted, on all architectures; None: all.
    """

    def __init__(self, settings: Settings, tid: int | None, *, operated: bool) -> None:
        self._types: list[int] = []
        self._events: list[results.Opened] = []
        self.following: Following | None = None
        self.numbers = None if settings.wanted is None else {nr for arch in settings.wanted.values() for nr in arch}
        if settings.results:
            with contextlib.suppress(OSError):
                self._open(tid)
        self.table = Table(
            settings.wanted, settings.copy_limit, settings.descriptors, bool(self._events), settings.hold
        )
        self.table.prepare(native().token)
        self.rules: RuleSet | None = None
        if settings.rules or operated or settings.rules_dir is not None:  # some may be added
            from seccomp_tui.policy.rules import RuleSet

            self.rules = RuleSet(settings.rules)

    def _open(self, tid: int | None) -> None:
        if tid is None:
            from seccomp_tui.kernel.following import Following

            self.following = Following(results_room())
            self._types, self._events = self.following.types, self.following.rings
        else:
            types = tracepoints.ids(results.EVENTS)
            self._events = results.open_events(tid, types, self.numbers)
            self._types = types

    def offer(self, recorder: socket.socket) -> bool:
        """Let the recorder know what calls return, as far as the kernel tells us; False when it tells nothing."""
        try:
            results.send_rings(recorder, self._events, self._types)
        except OSError:  # nobody would read them, and all calls of the machine would pay for them
            results.close_events(self._events)
            self.following = None
            return False
        return bool(self._events)


class Running:
    """The loop and what it serves, from its start to its end.

    Args:
        listener: what the targets call by.
        killable: only a fatal signal ends the wait of a received call.
        target: the process that was launched, 0: none.
    """

    def __init__(
        self, settings: Settings, ends: Ends, prepared: Prepared, listener: Listener, *, killable: bool, target: int = 0
    ) -> None:
        self._settings = settings
        self._board = ends.board
        self._target = target
        self._listener = listener
        self._journal = Journal(RecordPipe(ends.record))
        self._recorder = socket.socket(fileno=ends.rings)
        self._results = prepared.offer(self._recorder)
        self._rules = prepared.rules
        self._killable = killable
        self._loop = Loop(
            settings,
            prepared.table,
            listener,
            self._journal,
            ends.board,
            prepared.rules,
            self._tell,
            complain,
            killable,
        )
        self._last = 0
        self._control: Control | None = None
        if ends.control is not None:
            from seccomp_tui.supervisor.control import Control

            sock = socket.socket(fileno=ends.control)
            self._control = Control(sock, self._journal, ends.board, self._leave)
            self._control.attach(self._loop, ends.commit)
            self._loop.held.operated = True
        self._loop.on_tick = self._tick

    def run(self) -> None:
        """Begin, and return when it is over."""
        now, wall = time.monotonic_ns(), time.time_ns()
        argv = self._settings.argv
        self._journal.event(records.Session(argv, self._settings.cwd, now, wall, self._target))
        self._tell(Hello(argv, self._target, wall - now, self._loop.holding, not self._killable))
        if self._rules is not None:
            for rule in self._rules.rules():
                self._journal.rule(rule)
        self._begin()
        self._loop.run(self._over)
        self._loop.held.abandon(By.NOBODY)
        if self._control is not None:
            self._control.close()
        self._loop.close()
        self._finish()

    def _begin(self) -> None:
        """Let the targets call."""

    def _finish(self) -> None:
        """Give the recorder what is left for it."""
        self._journal.pipe.finish()
        if self._results:
            # What is in a ring is gone with its last mapping. So wait for the recorder, which may have had no time yet
            # to make its own, to hang up.
            select.select([self._recorder], [], [])

    def _ended(self) -> bool:
        """Tell whether nothing is left of the targets that we wait for."""
        return not self._loop.alive

    def _over(self) -> bool:
        if not self._ended():
            return False
        if self._control is not None and self._control.open:
            return False
        # What came of the last answers may still be on its way, from a thread of ours.
        now = time.monotonic_ns()
        self._last = self._last or now + LAST_NS
        return now >= self._last or not self._loop.held.giving

    def _tell(self, message: FromSupervisor) -> None:
        if self._control is not None:
            self._control.tell(message)

    def _tick(self, now: int) -> bool:
        """Do what has come due; return whether more is soon."""
        return self._control is not None and self._control.tick(now)

    def _leave(self, how: str) -> None:
        """Do what the operator chose for the target, or what was laid down for the death of the screens.

        Args:
            how: "allow", "kill", "abandon" or "died".
        """
        raise NotImplementedError

    def _stop_holding(self) -> None:
        """Nobody is there to answer any more."""
        self._loop.holding = self._loop.held.operated = False
        self._loop.stops.clear()
