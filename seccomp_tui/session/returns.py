"""Results of calls, out of the kernel's rings.

The supervisor opens the rings while the target waits at the gate, and sends their descriptors.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable, Sequence

from seccomp_tui.kernel.results import Delivered, Ended, Exit, Lost, Ring, Sample, receive_rings, samples
from seccomp_tui.session.endings import Endings
from seccomp_tui.session.filled import Filled
from seccomp_tui.session.happenings import Happening
from seccomp_tui.session.pairing import Pairing
from seccomp_tui.session.recorder import Line
from seccomp_tui.supervisor.records import Late

_RECORDS_LAG_NS = 15_000_000
"""A record comes at most so long after its call (the supervisor's ticks); a backlog apart."""


class RingReturns:
    """Results from the rings of all CPUs.

    Args:
        rings: one a CPU.
        types: the numbers of `results.EVENTS`.
        done: called with each call that has its result, or will never have one.
        told: called with each signal and each end of a thread.
    """

    def __init__(
        self,
        rings: Sequence[Ring],
        types: Sequence[int],
        done: Callable[[Line], None],
        told: Callable[[Happening], None],
    ) -> None:
        self._rings = rings
        self._types = types
        self._done = done
        self._filled = Filled(self._complete)
        self._pairing = Pairing(self._filled.settled)
        self._endings = Endings()
        self._told = told
        self._ended: dict[int, Ended] = {}
        self._signals: dict[int, deque[Delivered]] = {}
        self._kept: list[Sample] = []

    @property
    def waiting(self) -> int:
        """How much more is to come: results of calls, signals."""
        return self._pairing.waiting + len(self._signals)

    def call(self, line: Line, /) -> None:
        """Take a call, whose result is wanted."""
        self._filled.moved_on(line.call.tid)
        self._endings.call(line)
        self._pairing.call(line)

    def late(self, late: Late, /) -> None:
        """Take what an earlier call has filled in."""
        self._filled.late(late)

    def gone(self, tid: int, /) -> None:
        """The supervisor has seen a thread's end: all its calls were taken."""
        self.catch_up()
        self._pairing.ended(tid)
        self._filled.moved_on(tid)
        if tid in self._signals:
            self._tell_signals(tid, time.monotonic_ns())
        ended = self._ended.pop(tid, None)
        if ended is not None:
            self._told(self._endings.ended(ended))

    def catch_up(self) -> None:
        """Take what has come since the last time."""
        found, lost = self._take()
        for sample in found:
            if isinstance(sample, Exit):
                self._pairing.exit(sample)
            elif isinstance(sample, Delivered):
                self._signals.setdefault(sample.tid, deque()).append(sample)
            else:
                # Its last calls may not have come yet; that it has gone will be told after them.
                self._ended[sample.tid] = sample
        if lost:
            self._pairing.give_up()
        if self._signals:
            self._tell_old_signals(time.monotonic_ns() - _RECORDS_LAG_NS)

    def _complete(self, line: Line) -> None:
        tid = line.call.tid
        if tid in self._signals:
            self._tell_signals(tid, line.call.time)
        self._done(line)

    def _tell_signals(self, tid: int, before: int) -> None:
        """Tell of the signals of a thread that came before a moment; what it did before them has been told."""
        signals = self._signals[tid]
        while signals and signals[0].time < before:
            self._told(self._endings.delivered(signals.popleft()))
        if not signals:
            del self._signals[tid]

    def _tell_old_signals(self, before: int) -> None:
        """Tell of the signals of threads that have made no call since, and have returned from the one before."""
        for tid in list(self._signals):
            if not self._filled.waits(tid):
                self._tell_signals(tid, min(before, self._pairing.waits_since(tid, before)))

    def close(self) -> None:
        """Take what is left, and give the rings back."""
        self.catch_up()
        self._pairing.give_up()
        self._filled.close()
        self._tell_old_signals(time.monotonic_ns())
        for ended in self._ended.values():
            self._told(self._endings.ended(ended))
        for ring in self._rings:
            ring.close()

    def _take(self) -> tuple[list[Sample], int]:
        """Return what has happened before this call, in order, and how many samples were lost.

        A thread goes from one CPU to another, so what is newer than this call's beginning is kept for the next: in the
        rings that are read first there may be older ones still to come.
        """
        horizon = time.monotonic_ns()
        found, lost = self._kept, 0
        for ring in self._rings:
            for sample in samples(ring.drain(), self._types):
                if isinstance(sample, Lost):
                    lost += sample.samples
                else:
                    found.append(sample)
        found.sort(key=_time)
        cut = len(found)
        while cut and found[cut - 1].time >= horizon:
            cut -= 1
        self._kept = found[cut:]
        return found[:cut], lost


def _time(sample: Sample) -> int:
    return sample.time


def accept(from_: socket.socket, done: Callable[[Line], None], told: Callable[[Happening], None]) -> RingReturns | None:
    """Take the rings that the supervisor has sent; None when it has none."""
    received = receive_rings(from_)
    return RingReturns(*received, done, told) if received else None
