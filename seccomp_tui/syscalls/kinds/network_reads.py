"""What is read of the kinds that only calls of sockets and IPC have."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls.memory import Memory, Segment

from .base import Place
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
