"""What is read of messages of sockets: buffers, headers and what they lead to; of netlink also which protocol it is."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from seccomp_tui.syscalls.memory import Memory, RecordedMemory, Segment, descriptor_address

from .addresses import SOCKADDR_MAX, int_at
from .base import Place, signed
from .nested_reads import contents, keep, structure
from .netlink import is_message
from .network import CONTROL_MAX, MESSAGES_SHOWN, msghdr_layout
from .plain_reads import buffer
from .reads import Build, Reads, reader
from .vectors import MOST_BUFFERS

MESSAGES_COPIED = 16
"""Of so many messages of sendmmsg(2) the parts are copied, of the others only their headers."""
_LOW = 0xFFFFFFFF
_SOCKADDR_NL = 12
"""Bytes of a netlink address; of no other that is often used."""
_SOCKET = frozenset(("socket",))
Expects = Callable[[Memory, Sequence[int], list[Segment]], bool]
"""Tells whether the socket may be one of netlink: by the size of the address, or by what is sent or has come."""


def _of_packet(place: Place) -> Expects:
    size, peer, address_size = (place.indexes.get(name) for name in ("len", "dest_addr", "addrlen"))
    assert size is not None

    def sent(_memory: Memory, args: Sequence[int], segments: list[Segment]) -> bool:
        if peer is not None and address_size is not None and args[peer]:
            return args[address_size] == _SOCKADDR_NL
        return bool(segments) and is_message(segments[0][1], args[size])

    def received(memory: Memory, args: Sequence[int], _segments: list[Segment]) -> bool:
        return address_size is not None and int_at(args[address_size], memory) == _SOCKADDR_NL

    if place.style.after:
        return lambda _memory, args, segments: bool(segments) and is_message(segments[0][1], args[size])
    return received if place.argument.direction == "out" else sent


def _of_header(place: Place) -> Expects:
    index, start = place.index, place.arch.word

    def expects(_memory: Memory, args: Sequence[int], segments: list[Segment]) -> bool:
        return bool(segments) and int_at(args[index] + start, RecordedMemory(segments)) == _SOCKADDR_NL

    return expects


def _noting(expected: Callable[[Place], Expects]) -> Callable[[Build], Build]:
    """Make a builder's reader also note what the socket is, if it may be one of netlink.

    Without the protocol of the socket its messages can't be told.
    """

    def decorate(build: Build) -> Build:
        def build_noting(place: Place, limit: int, share: int) -> Reads:
            read, expects, fd = build(place, limit, share), expected(place), place.indexes["sockfd"]

            def read_and_note(memory: Memory, args: Sequence[int]) -> list[Segment]:
                segments = read(memory, args)
                if expects(memory, args, segments):
                    found = memory.descriptor(signed(args[fd]), _SOCKET)
                    if found:
                        segments.append((descriptor_address(signed(args[fd])), found))
                return segments

            return read_and_note

        return build_noting

    return decorate


@reader("packet")
@_noting(_of_packet)
def _packet(place: Place, limit: int, _share: int) -> Reads:
    if place.argument.direction == "out" and not place.style.after:
        return lambda _memory, _args: []
    return buffer(place.index, place.length_index, limit)


def _message(place: Place, limit: int) -> Callable[[bytes, int, Memory, list[Segment]], int]:
    """Return what adds the parts of a msghdr and returns how many bytes are left then."""
    layout = msghdr_layout(place.arch.word)
    vector = struct.Struct("<QQ" if place.arch.word == 8 else "<II")
    unpack, item = vector.iter_unpack, vector.size

    def add(header: bytes, left: int, memory: Memory, segments: list[Segment]) -> int:
        name, name_length, iov, iov_length, control, control_length, _ = layout.unpack(header)
        left -= len(keep(name, min(name_length, SOCKADDR_MAX), left, memory, segments))
        wanted = item * min(iov_length, MOST_BUFFERS)
        items = structure(iov, wanted, memory) if iov and 0 < wanted <= left else b""
        if items:
            segments.append((iov, items))
        left -= len(items)
        if control_length:
            left -= len(keep(control, min(control_length, CONTROL_MAX), left, memory, segments))
        if not items or left <= 0:
            return left
        return contents(unpack(items[: len(items) // item * item]), limit, left, memory, segments)

    return add


@reader("msghdr_to_fill")
@_noting(_of_header)
def _msghdr_to_fill(place: Place, limit: int, share: int) -> Reads:
    """Before the call its structure, after it what has been filled in."""
    index, layout = place.index, msghdr_layout(place.arch.word)
    item, after, add = 2 * place.arch.word, place.style.after, _message(place, limit)

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, layout.size) if address else b""
        known = structure(address, layout.size, memory) if after else data
        if len(known) < layout.size:
            return [(address, data)] if data else []
        segments = [(address, data)] if _same_pointers(layout, known, data) else []
        if after:
            add(known, share - layout.size, memory, segments)
            return segments
        _, _, iov, count, *_ = layout.unpack(data)
        keep(iov, item * min(count, MOST_BUFFERS), share - layout.size, memory, segments)
        return segments

    return copy


def _same_pointers(layout: struct.Struct, known: bytes, data: bytes) -> bool:
    """Tell whether a msghdr still is the one that it was: else there is another variable by now."""
    if known == data or len(data) < layout.size:
        return known == data
    before, now = layout.unpack(known), layout.unpack(data)
    return [before[field] for field in (0, 2, 3, 4)] == [now[field] for field in (0, 2, 3, 4)]


@reader("msghdr")
@_noting(_of_header)
def _msghdr(place: Place, limit: int, share: int) -> Reads:
    index, size = place.index, msghdr_layout(place.arch.word).size
    add = _message(place, limit)

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, size) if address else b""
        if not data:
            return []
        segments = [(address, data)]
        if len(data) == size:
            add(data, share - size, memory, segments)
        return segments

    return copy


@reader("mmsghdr")
@_noting(_of_header)
def _mmsghdr(place: Place, limit: int, share: int) -> Reads:
    index, length, layout, after = place.index, place.length_index, msghdr_layout(place.arch.word), place.style.after
    header, size = layout.size, layout.size + place.arch.word
    add = _message(place, limit)
    filling = place.argument.direction == "out" and not after

    def same(known: bytes, data: bytes) -> bool:
        starts = range(0, len(known) - size + 1, size)
        return all(_same_pointers(layout, known[at : at + header], data[at : at + header]) for at in starts)

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length] & _LOW
        wanted = size * min(count, MESSAGES_SHOWN)
        data = memory.read(address, wanted) if address and count else b""
        known = structure(address, wanted, memory) if after and address and count else data
        segments = [(address, data)] if data and (not after or same(known, data)) else []
        if filling:
            return segments
        left = share - len(known)
        for start in range(0, min(len(known) - size + 1, MESSAGES_COPIED * size), size):
            if left <= 0:
                break
            left = add(known[start : start + header], left, memory, segments)
        return segments

    return copy
