"""What is read of the kinds that only calls of sockets and IPC have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory, RecordedMemory, Segment, descriptor_address

from .base import Place, signed
from .interfaces import IFREQ
from . import nested_reads as _nested_reads
from .plain_reads import buffer, fixed
from .reads import READERS, Build, Reader, Reads, reader


@reader("int_changed", most=4)
def _int_changed(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 4)


@reader("msgbuf")
def _msgbuf(place: Place, limit: int, _share: int) -> Reads:
    index, length, word = place.index, place.length_index, place.arch.word

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, word + min(args[length], limit)) if address else b""
        return [(address, data)] if data else []

    return read


@reader("sigevent", most=64)
def _sigevent(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 64)


_PERMISSIONS = 48
"""Bytes of struct ipc64_perm, or more."""


@reader("semun", most=4 + _PERMISSIONS)
def _semun(place: Place, _limit: int, _share: int) -> Reads:
    index = place.index

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, 4) if address else b""
        if len(data) < 4:
            return []
        to_set = int.from_bytes(data, "little")
        permissions = memory.read(to_set, _PERMISSIONS) if to_set else b""
        return [(address, data), (to_set, permissions)] if permissions else [(address, data)]

    return read


# --- ioctl ---


@reader("ifreq", most=max(IFREQ.values()))
def _ifreq(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, IFREQ[place.arch.word])


@reader("octets_at", "hex_octets_at")
def _octets(place: Place, limit: int, share: int) -> Reads:
    return fixed(place.index, min(int(place.option), limit, share))


_STRUCTS = {
    "interface_list": "ifconf",
    "notification": "seccomp_notif",
    "keycode": "kbkeycode",
    "font_operation": "console_font_op",
}
_STRUCT_MAX = 80


@reader("hex_words_at", most=512)
def _words(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 2 * int(place.option))


@reader("changing", *_STRUCTS, most=_STRUCT_MAX)
def _struct(place: Place, _limit: int, _share: int) -> Reads:
    name = _STRUCTS.get(place.argument.kind, place.option)
    return fixed(place.index, structs.layout(name, place.arch.word).size)


# --- netlink: the protocol of the socket is noted, without which its messages can't be told ---

_SOCKADDR_NL = 12
"""Bytes of a netlink address; of no other that is often used."""
_SOCKET = frozenset(("socket",))
Expects = Callable[[Memory, Sequence[int]], bool]
"""Tells whether the socket is one of netlink, by the size of the address."""


@reader("packet")
def _packet(place: Place, limit: int, _share: int) -> Reads:
    if place.argument.direction == "out":
        return lambda _memory, _args: []
    return buffer(place.index, place.length_index, limit)


def _by_length(place: Place) -> Expects:
    index, names = place.indexes.get("addrlen"), {argument.name for argument in place.arguments}
    if index is None:
        return lambda _memory, _args: False
    if "dest_addr" in names:
        return lambda _memory, args: args[index] == _SOCKADDR_NL
    return lambda memory, args: bool(args[index]) and memory.read(args[index], 4) == _SOCKADDR_NL.to_bytes(4, "little")


def _by_header(place: Place) -> Expects:
    index, start = place.index, place.arch.word
    length = _SOCKADDR_NL.to_bytes(4, "little")
    return lambda memory, args: memory.read(args[index] + start, 4) == length


def _noting(build: Build, expected: Callable[[Place], Expects]) -> Build:
    """Return what builds a reader that also notes what the socket is, if it is one of netlink."""

    def build_noting(place: Place, limit: int, share: int) -> Reads:
        read, expects, fd = build(place, limit, share), expected(place), place.indexes["sockfd"]

        def read_and_note(memory: Memory, args: Sequence[int]) -> list[Segment]:
            segments = read(memory, args)
            if expects(RecordedMemory(segments) if segments else memory, args):
                found = memory.descriptor(signed(args[fd]), _SOCKET)
                if found:
                    segments.append((descriptor_address(signed(args[fd])), found))
            return segments

        return read_and_note

    return build_noting


for _name, _expected in {
    "packet": _by_length,
    "msghdr": _by_header,
    "msghdr_to_fill": _by_header,
    "mmsghdr": _by_header,
}.items():
    READERS[_name] = Reader(_noting(READERS[_name].build, _expected), READERS[_name].most)
