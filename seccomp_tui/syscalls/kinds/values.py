"""Single values behind a pointer, which the call reads or changes: `[16]`, `[SECCOMP_RET_KILL_THREAD]`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, behind, kind, pointer, signed
from .scalars import hex_text
from .structures import structure_text

SIZES = {
    "int_value": 4,
    "uint_value": 4,
    "enum_value": 4,
    "enum_value64": 8,
    "flags_value": 4,
    "offset_value64": 8,
}
"""Bytes of the value."""


def _value(place: Place, text: Callable[[int], str], is_signed: bool) -> Printer:
    size = SIZES[place.argument.kind]

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        return f"[{text(int.from_bytes(data, 'little', signed=is_signed))}]" if len(data) == size else f"{address:#x}"

    return behind(place, show)


@kind("int_value", "offset_value64")
def signed_value(place: Place) -> Printer:
    """A number: `[16]`."""
    return _value(place, str, is_signed=True)


@kind("uint_value")
def unsigned_value(place: Place) -> Printer:
    """A number without a sign."""
    return _value(place, str, is_signed=False)


@kind("enum_value", "enum_value64", "flags_value")
def named_value(place: Place) -> Printer:
    """A number with names: `enum_value[seccomp_action]`."""
    return _value(place, constants.table(place.option, place.arch.token).text, is_signed=False)


@kind("sched_param")
def sched_param(place: Place) -> Printer:
    """A priority: `[0]`."""
    return behind(
        place, structure_text("sched_param", place, lambda data: f"[{int.from_bytes(data, 'little', signed=True)}]")
    )


@kind("mmap_arguments")
def mmap_arguments(place: Place) -> Printer:
    """The six arguments of i386's old mmap, in memory."""
    layout, arch = structs.layout("mmap_arguments", place.arch.word), place.arch.token

    def text(data: bytes) -> str:
        address, length, prot, flags, descriptor, offset = layout.packing.unpack(data)
        names = f"{constants.flags('prot', prot, arch)}, {constants.flags('mmap', flags, arch)}"
        return f"{pointer(address)}, {length}, {names}, {signed(descriptor)}, {hex_text(offset)}"

    return behind(place, structure_text("mmap_arguments", place, text))
