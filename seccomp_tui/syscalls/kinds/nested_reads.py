"""What is read of kinds that lead further: argument vectors, buffers, sets, strings that only some calls look at."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from seccomp_tui.syscalls.memory import Memory, Segment, earlier

from .base import Place
from .process import CLONE_ARGS_MOST, CLONE_ARGS_SMALLEST, SET_TID_MAX, clone_made
from .reads import Reads, reader
from .strings import ignores
from .vectors import MOST_BUFFERS, MOST_DESCRIPTORS, MOST_STRINGS, MOST_VARIABLES, MOST_VECTOR

STRING_MAX = 1024
"""Bytes copied of each string of an argv, whatever the limit."""
_LOW = 0xFFFFFFFF
_FEW = 64
"""So many pointers are read at first: most argvs and envps are shorter."""


def _words(data: bytes, word: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(data) // word}{'Q' if word == 8 else 'I'}", data)


def _pointers(address: int, most: int, word: int, memory: Memory) -> tuple[bytes, tuple[int, ...]]:
    """Return an array of at most `most` pointers, up to its NULL, as bytes and as numbers without the NULL."""
    first = _FEW * word
    data = memory.read(address, first)
    if not data:
        return b"", ()
    values = _words(data, word)
    if 0 not in values and len(data) == first:
        data += memory.read(address + first, most * word - first)
        values = _words(data, word)
    if 0 in values:
        end = values.index(0)
        return data[: (end + 1) * word], values[:end]
    return data, values


@reader("argv")
def _argv(place: Place, limit: int, share: int) -> Reads:
    index, word = place.index, place.arch.word
    longest = min(limit, STRING_MAX) + 1
    room = share - (MOST_STRINGS + 1) * word

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data, values = _pointers(address, MOST_STRINGS + 1, word, memory) if address else (b"", ())
        if not data:
            return []
        segments = [(address, data)]
        left = room
        for string in values[:MOST_STRINGS]:
            found = memory.read_string(string, longest if longest < left else left)
            if found:
                segments.append((string, found))
                left -= len(found)
                if left <= 0:
                    break
        return segments

    return copy


@reader("envp", most=8 * (MOST_VARIABLES + 1))
def _envp(place: Place, _limit: int, _share: int) -> Reads:
    index, word = place.index, place.arch.word

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = _pointers(address, MOST_VARIABLES + 1, word, memory)[0] if address else b""
        return [(address, data)] if data else []

    return copy


def contents(pairs: Iterable[tuple[int, int]], limit: int, left: int, memory: Memory, segments: list[Segment]) -> int:
    """Add the buffers of a vector and return how many bytes are left then."""
    for base, size in pairs:
        if base and size:
            if size > limit:
                size = limit  # min() is three times as slow
            found = memory.read(base, size if size < left else left)
            if found:
                segments.append((base, found))
                left -= len(found)
                if left <= 0:
                    break
    return left


@reader("iovec")
def _iovec(place: Place, limit: int, share: int) -> Reads:
    """The vector, and, unless it is yet to be filled, the first of its buffers."""
    index, length = place.index, place.length_index
    layout = struct.Struct("<QQ" if place.arch.word == 8 else "<II")
    unpack, item = layout.iter_unpack, layout.size
    followed = MOST_BUFFERS * item
    room = share - MOST_VECTOR * item
    inwards = place.argument.direction != "out" or place.style.after

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length]
        if not address or not count:
            return []
        data = structure(address, item * (count if count < MOST_VECTOR else MOST_VECTOR), memory)
        if not data:
            return []
        segments = [(address, data)]
        if inwards:
            end = len(data) // item * item
            contents(unpack(data[: end if end < followed else followed]), limit, room, memory, segments)
        return segments

    return copy


def structure(address: int, size: int, memory: Memory) -> bytes:
    """Read pointers and lengths that a call leaves as they are: as they were before it, where that is known.

    After a call its caller may have left the function whose variables they were.
    """
    before = earlier(memory)
    found = before.read(address, size)
    return found if len(found) == size or before is memory else memory.read(address, size)


def keep(address: int, size: int, left: int, memory: Memory, segments: list[Segment]) -> bytes:
    """Read what must be there as a whole, unless it is more than what is left, and add it to the segments."""
    found = memory.read(address, size) if address and 0 < size <= left else b""
    if found:
        segments.append((address, found))
    return found


def _numbers_made(place: Place) -> Reads:
    """Return what reads the numbers that clone3(2) has left where its arguments say."""
    index, length = place.index, place.length_index

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        size = args[length] if args[index] else 0
        data = structure(args[index], CLONE_ARGS_SMALLEST, memory) if size >= CLONE_ARGS_SMALLEST else b""
        segments: list[Segment] = []
        for address in clone_made(data):
            keep(address, 4, 4, memory, segments)
        return segments

    return copy


@reader("clone_args", most=CLONE_ARGS_MOST + 4 * SET_TID_MAX)
def _clone_args(place: Place, _limit: int, _share: int) -> Reads:
    index, length = place.index, place.length_index
    if place.style.after:
        return _numbers_made(place)

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, size = args[index], args[length]
        data = memory.read(address, min(size, CLONE_ARGS_MOST)) if address and size >= CLONE_ARGS_SMALLEST else b""
        if not data:
            return []
        segments = [(address, data)]
        if len(data) >= 80:
            tids, count = struct.unpack_from("<QQ", data, 64)
            keep(tids, 4 * count if count <= SET_TID_MAX else 0, 4 * SET_TID_MAX, memory, segments)
        return segments

    return copy


@reader("fd_set", most=MOST_DESCRIPTORS // 8)
def _fd_set(place: Place, _limit: int, _share: int) -> Reads:
    index, length, word = place.index, place.length_index, place.arch.word
    bits = word * 8

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length] & _LOW
        if not address or not count or count >> 31:
            return []
        data = memory.read(address, (min(count, MOST_DESCRIPTORS) + bits - 1) // bits * word)
        return [(address, data)] if data else []

    return copy


@reader("sigset_argument", most=24)
def _sigset_argument(place: Place, _limit: int, _share: int) -> Reads:
    index, word = place.index, place.arch.word
    layout = struct.Struct("<QQ" if word == 8 else "<II")

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, layout.size) if address else b""
        if not data:
            return []
        segments = [(address, data)]
        if len(data) == layout.size:
            where, size = layout.unpack(data)
            found = memory.read(where, size) if where and word <= size <= 8 else b""
            if found:
                segments.append((where, found))
        return segments

    return copy


@reader("mount_type", "mount_data")
def _mount_string(place: Place, limit: int, share: int) -> Reads:
    index, flags, ignored = place.index, place.indexes["mountflags"], ignores(place.argument.kind)
    most = min(limit + 1, share)

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read_string(address, most) if address and not ignored(args[flags]) else b""
        return [(address, data)] if data else []

    return copy
