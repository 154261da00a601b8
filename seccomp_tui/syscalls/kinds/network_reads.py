"""What is read of the kinds that only calls of sockets and IPC have."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory, Segment

from .addresses import SOCKADDR_MAX, int_at
from .base import Place
from .bpf import INSTRUCTION, MOST_INSTRUCTIONS
from .interfaces import IFREQ, MOST_INTERFACES
from .plain_reads import buffer, fixed, string
from .reads import Reads, reader
from .terminals import FONT_GET, FONT_SET, FONT_SET_DEFAULT, font_size

_LOW = 0xFFFFFFFF


@reader("int_changed", "enum_decimal_value", most=4)
def _four(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 4)


@reader("enum_byte", "flags_byte", "lock_leds_byte", most=1)
def _one(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 1)


@reader("fd_pair", most=8)
def _pair(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 8)


@reader("sockaddr_filled", most=SOCKADDR_MAX)
def _sockaddr_filled(place: Place, _limit: int, _share: int) -> Reads:
    return _of_length_at(place, SOCKADDR_MAX)


def _of_length_at(place: Place, most: int, least: int = 0, item: int = 1) -> Reads:
    """Return what reads a buffer whose length, in items, lies in memory as well."""
    index, length = place.index, place.length_index

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        size = int_at(args[length], memory) or 0
        data = memory.read(args[index], min(max(size * item, least), most)) if args[index] and size > 0 else b""
        return [(args[index], data)] if data else []

    return read


_GET_FILTER = (1, 26)
"""Level and number of the option that tells a filter; its length is that in instructions."""
_ATTACHED = {(1, 26), (1, 51)}
"""Level and number of the options that are set to a filter."""


@reader("socket_option_value")
def _option_value(place: Place, limit: int, share: int) -> Reads:
    level, option = place.indexes["level"], place.indexes["optname"]
    if place.style.after:
        bytes_of, filter_of = _of_length_at(place, limit, least=4), _of_length_at(place, limit, item=INSTRUCTION)
        return lambda memory, args: (
            filter_of if (args[level] & _LOW, args[option] & _LOW) == _GET_FILTER else bytes_of
        )(memory, args)
    read = buffer(place.index, place.length_index, limit, _LOW)
    layout = structs.layout("socket_fprog", place.arch.word)

    def read_and_follow(memory: Memory, args: Sequence[int]) -> list[Segment]:
        segments = read(memory, args)
        data = segments[0][1] if segments else b""
        if (args[level] & _LOW, args[option] & _LOW) in _ATTACHED and len(data) >= layout.size:
            count, program = layout.packing.unpack_from(data)
            wanted = INSTRUCTION * min(count, MOST_INSTRUCTIONS)
            data = memory.read(program, wanted) if wanted <= share - layout.size else b""
            segments += [(program, data)] if data else []
        return segments

    return read_and_follow


@reader("msgbuf")
def _msgbuf(place: Place, limit: int, _share: int) -> Reads:
    index, length, word = place.index, place.length_index, place.arch.word

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, word + min(args[length], limit)) if address else b""
        return [(address, data)] if data else []

    return read


_PERMISSIONS = 48
"""Bytes of struct ipc64_perm, or more."""
_SEMAPHORES = 112
"""Bytes of struct semid64_ds and seminfo, or more."""


@reader("semid64_filled", most=_SEMAPHORES)
def _semid(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _SEMAPHORES)


@reader("semun", most=4 + _SEMAPHORES)
def _semun(place: Place, _limit: int, _share: int) -> Reads:
    index, size = place.index, _SEMAPHORES if place.style.after else _PERMISSIONS

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, 4) if address else b""
        if len(data) < 4:
            return []
        to_set = int.from_bytes(data, "little")
        permissions = memory.read(to_set, size) if to_set else b""
        return [(address, data), (to_set, permissions)] if permissions else [(address, data)]

    return read


# --- ioctl ---


@reader("interface_name", most=16)
def _interface_name(place: Place, _limit: int, _share: int) -> Reads:
    return string(place.index, 16)


@reader("ifreq", most=max(IFREQ.values()))
def _ifreq(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, IFREQ[place.arch.word])


@reader("octets_at", "hex_octets_at")
def _octets(place: Place, limit: int, share: int) -> Reads:
    return fixed(place.index, min(int(place.option), limit, share))


@reader("interface_list")
def _interface_list(place: Place, _limit: int, share: int) -> Reads:
    index, word, after = place.index, place.arch.word, place.style.after
    layout, size = structs.layout("ifconf", word), IFREQ[word]
    most = min(MOST_INTERFACES, (share - layout.size) // size)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        header = memory.read(address, layout.size) if address else b""
        if not after or len(header) < layout.size:
            return [(address, header)] if header else []
        length, buffer = layout.packing.unpack(header)
        data = memory.read(buffer, min(length // size, most) * size) if buffer and length >= size else b""
        return [(address, header), (buffer, data)] if data else [(address, header)]

    return read


_STRUCTS = {
    "notification": "seccomp_notif",
    "keycode": "kbkeycode",
}
_STRUCT_MAX = 80


@reader("font_operation")
def _font(place: Place, limit: int, share: int) -> Reads:
    index, layout, after = place.index, structs.layout("console_font_op", place.arch.word), place.style.after

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        header = memory.read(address, layout.size) if address else b""
        if len(header) < layout.size:
            return [(address, header)] if header else []
        operation, _, width, _, count, data = layout.packing.unpack(header)
        most = min(limit, share - layout.size)
        found = b""
        if operation == FONT_SET_DEFAULT:
            found = memory.read_string(data, most)
        elif operation == (FONT_GET if after else FONT_SET):
            found = memory.read(data, min(font_size(width, count), most))
        return [(address, header), (data, found)] if found else [(address, header)]

    return read


@reader("unicodes_at", most=512)
def _words(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 2 * int(place.option))


@reader("changing", *_STRUCTS, most=_STRUCT_MAX)
def _struct(place: Place, _limit: int, _share: int) -> Reads:
    name = _STRUCTS.get(place.argument.kind, place.option)
    return fixed(place.index, structs.layout(name, place.arch.word).size)
