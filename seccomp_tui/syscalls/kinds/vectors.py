"""Arrays: buffers of a vector, arguments and environment of a program, sets of descriptors."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory

from .base import RESULT, Place, Printer, array, behind, kind, pointer, signed
from .descriptors import descriptor_text
from .strings import bytes_text, embedded_bytes, string_text

_CHUNK = 64
"""So many pointers of an argv or envp are read at a time."""
_EPOLL_CTL_DEL = 2
MOST_STRINGS = 256
"""So many arguments of a program are read and shown at most."""
MOST_VARIABLES = 4096
"""Environments with more variables are printed as their address: strace's count would be wrong, we stop here."""
MOST_VECTOR = 128
"""So many items of a vector are read and shown at most."""
MOST_BUFFERS = 32
"""Of so many items of a vector the contents are copied; and so many items of a message's vector are shown at most."""
MOST_DESCRIPTORS = 1024
POLLFD = struct.Struct("<ihh")
"""struct pollfd: fd, events, revents."""


Buffer = Callable[[int, int], str]
"""Text of so many bytes at an address that is not 0."""


def iovec_text(
    address: int,
    count: int,
    most: int,
    place: Place,
    memory: Memory,
    filled: int | None = None,
    buffer: Buffer | None = None,
) -> str:
    """Return at most `most` items of a vector with their buffers; for an out vector with their addresses.

    Args:
        address, count, most, place, memory: where, how many, how many at most.
        filled: so many bytes of the buffers together have been filled in; None: all.
        buffer: shows what is in one; None: as bytes.
    """
    show = buffer or (lambda base, length: bytes_text(base, length, memory, limit))
    layout = struct.Struct("<QQ" if place.arch.word == 8 else "<II")
    limit = place.style.string_limit
    outwards = place.shown_as_address
    left = filled

    def item(data: bytes) -> str:
        nonlocal left
        base, length = layout.unpack(data)
        there = length if left is None else min(length, left)
        left = None if left is None else left - there
        text = pointer(base) if outwards or not base else show(base, there)
        return f"{{iov_base={text}, iov_len={length}}}"

    shown = most if place.style.verbose else min(limit, most)
    return array(address, count, layout.size, shown, memory, item)


@kind("iovec")
def iovec(place: Place) -> Printer:
    """Buffers of a vector: `iovec[count]`."""
    index, length = place.index, place.length_index
    filled = place.indexes.get(RESULT) if place.argument.direction == "out" and place.style.after else None

    def show(args: Sequence[int], memory: Memory) -> str:
        address, there = args[index], None if filled is None else args[filled]
        return iovec_text(address, args[length], MOST_VECTOR, place, memory, there) if address else "NULL"

    return show


@kind("remote_iovec")
def remote_iovec(place: Place) -> Printer:
    """A vector of addresses in another process: `remote_iovec[count]`."""
    length, style = place.length_index, replace(place.style, after=False)
    addresses = replace(place, style=style, argument=replace(place.argument, direction="out"))

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        return iovec_text(address, args[length], MOST_VECTOR, addresses, memory)

    return behind(place, show)


