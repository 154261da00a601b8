"""What is read of the kinds that only calls of sockets and IPC have."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory, Segment

from .base import Place
from .interfaces import IFREQ
from .plain_reads import fixed
from .reads import Reads, reader


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
