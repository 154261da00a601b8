"""Signals, and how threads end: put together from what the kernel tells and from the calls that were seen.

The kernel's tracepoint of a thread's end does not say with what code: that is the argument of the exit or exit_group
that was called, or the signal that was delivered and had no handler. A signal that ends a process at once is delivered
as SIGKILL (kernel/signal.c, complete_signal); which one it was we know only where the target itself has sent it.
"""

from __future__ import annotations

from seccomp_tui.kernel.results import Delivered, Ended, Sent
from seccomp_tui.session.happenings import UNKNOWN, SignalTaken, ThreadEnded
from seccomp_tui.session.recorder import Line

_DEFAULT_ACTION = 0
_SIGKILL, _SIGCHLD, _SIGCONT, _SIGURG, _SIGWINCH = 9, 17, 18, 23, 28
_HARMLESS = (_SIGCHLD, _SIGCONT, _SIGURG, _SIGWINCH)
"""Signals whose default is to do nothing."""
_STOPPING = (19, 20, 21, 22)
_LOW_BYTE = 0xFF


class Endings:
    """Remembers what will have ended a thread."""

    def __init__(self) -> None:
        self._codes: dict[int, int] = {}
        self._signals: dict[int, int] = {}
        self._sent: dict[int, int] = {}

    def call(self, line: Line) -> None:
        """Note a call that ends its thread, or its process."""
        call = line.call
        if line.name == "exit_group":
            self._codes[call.pid] = call.args[0] & _LOW_BYTE
        elif line.name == "exit":
            self._codes.setdefault(call.tid, call.args[0] & _LOW_BYTE)

    def sent(self, sample: Sent) -> None:
        """Note a signal on its way."""
        if sample.signal not in _HARMLESS and sample.signal not in _STOPPING:
            self._sent[sample.to] = sample.signal

    def delivered(self, sample: Delivered) -> SignalTaken:
        """Note a signal."""
        number = sample.signal
        if number == _SIGKILL:
            number = self._sent.get(sample.tid, self._sent.get(sample.pid, UNKNOWN))
        if sample.handler == _DEFAULT_ACTION and number not in _HARMLESS and number not in _STOPPING:
            self._signals.setdefault(sample.pid, number)
        self._sent.pop(sample.tid, None)
        self._sent.pop(sample.pid, None)
        code = sample.code if number == sample.signal else None
        return SignalTaken(sample.time, sample.pid, sample.tid, number, code, sample.errno)

    def ended(self, sample: Ended) -> ThreadEnded:
        """Return how a thread has ended."""
        code = self._codes.get(sample.pid, self._codes.get(sample.tid))
        signal = self._signals.get(sample.pid, 0) if code is None else 0
        self._codes.pop(sample.tid, None)
        self._sent.pop(sample.tid, None)
        if sample.last:
            self._signals.pop(sample.pid, None)
            self._codes.pop(sample.pid, None)
        return ThreadEnded(sample.time, sample.pid, sample.tid, sample.last, code, signal)
