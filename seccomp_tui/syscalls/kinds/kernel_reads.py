"""What is read of the kinds of the kernel's facilities: the printers' reads without the text."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.memory import Memory, Segment, earlier

from .base import MOST_ITEMS, Place
from .bpf import INSTRUCTION, MOST_INSTRUCTIONS
from .bpf_attr import ATTRIBUTES_MAX, LINKS, PLAIN_LINK
from .kernel_lists import SEGMENTS_MAX, pkey_sizes
from .plain_reads import buffer, fixed
from .reads import Reads, reader, reads
from .rings import (
    BLOCK,
    FILES_UPDATE,
    MOST_BLOCKS,
    MOST_PARTS,
    PARAMS,
    PROBE,
    PROBE_OPERATION,
    READS_VECTOR,
    RESTRICTION,
    WRITES,
    WRITES_VECTOR,
)
from .structures import field_places

_LOW = 0xFFFFFFFF
_PERF_ATTR = 128
_PROBED = 256


def items(index: int, length: int, size: int, most: int) -> Reads:
    """Return what reads an array of at most `most` items of `size` bytes."""

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length] & _LOW
        data = memory.read(address, size * min(count, most)) if address and count else b""
        return [(address, data)] if data else []

    return read


@reader("seccomp_filter", "socket_filter", "bpf_program", most=INSTRUCTION * MOST_INSTRUCTIONS)
def _program(place: Place, _limit: int, _share: int) -> Reads:
    return items(place.index, place.length_index, INSTRUCTION, MOST_INSTRUCTIONS)


@reader("text_buffer")
def _text_buffer(place: Place, limit: int, _share: int) -> Reads:
    return buffer(place.index, place.length_index, limit + 1, _LOW)


@reader("fd_list", most=4 * MOST_ITEMS)
def _fd_list(place: Place, _limit: int, _share: int) -> Reads:
    return items(place.index, place.length_index, 4, MOST_ITEMS)


@reader("hex_list", most=8 * MOST_ITEMS)
def _hex_list(place: Place, _limit: int, _share: int) -> Reads:
    return items(place.index, place.length_index, 8, MOST_ITEMS)


@reader("io_uring_restrictions", most=RESTRICTION.size * MOST_ITEMS)
def _restrictions(place: Place, _limit: int, _share: int) -> Reads:
    return items(place.index, place.length_index, RESTRICTION.size, MOST_ITEMS)


@reader("kexec_segments", most=32 * SEGMENTS_MAX)
def _segments(place: Place, _limit: int, _share: int) -> Reads:
    return items(place.index, place.length_index, 4 * place.arch.word, SEGMENTS_MAX)


@reader("perf_event_attr_sized", most=_PERF_ATTR)
def _perf_attr(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _PERF_ATTR)


@reader("io_uring_params", most=PARAMS)
def _params(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, PARAMS)


@reader("io_uring_workers", "perf_query_bpf", most=8)
def _eight(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 8)


@reader("io_uring_probe", most=PROBE.size + PROBE_OPERATION * _PROBED)
def _probe(place: Place, _limit: int, _share: int) -> Reads:
    index, length = place.index, place.length_index

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, size = args[index], PROBE.size + PROBE_OPERATION * min(args[length] & _LOW, _PROBED)
        data = memory.read(address, size) if address else b""
        return [(address, data)] if data else []

    return read


@reader("io_uring_files_update", most=FILES_UPDATE.size + 4 * MOST_ITEMS)
def _files_update(place: Place, _limit: int, _share: int) -> Reads:
    index, length = place.index, place.length_index

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], min(args[length] & _LOW, MOST_ITEMS)
        data = memory.read(address, FILES_UPDATE.size) if address else b""
        if not data:
            return []
        segments = [(address, data)]
        if len(data) == FILES_UPDATE.size:
            where = FILES_UPDATE.unpack(data)[2]
            found = memory.read(where, 4 * count) if where and count else b""
            segments += [(where, found)] if found else []
        return segments

    return read


def _pointers(address: int, count: int, word: int, memory: Memory) -> tuple[bytes, list[int]]:
    """Return an array of pointers as far as it can be read, and where they point to."""
    data = memory.read(address, word * count) if address and count else b""
    return data, [int.from_bytes(data[at : at + word], "little") for at in range(0, len(data) - word + 1, word)]


@reader("string_list")
def _string_list(place: Place, limit: int, share: int) -> Reads:
    index, length, word = place.index, place.length_index, place.arch.word
    most = min(limit, MOST_ITEMS, max(share // (8 * word), 1))
    room = share - most * word

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], min(args[length] & _LOW, most)
        data, pointers = _pointers(address, count, word, memory)
        if not data:
            return []
        segments, left = [(address, data)], room
        for where in pointers:
            found = memory.read_string(where, min(limit + 1, left)) if where and left > 0 else b""
            if found:
                segments.append((where, found))
                left -= len(found)
        return segments

    return read


# --- the union of bpf(2) ---


@reader("bpf_attr", "bpf_link_attr")
def _bpf_attr(place: Place, limit: int, share: int) -> Reads:
    index, length = place.index, place.length_index
    room = share - ATTRIBUTES_MAX
    if place.argument.kind == "bpf_attr":
        choices, default = {}, _pointed(place.argument.options[1], place, limit, room)
    else:
        types = constants.table("bpf_attach_type").names
        choices = {types[name]: _pointed(found, place, limit, room) for name, found in LINKS.items()}
        default = _pointed(PLAIN_LINK, place, limit, room)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, size = args[index], args[length] & _LOW
        data = memory.read(address, size) if address and size <= ATTRIBUTES_MAX else b""
        if not data:
            return []
        segments = [(address, data)]
        unpack, follow = choices.get(int.from_bytes(data[8:12], "little"), default)
        if follow:
            segments += follow(memory, unpack.unpack(data[: unpack.size].ljust(unpack.size, b"\0")))
        return segments

    return read


def _pointed(name: str, place: Place, limit: int, share: int) -> tuple[struct.Struct, Reads | None]:
    """Return how the fields of a struct are got at, and what reads what they point to."""
    layout = structs.layout(name, place.arch.word)
    places = [each for _, each in field_places(layout, place.arch, place.style)]
    return layout.packing, reads(places, limit, share)


# --- aio ---


@reader("iocb_list")
def _iocb_list(place: Place, limit: int, share: int) -> Reads:
    index, length, word = place.index, place.length_index, place.arch.word
    vector = 2 * word
    room = share - MOST_BLOCKS * (word + BLOCK + MOST_PARTS * vector)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], min(args[length], MOST_BLOCKS)
        data, pointers = _pointers(address, count, word, memory)
        if not data:
            return []
        segments, left = [(address, data)], room
        for where in pointers:
            block = memory.read(where, BLOCK) if where else b""
            if block:
                segments.append((where, block))
            if len(block) == BLOCK:
                left = _block(block, left, memory, segments)
        return segments

    def _block(block: bytes, left: int, memory: Memory, segments: list[Segment]) -> int:
        command, buffer_at, size = struct.unpack_from("<H6xQQ", block, 16)
        if not buffer_at or not size:
            return left
        pairs = [(buffer_at, size)] if command == WRITES else []
        if command in (READS_VECTOR, WRITES_VECTOR):
            found = memory.read(buffer_at, vector * min(size, MOST_PARTS))
            if found:
                segments.append((buffer_at, found))
            if command == WRITES_VECTOR:
                whole = found[: len(found) // vector * vector]
                pairs = list(struct.iter_unpack("<QQ" if word == 8 else "<II", whole))
        for base, length in pairs:
            piece = memory.read(base, min(length, limit, left)) if base and length and left > 0 else b""
            if piece:
                segments.append((base, piece))
                left -= len(piece)
        return left

    return read


# --- keys ---


@reader("pkey_input", "pkey_output")
def _pkey(place: Place, limit: int, _share: int) -> Reads:
    index, params, second = place.index, place.indexes[place.option], place.argument.kind == "pkey_output"

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, size = args[index], pkey_sizes(args[params], earlier(memory))[second]
        data = memory.read(address, min(size, limit)) if address and size > 0 else b""
        return [(address, data)] if data else []

    return read
