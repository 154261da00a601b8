"""Arguments of calls on files that no plain kind is: dates, directories, handles, and flags with a number in them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, behind, kind, pointer
from .strings import bytes_text, embedded_bytes
from .times import date_comment

_INT = 0xFFFFFFFF
_BILLION = 10**9

# --- times of files ---


def _nanoseconds(value: int) -> str:
    return f".{value:09d}" if 0 <= value < _BILLION else ""


@kind("date")
def date(place: Place) -> Printer:
    """Seconds with the date as a comment; `date[nanoseconds]` takes the fraction from another field."""
    index, fraction = place.index, place.indexes[place.option] if place.option else None

    def show(args: Sequence[int], _memory: Memory) -> str:
        seconds = args[index]
        return f"{seconds}{date_comment(seconds, _nanoseconds(args[fraction]) if fraction is not None else '')}"

    return show


@kind("statx_timestamp")
def statx_timestamp(place: Place) -> Printer:
    """A time inside struct statx."""
    index, layout = place.index, struct.Struct("<qI4x")

    def show(args: Sequence[int], _memory: Memory) -> str:
        seconds, nanoseconds = layout.unpack(embedded_bytes(args, index))
        comment = date_comment(seconds, _nanoseconds(nanoseconds))
        return f"{{tv_sec={seconds}, tv_nsec={nanoseconds}}}{comment}"

    return show


# --- directories ---

MOST_ENTRIES = 1 << 20
"""So many bytes of directory entries are looked at most."""


def _entries(data: bytes, header: struct.Struct) -> Iterator[tuple[tuple[int, ...], bytes]]:
    """Yield the fields and the rest of each directory entry; one whose length lies is the last."""
    start = 0
    while start + header.size <= len(data):
        fields = header.unpack_from(data, start)
        length = fields[2]
        if length < header.size:
            return
        yield fields, data[start + header.size : start + length]
        start += length


def _entry64(fields: tuple[int, ...], rest: bytes) -> str:
    inode, offset, length, type_of = fields
    kind_of, name = constants.enum("dirent_type", type_of), quote(rest.partition(b"\0")[0])
    return f"{{d_ino={inode}, d_off={offset}, d_reclen={length}, d_type={kind_of}, d_name={name}}}"


def _entry(fields: tuple[int, ...], rest: bytes) -> str:
    inode, offset, length = fields
    kind_of, name = constants.enum("dirent_type", rest[-1] if rest else 0), quote(rest[:-1].partition(b"\0")[0])
    return f"{{d_ino={inode}, d_off={offset}, d_reclen={length}, d_name={name}, d_type={kind_of}}}"


@kind("dirents", "dirents64")
def dirents(place: Place) -> Printer:
    """What getdents(2) has filled in: how many entries; all of them when verbose."""
    length, verbose = place.length_index, place.style.verbose
    wide = place.argument.kind == "dirents64"
    header = struct.Struct("<QqHB" if wide else "<QQH" if place.arch.word == 8 else "<IIH")
    text = _entry64 if wide else _entry

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = args[length]
        data = memory.read(address, min(size, MOST_ENTRIES)) if size else b""
        if size and not data:
            return pointer(address)
        entries = list(_entries(data, header))
        if verbose:
            return f"[{', '.join([text(fields, rest) for fields, rest in entries])}]"
        return f"{pointer(address)} /* {len(entries)} {'entry' if len(entries) == 1 else 'entries'} */"

    return behind(place, show)


@kind("dirent")
def dirent(place: Place) -> Printer:
    """The one entry that the old readdir(2) has filled in."""
    header = struct.Struct("<QQH" if place.arch.word == 8 else "<IIH")

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, header.size)
        if len(data) < header.size:
            return pointer(address)
        inode, offset, length = header.unpack(data)
        name = quote(memory.read(address + header.size, length)[:256])
        return f"{{d_ino={inode}, d_off={offset}, d_reclen={length}, d_name={name}}}"

    return behind(place, show)


# --- handles ---

HANDLE_MAX = 128
"""Bytes of a file handle at most (MAX_HANDLE_SZ)."""
_HANDLE = struct.Struct("<Ii")


def _handle(address: int, memory: Memory) -> tuple[int, int, str] | None:
    """Return size, type and text of a file handle."""
    header = memory.read(address, _HANDLE.size)
    if len(header) < _HANDLE.size:
        return None
    size, type_of = _HANDLE.unpack(header)
    data = memory.read(address + _HANDLE.size, min(size, HANDLE_MAX)) if size else b""
    if size and not data:
        return size, type_of, pointer(address + _HANDLE.size)
    return size, type_of, quote(data, hexa=True) + ("..." if size > HANDLE_MAX else "")


@kind("file_handle")
def file_handle(place: Place) -> Printer:
    """A handle that the call reads."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        found = _handle(address, memory)
        if found is None:
            return pointer(address)
        return f"{{handle_bytes={found[0]}, handle_type={found[1]}, f_handle={found[2]}}}"

    return behind(place, show)


@kind("file_handle_to_fill")
def file_handle_to_fill(place: Place) -> Printer:
    """A handle with only its room filled in; after the call all of it."""
    after = place.style.after

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        room = earlier(memory).read(address, 4)
        if len(room) < 4:
            return pointer(address)
        text = f"handle_bytes={int.from_bytes(room, 'little')}"
        found = _handle(address, memory) if after else None
        if found is None:
            return f"{{{text}}}"
        changed = f" => {found[0]}" if found[0] != int.from_bytes(room, "little") else ""
        return f"{{{text}{changed}, handle_type={found[1]}, f_handle={found[2]}}}"

    return behind(place, show)


@kind("attribute_names")
def attribute_names(place: Place) -> Printer:
    """The names that listxattr(2) has filled in, unless it was only asked for their length."""
    room, limit = place.indexes[place.option], place.style.string_limit
    length = place.length_index

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        return bytes_text(address, args[length], memory, limit) if args[room] else pointer(address)

    return behind(place, show)
