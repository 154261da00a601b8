"""How a kind says what is read of it when a call is copied, and how the reads of several arguments become one.

How much is read is bounded for all of them together: kinds whose size is bounded by itself have their room reserved,
the others share the rest.

A reader is built once for a place. Structure (headers, pointers, addresses) is kept whole or not at all, contents are
cut, so that the decoder prints an address or `...` for what is missing and nothing that is not so. A struct of
structs.h needs no reader of its own: what its fields point to is read as what the arguments of a call point to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory, Segment

from .base import IN_BYTES, MOST_ITEMS, Place, enter
from .by import chosen, of
from .strings import embedded_bytes
from .structures import PART_MAX, field_places, least_size, struct_name

Reads = Callable[[Memory, Sequence[int]], list[Segment]]
"""Reads what arguments point to; gets the words of the call, or the fields of the struct, that they are of."""
Build = Callable[[Place, int, int], Reads]
"""Makes it: for a place, so many bytes of each buffer or string, and so many bytes in all."""

_ITEMS_FOLLOWED = 16
"""Of so many structs of an array the pointers are followed."""
_LOW = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a kind.

    Attributes:
        build: makes it for a place.
        most: it never reads more bytes; 0: as many as there are left, it shares them with others like it.
    """

    build: Build
    most: int


READERS: dict[str, Reader] = {}


def reader(*names: str, most: int = 0) -> Callable[[Build], Build]:
    """Register what builds the reader of a kind."""

    def register(build: Build) -> Build:
        enter(READERS, names, Reader(build, most))
        return build

    return register


def reads(places: Sequence[Place], limit: int, budget: int) -> Reads | None:
    """Return what reads all that some arguments point to; None when there is nothing to read.

    Conditions of arguments don't matter: to copy what the call does not look at does no harm. In the style of after a
    call it is what the call has filled in; how much it has is not known yet, so it is as much as there was room for.

    Args:
        places: the arguments.
        limit: bytes of one buffer or string.
        budget: bytes of all together.
    """
    known = [(place, found) for place in places if (found := _reader(place)) is not None]
    reserved = sum(found.most for _, found in known)
    sharing = sum(not found.most for _, found in known)
    share = max((budget - reserved) // max(sharing, 1), 1)
    return _all([found.build(place, min(limit, share), found.most or share) for place, found in known])


def _all(each: list[Reads]) -> Reads | None:
    """Return one that does the work of several."""
    if len(each) < 2:
        return each[0] if each else None
    if len(each) == 2:
        first, second = each
        return lambda memory, args: first(memory, args) + second(memory, args)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        segments: list[Segment] = []
        for one in each:
            segments += one(memory, args)
        return segments

    return read


def _reader(place: Place) -> Reader | None:
    """Return the reader of an argument, None when nothing is read of it."""
    name, direction = place.argument.kind, place.argument.direction
    wanted = ("out", "inout") if place.style.after else ("in", "inout")
    if name in READERS and (direction in wanted or name in _WHATEVER_DIRECTION[place.style.after]):
        return READERS[name]
    if not structs.declared(name) or (name in READERS and direction):
        return None
    return _struct_reader(place) if direction in wanted else _embedded_reader(place) if not direction else None


_WHATEVER_DIRECTION = {False: ("iovec", "mmsghdr", "packet", "by"), True: ("by",)}
"""Before a call and after: of what is to be filled the vector itself is read, and of messages the headers; `by` has no
direction."""


# --- by another argument ---


@reader("by")
def _by(place: Place, limit: int, share: int) -> Reads:
    known, deciding = of(place), place.indexes[place.option]
    made: dict[int, Reads | None] = {}

    def build(value: int) -> Reads | None:
        found = reads(chosen(place, value), limit, share)
        if known.key(value) in known.lines:  # the target can make up any number of others
            made[known.key(value)] = found
        return found

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        value = args[deciding]
        key = known.key(value)
        found = made[key] if key in made else build(value)
        return found(memory, args) if found else []

    return read


# --- structs ---


def _struct_reader(place: Place) -> Reader:
    """Return the reader of a struct behind a pointer, of an array of them, or of a part of one."""
    layout = structs.layout(struct_name(place), place.arch.word)
    inner = _pointing(layout, place)
    part = place.option.startswith(IN_BYTES)
    count = MOST_ITEMS if place.option and not part else 1
    whole = PART_MAX if part else layout.size
    most = 0 if inner else whole * count

    def build(place: Place, limit: int, share: int) -> Reads:
        items = min(count, limit) if count > 1 else 1
        followed = min(items, _ITEMS_FOLLOWED)
        follow = reads(inner, limit, (share - items * whole) // followed)
        unpack = layout.packing.unpack
        extent = _extent(place, layout.size, items)
        index = place.index

        def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
            address = args[index]
            size = extent(args) if address else 0
            data = memory.read(address, size) if size else b""
            return [(address, data)] if data else []

        def read_and_follow(memory: Memory, args: Sequence[int]) -> list[Segment]:
            segments = read(memory, args)
            if segments and follow:
                data = segments[0][1]
                for start in range(0, min(len(data), followed * layout.size), layout.size):
                    piece = data[start : start + layout.size]
                    segments += follow(memory, unpack(piece.ljust(layout.size, b"\0")))
            return segments

        return read_and_follow if follow else read

    return Reader(build, most)


def _extent(place: Place, size: int, items: int) -> Callable[[Sequence[int]], int]:
    """Return what tells how many bytes to read: of one struct, of a part of one, of several."""
    if not place.option:
        return lambda args: size
    length = place.length_index
    if place.option.startswith(IN_BYTES):
        least = least_size(place)
        return lambda args: min(args[length], PART_MAX) if args[length] >= least else 0
    return lambda args: size * min(args[length] & _LOW, items)


def _embedded_reader(place: Place) -> Reader | None:
    """Return the reader of what the fields of a struct inside another one point to."""
    layout = structs.layout(place.argument.kind, place.arch.word)
    inner = _pointing(layout, place)
    if not inner:
        return None

    def build(place: Place, limit: int, share: int) -> Reads:
        follow = reads(inner, limit, share)
        index, unpack = place.index, layout.packing.unpack
        assert follow is not None
        return lambda memory, args: follow(memory, unpack(embedded_bytes(args, index)))

    return Reader(build, 0)


def _pointing(layout: structs.Layout, place: Place) -> list[Place]:
    """Return the fields of a struct of which something is read."""
    places = [each for _, each in field_places(layout, place.arch, place.style)]
    return [each for each in places if _reader(each) is not None]