def pointers(address: int, most: int, word: int, memory: Memory) -> Iterator[int | None]:
    """Yield at most `most` pointers up to the NULL at the end; last None where they can't be read."""
    layout = struct.Struct("<Q" if word == 8 else "<I")
    for first in range(0, most, _CHUNK):
        wanted = min(_CHUNK, most - first) * word
        data = memory.read(address + first * word, wanted)
        for (value,) in layout.iter_unpack(data[: len(data) // word * word]):
            if not value:
                return
            yield value
        if len(data) < wanted:
            yield None
            return


def _strings(address: int, place: Place, memory: Memory, most: int) -> str:
    """Return an array of strings."""
    limit = place.style.string_limit
    items: list[str] = []
    for found in pointers(address, most + 1, place.arch.word, memory):
        if found is None:
            if not items:
                return f"{address:#x}"
            items.append(f"... /* {address + len(items) * place.arch.word:#x} */")
            break
        if len(items) == most:
            items.append("...")
            break
        items.append(string_text(found, memory, limit))
    return f"[{', '.join(items)}]"


@kind("argv")
def argv(place: Place) -> Printer:
    """The arguments of a program."""
    most = min(place.style.item_limit, MOST_STRINGS)
    return behind(place, lambda address, _args, memory: _strings(address, place, memory, most))


@kind("envp")
def envp(place: Place) -> Printer:
    """The environment of a program: how many variables; all of them when verbose."""
    word = place.arch.word

    def count(address: int, _args: Sequence[int], memory: Memory) -> str:
        variables = 0
        for found in pointers(address, MOST_VARIABLES + 1, word, memory):
            if found is None:
                return f"{address:#x} /* {variables} vars, unterminated */" if variables else f"{address:#x}"
            variables += 1
        if variables > MOST_VARIABLES:
            return f"{address:#x}"
        return f"{address:#x} /* {variables} var{'' if variables == 1 else 's'} */"

    def full(address: int, _args: Sequence[int], memory: Memory) -> str:
        return _strings(address, place, memory, MOST_VARIABLES)

    return behind(place, full if place.style.verbose else count)


@kind("pollfd")
def pollfd(place: Place) -> Printer:
    """Descriptors to wait for: `pollfd[count]`."""
    length, limit = place.length_index, place.style.item_limit
    style, layout = place.style, POLLFD
    events = constants.table("poll").text

    def item(data: bytes, memory: Memory) -> str:
        fd, wanted, _ = layout.unpack(data)
        text = descriptor_text(fd, memory, style)
        return f"{{fd={text}, events={events(wanted & 0xFFFF)}}}" if fd >= 0 else f"{{fd={text}}}"

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        count = args[length] & 0xFFFFFFFF
        return array(address, count, layout.size, limit, memory, lambda data: item(data, memory))

    return behind(place, show)


EPOLL_EVENT = 16
"""Bytes of a struct epoll_event, or, on x86, more."""


def _epoll_layout(place: Place) -> struct.Struct:
    return struct.Struct("<IQ" if place.arch.name != "aarch64" else "<I4xQ")


def _epoll_text(data: bytes, layout: struct.Struct) -> str:
    bits, value = layout.unpack(data)
    return f"{{events={constants.flags('epoll', bits)}, data={{u32={value & 0xFFFFFFFF}, u64={value}}}}}"


@kind("epoll_event")
def epoll_event(place: Place) -> Printer:
    """Events of a descriptor and what epoll_wait gives back for it."""
    layout, operation = _epoll_layout(place), place.indexes["op"]

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, layout.size) if args[operation] & 0xFFFFFFFF != _EPOLL_CTL_DEL else b""
        return _epoll_text(data, layout) if len(data) == layout.size else f"{address:#x}"

    return behind(place, show)


@kind("epoll_events")
def epoll_events(place: Place) -> Printer:
    """Events that have come: `epoll_events[most, return]`."""
    layout, limit = _epoll_layout(place), place.style.item_limit

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        count = args[place.length_index]
        return array(address, count, layout.size, limit, memory, lambda data: _epoll_text(data, layout))

    return behind(place, show)


def bits(data: bytes, most: int) -> list[int]:
    """Return the numbers of the bits that are set."""
    mask = int.from_bytes(data, "little")
    return [bit for bit in range(most) if mask >> bit & 1]


def _bitmap(
    place: Place, size: Callable[[int], tuple[int, int]], text: Callable[[int, Memory], str] = lambda bit, _: str(bit)
) -> Printer:
    """Return the printer of a bitmap; `size` gives its bytes and bits from the length argument."""
    length = place.length_index

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        wanted, most = size(args[length])
        data = memory.read(address, wanted) if wanted else b""
        if not data or len(data) < wanted:
            return f"{address:#x}"
        return f"[{' '.join([text(bit, memory) for bit in bits(data, most)])}]"

    return behind(place, show)


@kind("fd_set")
def fd_set(place: Place) -> Printer:
    """Descriptors of select(2): `fd_set[nfds]`."""
    word, style = place.arch.word, place.style
    return _bitmap(
        place,
        lambda value: fd_set_size(value, word),
        lambda fd, memory: descriptor_text(fd, memory, style),
    )


def fd_set_size(value: int, word: int) -> tuple[int, int]:
    """Return the bytes and bits of a set of descriptors below `value`."""
    count = max(0, min(signed(value), MOST_DESCRIPTORS))
    return (count + word * 8 - 1) // (word * 8) * word, count


_CODES = {"int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q", "uint64": "Q"}


@kind("numbers")
def numbers(place: Place) -> Printer:
    """An array of numbers inside a struct: `numbers[uint32]`."""
    words = {"slong": "q", "ulong": "Q", "pointer": "Q"} if place.arch.word == 8 else {"slong": "i", "ulong": "I"}
    layout = struct.Struct("<" + (_CODES.get(place.option) or words[place.option]))
    index = place.index

    def show(args: Sequence[int], _memory: Memory) -> str:
        items = [str(value) for (value,) in layout.iter_unpack(embedded_bytes(args, index))]
        return f"[{', '.join(items)}]"

    return show
