"""Which bytes of a call's memory are what: `statbuf.st_size` are bytes 48 to 55 of what `statbuf` points to.

Where an extent lies follows from the call's words and from the declarations; memory is read for what it means and for
where its pointers lead, and what is not there leaves out no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from . import present, structs
from .fillers.sockets import address_struct
from .fillers.structures import struct_of
from .kinds import Place, Style
from .kinds.addresses import SOCKADDR_MAX
from .kinds.base import IN_BYTES, RESULT
from .kinds.conditions import printer
from .kinds.lists import ITEMS, item_size
from .kinds.structures import field_places
from .kinds.vectors import pointers
from .memory import PATH_MAX, AfterMemory, Memory

MOST = 2000
"""So many extents are told of one call."""
_MOST_ITEMS = 64
"""Of so many items of an array the parts are told."""
_MOST_BYTES = 1 << 20
_DEEP = 4
_LOW = 0xFFFFFFFF
_STRINGS = ("path", "string", "mount_type", "mount_data")
_TWO = ("timespec_pair", "timespec64_pair", "timeval_pair")
_POINTERS = ("argv", "envp")
_ADDRESSES = ("sockaddr", "sockaddr_filled")

_HEADS: dict[str, tuple[tuple[str, int], ...]] = {
    "msghdr": (
        ("msg_name", 0),
        ("msg_namelen", 4),
        ("msg_iov", 0),
        ("msg_iovlen", 0),
        ("msg_control", 0),
        ("msg_controllen", 0),
        ("msg_flags", 4),
    ),
    "sigaction": (("sa_handler", 0), ("sa_flags", 0), ("sa_restorer", 0), ("sa_mask", 8)),
    "clone_args": tuple(
        (name, 8)
        for name in (
            *("flags", "pidfd", "child_tid", "parent_tid", "exit_signal", "stack", "stack_size"),
            *("tls", "set_tid", "set_tid_size", "cgroup"),
        )
    ),
}
"""What is printed by code of its own: the fields with their bytes; 0: a word."""


class Extent(NamedTuple):
    """Some bytes that mean something together.

    Attributes:
        name: the argument, and the way to them in it: `fds[0].revents`.
        text: what they mean, as the call's line has it; empty where that is not known.
    """

    address: int
    size: int
    name: str
    text: str = ""


def extents(
    arch: int, nr: int, args: Sequence[int], memory: Memory, result: int | None = None, filled: Memory | None = None
) -> list[Extent]:
    """Return what lies where, in the order of the arguments; of parts of a part only the innermost.

    Args:
        arch, nr, args: the call.
        memory: of the caller, when the call was entered.
        result: what it has returned, signed; None: it has not.
        filled: the memory that it has filled in.
    """
    after = filled is not None and result is not None
    found = present.arguments(arch, nr, args, memory)
    words = [*found.words, result or 0]
    style = Style(string_limit=64, verbose=True, after=after)
    seen: Memory = AfterMemory(memory, filled) if filled is not None and after else memory
    told: list[Extent] = []
    for place in found.places:
        inside = _behind(replace(place, style=style), words, seen, place.argument.name, _DEEP)
        try:
            told += islice(inside, MOST - len(told))
        except Exception:  # noqa: BLE001 - hostile bytes: an argument less is told of
            continue
    return told


def _behind(place: Place, words: Sequence[int], memory: Memory, name: str, deep: int) -> Iterator[Extent]:
    """Yield what an argument, or a field, points to."""
    kind, address = place.argument.kind, words[place.index]
    if not isinstance(address, int) or not address or not deep or not (place.argument.direction or kind in _STRINGS):
        return
    if kind in _STRINGS:
        yield Extent(address, max(len(memory.read_string(address, PATH_MAX)), 1), name)
    elif kind in _POINTERS:
        yield from _strings(place, address, memory, name)
    elif kind == "iovec":
        yield from _vector(place, address, words, memory, name)
    elif kind in _ADDRESSES:
        yield from _address(place, address, words, memory, name)
    elif kind in _HEADS and not (kind == "sigaction" and place.arch.name == "aarch64"):
        yield from _head(place, address, memory, name)
    elif struct := struct_of(place):
        yield from _structs(place, struct, address, words, memory, name, deep)
    elif kind in ITEMS:
        size, count = item_size(kind, place.arch.word), min(words[place.length_index] & _LOW, _MOST_ITEMS)
        for item in range(count):
            yield _number(address + item * size, size, f"{name}[{item}]", memory)
    else:
        size = words[place.length_index] if place.argument.options and _is_length(place) else 0
        yield Extent(address, min(max(size, 1), _MOST_BYTES), name)


def _is_length(place: Place) -> bool:
    option = place.argument.options[0].removeprefix(IN_BYTES)
    return option in place.indexes


def _number(address: int, size: int, name: str, memory: Memory) -> Extent:
    data = memory.read(address, size)
    return Extent(address, size, name, f"{int.from_bytes(data, 'little'):#x}" if len(data) == size else "")


def _strings(place: Place, address: int, memory: Memory, name: str) -> Iterator[Extent]:
    """Yield an array of pointers, and the strings that they lead to, as far as these are there."""
    word = place.arch.word
    strings = []
    for index, string in enumerate(pointers(address, 4096, word, memory)):
        if string is None:
            break
        yield Extent(address + index * word, word, f"{name}[{index}]", f"{string:#x}")
        strings.append(string)
    yield Extent(address + len(strings) * word, word, "end", "NULL")
    for index, string in enumerate(strings):
        if data := memory.read_string(string, PATH_MAX):
            yield Extent(string, len(data), f"{name}[{index}]")


def _vector(place: Place, address: int, words: Sequence[int], memory: Memory, name: str) -> Iterator[Extent]:
    yield from _items(address, words[place.length_index] & _LOW, place.arch.word, memory, name)


def _items(address: int, count: int, word: int, memory: Memory, name: str) -> Iterator[Extent]:
    for item in range(min(count, _MOST_ITEMS)):
        base, length = (
            _number(address + (2 * item + part) * word, word, f"{name}[{item}].{field}", memory)
            for part, field in enumerate(("iov_base", "iov_len"))
        )
        yield base
        yield length._replace(text=str(int(length.text, 16)) if length.text else "")
        if base.text and length.text and int(base.text, 16) and int(length.text, 16):
            yield Extent(int(base.text, 16), min(int(length.text, 16), _MOST_BYTES), f"{name}[{item}] buffer")


def _head(place: Place, address: int, memory: Memory, name: str) -> Iterator[Extent]:
    """Yield fields that lie as C puts them, and the vector of a message."""
    word, at, found = place.arch.word, address, {}
    for field, size in _HEADS[place.argument.kind]:
        size = size or word
        at += -(at - address) % min(size, word)
        found[field] = _number(at, size, f"{name}.{field}", memory)
        yield found[field]
        at += size
    if "msg_iov" in found and found["msg_iov"].text and found["msg_iovlen"].text:
        vector, count = (int(found[field].text, 16) for field in ("msg_iov", "msg_iovlen"))
        if vector:
            yield from _items(vector, count, word, memory, f"{name}.msg_iov")


def _address(place: Place, address: int, words: Sequence[int], memory: Memory, name: str) -> Iterator[Extent]:
    """Yield a socket address by its family."""
    length = min(words[place.length_index] & _LOW, SOCKADDR_MAX) if place.argument.options else SOCKADDR_MAX
    data = memory.read(address, SOCKADDR_MAX)[:length]
    struct = address_struct((), data, place) if any(data[:2]) else ""
    if struct:
        yield from _fields(place, struct, address, memory, name, 1)
        return
    yield Extent(address, 2, f"{name}.sa_family", "AF_UNIX" if data[:2] == b"\1\0" else "")
    if length > 2:
        yield Extent(address + 2, length - 2, f"{name}.sun_path" if data[:2] == b"\1\0" else f"{name}.sa_data")


def _structs(
    place: Place, struct: str, address: int, words: Sequence[int], memory: Memory, name: str, deep: int
) -> Iterator[Extent]:
    size = structs.layout(struct, place.arch.word).size
    if not place.option or place.option.startswith(IN_BYTES):
        if place.argument.kind not in _TWO:
            given = words[place.length_index] if place.option else size
            yield from _fields(place, struct, address, memory, name, deep, given)
            return
        count = 2
    else:
        count = min(words[place.length_index] & _LOW, _MOST_ITEMS)
    for item in range(count):
        yield from _fields(place, struct, address + item * size, memory, f"{name}[{item}]", deep)


def _fields(
    place: Place, struct: str, address: int, memory: Memory, name: str, deep: int, given: int = _MOST_BYTES
) -> Iterator[Extent]:
    """Yield the fields of a struct, then what they point to."""
    layout = structs.layout(struct, place.arch.word)
    data = memory.read(address, min(layout.size, given))
    values = layout.packing.unpack(data.ljust(layout.size, b"\0")) if data else ()
    leading: list[tuple[Place, str]] = []
    for field, inner in field_places(layout, place.arch, place.style):
        called = f"{name}.{field.argument.name}"
        start, kind = address + field.offset, field.argument.kind
        if not field.size or field.offset >= given:
            continue
        if not field.argument.direction and structs.declared(kind):
            whole = structs.layout(kind, place.arch.word).size
            for item in range(min(field.size // whole, _MOST_ITEMS)):
                part = f"[{item}]" if field.size > whole else ""
                yield from _fields(inner, kind, start + item * whole, memory, called + part, deep)
            continue
        there = bool(data) and field.offset + field.size <= len(data)
        yield Extent(start, field.size, called, _text(inner, values, memory) if there else "")
        if there and inner.argument.direction:
            leading.append((inner, called))
    for inner, called in leading:
        if RESULT not in inner.indexes or inner.argument.options[-1:] != (RESULT,):
            yield from _behind(inner, values, memory, called, deep - 1)


def _text(place: Place, values: Sequence[int], memory: Memory) -> str:
    """Return what a field means; a pointer is its address."""
    if place.argument.direction or place.argument.kind in _STRINGS:
        return f"{values[place.index]:#x}" if values[place.index] else "NULL"
    shown = printer(replace(place, argument=replace(place.argument, condition=None)))(values, memory)
    return (shown or "").removeprefix(f"{place.argument.name}=")
