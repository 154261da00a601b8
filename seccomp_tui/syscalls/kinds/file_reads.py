"""What is read of the kinds that only calls on files have."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls.memory import Memory, Segment

from .base import Place
from .file_ioctls import MOST_INFOS
from .file_values import item_size
from .files import HANDLE_MAX
from .plain_reads import buffer, fixed, string
from .reads import Reads, reader

_HEADER = 8
_LOW = 0xFFFFFFFF
_MOST_ITEMS_BYTES = 64


@reader("file_handle", most=_HEADER + HANDLE_MAX)
def _file_handle(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _HEADER + HANDLE_MAX)


@reader("file_handle_to_fill", most=_HEADER + HANDLE_MAX)
def _handle_to_fill(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _HEADER + (HANDLE_MAX if place.style.after else 0))


@reader("offset_given", "offset_moved", most=_HEADER)
def _header(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _HEADER)


@reader("hex_bytes")
def _hex_bytes(place: Place, limit: int, _share: int) -> Reads:
    return buffer(place.index, place.length_index, limit, _LOW)


@reader("fixed_string")
def _fixed_string(place: Place, _limit: int, share: int) -> Reads:
    return string(place.index, min(int(place.option), share))


@reader("numbers_at", "hexes_at", most=_MOST_ITEMS_BYTES)
def _items(place: Place, _limit: int, _share: int) -> Reads:
    type_of, count = place.argument.options
    return fixed(place.index, item_size(type_of, place.arch.word) * int(count))


_INFO = 32
"""Bytes of a struct file_dedupe_range_info."""


@reader("dedupe_range", most=24 + MOST_INFOS * _INFO)
def _dedupe_range(place: Place, _limit: int, _share: int) -> Reads:
    index = place.index

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, 24) if address else b""
        if len(data) == 24:
            count = int.from_bytes(data[16:18], "little")
            data += memory.read(address + 24, min(count, MOST_INFOS) * _INFO) if count else b""
        return [(address, data)] if data else []

    return read


@reader("rand_pool_info")
def _rand_pool_info(place: Place, limit: int, share: int) -> Reads:
    index, most = place.index, min(limit, share)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, _HEADER) if address else b""
        if len(data) == _HEADER:
            size = int.from_bytes(data[4:], "little")
            data += memory.read(address + _HEADER, min(size, most)) if size else b""
        return [(address, data)] if data else []

    return read


@reader("rtc_param", "rtc_param_get", most=24)
def _rtc_param(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 24)
