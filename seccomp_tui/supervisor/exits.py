"""Lets a process end at a moment when its parent can take the SIGCHLD.

A signal with a handler that comes while a notification is queued but not yet received makes the call fail with EINTR
(unless the handler restarts it), even a fork, a pipe or a close, which never do so by themselves. We receive as soon
as we can, but between the trap and RECV lie some microseconds, and a shell that starts a pipeline traps all the time
while its first child ends: one run of dash in ten would fail with "Cannot fork". No flag of the kernel helps:
SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV protects a call from its receipt on.

The one signal whose sending we see beforehand is the commonest: SIGCHLD, sent by an exit_group that we are asked to
allow. So it is allowed while the parent has a received, unanswered call, which is answered when the child has died;
or while the parent sleeps in a call that the kernel is really doing, where a signal does what it always does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.kernel.processes import asleep_and_catching
from seccomp_tui.supervisor.threads import Thread, Threads

_PATIENCE_NS = 50_000_000
"""How long an exit waits for a parent that neither calls nor sleeps, and a parent for a child that does not die."""
_SIGCHLD = 17


@dataclass(slots=True)
class _Due:
    """Exits that wait for their parent's next call: (notification, thread id)."""

    until: int
    exits: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Parked:
    """A parent's call that waits until these children have died."""

    until: int
    notification: bytearray
    dying: set[int]


class Exits:
    """The exits that are not allowed yet, and the calls that wait for them.

    Args:
        drain: receives all that is queued and returns the ids of the threads whose calls wait to be processed.
        ready: where calls are put that can now be processed.

    Attributes:
        waiting: something waits, so `stop` must be asked for each received call.
    """

    def __init__(
        self,
        listener: Listener,
        threads: Threads,
        drain: Callable[[], set[int]],
        ready: deque[bytearray],
    ) -> None:
        self.waiting = False
        self._listener = listener
        self._threads = threads
        self._drain = drain
        self._ready = ready
        self._due: dict[int, _Due] = {}
        self._parked: dict[int, _Parked] = {}

    def allow(self, notification: int, thread: Thread, now: int) -> bool:
        """Allow an exit_group, at once or as soon as its parent can take it; False when it is gone already."""
        parent = thread.identity.ppid
        if self._threads.get(parent) is None or not asleep_and_catching(parent, _SIGCHLD)[1]:
            return self._listener.allow(notification)
        due = self._due.setdefault(parent, _Due(now + _PATIENCE_NS))
        due.exits.append((notification, thread.identity.tid))
        self.waiting = True
        self._try(parent)
        return True

    def stops(self, tid: int, notification: bytearray, now: int) -> bool:
        """Look at a received call: if exits have waited for it, allow them and keep it until the children are dead."""
        # A newer call of a parked thread: a signal has withdrawn the parked one.
        self._parked.pop(tid, None)
        due = self._due.pop(tid, None)
        if due is None:
            self._settle()
            return False
        dying = {child for exit_, child in due.exits if self._listener.allow(exit_)}
        if dying:
            self._parked[tid] = _Parked(now + _PATIENCE_NS, notification, dying)
        self._settle()
        return bool(dying)

    def thread_ended(self, tid: int) -> None:
        """Let go on who waited for this death."""
        for parent, parked in list(self._parked.items()):
            parked.dying.discard(tid)
            if not parked.dying:
                self._unpark(parent)
        self._settle()

    def tick(self, now: int) -> None:
        """Look again at parents that were running, and give up on what takes too long."""
        for parent, due in list(self._due.items()):
            if now > due.until:
                self._allow_due(parent)
            else:
                self._try(parent)
        for parent, parked in list(self._parked.items()):
            if now > parked.until:
                self._unpark(parent)
        self._settle()

    def notifications(self) -> list[int]:
        """Return the ids of all notifications that wait here."""
        due = [notification for due in self._due.values() for notification, _ in due.exits]
        return due + [int.from_bytes(parked.notification[:8], "little") for parked in self._parked.values()]

    def abandon(self) -> None:
        """The listener closes: nothing can be allowed any more."""
        self._due.clear()
        self._parked.clear()
        self.waiting = False

    def _try(self, parent: int) -> None:
        """Allow what is due if the parent sleeps in the kernel: not in a trap, whose notification we would have."""
        asleep, _ = asleep_and_catching(parent, _SIGCHLD)
        if asleep and parent not in self._drain() and parent in self._due:
            self._allow_due(parent)
            self._settle()

    def _allow_due(self, parent: int) -> None:
        for notification, _ in self._due.pop(parent).exits:
            self._listener.allow(notification)

    def _unpark(self, parent: int) -> None:
        self._ready.append(self._parked.pop(parent).notification)

    def _settle(self) -> None:
        self.waiting = bool(self._due or self._parked)
