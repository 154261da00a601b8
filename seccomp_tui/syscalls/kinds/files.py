"""Arguments of calls on files that no plain kind is: dates, directories, handles, and flags with a number in them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, at, behind, kind, pointer
from .scalars import hex_text, signed_text
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


# --- words with something in them ---


@kind("wide")
def wide(place: Place) -> Printer:
    """A number of 64 bits: two words on i386, the low one first."""
    return _wide(place, str)


@kind("wide_flags")
def wide_flags(place: Place) -> Printer:
    """Flags of 64 bits in as many words: `wide_flags[fanotify_mask]`."""
    return _wide(place, constants.table(place.option, place.arch.token).text)


def _wide(place: Place, text: Callable[[int], str]) -> Printer:
    index = place.index
    if place.arch.word == 8:
        return at(place, text)
    return lambda args, _memory: text(args[index] | args[index + 1] << 32)


_FAN_NOFD = _INT
_AT_FDCWD = 0xFFFFFF9C


@kind("fanotify_dirfd")
def fanotify_dirfd(place: Place) -> Printer:
    """The directory of fanotify_mark(2), which may be none."""
    names = {_FAN_NOFD: "FAN_NOFD", _AT_FDCWD: "AT_FDCWD"}
    return at(place, lambda value: names.get(value & _INT) or signed_text(value))


_HUGE_SHIFT = 26


@kind("memfd_flags")
def memfd_flags(place: Place) -> Printer:
    """Flags of memfd_create(2), with the size of huge pages in the high bits."""
    table = constants.table("memfd", place.arch.token)

    def text(value: int) -> str:
        flags, huge = value & (1 << _HUGE_SHIFT) - 1, (value & _INT) >> _HUGE_SHIFT
        size = f"{huge}<<MFD_HUGE_SHIFT"
        if not huge:
            return table.text(flags)
        return f"{table.text(flags)}|{size}" if flags else size

    return at(place, text)


_PRIORITY = 0x7FFF


@kind("swap_flags")
def swap_flags(place: Place) -> Printer:
    """Flags of swapon(2), with the priority in the low bits."""
    table = constants.table("swap", place.arch.token)

    def text(value: int) -> str:
        flags, priority = value & _INT & ~_PRIORITY, value & _PRIORITY
        return f"{table.text(flags)}|{priority}" if flags else str(priority)

    return at(place, text)


@kind("quota_cmd")
def quota_cmd(place: Place) -> Printer:
    """What quotactl(2) does, and for which kind of owners."""
    commands, types = constants.table("quota_cmd").text, constants.table("quota_type").text
    return at(place, lambda value: f"QCMD({commands((value & _INT) >> 8)}, {types(value & 0xFF)})")


def bits_text(name: str, value: int, shift: str) -> str:
    """Return the bits that are set, of a set that has their numbers: `1<<RTC_FEATURE_ALARM`."""
    table = constants.table(name)
    known = [f"1{shift}{bit}" for bit, number in table.names.items() if value >> number & 1]
    rest = value & ~sum(1 << number for number in table.names.values())
    if not known:
        return f"{rest:#x} /* {table.unknown} */" if rest else "0"
    return "|".join(known + ([f"{rest:#x}"] if rest else []))


@kind("nice_bits")
def nice_bits(place: Place) -> Printer:
    """Flags by the numbers of their bits: `1 << IDE_NICE_0`."""
    name = place.option
    return at(place, lambda value: bits_text(name, value & _INT, " << "))


# --- single values and small arrays behind a pointer ---

_SIZES = {"uint8": 1, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "uint64": 8}


def item_size(name: str, word: int) -> int:
    """Return the bytes of an item of an array: of a word where it is not of one size."""
    return _SIZES.get(name, word)


@kind("offset_given")
def offset_given(place: Place) -> Printer:
    """A position of 64 bits as it was before the call, which may move it."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = earlier(memory).read(address, 8)
        return f"[{int.from_bytes(data, 'little', signed=True)}]" if len(data) == 8 else pointer(address)

    return behind(place, show)


@kind("offset_moved")
def offset_moved(place: Place) -> Printer:
    """A position that the call moves on: `[0] => [49]`."""
    size = place.arch.word if place.option == "word" else 8
    result = place.indexes.get("return")
    after = place.style.after

    def value(address: int, memory: Memory) -> str | None:
        data = memory.read(address, size)
        return f"[{int.from_bytes(data, 'little', signed=True)}]" if len(data) == size else None

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        text = value(address, earlier(memory)) or pointer(address)
        moved = value(address, memory) if after and result is not None and args[result] else None
        return f"{text} => {moved}" if moved else text

    return behind(place, show)


def _items(place: Place, text: Callable[[int], str]) -> Printer:
    """Return the printer of an array of as many numbers as the second option says."""
    type_of, count = place.argument.options
    item, is_signed = item_size(type_of, place.arch.word), type_of.startswith("int")
    size = item * int(count)

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        if len(data) < size:
            return pointer(address)
        values = [int.from_bytes(data[at : at + item], "little", signed=is_signed) for at in range(0, size, item)]
        return f"[{', '.join([text(value) for value in values])}]"

    return behind(place, show)


@kind("numbers_at")
def numbers_at(place: Place) -> Printer:
    """A few numbers: `numbers_at[uint64, 2]`."""
    return _items(place, str)


@kind("hexes_at")
def hexes_at(place: Place) -> Printer:
    """A few numbers in hex: `hexes_at[uint8, 3]`."""
    return _items(place, hex_text)


@kind("hex_numbers")
def hex_numbers(place: Place) -> Printer:
    """An array of numbers inside a struct, in hex: `hex_numbers[uint64]`; with `nonzero` only if any is not 0."""
    index, size = place.index, item_size(place.option, place.arch.word)
    optional = "nonzero" in place.argument.options

    def show(args: Sequence[int], _memory: Memory) -> str | None:
        data = embedded_bytes(args, index)
        if optional and not any(data):
            return None
        items = [hex_text(int.from_bytes(data[at : at + size], "little")) for at in range(0, len(data), size)]
        return f"[{', '.join(items)}]"

    return show


@kind("hex_bytes")
def hex_bytes(place: Place) -> Printer:
    r"""A buffer that is never text: `"\x01\x02"`."""
    length, limit = place.length_index, place.style.string_limit

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = args[length] & _INT
        data = memory.read(address, min(size, limit)) if size else b""
        if size and not data:
            return pointer(address)
        return quote(data, hexa=True) + ("..." if size > len(data) else "")

    return behind(place, show)


@kind("fixed_string")
def fixed_string(place: Place) -> Printer:
    """A string in a place of so many bytes: `fixed_string[256]`."""
    size = int(place.option)

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read_string(address, size)
        if not data:
            return pointer(address)
        return quote(data[:-1]) if data[-1:] == b"\0" else f"{quote(data[: size - 1])}..."

    return behind(place, show)


@kind("zero")
def zero(_place: Place) -> Printer:
    """What the kernel's struct does not have, and strace shows as 0."""
    return lambda _args, _memory: "0"


