"""Paths, strings and buffers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from seccomp_tui.syscalls.memory import PATH_MAX, Memory
from seccomp_tui.syscalls.text import PLAIN, quote

from .base import FACTORIES, MOST, Place, Printer, behind, kind, pointer

MOUNT_MAGIC, MOUNT_MAGIC_MASK = 0xC0ED0000, 0xFFFF0000
"""What old programs put into the high half of the flags of mount(2): MS_MGC_VAL, MS_MGC_MSK."""
_REMOUNT = 0x20
_NOT_NEW = 0x1000 | 0x2000 | 0x20000 | 0x40000 | 0x80000 | 0x100000
"""MS_BIND, MS_MOVE, MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED."""


@kind("path")
def path(place: Place) -> Printer:
    """A file name; not limited by the string limit."""
    if place.shown_as_address:
        return FACTORIES["ptr"](place)
    index = place.index

    def show(args: Sequence[int], memory: Memory) -> str:
        address = args[index]
        if not address:
            return "NULL"
        data = memory.read_string(address, PATH_MAX)
        if data[-1:] == b"\0":
            data = data[:-1]
            return quote(data) if data.translate(None, PLAIN) else f'"{data.decode("ascii")}"'
        return f"{quote(data[: PATH_MAX - 1])}..." if len(data) >= PATH_MAX else f"{address:#x}"

    return show


def string_text(address: int, memory: Memory, limit: int) -> str:
    """Return the string at an address that is not 0."""
    data = memory.read_string(address, limit + 1)
    if data[-1:] == b"\0":
        return quote(data[:-1])
    return f"{quote(data[:limit])}..." if data else f"{address:#x}"


@kind("string")
def string(place: Place) -> Printer:
    """A string that ends with a NUL."""
    limit = place.style.string_limit
    return behind(place, lambda address, _args, memory: string_text(address, memory, limit))


def ignores(kind_of: str) -> Callable[[int], bool]:
    """Return what tells whether flags of mount(2) are such that the string of this kind is not used."""
    by_remount = kind_of == "mount_type"

    def ignored(flags: int) -> bool:
        if flags & MOUNT_MAGIC_MASK == MOUNT_MAGIC:
            flags &= ~MOUNT_MAGIC_MASK
        return by_remount if flags & _REMOUNT else flags & _NOT_NEW != 0

    return ignored


@kind("mount_type", "mount_data")
def mount_string(place: Place) -> Printer:
    """The file system and the options of mount(2): mere addresses where the flags say that they are not used."""
    index, flags, show = place.index, place.indexes["mountflags"], string(place)
    ignored = ignores(place.argument.kind)

    def unless_ignored(args: Sequence[int], memory: Memory) -> str | None:
        return pointer(args[index]) if ignored(args[flags]) else show(args, memory)

    return unless_ignored


def bytes_text(address: int, length: int, memory: Memory, limit: int) -> str:
    """Return `length` bytes at an address that is not 0."""
    if not length:
        return '""'
    data = memory.read(address, min(length, limit))
    if not data:
        return f"{address:#x}"
    return quote(data) if len(data) == length else f"{quote(data)}..."


@kind("bytes", "attribute_value")
def buffer(place: Place) -> Printer:
    """A buffer whose length is another argument: `in bytes[count]`; a longer one than `most N` is an address."""
    if place.shown_as_address:
        return FACTORIES["ptr"](place)
    index, length, limit = place.index, place.length_index, place.style.string_limit
    if place.argument.options[-1].startswith(MOST):
        most = int(place.argument.options[-1].removeprefix(MOST))

        def show_short(args: Sequence[int], memory: Memory) -> str:
            address, size = args[index], args[length]
            return bytes_text(address, size, memory, limit) if address and size <= most else pointer(address)

        return show_short

    def show(args: Sequence[int], memory: Memory) -> str:
        address = args[index]
        return bytes_text(address, args[length], memory, limit) if address else "NULL"

    return show


def embedded_bytes(args: Sequence[int], index: int) -> bytes:
    """Return a field of a struct that is not a number."""
    return cast("bytes", args[index])


@kind("chars")
def chars(place: Place) -> Printer:
    """A string inside a struct, which ends at its first NUL or fills its place."""
    index = place.index

    def show(args: Sequence[int], _memory: Memory) -> str:
        data = embedded_bytes(args, index)
        text, found, _ = data.partition(b"\0")
        return quote(text) if found else f"{quote(data[:-1])}..."

    return show


@kind("octets")
def octets(place: Place) -> Printer:
    """Bytes inside a struct, all or, `octets[size]`, as many as another field says."""
    index, limit = place.index, place.style.string_limit
    length = place.indexes[place.option] if place.option else None

    def show(args: Sequence[int], _memory: Memory) -> str:
        data = embedded_bytes(args, index)
        if length is not None:
            data = data[: args[length]]
        return quote(data) if len(data) <= limit else f"{quote(data[:limit])}..."

    return show
