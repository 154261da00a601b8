"""Single values that a call fills in, or reads, behind a pointer: `[0]`, `[0x7f0012345000]`, `[MPOL_BIND]`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from seccomp_tui.syscalls import errnos, signals
from seccomp_tui.syscalls.memory import Memory

from .base import ANY_STRUCT, FACTORIES, RESULT, Place, Printer, behind, kind, pointed_value, pointer, signed
from .scalars import hex_text, uid16_text, uid_text
from .times import date_comment

_TIMER_ABSTIME = 1


_FIXED: dict[str, tuple[int, Callable[[int], str]]] = {
    "uid_value": (4, uid_text),
    "uid16_value": (2, uid16_text),
    "hex_value64": (8, hex_text),
    "signal_value": (4, lambda value: signals.name(signed(value))),
    "pointer_value": (0, pointer),
    "size_value": (0, str),
}
"""Bytes (0: a word) and text."""


@kind(*_FIXED)
def fixed_value(place: Place) -> Printer:
    """A number of a known size."""
    size, text = _FIXED[place.argument.kind]
    return behind(place, pointed_value(size or place.arch.word, text))


@kind("time_value")
def time_value(place: Place) -> Printer:
    """A time in seconds, with the date."""
    bits = place.arch.word * 8

    def text(value: int) -> str:
        seconds = signed(value, bits)
        return f"{seconds}{date_comment(seconds, '')}"

    return behind(place, pointed_value(place.arch.word, text))


@kind("time_left")
def time_left(place: Place) -> Printer:
    """What was left of a sleep when a signal came; untouched otherwise."""
    index, result, flags = place.index, place.indexes[RESULT], place.indexes.get("flags")
    show = FACTORIES[ANY_STRUCT](replace(place, argument=replace(place.argument, kind="timespec")))
    if place.shown_as_address:
        return show

    def left(args: Sequence[int], memory: Memory) -> str | None:
        until = flags is not None and args[flags] & _TIMER_ABSTIME
        return show(args, memory) if -signed(args[result]) in errnos.RESTARTS and not until else pointer(args[index])

    return left
