"""The answers that a trapped call can get.

An `Answer` says what the target shall see; how the kernel is told is the supervisor's business.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

ERRNO_MAX = 4095
"""Largest errno the kernel can hand back (MAX_ERRNO, linux/err.h)."""


class Kind(IntEnum):
    """What an answer does. The numbers are written into recordings: never renumber."""

    NONE = 0
    ALLOW = 1
    ERRNO = 2
    RETURN = 3
    KILL = 4
    FD = 5
    """A descriptor is put into the target, and the call returns its number."""
    PERFORM = 6
    """The supervisor makes this very call in the target's place."""
    FILL = 7
    """As RETURN, with the value that follows from what was filled in. In recordings it is a RETURN."""
    HOLD = 8
    """Of rules only: the call is held for the operator."""


class State(IntEnum):
    """Where a call stands. The numbers are written into recordings: never renumber."""

    HELD = 1
    ANSWERED = 2
    GONE = 3


class By(IntEnum):
    """Who gave the answer. The numbers are written into recordings: never renumber."""

    NOBODY = 0
    UNHELD = 1
    """Nothing asked to hold the call."""
    STARTUP = 2
    """Would have been held, but is a start-up call of its process."""
    OPERATOR = 3
    LEAVING = 4
    """Let go because the operator left, or the screens died."""
    ON_EXIT = 5
    """Answered by the keeper, by --on-exit: the supervisor had died, and nothing was recorded any more."""
    RULE = 6
    TIMEOUT = 7
    """Held for too long (--hold-timeout)."""


class Content(msgspec.Struct, frozen=True, array_like=True):
    """What is written where an argument points to.

    Attributes:
        argument: its name, or `arg0` to `arg5`.
        values: the bytes of a buffer, or the names of the entries of a folder.
        word: of what is just one number: as the decoder prints it (`syscalls/encode.py`).
        fields: of a struct, those that are not zero, likewise.
    """

    argument: str
    values: tuple[bytes, ...] = ()
    word: str = ""
    fields: tuple[tuple[str, str], ...] = ()


class File(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A file that the operator names, opened with the supervisor's rights and in its folders.

    Attributes:
        flags, mode: as of open(2).
    """

    path: bytes
    flags: int = 0
    mode: int = 0


class Pipe(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The read end of a pipe out of which these bytes come, and then nothing."""

    data: bytes


class Memory(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A file that exists nowhere (memfd_create(2)), with these contents; its offset is 0."""

    data: bytes


class Edited(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Such a file, with the contents of the one that the call opens, in which every `old` is replaced by `new`."""

    old: bytes
    new: bytes


class Descriptor(msgspec.Struct, frozen=True, array_like=True):
    """A descriptor that is put into the target.

    Attributes:
        number: which it shall be there, in the place of what was; -1: the lowest free one.
        cloexec: it is closed at an execve; None: as the call asks for.
    """

    source: File | Pipe | Memory | Edited
    number: int = -1
    cloexec: bool | None = None


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """One answer, and what goes with it.

    Attributes:
        value: the errno (1..4095, positive) or the return value (signed 64 bit). In a recording, of FD the number in
            the target and of PERFORM the result, -errno when it failed.
        fills: what is written into out-arguments before the call returns; after PERFORM it is laid over the outcome.
        descriptor: what FD gives.
        pokes: what is written into the target's memory before it goes on. Of PERFORM it changes the copy, and with it
            what is performed; the target's memory stays as it is.
        delay: the answer is given after so many nanoseconds.
        signal: is sent to the thread with the answer.
        privileged: PERFORM with the supervisor's rights and not the target's.
    """

    kind: Kind
    value: int = 0
    fills: tuple[Content, ...] = ()
    descriptor: Descriptor | None = None
    pokes: tuple[Content, ...] = ()
    delay: int = 0
    signal: int = 0
    privileged: bool = False

    @property
    def plain(self) -> bool:
        """It is one answer to the kernel, and nothing else is to be done."""
        return self.kind <= Kind.KILL and not (self.fills or self.pokes or self.delay or self.signal)


ALLOW = Answer(Kind.ALLOW)
KILL = Answer(Kind.KILL)


def was_taken(kind: int, value: int, result: int | None) -> bool:
    """Tell whether a call returned what it was answered with; one of which nothing is known is taken to.

    Args:
        kind, value: of the answer.
        result: what the call returned, signed; an architecture may have narrower words.
    """
    wanted = -value if kind == Kind.ERRNO else value
    if result is None or kind in (Kind.NONE, Kind.ALLOW, Kind.KILL) or result == wanted:
        return True
    return not (result ^ wanted) & 0xFFFF_FFFF and result >> 32 in (0, -1)


def errno_answer(number: int) -> Answer:
    """Return the answer that makes the call fail with errno `number`.

    Raises:
        ValueError: `number` is not in 1..4095. The kernel would not complain: it hands such a value back as success.
    """
    if not 1 <= number <= ERRNO_MAX:
        raise ValueError(f"errno must be 1..{ERRNO_MAX}, not {number}")
    return Answer(Kind.ERRNO, number)


def return_answer(value: int) -> Answer:
    """Return the answer that makes the call return `value`.

    Args:
        value: any 64-bit value, signed or unsigned.

    Raises:
        ValueError: `value` does not fit 64 bits.
    """
    if not -(1 << 63) <= value < 1 << 64:
        raise ValueError(f"a return value has 64 bits: {value} does not fit")
    return Answer(Kind.RETURN, value - (1 << 64) if value >= 1 << 63 else value)
