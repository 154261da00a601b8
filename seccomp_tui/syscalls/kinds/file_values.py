"""Positions, and a few numbers or bytes, behind a pointer or inside a struct, as calls on files have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import RESULT, Place, Printer, behind, kind, pair, pointer
from .descriptors import descriptor_text
from .lists import items_text
from .scalars import hex_text
from .strings import embedded_bytes

_INT = 0xFFFFFFFF


_SIZES = {"uint8": 1, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "uint64": 8}


def item_size(name: str, word: int) -> int:
    """Return the bytes of an item of an array: of a word where it is not of one size."""
    return _SIZES.get(name, word)


@kind("offset_given")
def offset_given(place: Place) -> Printer:
    """A position of 64 bits as it was before the call, which may move it."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = earlier(memory).read(address, 8)
        return f"[{int.from_bytes(data, 'little', signed=True)}]" if len(data) == 8 else pointer(address)

    return behind(place, show)


@kind("offset_moved")
def offset_moved(place: Place) -> Printer:
    """A position that the call moves on: `[0] => [49]`."""
    size = place.arch.word if place.option == "word" else 8
    result = place.indexes.get(RESULT)
    after = place.style.after

    def value(address: int, memory: Memory) -> str | None:
        data = memory.read(address, size)
        return f"[{int.from_bytes(data, 'little', signed=True)}]" if len(data) == size else None

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        text = value(address, earlier(memory)) or pointer(address)
        moved = value(address, memory) if after and result is not None and args[result] else None
        return f"{text} => {moved}" if moved else text

    return behind(place, show)


def _items(place: Place, text: Callable[[int], str]) -> Printer:
    """Return the printer of an array of as many numbers as the second option says."""
    type_of, count = place.argument.options
    item, is_signed = item_size(type_of, place.arch.word), type_of.startswith("int")
    size = item * int(count)

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        if len(data) < size:
            return pointer(address)
        values = [int.from_bytes(data[at : at + item], "little", signed=is_signed) for at in range(0, size, item)]
        return f"[{', '.join([text(value) for value in values])}]"

    return behind(place, show)


@kind("fd_pair")
def fd_pair(place: Place) -> Printer:
    """Two descriptors that the call has made: `[3, 4]`."""

    def text(data: bytes, memory: Memory) -> str:
        return descriptor_text(int.from_bytes(data, "little", signed=True), memory, place.style)

    return behind(place, pair(4, text))


@kind("numbers_at")
def numbers_at(place: Place) -> Printer:
    """A few numbers: `numbers_at[uint64, 2]`."""
    return _items(place, str)


@kind("hexes_at")
def hexes_at(place: Place) -> Printer:
    """A few numbers in hex: `hexes_at[uint8, 3]`."""
    return _items(place, hex_text)


@kind("hex_numbers")
def hex_numbers(place: Place) -> Printer:
    """An array of numbers inside a struct, in hex: `hex_numbers[uint64]`; with `nonzero` only if any is not 0."""
    index, size = place.index, item_size(place.option, place.arch.word)
    optional, limit = "nonzero" in place.argument.options, place.style.item_limit

    def show(args: Sequence[int], _memory: Memory) -> str | None:
        data = embedded_bytes(args, index)
        if optional and not any(data):
            return None
        return items_text(data, size, limit)

    return show


@kind("hex_bytes")
def hex_bytes(place: Place) -> Printer:
    r"""A buffer that is never text: `"\x01\x02"`."""
    length, limit = place.length_index, place.style.string_limit

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = args[length] & _INT
        data = memory.read(address, min(size, limit)) if size else b""
        if size and not data:
            return pointer(address)
        return quote(data, hexa=True) + ("..." if size > len(data) else "")

    return behind(place, show)


@kind("fixed_string")
def fixed_string(place: Place) -> Printer:
    """A string in a place of so many bytes: `fixed_string[256]`."""
    size = int(place.option)

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read_string(address, size)
        if not data:
            return pointer(address)
        return quote(data[:-1]) if data[-1:] == b"\0" else f"{quote(data[: size - 1])}..."

    return behind(place, show)


@kind("zero")
def zero(_place: Place) -> Printer:
    """What the kernel's struct does not have, and strace shows as 0."""
    return lambda _args, _memory: "0"
