"""What happens to threads besides their calls, as the kernel's tracepoints tell it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignalTaken:
    """A signal was delivered to a thread.

    Attributes:
        time: CLOCK_MONOTONIC, in nanoseconds.
        code, errno: of its siginfo, signed.
    """

    time: int
    pid: int
    tid: int
    signal: int
    code: int
    errno: int


@dataclass(frozen=True, slots=True)
class ThreadEnded:
    """A thread has ended.

    Attributes:
        time: CLOCK_MONOTONIC, in nanoseconds.
        last: it was the last one of its process.
        code: with what it has called exit; None: unknown, or a signal ended it.
        signal: the signal that ended it, 0 for none.
    """

    time: int
    pid: int
    tid: int
    last: bool
    code: int | None
    signal: int


Happening = SignalTaken | ThreadEnded
