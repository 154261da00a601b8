"""Structs: `{tv_sec=1, tv_nsec=0}`, as structs.h declares them, and those that strace prints another way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import cast

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.arch import Arch
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.structs import Field, Layout
from seccomp_tui.syscalls.text import quote

from .base import ANY_STRUCT, IN_BYTES, LEAST, Place, Pointed, Printer, Style, array, at, behind, kind
from .conditions import printer

PART_MAX = 4096
"""So many bytes of a struct whose size is given are looked at; the kernel takes no more."""
_TIME64 = ("_time64", "_gettime64", "_settime64", "_getres_time64", "_adjtime64")
"""Calls of 32-bit architectures whose times have 64 bits."""
_WITHOUT_NAME = ("in6_address", "perf_bits", "perf_period", "perf_wakeup", "perf_config1", "perf_config2", "hidden")
"""Kinds of fields whose text holds the field's name already."""
Show = Callable[[bytes, Memory], str]
"""Text of a struct's bytes; of fewer than all, the fields that are there."""


def struct_name(place: Place) -> str:
    """Return which struct the kind of an argument means."""
    name = place.argument.kind
    wide = place.call.endswith(_TIME64) and structs.declared(f"{name}64")
    return f"{name}64" if wide else name


def field_places(layout: Layout, arch: Arch, style: Style) -> list[tuple[Field, Place]]:
    """Return the fields of a struct as arguments."""
    arguments = tuple(field.argument for field in layout.fields)
    indexes = {argument.name: index for index, argument in enumerate(arguments)}
    return [
        (field, Place(arch, layout.name, field.argument, arguments, indexes, style, (1 << 8 * min(field.size, 8)) - 1))
        for field in layout.fields
    ]


def _unconditional(place: Place) -> Place:
    """Return the place of a field without its condition."""
    return replace(place, argument=replace(place.argument, condition=None))


@cache
def struct_show(name: str, arch: Arch, style: Style) -> Show:
    """Return what prints `struct name`."""
    layout = structs.layout(name, arch.word)
    places = dict(field_places(layout, arch, style))
    wanted = [
        (
            field.offset,
            "" if field.argument.kind in _WITHOUT_NAME else f"{field.argument.name}=",
            printer(_unconditional(places[field]) if field.mark == "terse" and style.verbose else places[field]),
        )
        for field in layout.printed
        if (style.verbose or field.mark != "verbose") and (style.after or field.mark != "result")
    ]
    more = ", ..." if not style.verbose and any(field.mark == "verbose" for field in layout.printed) else ""
    size, unpack = layout.size, layout.packing.unpack

    def show(data: bytes, memory: Memory) -> str:
        if len(data) == size:
            values, there = unpack(data), wanted
        else:
            values = unpack(data[:size].ljust(size, b"\0"))
            there = [field for field in wanted if field[0] < len(data)]
        parts = [prefix + shown for _, prefix, text in there if (shown := text(values, memory)) is not None]
        return f"{{{', '.join(parts)}{more if parts else more[2:]}}}"

    return show


@kind(ANY_STRUCT)
def structure(place: Place) -> Printer:
    """A struct of structs.h: behind a pointer one, several (`name[count]`), or a part (`name[bytes size]`); or inside.

    Raises:
        KeyError: structs.h has no struct of the argument's kind.
    """
    name = struct_name(place)
    size = structs.layout(name, place.arch.word).size
    show = struct_show(name, place.arch, place.style)
    if not place.argument.direction:
        return _inside(place.index, size, show)
    if not place.option:
        return behind(place, structure_text(name, place))
    if place.option.startswith(IN_BYTES):
        return behind(place, _part(place, size, show))
    limit = place.style.item_limit

    def several(address: int, args: Sequence[int], memory: Memory) -> str:
        count = args[place.length_index] & 0xFFFFFFFF
        return array(address, count, size, limit, memory, lambda data: show(data, memory))

    return behind(place, several)


def structure_text(name: str, place: Place, text: Callable[[bytes], str] | None = None) -> Pointed:
    """Return what prints a struct at an address: by `text`, or all its fields as they are declared."""
    size = structs.layout(name, place.arch.word).size
    show = struct_show(name, place.arch, place.style)

    def pointed(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        if len(data) < size:
            return f"{address:#x}"
        return text(data) if text else show(data, memory)

    return pointed


def least_size(place: Place) -> int:
    """Return the bytes that the struct of an argument `name[bytes size, least N]` must have."""
    options = place.argument.options
    return int(options[1].removeprefix(LEAST)) if len(options) > 1 and options[1].startswith(LEAST) else 1


def _part(place: Place, size: int, show: Show) -> Pointed:
    """Return what prints a struct of which another argument says how long it is."""
    length, least, limit = place.length_index, least_size(place), place.style.string_limit

    def pointed(address: int, args: Sequence[int], memory: Memory) -> str:
        given = args[length]
        data = memory.read(address, min(given, PART_MAX)) if given >= least else b""
        if not data or len(data) < min(given, size):
            return f"{address:#x}"
        text, more = show(data[:size], memory), data[size:]
        if len(data) < given and given > size:
            return f"{text[:-1]}, ...}}"
        if not any(more):
            return text
        return f"{text[:-1]}, /* bytes {size}..{given - 1} */ {quote(more, limit, hexa=True)}}}"

    return pointed


def _inside(index: int, size: int, show: Show) -> Printer:
    """Return what prints a struct that is a field of another one, or an array of them."""

    def embedded(args: Sequence[int], memory: Memory) -> str:
        data = cast("bytes", args[index])
        if len(data) == size:
            return show(data, memory)
        return f"[{', '.join([show(data[start : start + size], memory) for start in range(0, len(data), size)])}]"

    return embedded


@kind("number")
def number(place: Place) -> Printer:
    """A number as it was unpacked."""
    return at(place, str)


@kind("limit")
def limit(place: Place) -> Printer:
    """A limit on a resource: in units of 1024 where that is even, or none."""
    infinity = place.mask
    name = "RLIM64_INFINITY" if infinity >> 32 else "RLIM_INFINITY"

    def text(value: int) -> str:
        if value == infinity:
            return name
        return f"{value // 1024}*1024" if value > 1024 and value % 1024 == 0 else str(value)

    return at(place, text)
