"""What statmount(2) and listmount(2) fill in."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.memory import PATH_MAX, Memory
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, array, at, behind, kind, pointer
from .scalars import hex_text
from .structures import struct_show

_STRINGS = (
    ("STATMOUNT_FS_TYPE", "fs_type"),
    ("STATMOUNT_FS_SUBTYPE", "fs_subtype"),
    ("STATMOUNT_SB_SOURCE", "sb_source"),
    ("STATMOUNT_MNT_ROOT", "mnt_root"),
    ("STATMOUNT_MNT_POINT", "mnt_point"),
    ("STATMOUNT_MNT_OPTS", "mnt_opts"),
)
"""Which field holds where a string starts behind the struct, and the bit that says that it is there."""


@kind("statmount")
def statmount(place: Place) -> Printer:
    """A mount: numbers first, then the strings."""
    layout, length = structs.layout("statmount", place.arch.word), place.length_index
    show = struct_show("statmount", place.arch, place.style)
    names = [field.argument.name for field in layout.fields]
    masks = constants.table("statmount").names
    strings = [(masks[mask], name, names.index(name)) for mask, name in _STRINGS]
    mask_index = names.index("mask")

    def text(address: int, args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, layout.size) if args[length] >= layout.size else b""
        if len(data) < layout.size:
            return pointer(address)
        values, parts = layout.packing.unpack(data), [show(data, memory)[1:-1]]
        for mask, name, index in strings:
            if values[mask_index] & mask and layout.size + values[index] < args[length]:
                found = memory.read_string(address + layout.size + values[index], PATH_MAX)
                parts.append(f"{name}={quote(found.partition(bytes(1))[0])}")
        return f"{{{', '.join(parts)}}}"

    return behind(place, text)


@kind("hex_array")
def hex_array(place: Place) -> Printer:
    """Numbers of 64 bits in hex, as many as the call has returned."""
    length, limit = place.length_index, place.style.string_limit

    def text(address: int, args: Sequence[int], memory: Memory) -> str:
        return array(address, args[length], 8, limit, memory, lambda data: hex_text(int.from_bytes(data, "little")))

    return behind(place, text)


@kind("mount_id")
def mount_id(place: Place) -> Printer:
    """A mount, or the root of all."""
    names = {value: name for name, value in constants.table("lsmt").names.items()}
    return at(place, lambda value: names.get(value) or hex_text(value))
