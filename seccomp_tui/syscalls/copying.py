"""What to copy of the target's memory when a call traps, so that the decoder finds all it needs in the recording.

A copier runs between receiving a call and answering it: one closure a call, everything else settled beforehand. What
is simple (paths, strings, buffers, structs, addresses) has its own closure; what is nested (msghdr, argv, ...) is
copied by letting the decoder's own printer run over the memory and keeping what it reads.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import cache

from . import numbers, prototypes
from .arch import ARCHES
from .decode import places, printer
from .kinds import Place, Printer, Style
from .kinds.network import SOCKADDR_MAX
from .kinds.structures import SIZES, size_of
from .memory import PATH_MAX, Memory, Segment

Copier = Callable[[Memory, Sequence[int]], list[Segment]]
"""Reads what the call's in arguments point to."""

_LOW = 0xFFFFFFFF
_MOST_BUFFERS = 128
_LEAST = 64
"""Shortest limit: what the decoder needs for its own 32 bytes and items, whatever the caller asks for."""
_NUMBERS = {"int_value": 4, "offset_value64": 8, "cap_header": 8, "epoll_event": 16}


class Tracer:
    """Memory that keeps what is read through it."""

    __slots__ = ("_memory", "segments")

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.segments: list[Segment] = []

    def read(self, address: int, size: int, /) -> bytes:
        """Read, and keep what was there."""
        data = self._memory.read(address, size)
        if data:
            self.segments.append((address, data))
        return data

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Read a string, and keep it."""
        data = self._memory.read_string(address, limit)
        if data:
            self.segments.append((address, data))
        return data


def copier(arch: int, nr: int, limit: int) -> Copier | None:
    """Return what copies the memory of call `nr`; None when it has none to copy, or is not described.

    Args:
        arch: AUDIT_ARCH_* token.
        nr: number of the call.
        limit: so many bytes of a buffer or string are copied; paths are copied whole.
    """
    return _copier(arch, nr, limit) if nr in numbers.names(arch) else None


@cache
def _copier(arch: int, nr: int, limit: int) -> Copier | None:
    """Build the copier of a call that exists; others are not kept, a target can make up any number."""
    known = ARCHES[arch]
    name = numbers.name(arch, nr)
    prototype = prototypes.find(name, arch)
    if prototype is None:
        return None
    style = Style(max(limit, _LEAST))
    found = [made for place in places(name, prototype, known, style) if (made := _copy(place)) is not None]
    if not found:
        return None
    combined = found[0] if len(found) == 1 else _all(found)
    return _narrow(combined) if known.word == 4 else combined


def _all(copiers: list[Copier]) -> Copier:
    """Return one that does the work of several."""
    if len(copiers) == 2:
        first, second = copiers
        return lambda memory, args: first(memory, args) + second(memory, args)

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        segments: list[Segment] = []
        for each in copiers:
            segments += each(memory, args)
        return segments

    return copy


def _narrow(copy: Copier) -> Copier:
    """Return the copier for a 32-bit architecture."""
    return lambda memory, args: copy(memory, [value & _LOW for value in args])


def _copy(place: Place) -> Copier | None:
    """Return what copies one argument, None when there is nothing to copy."""
    kind, limit = place.argument.kind, place.style.string_limit
    if kind == "iovec":
        return _vector(place)
    if place.argument.direction not in ("in", "inout") and kind != "by":
        return None
    if place.argument.condition is not None:
        return _traced(printer(place))
    if kind == "path":
        return _string(place.index, PATH_MAX)
    if kind == "string":
        return _string(place.index, limit + 1)
    if kind == "bytes":
        return _buffer(place.index, place.length_index, limit)
    if kind == "sockaddr":
        return _buffer(place.index, place.length_index, SOCKADDR_MAX, _LOW)
    if kind in SIZES:
        return _fixed(place.index, size_of(kind, place.arch.word))
    if kind.removesuffix("_pair") in SIZES:
        return _fixed(place.index, 2 * size_of(kind.removesuffix("_pair"), place.arch.word))
    if kind in _NUMBERS:
        return _fixed(place.index, _NUMBERS[kind])
    if kind == "sigaction":
        return _fixed(place.index, 32 if place.arch.word == 8 else 20)
    if kind == "sigset":
        return _buffer(place.index, place.length_index, 8)
    return _traced(printer(place))


def _string(index: int, limit: int) -> Copier:
    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read_string(address, limit) if address else b""
        return [(address, data)] if data else []

    return copy


def _buffer(index: int, length: int, limit: int, mask: int = -1) -> Copier:
    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, size = args[index], args[length] & mask
        data = memory.read(address, size if size < limit else limit) if address and size else b""
        return [(address, data)] if data else []

    return copy


def _vector(place: Place) -> Copier:
    """Return what copies an iovec: the vector, and, unless it is to be filled, the buffers up to the limit."""
    index, length, limit = place.index, place.length_index, place.style.string_limit
    layout = struct.Struct("<QQ" if place.arch.word == 8 else "<II")
    most = min(limit, _MOST_BUFFERS)
    inwards = place.argument.direction != "out"

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length]
        data = memory.read(address, layout.size * min(count, most)) if address and count else b""
        if not data:
            return []
        segments = [(address, data)]
        if inwards:
            for base, size in layout.iter_unpack(data[: len(data) // layout.size * layout.size]):
                found = memory.read(base, min(size, limit)) if base and size else b""
                if found:
                    segments.append((base, found))
        return segments

    return copy


def _fixed(index: int, size: int) -> Copier:
    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, size) if address else b""
        return [(address, data)] if data else []

    return copy


def _traced(show: Printer) -> Copier:
    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        tracer = Tracer(memory)
        show(args, tracer)
        return tracer.segments

    return copy
