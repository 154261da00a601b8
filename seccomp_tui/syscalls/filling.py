"""What is written into a target's memory when an argument of a call is filled in, or changed before the call goes on.

A value is written as the decoder prints it, so what was filled in is what the call's line then shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from . import present, structs
from .arguments import constants_for
from .encode import EncodeError, encode
from .fillers import FILLERS, Asked, Filled
from .fillers.sockets import address_struct
from .fillers.structures import is_array, room_for, struct_of, structure
from .kinds import Place, Style
from .kinds.addresses import family_of
from .kinds.conditions import printer
from .kinds.structures import field_places
from .memory import Memory, RecordedMemory
from .text import quote

__all__ = ["Content", "EncodeError", "Filled", "Row", "fill", "form"]

_SHOWN = Style(string_limit=1 << 16, verbose=True, after=True)
_MOST_ROWS = 16
"""So many structs of an array have rows of their own."""
_ENTRIES = ("dirents", "dirents64", "dirent")
_BUFFERS = ("packet", "iovec", "msghdr", "msghdr_to_fill", "comm")
_STRINGS = ("path", "string", "mount_type", "mount_data")


class Content(Protocol):
    """What is to be written: of `policy.answers`."""

    @property
    def argument(self) -> str:
        """Name of the argument, or `arg0` to `arg5`."""

    @property
    def values(self) -> Sequence[bytes]:
        """Bytes of a buffer, the entries of a folder."""

    @property
    def word(self) -> str:
        """What is just one number."""

    @property
    def fields(self) -> Sequence[tuple[str, str]]:
        """Fields of a struct."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the form in which an argument is filled in.

    Attributes:
        field: name of the field; "" for what is no struct: its text is a value.
        kind: what it means, as in prototypes.txt: `bytes`, `entries` (of a folder), `enum`, ..
        text: what it is now.
        names: the constants that may stand there.
    """

    field: str
    kind: str
    text: str
    names: Sequence[str] = ()


def fill(
    arch: int,
    nr: int,
    args: Sequence[int],
    content: Content,
    memory: Memory,
    base: bytes | None = None,
    *,
    free: bool = False,
) -> Filled:
    """Return what is written where for one argument of a call, and what the call returns because of it.

    Args:
        arch, nr, args: the call.
        content: what is wanted.
        memory: of the caller, as it is: lengths and vectors lie there, and what the call reads and is to be changed.
        base: what is there before; None: zeros, or what `memory` holds of what the call reads.
        free: it is a copy that is changed: a string may be longer than the one that is there.

    Raises:
        EncodeError: it can't be; the message is one line that names the argument and what would be right.
    """
    name, known, words = present.arguments(arch, nr, args, memory)
    place = _find(name, known, content.argument)
    if place is None:
        return _plain(words, content)
    values: tuple[bytes | str, ...] = (*content.values, content.word) if content.word else tuple(content.values)
    asked = Asked(place, words, values, tuple(content.fields), memory, base, free)
    return _filler(asked)


def _filler(asked: Asked) -> Filled:
    place = asked.place
    kind, named = place.argument.kind, asked.name
    if not place.argument.direction:
        message = f"{named} is no pointer: nothing can be written there"
        raise EncodeError(message)
    if kind in FILLERS:
        return FILLERS[kind](asked)
    if struct_of(place):
        return structure(asked)
    if asked.fields or not all(isinstance(value, bytes) for value in asked.values):
        message = f"{named} takes only bytes (hex:..): its parts are not described for writing"
        raise EncodeError(message)
    return asked.written(asked.data())


def _plain(words: Sequence[int], content: Content) -> Filled:
    """Return the bytes that are written where a word points to that is described as no pointer."""
    if content.fields or content.word:
        message = f"{content.argument} takes only bytes (hex:..): it is not described as a pointer"
        raise EncodeError(message)
    address = words[int(content.argument[3:])]
    if not address:
        message = f"{content.argument} is NULL: nothing can be written there"
        raise EncodeError(message)
    data = b"".join(content.values)
    return Filled(((address, data),) if data else ())


def form(
    arch: int,
    nr: int,
    args: Sequence[int],
    argument: str,
    memory: Memory | None = None,
    base: bytes | None = None,
) -> list[Row]:
    """Return the lines of the form in which an argument is filled in, with what they are now.

    Filling in the texts as they are changes nothing.

    Args:
        arch, nr, args, memory, base: as of `fill`; without memory everything is zero.
        argument: its name.

    Raises:
        EncodeError: there is no such argument.
    """
    there = memory or RecordedMemory([])
    name, known, words = present.arguments(arch, nr, args, there)
    place = _find(name, known, argument)
    if place is None or not place.argument.direction:
        return []
    asked = Asked(place, words, (), (), there, base)
    kind = place.argument.kind
    if kind in _ENTRIES:
        return [Row("", "entries", "")]
    if kind in _STRINGS:
        data = b"" if place.argument.direction == "out" else there.read_string(words[place.index], 4096)
        return [Row("", "string", quote(data.removesuffix(b"\0")))]
    if kind in ("sockaddr", "sockaddr_filled"):
        return _address_rows(asked)
    if struct_of(place) and (kind not in FILLERS or kind == "pollfd"):
        return _struct_rows(asked)
    return [Row("", kind, '""' if "bytes" in kind or kind in _BUFFERS else "0")]


def _struct_rows(asked: Asked) -> list[Row]:
    name, arch = struct_of(asked.place), asked.place.arch
    size = structs.layout(name, arch.word).size
    if not is_array(asked.place):
        return _rows(name, asked, asked.before(size))
    count = min(room_for(asked), _MOST_ROWS)
    data = asked.before(size * count)
    return [
        row for item in range(count) for row in _rows(name, asked, data[item * size : item * size + size], f"{item}.")
    ]


def _address_rows(asked: Asked) -> list[Row]:
    base = asked.before(128) if asked.place.argument.direction == "in" else asked.base or b""
    name = address_struct((), base, asked.place)
    if not name:
        path = base[2:].partition(b"\0")[0] if base[2:3] != b"\0" else base[2:]
        return [Row("sa_family", "enum", "AF_UNIX"), Row("sun_path", "string", quote(path))]
    rows = _rows(name, asked, base)
    return rows if any(base[:2]) else [replace(rows[0], text=family_of(name)), *rows[1:]]


def _rows(name: str, asked: Asked, data: bytes, prefix: str = "") -> list[Row]:
    """Return the lines of one struct; of those inside it with the outer's name before their own."""
    arch = asked.place.arch
    layout = structs.layout(name, arch.word)
    values = layout.packing.unpack(data[: layout.size].ljust(layout.size, b"\0"))
    rows: list[Row] = []
    for field, place in field_places(layout, arch, _SHOWN):
        argument, value = field.argument, values[list(layout.fields).index(field)]
        if (
            structs.declared(argument.kind)
            and not argument.direction
            and len(value) == structs.layout(argument.kind, arch.word).size
        ):
            rows += _rows(argument.kind, asked, value, f"{prefix}{argument.name}.")
            continue
        show = printer(
            replace(
                place,
                argument=replace(
                    argument, condition=None, direction="", kind="ptr" if argument.direction else argument.kind
                ),
            )
        )
        rows.append(
            Row(
                prefix + argument.name,
                argument.kind,
                _text(name, asked, place, show(values, asked.memory), value),
                constants_for(argument, arch.token),
            )
        )
    return rows


