"""What happens to threads besides their calls, as the kernel's tracepoints tell it."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = -1
"""The number of a signal that has ended a process and that we can't tell."""


@dataclass(frozen=True, slots=True)
class SignalTaken:
    """A signal was delivered to a thread.

    Attributes:
        time: CLOCK_MONOTONIC, in nanoseconds.
        signal: its number; -1: one that ends the process and that we can't tell.
        code, errno: of its siginfo, signed; a code of None is not known.
    """

    time: int
    pid: int
    tid: int
    signal: int
    code: int | None
    errno: int


@dataclass(frozen=True, slots=True)
class ThreadEnded:
    """A thread has ended.

    Attributes:
        time: CLOCK_MONOTONIC, in nanoseconds.
        last: it was the last one of its process.
        code: with what it has called exit; None: unknown, or a signal ended it.
        signal: the signal that ended it, 0 for none, -1 for one that we can't tell.
    """

    time: int
    pid: int
    tid: int
    last: bool
    code: int | None
    signal: int


@dataclass(frozen=True, slots=True)
class Restarted:
    """A call that the kernel took back has come again, as a new one.

    Attributes:
        seq: its number, of old.
        again: its number now.
    """

    seq: int
    again: int


@dataclass(frozen=True, slots=True)
class Unseen:
    """From now on something of the program can't be seen.

    Attributes:
        time: CLOCK_MONOTONIC, in nanoseconds.
        seq: number of the call that brought it.
        what: a key of `policy.unseen.EXPLAINED`.
    """

    time: int
    seq: int
    pid: int
    tid: int
    what: str


Happening = SignalTaken | ThreadEnded | Restarted | Unseen
