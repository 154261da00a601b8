"""Structs, arrays of them, and the entries of a folder."""

from __future__ import annotations

import struct
from dataclasses import replace

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.encode import EncodeError, encode, nested, unquote
from seccomp_tui.syscalls.kinds.base import IN_BYTES, Place
from seccomp_tui.syscalls.kinds.structures import struct_name

from .asked import MOST_ITEMS, Asked, Fields, Filled, filler

_STRUCTS = {"child_rusage": "rusage", "time_left": "timespec", "pollfd": "pollfd", "epoll_event": "epoll_event"}
"""Kinds that are a struct under another name, or printed in a way of their own."""
_PAIRS = {"timespec_pair": "timespec", "timespec64_pair": "timespec64", "timeval_pair": "timeval"}


def struct_of(place: Place) -> str:
    """Return the struct that an argument points to; "" where it is none."""
    kind = place.argument.kind
    if kind in ("epoll_event", "epoll_events"):
        return "epoll_event_aligned" if place.arch.name == "aarch64" else "epoll_event"
    name = _STRUCTS.get(kind) or _PAIRS.get(kind) or kind
    name = struct_name(replace(place, argument=replace(place.argument, kind=name)))
    return name if structs.declared(name) else ""


def is_array(place: Place) -> bool:
    """Tell whether an argument points to several structs."""
    return place.argument.kind in _PAIRS or bool(place.option and not place.option.startswith(IN_BYTES))


def room_for(asked: Asked) -> int:
    """Return how many structs there is room for."""
    return 2 if asked.place.argument.kind in _PAIRS else min(asked.count, MOST_ITEMS)


def structure(asked: Asked) -> Filled:
    """Write a struct, or several."""
    name = struct_of(asked.place)
    size = structs.layout(name, asked.place.arch.word).size
    if is_array(asked.place):
        return _array(asked, name, size)
    room = min(asked.count, size) if asked.place.option else size
    if asked.values:
        return asked.written(raw_bytes(asked, room))
    data = encode(name, asked.place.arch, nested(asked.fields), asked.before(size))
    if any(data[room:]):
        asked.fits(size, room)
    return asked.written(data[:room])


def raw_bytes(asked: Asked, room: int) -> bytes:
    """Return the bytes that are given for a struct."""
    if asked.fields or not all(isinstance(value, bytes) for value in asked.values):
        message = f"{asked.name} is a struct: it takes fields (name=value), or its bytes and nothing else"
        raise EncodeError(message)
    data = asked.data()
    asked.fits(len(data), room)
    return data


def split(name: str, fields: Fields) -> dict[int, list[tuple[str, str]]]:
    """Return the fields of an array's structs by item: `1.revents` is one of the second, `revents` of the first.

    Raises:
        EncodeError: a number is too large.
    """
    found: dict[int, list[tuple[str, str]]] = {}
    for field, text in fields:
        index, dot, rest = field.partition(".")
        item, inside = (int(index), rest) if dot and index.isascii() and index.isdigit() else (0, field)
        if item >= MOST_ITEMS:
            message = f"{name} has at most {MOST_ITEMS} items, and no {field}"
            raise EncodeError(message)
        found.setdefault(item, []).append((inside, text))
    return found


def _array(asked: Asked, name: str, size: int) -> Filled:
    room, items = room_for(asked), split(asked.name, asked.fields)
    if asked.values:
        data = raw_bytes(asked, room * size)
        return asked.written(data, _counted(asked, data, size))
    last = max(items, default=-1) + 1
    asked.fits(last, room, "items")
    there = asked.before((room if asked.place.argument.direction == "inout" else last) * size)
    parts = [there[start : start + size] for start in range(0, len(there), size)]
    for item, fields in items.items():
        parts[item] = encode(name, asked.place.arch, nested(fields), parts[item])
    data = b"".join(parts)
    return asked.written(data, _counted(asked, data, size))


def _counted(asked: Asked, data: bytes, size: int) -> int:
    """Return how many items the call tells of: of poll(2) those on which something has happened."""
    if asked.place.argument.kind == "pollfd":
        return sum(any(data[start + 6 : start + 8]) for start in range(0, len(data), size))
    return len(data) // size if asked.told else 0


# --- entries of a folder ---

_FOLDER, _UNKNOWN = 4, 0
"""DT_DIR, DT_UNKNOWN: the caller then asks stat(2)."""


def _names(asked: Asked) -> list[tuple[bytes, int]]:
    """Return names and types; one with a slash behind it is a folder."""
    asked.without_fields()
    found = []
    for value in asked.values:
        given = value if isinstance(value, bytes) else unquote(value)
        name = given.removesuffix(b"/")
        if not name or b"/" in name or b"\0" in name or len(name) > 255:
            message = f"{asked.name}: {given!r:.40} is no name of a file".replace("b'", "'", 1)
            raise EncodeError(message)
        found.append((name, _FOLDER if given != name else _UNKNOWN))
    return found


@filler("dirents64", "dirents")
def _entries(asked: Asked) -> Filled:
    """Fill in entries with made up numbers; `.` and `..` only if they are given."""
    wide, word = asked.place.argument.kind == "dirents64", asked.place.arch.word
    header = struct.Struct("<QqHB" if wide else "<QQH" if word == 8 else "<IIH")
    data = b""
    for number_of, (name, type_of) in enumerate(_names(asked), 1):
        size = -(-(header.size + len(name) + (1 if wide else 2)) // (8 if wide else word)) * (8 if wide else word)
        kind = (type_of,) if wide else ()
        entry = header.pack(number_of, number_of, size, *kind) + name
        data += entry.ljust(size, b"\0") if wide else entry.ljust(size - 1, b"\0") + bytes([type_of])
    asked.fits(len(data), asked.count)
    return asked.written(data, len(data))


@filler("dirent")
def _entry(asked: Asked) -> Filled:
    """Fill in the one entry of the old readdir(2), which returns 1, or 0 at the end."""
    names = _names(asked)
    asked.fits(len(names), 1, "entry")
    header = struct.Struct("<QQH" if asked.place.arch.word == 8 else "<IIH")
    return asked.written(b"".join([header.pack(1, 1, len(name)) + name + b"\0" for name, _ in names]), len(names))
