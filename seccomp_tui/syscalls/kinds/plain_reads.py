"""What is read of the plain kinds: paths, strings, buffers, addresses, arrays of numbers, single values."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls.memory import PATH_MAX, Memory, Segment

from .addresses import SOCKADDR_MAX
from .base import MOST_ITEMS, Place
from .prctl import COMM
from .reads import Reads, reader
from .values import VALUES, value_size

_LOW = 0xFFFFFFFF
_WORD_MAX = 8
_FIXED = {"cap_header": 8, "epoll_event": 16, "cap_data": 24, "comm": COMM}
"""Kinds of one size; epoll_event has 12 bytes on x86, and what is behind it does no harm."""
_ITEMS = {"pollfd": 8}
"""Arrays: the size of an item."""
_SIGACTION = {8: 32, 4: 20}


@reader("path", most=PATH_MAX)
def _path(place: Place, _limit: int, _share: int) -> Reads:
    return string(place.index, PATH_MAX)


@reader("string")
def _string(place: Place, limit: int, share: int) -> Reads:
    return string(place.index, min(limit + 1, share))


@reader("comm", most=_FIXED["comm"])
def _comm(place: Place, _limit: int, _share: int) -> Reads:
    return string(place.index, _FIXED["comm"])


@reader("bytes")
def _bytes(place: Place, limit: int, _share: int) -> Reads:
    return buffer(place.index, place.length_index, limit)


@reader("sockaddr", most=SOCKADDR_MAX)
def _sockaddr(place: Place, _limit: int, _share: int) -> Reads:
    return buffer(place.index, place.length_index, SOCKADDR_MAX, _LOW)


@reader("sigset", most=_WORD_MAX)
def _sigset(place: Place, _limit: int, _share: int) -> Reads:
    return buffer(place.index, place.length_index, _WORD_MAX)


@reader("pollfd", most=max(_ITEMS.values()) * MOST_ITEMS)
def _array(place: Place, limit: int, _share: int) -> Reads:
    index, length = place.index, place.length_index
    size, most = _ITEMS[place.argument.kind], min(limit, MOST_ITEMS)

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length] & _LOW
        data = memory.read(address, size * min(count, most)) if address and count else b""
        return [(address, data)] if data else []

    return read


@reader("cap_header", "epoll_event", "cap_data", most=max(_FIXED.values()))
def _fixed(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _FIXED[place.argument.kind])


@reader("sigaction", most=max(_SIGACTION.values()))
def _sigaction(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, _SIGACTION[place.arch.word])


@reader(*VALUES, most=_WORD_MAX)
def _value(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, value_size(place.argument.kind, place.arch.word))


@reader("skip", most=_WORD_MAX)
def _word(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, place.arch.word)


@reader("timespec_pair", "timespec64_pair", "timeval_pair", most=32)
def _pair(place: Place, _limit: int, _share: int) -> Reads:
    wide = place.arch.word == 8 or "64" in place.argument.kind
    return fixed(place.index, 32 if wide else 16)


def string(index: int, limit: int) -> Reads:
    """Return what reads the string of at most `limit` bytes that word `index` points to."""

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read_string(address, limit) if address else b""
        return [(address, data)] if data else []

    return read


def buffer(index: int, length: int, limit: int, mask: int = -1) -> Reads:
    """Return what reads at most `limit` bytes at word `index`, as many as word `length` says."""

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, size = args[index], args[length] & mask
        data = memory.read(address, size if size < limit else limit) if address and size else b""
        return [(address, data)] if data else []

    return read


def fixed(index: int, size: int) -> Reads:
    """Return what reads `size` bytes at word `index`."""

    def read(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, size) if address else b""
        return [(address, data)] if data else []

    return read
