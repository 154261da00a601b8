"""What to copy of the target's memory when a call traps, so that the decoder finds all it needs in the recording.

A copier runs between receiving a call and answering it: one closure a call, everything else settled beforehand, the
names and texts of the decoder left out. What is simple (paths, strings, buffers, structs, addresses) is here, what is
nested (msghdr, argv, ...) or depends on another argument in kinds/reading.py.

How much is copied is bounded for the call as a whole (`call_budget`), and so is the number of reads, by the caps on
items in kinds/. Arguments whose size is bounded by itself have their room reserved, the others share the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from . import numbers, prototypes
from .arch import ARCHES
from .decode import places
from .kinds import Place, Style
from .kinds.base import MOST_ITEMS
from .kinds.network import SOCKADDR_MAX
from .kinds.reading import READERS
from .kinds.structures import SIZES, size_of
from .kinds.vectors import MOST_VARIABLES
from .memory import PATH_MAX, Memory, Segment

Copier = Callable[[Memory, Sequence[int]], list[Segment]]
"""Reads what the call's in arguments point to."""

BUDGET_LEAST = 64 << 10
"""So many bytes may be copied of any call, however short the limit."""
BUDGET_MOST = 4 << 20
"""More than so many bytes are copied of no call, however long the limit."""
_LOW = 0xFFFFFFFF
_LEAST = 64
"""Shortest limit: what the decoder needs for its own 32 bytes and items, whatever the caller asks for."""
_NUMBERS = {"int_value": 4, "offset_value64": 8, "cap_header": 8, "epoll_event": 16, "cap_data": 24}
_ITEMS = {"pollfd": 8, "gid_list": 4}
"""Arrays: the size of an item."""
_SHARING = (
    "string",
    "bytes",
    "iovec",
    "argv",
    "msghdr",
    "mmsghdr",
    "socket_option_value",
    "mount_type",
    "mount_data",
)
"""Kinds whose size the target chooses freely: they share the budget."""
_CPU_SET_MAX = 1024
_RESERVED = {
    "path": PATH_MAX,
    "envp": 8 * (MOST_VARIABLES + 1),
    "cpu_set": _CPU_SET_MAX,
    **{kind: size * MOST_ITEMS for kind, size in _ITEMS.items()},
}
"""Most bytes of the kinds that don't share; all others have less than `_SMALL`."""
_SMALL = 256


def call_budget(limit: int) -> int:
    """Return how many bytes are copied at most of one call in all, with this limit for each of its buffers."""
    return min(max(BUDGET_LEAST, 4 * limit), BUDGET_MOST)


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
    limit = max(limit, _LEAST)
    pointing = [place for place in places(name, prototype, known, Style()) if _is_read(place)]
    sharing = sum(place.argument.kind in _SHARING for place in pointing)
    reserved = sum(
        _RESERVED.get(place.argument.kind, _SMALL) for place in pointing if place.argument.kind not in _SHARING
    )
    share = (call_budget(limit) - reserved) // max(sharing, 1)
    found = [made for place in pointing if (made := _copy(place, min(limit, share - 1), share)) is not None]
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


def _is_read(place: Place) -> bool:
    """Tell whether an argument may point to what the call reads, or to a vector of buffers to be filled."""
    return place.argument.kind in ("iovec", "by") or place.argument.direction in ("in", "inout")


def _copy(place: Place, limit: int, share: int) -> Copier | None:
    """Return what copies one argument, None when there is nothing to copy.

    Conditions of arguments don't matter: to copy what the call does not look at does no harm.

    Args:
        place: the argument.
        limit: bytes of one buffer or string.
        share: bytes of the whole argument.
    """
    kind, word = place.argument.kind, place.arch.word
    if kind in READERS:
        return READERS[kind](place, limit, share)
    if kind == "path":
        return _string(place.index, PATH_MAX)
    if kind == "string":
        return _string(place.index, limit + 1)
    if kind == "bytes":
        return _buffer(place.index, place.length_index, limit)
    if kind == "sockaddr":
        return _buffer(place.index, place.length_index, SOCKADDR_MAX, _LOW)
    if kind == "socket_option_value":
        return _buffer(place.index, place.length_index, limit, _LOW)
    if kind == "cpu_set":
        return _buffer(place.index, place.length_index, _CPU_SET_MAX, _LOW)
    if kind in ("sigset", "open_how"):
        return _buffer(place.index, place.length_index, 8 if kind == "sigset" else 24)
    if kind in _ITEMS:
        return _array(place.index, place.length_index, _ITEMS[kind], min(limit, MOST_ITEMS))
    size = _size(kind, word)
    return _fixed(place.index, size) if size else None


def _size(kind: str, word: int) -> int:
    """Return the bytes of a kind that has always the same; 0 for what is not in memory."""
    single = kind.removesuffix("_pair")
    if single in SIZES:
        return size_of(single, word) * (1 if single == kind else 2)
    if kind in _NUMBERS:
        return _NUMBERS[kind]
    if kind == "sigaction":
        return 32 if word == 8 else 20
    return {"offset_value": word, "msghdr_to_fill": word + 4}.get(kind, 0)


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


def _array(index: int, length: int, size: int, most: int) -> Copier:
    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address, count = args[index], args[length] & _LOW
        data = memory.read(address, size * min(count, most)) if address and count else b""
        return [(address, data)] if data else []

    return copy


def _fixed(index: int, size: int) -> Copier:
    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        address = args[index]
        data = memory.read(address, size) if address else b""
        return [(address, data)] if data else []

    return copy