def _text(name: str, asked: Asked, place: Place, text: str | None, value: int | bytes) -> str:
    """Return a field's text, or where it says less than there is, the number or the bytes."""
    bare = text is not None and text.partition(" /*")[0]
    if bare and _means(name, asked, place, bare, value):
        return bare
    if isinstance(value, bytes):
        return quote(value[:-1] if place.argument.kind == "chars" else value, hexa=True)
    return f"{value:#x}"


def _means(name: str, asked: Asked, place: Place, text: str, value: int | bytes) -> bool:
    field = place.argument.name
    layout = structs.layout(name, asked.place.arch.word)
    at = [each.argument.name for each in layout.fields].index(field)
    try:
        data = encode(name, asked.place.arch, {field: text})
    except EncodeError:
        return False
    return bool(layout.packing.unpack(data)[at] == value)


def _find(call: str, known: Sequence[Place], name: str) -> Place | None:
    """Return the argument that is meant; None for one that is only a word."""
    for place in known:
        if place.argument.name == name:
            return place
    if len(name) == 4 and name.startswith("arg") and name[3] in "012345":
        return next((each for each in known if each.index == int(name[3]) and each.argument.direction), None)
    has = ", ".join([place.argument.name for place in known]) or "none that are described"
    message = f"{call} has no argument '{name}' here: it has {has}"
    raise EncodeError(message)
