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

    def call(self, line: Line) -> None:
        """Take a call, in the order of receipt."""
        tid = line.call.tid
        self.waiting += 1
        calls = self._calls.get(tid)
        if calls is None:
            calls = self._calls[tid] = deque()
        calls.append(line)
        exits = self._exits.get(tid)
        while exits and self._taken(calls, exits[0]):
            exits.popleft()

    def exit(self, sample: Exit) -> None:
        """Take the return of a call, in the order of time."""
        tid = sample.tid
        exits = self._exits.get(tid)
        if not exits:
            calls = self._calls.get(tid)
            if calls and self._taken(calls, sample):
                return
            if exits is None:
                exits = self._exits[tid] = deque(maxlen=_MOST_EXITS)
        exits.append(sample)

    def ended(self, tid: int) -> None:
        """A thread has ended: what it had not returned from has no result."""
        for line in self._calls.pop(tid, ()):
            self._settle(line, None)
        self._exits.pop(tid, None)

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
