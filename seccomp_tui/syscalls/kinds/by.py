"""Arguments that depend on another one: fcntl, ioctl, futex, prctl, ... What they mean stands in operations.txt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seccomp_tui.syscalls import constants, ioctls, operations
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.operations import Operations

from .base import Place, Printer, at, kind
from .conditions import printer
from .scalars import hex_text

_INT = 0xFFFFFFFF


def of(place: Place) -> Operations:
    """Return what the deciding argument of a `by` argument decides."""
    return operations.find(place.call, place.option, place.arch.token)


def chosen(place: Place, value: int) -> list[Place]:
    """Return the arguments that stand from `place` on when the deciding argument is `value`."""
    arguments = of(place).arguments(value)
    indexes = place.indexes | {argument.name: place.index + at for at, argument in enumerate(arguments)}
    beside = place.arguments + arguments
    return [
        replace(place, argument=argument, arguments=beside, indexes=indexes)
        for argument in arguments
        if argument.kind != "skip"
    ]


@kind("by")
def by(place: Place) -> Printer:
    """Choose by the argument that decides: `by cmd`. Prints several arguments, or none."""
    known = of(place)
    deciding = place.indexes[place.option]
    made: dict[int, list[Printer]] = {}

    def build(value: int) -> list[Printer]:
        shows = [printer(each) for each in chosen(place, value)]
        if known.key(value) in known.lines:  # the target can make up any number of others
            made[known.key(value)] = shows
        return shows

    def show(args: Sequence[int], memory: Memory) -> str | None:
        value = args[deciding]
        shows = made.get(known.key(value))
        if shows is None:
            shows = build(value)
        return ", ".join([text for each in shows if (text := each(args, memory)) is not None]) or None

    return show


# --- ioctl ---


@kind("ioctl_request")
def ioctl_request(place: Place) -> Printer:
    """A request of ioctl(2): its names, or what its number is made of."""
    token = place.arch.token
    return at(place, lambda value: ioctls.text(value & _INT, token))


# --- futex ---

_PRIVATE, _REALTIME = 0x80, 0x100
_CLOCKED = ("FUTEX_WAIT", "FUTEX_WAIT_BITSET", "FUTEX_WAIT_REQUEUE_PI")
_ANY_BIT = _INT
_OPERATIONS = ("SET", "ADD", "OR", "ANDN", "XOR")
_COMPARISONS = ("EQ", "NE", "LT", "LE", "GT", "GE")


@kind("futex_op")
def futex_op(place: Place) -> Printer:
    """A futex operation: `FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME`; not every one may name a clock."""
    operations = constants.table("futex_op").names
    names = {value: name for name, value in operations.items()}
    names |= {value | _PRIVATE: f"{name}_PRIVATE" for name, value in operations.items() if name != "FUTEX_FD"}
    names[operations["FUTEX_FD"] | _PRIVATE] = "FUTEX_FD|FUTEX_PRIVATE_FLAG"
    for operation in _CLOCKED:
        for value in (operations[operation], operations[operation] | _PRIVATE):
            names[value | _REALTIME] = f"{names[value]}|FUTEX_CLOCK_REALTIME"
    return at(place, lambda word: names.get(word & _INT) or f"{word & _INT:#x} /* FUTEX_??? */")


@kind("futex_wake_op")
def futex_wake_op(place: Place) -> Printer:
    """What FUTEX_WAKE_OP does to the second word, and when it wakes there."""

    def text(word: int) -> str:
        value = word & _INT
        operation, comparison = value >> 28 & 7, value >> 24 & 0xF
        what = f"{operation:#x}<<28 /* FUTEX_OP_??? */"
        if operation < len(_OPERATIONS):
            what = f"FUTEX_OP_{_OPERATIONS[operation]}<<28"
        how = f"{comparison:#x}<<24 /* FUTEX_OP_CMP_??? */"
        if comparison < len(_COMPARISONS):
            how = f"FUTEX_OP_CMP_{_COMPARISONS[comparison]}<<24"
        shift = "FUTEX_OP_OPARG_SHIFT<<28|" if value >> 28 & 8 else ""
        return f"{shift}{what}|{hex_text(value >> 12 & 0xFFF)}<<12|{how}|{hex_text(value & 0xFFF)}"

    return at(place, text)


@kind("futex_bits")
def futex_bits(place: Place) -> Printer:
    """Which waiters are meant."""

    def text(word: int) -> str:
        bits = word & _INT
        return "FUTEX_BITSET_MATCH_ANY" if bits == _ANY_BIT else hex_text(bits)

    return at(place, text)
