"""What to copy of the target's memory when a call traps, so that the decoder finds all it needs in the recording.

A copier runs between receiving a call and answering it: one closure a call, everything else settled beforehand, the
names and texts of the decoder left out. It is put together from what is read of each argument (kinds/reads.py).

How much is copied is bounded for the call as a whole (`call_budget`), and so is the number of reads, by the caps on
items in kinds/.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from . import numbers, prototypes
from .arch import ARCHES, Arch
from .decode import places
from .descriptors import noting, noting_new
from .kinds import Style
from .kinds.reads import Reads, reads
from .memory import Memory, Segment, earlier
from .multiplex import MULTIPLEXERS, READ_MOST, Meant

BUDGET_LEAST = 64 << 10
"""So many bytes may be copied of any call, however short the limit."""
BUDGET_MOST = 4 << 20
"""More than so many bytes are copied of no call, however long the limit."""
Copier = Reads
"""Reads what the call's in arguments point to."""
_LOW = 0xFFFFFFFF
_LEAST = 64
"""Shortest limit: what the decoder needs for its own 32 bytes and items, whatever the caller asks for."""


def call_budget(limit: int) -> int:
    """Return how many bytes are copied at most of one call in all, with this limit for each of its buffers."""
    return min(max(BUDGET_LEAST, 4 * limit), BUDGET_MOST)


def copier(arch: int, nr: int, limit: int, details: frozenset[str] = frozenset()) -> Copier | None:
    """Return what copies the memory of call `nr`; None when it has none to copy, or is not described.

    Args:
        arch: AUDIT_ARCH_* token.
        nr: number of the call.
        limit: so many bytes of a buffer or string are copied; paths are copied whole.
        details: of `memory.DETAILS`, what is to be noted of descriptors.
    """
    copy = _copier(arch, nr, limit, Style(copying=True)) if nr in numbers.names(arch) else None
    return noting(copy, arch, nr, details) if details else copy


def late_copier(arch: int, nr: int, limit: int, details: frozenset[str] = frozenset()) -> Copier | None:
    """Return what copies what call `nr` has filled in, when it has returned; None when it fills nothing in.

    Args:
        arch, nr, limit: as of `copier`.
        details: of `memory.DETAILS`, what is to be noted of descriptors that it has made.
    """
    if nr not in numbers.names(arch):
        return None
    copy = _copier(arch, nr, limit, Style(copying=True, after=True))
    return noting_new(copy, arch, nr, details) if details else copy


@cache
def _copier(arch: int, nr: int, limit: int, style: Style) -> Copier | None:
    """Build the copier of a call that exists; others are not kept, a target can make up any number."""
    known = ARCHES[arch]
    name = numbers.name(arch, nr)
    prototype = prototypes.find(name, arch)
    if prototype is None:
        return None
    if name in MULTIPLEXERS:
        copy: Copier | None = _meant(name, known, limit, style)
    else:
        copy = reads(places(name, prototype, known, style), max(limit, _LEAST), call_budget(limit))
    return _narrow(copy) if copy and known.word == 4 else copy


def _meant(name: str, known: Arch, limit: int, style: Style) -> Copier:
    """Return the copier of a call that stands for many."""
    find = MULTIPLEXERS[name]
    made: dict[tuple[str, str], Copier | None] = {}

    def build(meant: Meant) -> Copier | None:
        prototype = prototypes.find(meant.name, known.token, meant.through)
        assert prototype is not None
        described = places(meant.name, prototype, known, style)
        return reads(described, max(limit, _LEAST), call_budget(limit) - READ_MOST)

    def copy(memory: Memory, args: Sequence[int]) -> list[Segment]:
        meant = find(args, earlier(memory), style.after)
        if meant is None:
            return []
        if (meant.name, meant.through) not in made:
            made[meant.name, meant.through] = build(meant)
        follow = made[meant.name, meant.through]
        address, size = meant.read
        segments = [(address, memory.read(address, size))] if size and not style.after else []
        return segments + (follow(memory, meant.words) if follow else [])

    return copy


def _narrow(copy: Copier) -> Copier:
    """Return the copier for a 32-bit architecture."""
    return lambda memory, args: copy(memory, [value & _LOW for value in args])
