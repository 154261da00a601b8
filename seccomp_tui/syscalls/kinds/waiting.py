"""How a wait has ended: how a child has ended or why it stands (wait4(2)), what was left of a sleep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seccomp_tui.syscalls import constants, errnos, signals
from seccomp_tui.syscalls.memory import Memory

from .base import ANY_STRUCT, FACTORIES, RESULT, Place, Printer, behind, kind, pointer, signed
from .structures import struct_name

_CORE, _HOW = 0x80, 0x7F
_CONTINUED = 0xFFFF
_LAST_EVENT = 128
"""PTRACE_EVENT_STOP."""
_TIMER_ABSTIME = 1


def status_text(status: int) -> str:
    """Return the status of a child as the macros of wait(2) take it apart, and what they leave."""
    event, how, high, core = status >> 16, status & _HOW, status >> 8 & 0xFF, status & _CORE
    rest = 0
    if status == _CONTINUED:
        return "[{WIFCONTINUED(s)}]"
    if status & 0xFF == _HOW:
        text = f"{{WIFSTOPPED(s) && WSTOPSIG(s) == {signals.name(high & ~_CORE)}{' | 0x80' if high & _CORE else ''}}}"
    elif not how:
        text, rest = f"{{WIFEXITED(s) && WEXITSTATUS(s) == {high}}}", core
    elif how != _HOW:
        text = f"{{WIFSIGNALED(s) && WTERMSIG(s) == {signals.name(how)}{' && WCOREDUMP(s)' if core else ''}}}"
        rest = high << 8
    else:
        return f"[{status:#x}]"
    stop = f"|{constants.enum('ptrace_event', event)}<<16" if event else ""
    return f"[{text}{stop}{f'|{rest:#x}' if rest else ''}]"


def may_be_status(status: int) -> bool:
    """Tell whether the kernel makes such a status; what lies there once its caller has gone on often is none."""
    event, high, core, how = status >> 16, status >> 8 & 0xFF, status & _CORE, status & _HOW
    if status == _CONTINUED:
        return True
    if how == _HOW:
        return not core and event <= _LAST_EVENT
    return not event and (not high and how <= signals.HIGHEST if how else not core)


@kind("wait_status")
def wait_status(place: Place) -> Printer:
    """The status of the child that was waited for, if there was one."""
    result = place.indexes[RESULT]

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, 4) if args[result] > 0 else b""
        return status_text(int.from_bytes(data, "little")) if len(data) == 4 else f"{address:#x}"

    return behind(place, show)


_STRUCTS = {"child_rusage": "rusage", "time_left": "timespec"}


def filled_struct(place: Place) -> str:
    """Return which struct it is that such a call may fill in."""
    return struct_name(_as_struct(place))


def _as_struct(place: Place) -> Place:
    return replace(place, argument=replace(place.argument, kind=_STRUCTS[place.argument.kind]))


@kind("child_rusage")
def child_rusage(place: Place) -> Printer:
    """What the child has used, if there was one."""
    index, result = place.index, place.indexes[RESULT]
    show = FACTORIES[ANY_STRUCT](_as_struct(place))
    if place.shown_as_address:
        return show

    def unless_none(args: Sequence[int], memory: Memory) -> str | None:
        return show(args, memory) if args[result] > 0 else pointer(args[index])

    return unless_none


@kind("time_left")
def time_left(place: Place) -> Printer:
    """What was left of a sleep when a signal came; untouched otherwise."""
    index, result, flags = place.index, place.indexes[RESULT], place.indexes.get("flags")
    show = FACTORIES[ANY_STRUCT](_as_struct(place))
    if place.shown_as_address:
        return show

    def left(args: Sequence[int], memory: Memory) -> str | None:
        until = flags is not None and args[flags] & _TIMER_ABSTIME
        return show(args, memory) if -signed(args[result]) in errnos.RESTARTS and not until else pointer(args[index])

    return left
