"""What turning recorded calls into text costs the recorder, next to strace's own user time in the same run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.decode.entry import Recorded
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory


@dataclass
class Cost:
    """Times of one program, or of several together; in seconds.

    Attributes:
        calls: how many were decoded.
        warm: for all of them, each line of the table compiled already: the best of the repetitions.
        cold: for all of them, by a decoder that has compiled nothing.
        strace_calls: lines of strace's runs.
        strace_user: user time of the strace processes, which also copy the memory and answer.
    """

    calls: int = 0
    warm: float = 0.0
    cold: float = 0.0
    strace_calls: int = 0
    strace_user: float = 0.0

    def add(self, other: Cost) -> None:
        """Add the times of another program."""
        self.calls += other.calls
        self.warm += other.warm
        self.cold += other.cold
        self.strace_calls += other.strace_calls
        self.strace_user += other.strace_user

    def microseconds(self) -> tuple[float, float, float]:
        """Return microseconds a call: warm, cold, strace's; 0 where nothing was measured."""
        calls, strace_calls = self.calls or 1, self.strace_calls or 1
        return self.warm * 1e6 / calls, self.cold * 1e6 / calls, self.strace_user * 1e6 / strace_calls


def cost_of(recorded: Sequence[Recorded], repeat: int) -> Cost:
    """Decode recorded calls as the recorder does, in processor time of this process.

    Args:
        recorded: the calls.
        repeat: how often, at least 1, after the first, cold time.
    """
    decoder = Decoder()
    times = []
    for _ in range(1 + repeat):
        start = time.process_time()
        for arch, nr, args, segments in recorded:
            decoder.call(arch, nr, args, RecordedMemory(segments))
        times.append(time.process_time() - start)
    return Cost(len(recorded), min(times[1:]), times[0])
