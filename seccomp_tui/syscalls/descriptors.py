"""What is noted, when a call traps, of the descriptors that it names: they lead elsewhere once the target runs again.

Only done when it is asked for, or for a held call. What is noted travels with the copied memory, under addresses that
no pointer of the target can name (`memory.descriptor_address`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain

from . import numbers, prototypes
from .arch import ARCHES
from .decode import places
from .kinds import Place, Style
from .kinds.base import MOST_ITEMS, signed
from .kinds.network import CONTROL_MAX, msghdr_layout, rights
from .kinds.vectors import POLLFD, bits, fd_set_size
from .memory import AT_FDCWD, Memory, RecordedMemory, Segment, descriptor_address
from .multiplex import MULTIPLEXERS
from .prototypes import Prototype

Copier = Callable[[Memory, Sequence[int]], list[Segment]]
Finder = Callable[[Sequence[int], Memory], Iterable[int]]
"""Gives the descriptors that one argument names, signed."""

MOST_NAMED = 64
"""Of so many descriptors of one call it is noted what they lead to."""
MOST_NOTED = 32 << 10
"""And of no more after so many bytes."""
_LOW = 0xFFFFFFFF


def noting(copy: Copier | None, arch: int, nr: int, details: frozenset[str]) -> Copier | None:
    """Return a copier that also notes what the descriptors of call `nr` lead to; `copy` itself when it names none.

    Args:
        copy: copies the memory that the call names.
        arch: AUDIT_ARCH_* token.
        nr: number of the call.
        details: of `memory.DETAILS`, what is to be looked up.
    """
    find = _finder(arch, numbers.name(arch, nr)) if nr in numbers.names(arch) else None
    if not find or not details:
        return copy
    word = ARCHES[arch].word

    def copy_and_note(memory: Memory, args: Sequence[int]) -> list[Segment]:
        segments = copy(memory, args) if copy is not None else []
        if word == 4:
            args = [value & _LOW for value in args]
        named = dict.fromkeys(find(args, RecordedMemory(segments)))
        left = MOST_NOTED
        for fd in list(named)[:MOST_NAMED]:
            if left > 0 and (fd >= 0 or fd == AT_FDCWD):
                noted = memory.descriptor(fd, details)
                if noted:
                    segments.append((descriptor_address(fd), noted))
                    left -= len(noted)
        return segments

    return copy_and_note


def noting_new(copy: Copier | None, arch: int, nr: int, details: frozenset[str]) -> Copier | None:
    """Return a copier for when call `nr` has returned that also notes what the descriptors lead to that it has made.

    The kernel gives the lowest number that is free, so a new one is among those that are in use without a gap from 0.
    Which of them it is the result says, which is not known here.

    Args:
        copy, arch, nr, details: as of `noting`.
    """
    prototype = prototypes.find(numbers.name(arch, nr), arch)
    if not details or prototype is None or not _makes_descriptors(prototype):
        return copy

    def copy_and_note(memory: Memory, args: Sequence[int]) -> list[Segment]:
        segments = copy(memory, args) if copy is not None else []
        left = MOST_NOTED
        for fd in range(MOST_NAMED):
            noted = memory.descriptor(fd, details)
            left -= len(noted)
            if not noted or left < 0:
                break
            segments.append((descriptor_address(fd), noted))
        return segments

    return copy_and_note


def _makes_descriptors(prototype: Prototype) -> bool:
    made = prototype.result == "fd" and not prototype.returns.same
    return made or any(argument.kind == "fd_pair" for argument in prototype.arguments or ())


@cache
def _finder(arch: int, name: str, through: str = "") -> Finder | None:
    """Return what gives the descriptors that a call names; None when it names none."""
    if name in MULTIPLEXERS:
        return _meant(arch, name)
    known = ARCHES.get(arch)
    prototype = prototypes.find(name, arch, through)
    if known is None or prototype is None:
        return None
    found = places(name, prototype, known, Style())
    each = [_FINDERS[place.argument.kind](place) for place in found if place.argument.kind in _FINDERS]
    return (lambda args, memory: chain.from_iterable(find(args, memory) for find in each)) if each else None


def _meant(arch: int, name: str) -> Finder:
    """Return what gives the descriptors of the call that is meant."""

    def find(args: Sequence[int], memory: Memory) -> Iterable[int]:
        meant = MULTIPLEXERS[name](args, memory, False)
        inner = _finder(arch, meant.name, meant.through) if meant else None
        return inner(meant.words, memory) if meant and inner else ()

    return find


def _plain(place: Place) -> Finder:
    index = place.index
    return lambda args, _memory: (max(signed(args[index]), -1),)


def _directory(place: Place) -> Finder:
    index = place.index
    return lambda args, _memory: (signed(args[index]),)


def _polled(place: Place) -> Finder:
    index, length = place.index, place.length_index

    def find(args: Sequence[int], memory: Memory) -> Iterable[int]:
        data = memory.read(args[index], POLLFD.size * min(args[length] & _LOW, MOST_ITEMS))
        whole = data[: len(data) // POLLFD.size * POLLFD.size]
        return (max(fd, -1) for fd, _, _ in POLLFD.iter_unpack(whole))

    return find


def _selected(place: Place) -> Finder:
    index, length, word = place.index, place.length_index, place.arch.word

    def find(args: Sequence[int], memory: Memory) -> Iterable[int]:
        size, most = fd_set_size(args[length], word)
        return bits(memory.read(args[index], size), most) if size else ()

    return find


def _passed(place: Place) -> Finder:
    index, word = place.index, place.arch.word
    layout = msghdr_layout(word)

    def find(args: Sequence[int], memory: Memory) -> Iterable[int]:
        header = memory.read(args[index], layout.size)
        if len(header) < layout.size:
            return ()
        *_, control, length, _ = layout.unpack(header)
        found = rights(memory.read(control, min(length, CONTROL_MAX)), word) if control else []
        return (max(fd, -1) for fd in found)

    return find


_FINDERS: dict[str, Callable[[Place], Finder]] = {
    "fd": _plain,
    "module_fd": _plain,
    "dirfd": _directory,
    "fanotify_dirfd": _directory,
    "pollfd": _polled,
    "fd_set": _selected,
    "msghdr": _passed,
}
