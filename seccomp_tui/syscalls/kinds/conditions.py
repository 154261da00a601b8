"""When an argument is there at all: what stands behind `if` and `unless` in the tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.prototypes import Condition

from .base import ANY_STRUCT, FACTORIES, Place, Printer

_FILE_TYPE = 0o170000
_CHANGED_BESIDE = ("pollfd", "fd_set", "timeval", "timespec", "timespec64")
"""What strace prints as it went in though the call changes it: what has changed stands beside the result."""


def printer(place: Place) -> Printer:
    """Return what prints one argument, with its condition."""
    argument = place.argument
    changed_beside = argument.direction == "inout" and argument.kind in _CHANGED_BESIDE
    as_before = place.style.after and (argument.direction == "in" or changed_beside)
    if as_before:
        place = replace(place, style=replace(place.style, after=False))
    show = (FACTORIES.get(place.argument.kind) or FACTORIES[ANY_STRUCT])(place)
    if as_before:
        show = _as_before(show)
    holds = presence(place)
    if holds is None:
        return show

    def conditional(args: Sequence[int], memory: Memory) -> str | None:
        return show(args, memory) if holds(args) else None

    return conditional


def presence(place: Place) -> Callable[[Sequence[int]], bool] | None:
    """Return the test whether an argument is there; None for one that always is."""
    condition = place.argument.condition
    return _condition(condition, place) if condition else None


def _as_before(show: Printer) -> Printer:
    """Return what prints an argument that the call has read as it was when the call was entered."""
    return lambda args, memory: show(args, earlier(memory))


def _condition(condition: Condition, place: Place) -> Callable[[Sequence[int]], bool]:
    """Return the test whether an argument is there."""
    index, mask = place.indexes[condition.argument], place.mask
    if condition.test == ">":
        least = int(condition.operands[0])
        return lambda args: args[index] & mask > least
    values = [_constant(operand, condition.argument, place) for operand in condition.operands]
    if condition.test == "has":
        return lambda args: _has(args[index], values) is not condition.negated
    if condition.test == "is":
        return lambda args: (args[index] & _FILE_TYPE in values) is not condition.negated
    return lambda args: (args[index] & mask in values) is not condition.negated


def _has(bits: int, values: list[int]) -> bool:
    """Tell whether all bits of one of the values are there."""
    for value in values:  # noqa: SIM110 - twice as fast as any()
        if bits & value == value:
            return True
    return False


def _constant(name: str, argument: str, place: Place) -> int:
    """Return a number, or the value of a name: from the set of the argument that decides, or a type of file."""
    if name.isdigit():
        return int(name)
    for candidate in reversed(place.arguments):  # an operation's own come last
        if candidate.name == argument and candidate.options:
            value = constants.table(candidate.options[0], place.arch.token).value(name)
            if value is not None:
                return value
    return constants.table("file_type").names[name]
