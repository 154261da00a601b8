"""Arrays of plain values behind a pointer: `[1, 2]`, `[0x1000, NULL]`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seccomp_tui.syscalls.memory import Memory

from .base import FACTORIES, Place, Printer, array, behind, kind, pointer
from .scalars import hex_text, signed_text, uid16_text, uid_text

MOST_GROUPS = 65536
ITEMS = {"int_list": 4, "pointer_list": 0, "page_status": 4, "gid_list": 4, "gid16_list": 2}
"""Bytes of an item; 0: a word."""


def item_size(name: str, word: int) -> int:
    """Return the bytes of an item of a list of this kind."""
    return ITEMS[name] or word


def list_of(place: Place, text: Callable[[int], str]) -> Printer:
    """Return the printer of an array of which another argument says how many items it has."""
    length, limit = place.length_index, place.style.item_limit
    size = item_size(place.argument.kind, place.arch.word)
    most = (1 << place.arch.word * 8) - 1

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        count = args[length] & most
        return array(address, count, size, limit, memory, lambda data: text(int.from_bytes(data, "little")))

    return unless_empty(place, behind(place, show))


def unless_empty(place: Place, show: Printer) -> Printer:
    """Return what prints a list without items as such even before it is filled."""
    if not place.shown_as_address:
        return show
    index, length = place.index, place.length_index
    return lambda args, memory: "[]" if args[index] and not args[length] else show(args, memory)


@kind("int_list")
def int_list(place: Place) -> Printer:
    """Numbers: `int_list[count]`."""
    return list_of(place, signed_text)


@kind("pointer_list")
def pointer_list(place: Place) -> Printer:
    """Addresses: `pointer_list[count]`."""
    return list_of(place, pointer)


@kind("gid_list", "gid16_list")
def gid_list(place: Place) -> Printer:
    """Groups: `gid_list[count]`; as an address where there are more than the kernel takes."""
    if place.shown_as_address:
        return FACTORIES["ptr"](place)
    index, length = place.index, place.length_index
    show = list_of(place, uid_text if place.argument.kind == "gid_list" else uid16_text)
    return lambda args, memory: show(args, memory) if args[length] & 0xFFFFFFFF <= MOST_GROUPS else pointer(args[index])


def items_text(data: bytes, size: int, limit: int) -> str:
    """Return numbers of `size` bytes in hex, at most `limit` of them."""
    items = [hex_text(int.from_bytes(data[start : start + size], "little")) for start in range(0, len(data), size)]
    return f"[{', '.join(items[:limit] + (['...'] if len(items) > limit else []))}]"
