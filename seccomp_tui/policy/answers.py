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


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """One answer: its kind, and the errno (1..4095, positive) or the return value (signed 64 bit) it carries."""

    kind: Kind
    value: int = 0


ALLOW = Answer(Kind.ALLOW)
KILL = Answer(Kind.KILL)


def was_taken(kind: int, value: int, result: int | None) -> bool:
    """Tell whether a call returned what it was answered with; one of which nothing is known is taken to.

    Args:
        kind, value: of the answer.
        result: what the call returned, signed; an architecture may have narrower words.
    """
    wanted = -value if kind == Kind.ERRNO else value
    if result is None or kind not in (Kind.ERRNO, Kind.RETURN) or result == wanted:
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
