"""Results of calls, out of the kernel's rings.

The supervisor opens the rings while the target waits at the gate, and sends their descriptors.
"""

from __future__ import annotations

import socket
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from operator import itemgetter

from seccomp_tui.kernel.results import Delivered, Ended, Exit, Ring, Sample, Sent, receive_rings, samples
from seccomp_tui.session.endings import Endings
from seccomp_tui.session.filled import Filled
from seccomp_tui.session.happenings import Happening
from seccomp_tui.session.pairing import Pairing
from seccomp_tui.session.recorder import Line
from seccomp_tui.supervisor.records import Late

_time = itemgetter(0)
_MOST_KEPT = 1 << 17
"""So many samples wait at most for their calls, of which many have a kilobyte; more stay in the rings, or are lost."""
_RECORDS_LAG_NS = 1_000_000_000
"""So long after its call a record has surely come, even on a busy machine; a backlog apart."""

_TWICE_NS = 20_000
"""In so short a time nothing happens to a thread twice; but signals from this number on queue up."""
_QUEUED = 32
_RECENT = 64


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
        self._told_at: dict[tuple[object, ...], int] = {}
        self._happened: deque[Delivered | Ended | Sent] = deque()
        self._postponed: dict[int, list[Delivered]] = {}
        self._newest = 0
        self._kept: list[Sample] = []
        """In order, the next one at `_at`; up to the moment `_whole` they are all there are."""
        self._fresh: list[Sample] = []
        """What has come since: while the recorder is behind, more and more would be put in order each time."""
        self._at = self._whole = 0
        self._drained = 0
        """All exits before this moment have been taken out of the rings."""
        self._known_to = self._last = 0
        """The last moment that the rings told of, the time before last and the last time."""

    @property
    def waiting(self) -> int:
        """How much more is to come: results of calls, signals."""
        return self._pairing.waiting + len(self._happened)

    def call(self, line: Line, /) -> None:
        """Take a call, whose result is wanted."""
        self._newest = line.call.time
        self._filled.called(line)
        self._endings.call(line)
        self._pairing.call(line)

    def late(self, late: Late, /) -> None:
        """Take what an earlier call has filled in."""
        self._filled.late(late)

    def reached(self, moment: int, /) -> None:
        """All calls up to a moment have been taken."""
        self._newest = moment
        self.catch_up(quiet=False)

    def gone(self, tid: int, /) -> None:
        """A thread has ended, and all its calls were taken."""
        self._pairing.ended(tid)
        self._filled.ended(tid)

    def catch_up(self, quiet: bool) -> None:
        """Take what has come since the last time.

        What is newer than the newest call waits while calls come: the calls that it belongs to may be far behind.
        """
        now = time.monotonic_ns()
        found, lost = self._take(now if quiet else self._newest)
        if lost:
            self._pairing.lost(now)
        newest = self._newest
        for sample in found:
            if isinstance(sample, Exit):
                self._pairing.exit(sample, ahead=sample.time >= newest)
            elif not self._again(sample):
                self._happened.append(sample)
        self._pairing.complete(self._drained)
        # Up to the newest all calls have been taken; when none come, those of a while ago.
        self._tell(max(self._newest, now - _RECORDS_LAG_NS) if quiet else self._newest)

    def _again(self, sample: Delivered | Ended | Sent) -> bool:
        """Tell whether this was told already: a task that started while its parent's events were opened has two."""
        if isinstance(sample, Delivered) and sample.signal >= _QUEUED:
            return False
        what, moment = (type(sample), *sample[1:]), sample[0]
        twice = moment - self._told_at.pop(what, 0) < _TWICE_NS
        self._told_at[what] = moment
        if len(self._told_at) > _RECENT:
            del self._told_at[next(iter(self._told_at))]
        return twice

    def _complete(self, line: Line) -> None:
        if self._happened:
            self._tell(line.call.time)
        self._done(line)
        for signal in self._postponed.pop(line.call.tid, ()) if self._postponed else ():
            self._told(self._endings.delivered(signal))

    def _tell(self, before: int) -> None:
        """Tell of signals and ends of threads that came before a moment, in their order."""
        while self._happened and self._happened[0].time < before:
            sample = self._happened.popleft()
            if isinstance(sample, Sent):
                self._endings.sent(sample)
            elif isinstance(sample, Ended):
                self._pairing.ended(sample.tid)
                self._filled.ended(sample.tid)
                self._told(self._endings.ended(sample))
            elif self._filled.waits(sample.tid):
                self._postponed.setdefault(sample.tid, []).append(sample)
            else:
                self._told(self._endings.delivered(sample))

    def close(self) -> None:
        """Take what is left, and give the rings back."""
        self.catch_up(quiet=True)
        self._pairing.give_up()
        self._filled.close()
        self._tell(time.monotonic_ns())
        for ring in self._rings:
            ring.close()

    def _take(self, horizon: int) -> tuple[list[Sample], int]:
        """Return what has happened before the moment `horizon`, in order, and how many samples were lost.

        A thread goes from one CPU to another, so what is newer is kept for the next time: in the rings that are read
        first there may be older ones still to come.
        """
        lost = 0
        if len(self._kept) - self._at + len(self._fresh) < _MOST_KEPT:
            self._known_to, self._drained = self._last, self._newest
            for data in [ring.drain() for ring in self._rings]:
                lost += samples(data, self._types, self._fresh)
                self._last = max(self._last, self._fresh[-1].time) if self._fresh else self._last
        if horizon > self._whole:
            self._kept = sorted(self._kept[self._at :] + self._fresh, key=_time)
            self._at, self._fresh, self._whole = 0, [], self._known_to
        start, self._at = self._at, bisect_left(self._kept, horizon, self._at, key=_time)
        return self._kept[start : self._at], lost


def accept(from_: socket.socket, done: Callable[[Line], None], told: Callable[[Happening], None]) -> RingReturns | None:
    """Take the rings that the supervisor has sent; None when it has none."""
    received = receive_rings(from_)
    return RingReturns(*received, done, told) if received else None
