"""The arguments that a call has with the words that it is made with: operations chosen, conditions asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from . import numbers, prototypes
from .arch import ARCHES
from .decode import WORDS, places
from .kinds import Place, Style
from .kinds.by import chosen
from .kinds.conditions import presence
from .memory import Memory
from .multiplex import MULTIPLEXERS

_STYLE = Style()
_LOW = 0xFFFFFFFF
_READ = ("in", "inout")
_VECTORS = ("iovec", "mmsghdr")
"""Kinds that are read even where what they lead to is filled in."""


class Present(NamedTuple):
    """A call with its arguments.

    Attributes:
        name: of the call; of the one that is meant where one call stands for many.
        places: its arguments; none where it is not described.
        words: its words, as the architecture has them.
    """

    name: str
    places: list[Place]
    words: Sequence[int]

    def read_through(self) -> list[str]:
        """Return the names of the arguments through which the kernel reads memory."""
        return [
            place.argument.name
            for place in self.places
            if self.words[place.index] and (place.argument.direction in _READ or place.argument.kind in _VECTORS)
        ]


def arguments(arch: int, nr: int, args: Sequence[int], memory: Memory) -> Present:
    """Return the arguments that call `nr` has with these words.

    Args:
        arch, nr, args: the call.
        memory: of the caller: there it stands which call is meant by one that stands for many.
    """
    name = numbers.name(arch, nr)
    if arch not in ARCHES:
        return Present(name, [], args)
    words: Sequence[int] = [value & _LOW for value in args] if ARCHES[arch].word == 4 else args
    find, through = MULTIPLEXERS.get(name), ""
    if find and (meant := find(words, memory, False)):
        name, words, through = meant.name, meant.words, meant.through
    prototype = prototypes.find(name, arch, through)
    found: list[Place] = []
    for place in places(name, prototype, ARCHES[arch], _STYLE) if prototype else []:
        found += _expanded(place, words)
    return Present(name, found, [*words, *[0] * (WORDS - len(words))])


def _expanded(place: Place, words: Sequence[int]) -> list[Place]:
    """Return an argument; of one that another decides, those that it is."""
    if place.argument.kind == "by":
        return [inner for each in chosen(place, words[place.indexes[place.option]]) for inner in _expanded(each, words)]
    holds = presence(place)
    return [place] if place.argument.kind != "skip" and (holds is None or holds(words)) else []
