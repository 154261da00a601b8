"""How processes get processor and disk: sched_setattr(2), policies, priorities of input and output."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, at, behind, kind

_SCHED_ATTR = struct.Struct("<IIQiIQQQII")
SCHED_ATTR_SIZE = _SCHED_ATTR.size
_FIRST = 48
"""Bytes of the struct in the first kernel that had it; the call takes a size of 0 for this."""
_KEEP_POLICY, _KEEP_PARAMS = 0x08, 0x10


def sched_attr_text(data: bytes, size: int, keep: int) -> str:
    """Return a struct sched_attr.

    Args:
        data: what there is of it.
        size: its size; the last fields are younger than the others.
        keep: the flags that may say that some fields mean nothing.
    """
    given, policy, flags, nice, priority, runtime, deadline, period, least, most = _SCHED_ATTR.unpack(
        data[:SCHED_ATTR_SIZE].ljust(SCHED_ATTR_SIZE, b"\0")
    )
    if size < _FIRST:
        return f"{{size={given}}}"
    parts = [f"size={given}"]
    if not flags & keep:
        parts.append(f"sched_policy={constants.enum('scheduler', policy)}")
    parts.append(f"sched_flags={constants.flags('sched_flags', flags)}")
    if not flags & keep & _KEEP_PARAMS:
        parts.append(f"sched_nice={nice}, sched_priority={priority}")
        parts.append(f"sched_runtime={runtime}, sched_deadline={deadline}, sched_period={period}")
    if size >= SCHED_ATTR_SIZE:
        parts.append(f"sched_util_min={least}, sched_util_max={most}")
    if keep and size > SCHED_ATTR_SIZE:
        parts.append("...")
    return f"{{{', '.join(parts)}}}"


@kind("sched_attr")
def sched_attr(place: Place) -> Printer:
    """What a process asks of the scheduler: the struct says itself how long it is; `sched_attr[size]` to be filled."""
    length = place.length_index if place.option else None
    keep = 0 if place.option else _KEEP_POLICY | _KEEP_PARAMS

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        room = SCHED_ATTR_SIZE if length is None else min(args[length] & 0xFFFFFFFF, SCHED_ATTR_SIZE)
        head = memory.read(address, min(room, 4))
        size = int.from_bytes(head, "little")
        if length is None:
            size = size or _FIRST
            room = min(size, room) if size >= _FIRST else len(head)
        data = memory.read(address, room) if len(head) == 4 else b""
        if not data or len(data) < room:
            return f"{address:#x}"
        return sched_attr_text(data, size, keep)

    return behind(place, show)


MOST_CPUS = 1024


@kind("cpu_set")
def cpu_set(place: Place) -> Printer:
    """Processors: `cpu_set[bytes]`; they are read as whole words."""
    length, word = place.length_index, place.arch.word

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = min(args[length] & 0xFFFFFFFF, MOST_CPUS // 8)
        whole = (size + word - 1) // word * word
        data = memory.read(address, whole) if whole else b""
        if len(data) < whole:
            return f"{address:#x}"
        mask = int.from_bytes(data, "little")
        cpus = [str(cpu) for cpu in range(size * 8) if mask >> cpu & 1]
        return f"[{' '.join(cpus + (['...'] if args[length] & 0xFFFFFFFF > size else []))}]"

    return behind(place, show)


def io_priority_text(value: int) -> str:
    """Return a priority of input and output: its class, and the level in that."""
    return f"IOPRIO_PRIO_VALUE({constants.enum('ioprio_class', value >> 13)}, {value & 0x1FFF})"


@kind("ioprio")
def ioprio(place: Place) -> Printer:
    """A priority of input and output."""
    return at(place, lambda value: io_priority_text(value & 0xFFFFFFFF))
