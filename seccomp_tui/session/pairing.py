"""Which result belongs to which call: the calls as the supervisor has seen them, the exits as the kernel tells them.

A thread's exits come in the order of its calls, so its next exit at or after a call's receipt, with the same number, is
that call's. What has no call: a child's first exit, of the clone that made it. What has no exit: exit, exit_group, and
whatever a thread was in when it was killed.

Source: kernel/seccomp.c, kernel/entry/common.c; raw_syscalls:sys_exit reports rt_sigreturn as number -1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from seccomp_tui.kernel.results import Exit
from seccomp_tui.session.recorder import Line, Result

_MOST_EXITS = 4096
"""Exits kept of a thread while no calls come; the newest are the ones wanted."""
_KEPT_NS = 1_000_000_000
"""So long at most they are kept, since records of calls come soon; an exit has a kilobyte of the stack with it."""
_SIGRETURN = -1
_made = tuple.__new__
"""Makes a NamedTuple without the steps of its own constructor."""


class Pairing:
    """Gives calls their results.

    Args:
        done: called with each call as soon as its result is known, or known to be lost.

    Attributes:
        waiting: how many calls have none yet.
    """

    def __init__(self, done: Callable[[Line], None]) -> None:
        self.waiting = 0
        self._certain_from = 0
        self._done = done
        self._calls: dict[int, deque[Line]] = {}
        self._exits: dict[int, deque[Exit]] = {}
        self._several: set[int] = set()
        """Threads that have made their next call before the result of one was known."""
        self._untold: dict[int, set[int]] = {}
        """Numbers of the calls of a thread of whose returns nothing is told; they do not wait."""

    def call(self, line: Line) -> None:
        """Take a call, in the order of receipt."""
        tid = line.call.tid
        self.waiting += 1
        if not tid or (tid in self._untold and line.call.nr in self._untold[tid]):
            # Threads that have no number here can't be told apart.
            self._settle(line, None)
            return
        calls = self._calls.get(tid)
        if calls is None:
            calls = self._calls[tid] = deque()
        calls.append(line)
        if len(calls) > 1:
            self._several.add(tid)
        exits = self._exits.get(tid)
        while exits and self._taken(calls, exits[0]):
            exits.popleft()

    def exit(self, sample: Exit, *, ahead: bool = True) -> None:
        """Take the return of a call, in the order of time.

        Args:
            ahead: its call may still be to come; else, without one, it is of a call that was not trapped.
        """
        tid = sample.tid
        if tid in self._untold:
            self._untold[tid].discard(sample.nr)
        exits = self._exits.get(tid)
        if not exits:
            calls = self._calls.get(tid)
            if (calls and self._taken(calls, sample)) or not ahead:
                return
            if exits is None:
                exits = self._exits[tid] = deque(maxlen=_MOST_EXITS)
        while exits and exits[0].time < sample.time - _KEPT_NS:
            exits.popleft()
        exits.append(sample)

    def complete(self, moment: int) -> None:
        """All exits before a moment have been taken: of calls whose thread has made another by then, none will come."""
        for tid in self._several:
            calls = self._calls.get(tid)
            while calls and len(calls) > 1 and calls[1].call.time <= moment:
                line = calls.popleft()
                if line.call.time >= self._certain_from:
                    self._untold.setdefault(tid, set()).add(line.call.nr)
                self._settle(line, None)
        self._several = {tid for tid in self._several if len(self._calls.get(tid, ())) > 1}

    def ended(self, tid: int) -> None:
        """A thread has ended: what it had not returned from has no result."""
        for line in self._calls.pop(tid, ()):
            self._settle(line, None)
        self._exits.pop(tid, None)
        self._untold.pop(tid, None)

    def lost(self, moment: int) -> None:
        """Exits are missing of which some came before this moment."""
        self._certain_from = moment

    def give_up(self) -> None:
        """No result of the calls that wait will come."""
        for tid in list(self._calls):
            self.ended(tid)
        self._exits.clear()

    def _taken(self, calls: deque[Line], sample: Exit) -> bool:
        """Give the exit to the call of its thread that it belongs to; False when that may be one that is to come."""
        moment, _, _, nr, value, sp, stack = sample
        while calls:
            line = calls[0]
            call = line.call
            if moment < call.time:
                return True  # of a call before our first, or of the clone that made this thread
            if len(calls) == 1:
                if call.time < self._certain_from:
                    return False  # an exit may be missing: the thread's next call will tell
            elif calls[1].call.time <= moment:
                # It is a later call's. Of this one nothing was told: it was withdrawn, or its sample was lost.
                self._settle(calls.popleft(), None)
                continue
            if nr in (call.nr, _SIGRETURN):
                self._settle(calls.popleft(), _made(Result, (value, moment, (sp, stack))))
            return True
        return False

    def _settle(self, line: Line, result: Result | None) -> None:
        self.waiting -= 1
        line.result = result
        self._done(line)
