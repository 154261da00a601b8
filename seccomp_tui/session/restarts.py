"""Pairs calls that the kernel took back with the same calls made anew.

A signal, a debugger that attaches, a stopped and continued process: each ends the wait of a notification, and the
kernel makes the call again with the same registers, as a new notification of the same thread. In between come the calls
of a signal's handler, if there was one, up to its rt_sigreturn(2); what comes behind that is the call, or it was not
made again.
"""

from __future__ import annotations

from seccomp_tui.supervisor.records import CallRecord
from seccomp_tui.syscalls import numbers

_RETURNS = frozenset(("rt_sigreturn", "sigreturn"))
_NESTED = 8
"""Handlers that are interrupted themselves are followed so deep."""


class Restarts:
    """Follows the calls of all threads; costs nothing while none has been taken back."""

    def __init__(self) -> None:
        self._withdrawn: dict[int, list[CallRecord]] = {}
        self._returning: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._withdrawn)

    def withdrawn(self, call: CallRecord) -> None:
        """Take note that a call was taken back."""
        if call.tid:
            waiting = self._withdrawn.setdefault(call.tid, [])
            waiting.append(call)
            del waiting[:-_NESTED]

    def again(self, call: CallRecord) -> int:
        """Return the number of the call that this is once more, 0 when it is none."""
        waiting = self._withdrawn.get(call.tid)
        if waiting is None:
            return 0
        for index in range(len(waiting) - 1, -1, -1):
            before = waiting[index]
            if (before.arch, before.nr, before.ip, before.args) == (call.arch, call.nr, call.ip, call.args):
                self._keep(call.tid, waiting[:index])
                return before.seq
        if call.tid in self._returning:
            self._keep(call.tid, waiting[:-1])
        elif numbers.name(call.arch, call.nr) in _RETURNS:
            self._returning.add(call.tid)
        return 0

    def gone(self, tid: int) -> None:
        """A thread has ended."""
        self._keep(tid, [])

    def _keep(self, tid: int, waiting: list[CallRecord]) -> None:
        self._returning.discard(tid)
        if waiting:
            self._withdrawn[tid] = waiting
        else:
            self._withdrawn.pop(tid, None)
