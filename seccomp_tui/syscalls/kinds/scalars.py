"""Plain values: numbers, descriptors, ids, modes, flags, offsets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from seccomp_tui.syscalls import constants, signals
from seccomp_tui.syscalls.memory import AT_FDCWD, Memory

from .base import Place, Printer, Style, at, kind, signed
from .descriptors import descriptor_text, leads_to

_INT = 0xFFFFFFFF
_SIGN = 0x80000000
_AT_FDCWD = 0xFFFFFF9C


def signed_text(value: int) -> str:
    """Return an int."""
    value &= _INT
    return str(value - 0x100000000 if value & _SIGN else value)


def unsigned_text(value: int) -> str:
    """Return an unsigned int."""
    return str(value & _INT)


def uid_text(value: int) -> str:
    """Return a user's or group's id; -1, "leave it", is the only negative one."""
    value &= _INT
    return "-1" if value == _INT else str(value)


def uid16_text(value: int) -> str:
    """Return an id of the old 16-bit calls."""
    value &= 0xFFFF
    return "-1" if value == 0xFFFF else str(value)


def padded_hex(value: int, width: int = 8) -> str:
    """Return a number in hex with zeros to the given width, as printf's `%#08x` does."""
    return f"{value:#0{width}x}" if value else "0" * width


SPECIAL_BITS = {"S_ISUID": 0o4000, "S_ISGID": 0o2000, "S_ISVTX": 0o1000}
"""Bits of a file's mode that are no permissions."""


def mode_text(value: int) -> str:
    """Return permission bits: octal, a leading 0, at least three digits."""
    value &= 0xFFFF
    return f"0{value:o}" if value > 0o77 else f"{value:03o}"


def file_mode_text(value: int) -> str:
    """Return permission bits with the type of file, and what else is no permission, in front."""
    return _file_mode_text(value & 0xFFFF)


@cache
def _file_mode_text(value: int) -> str:
    type_of = value & 0o170000
    names = [name for name, bits in constants.table("file_type").names.items() if bits == type_of]
    if type_of and not names:
        return mode_text(value)
    names += [name for name, bit in SPECIAL_BITS.items() if value & bit]
    return "|".join([*names, mode_text(value & 0o777)])


def dev_text(value: int) -> str:
    """Return a device number by its major and minor; of 64 bits as libc splits them."""
    major, minor = (value >> 8) & 0xFFF | (value >> 32) & ~0xFFF, (value & 0xFF) | ((value >> 12) & 0xFFFFFF00)
    return f"makedev({hex_text(major)}, {hex_text(minor)})"


def hex_text(value: int) -> str:
    """Return a word in hex; zero as `0`."""
    return f"{value:#x}" if value else "0"


def signal_text(value: int) -> str:
    """Return a signal's name."""
    return signals.name(signed(value))


for _names, _text in (
    (("int", "pid"), signed_text),
    (("uint",), unsigned_text),
    (("size",), str),
    (("uid", "gid"), uid_text),
    (("uid16",), uid16_text),
    (("mode",), mode_text),
    (("file_mode",), file_mode_text),
    (("hex",), hex_text),
    (("hex32",), lambda value: hex_text(value & _INT)),
    (("signal",), signal_text),
):

    def _factory(place: Place, text: Callable[[int], str] = _text) -> Printer:
        return at(place, text)

    kind(*_names)(_factory)


@kind("fd")
def fd(place: Place) -> Printer:
    """A descriptor."""
    index, style = place.index, place.style
    if not style.descriptors:
        return at(place, signed_text)
    return lambda args, memory: descriptor_text(signed(args[index]), memory, style)


@kind("dev")
def dev(place: Place) -> Printer:
    """A device number."""
    mask = place.mask
    return at(place, lambda value: dev_text(value & mask))


@kind("dirfd")
def dirfd(place: Place) -> Printer:
    """A directory's descriptor; written out, as is `ptr`, since so many calls have one."""
    index, style = place.index, place.style
    if style.descriptors:
        return lambda args, memory: _dirfd_text(signed(args[index]), memory, style)

    def show(args: Sequence[int], _memory: Memory) -> str:
        value = args[index] & _INT
        if value == _AT_FDCWD:
            return "AT_FDCWD"
        return str(value - 0x100000000 if value & _SIGN else value)

    return show


def _dirfd_text(value: int, memory: Memory, style: Style) -> str:
    if value == AT_FDCWD:
        noted = memory.descriptor(AT_FDCWD, style.descriptors)
        return f"AT_FDCWD{leads_to(noted, style.descriptors, style.hex_strings)}"
    return descriptor_text(value, memory, style)


@kind("skip")
def skip(_place: Place) -> Printer:
    """A word that means nothing, and is not shown."""
    return lambda _args, _memory: None


@kind("ptr")
def ptr(place: Place) -> Printer:
    """An address."""
    index = place.index

    def show(args: Sequence[int], _memory: Memory) -> str:
        value = args[index]
        return hex(value) if value else "NULL"

    return show


@kind("flags", "enum")
def constant(place: Place) -> Printer:
    """Names of a set: `flags[open]`, `enum[whence]`; `flags[set, word]` where all bits of a word count."""
    text = constants.table(place.option, place.arch.token).text
    index, mask = place.index, -1 if "word" in place.argument.options else place.mask

    def show(args: Sequence[int], _memory: Memory) -> str:
        return text(args[index] & mask)

    return show


@kind("open_how_mode")
def open_how_mode(place: Place) -> Printer:
    """The mode of openat2(2), there where it is not 0 or a file is made; more than 16 bits are wrong, and shown."""
    index, flags = place.index, place.indexes["flags"]
    making = (0o100, constants.table("open", place.arch.token).value("__O_TMPFILE") or 0)

    def show(args: Sequence[int], _memory: Memory) -> str | None:
        mode = args[index]
        if not mode and not any(args[flags] & bits == bits for bits in making):
            return None
        return mode_text(mode) if mode < 0x10000 else f"0{mode:o}"

    return show


@kind("mmap_flags")
def mmap_flags(place: Place) -> Printer:
    """Flags of mmap(2), with the size of huge pages in the high bits."""
    text = constants.table("mmap", place.arch.token).text

    def show(value: int) -> str:
        value &= _INT
        huge = value >> 26
        return f"{text(value & 0x3FFFFFF)}|{huge}<<MAP_HUGE_SHIFT" if huge else text(value)

    return at(place, show)


@kind("long")
def long(place: Place) -> Printer:
    """A signed word."""
    bits = place.arch.word * 8
    return at(place, lambda value: str(signed(value, bits)))


@kind("offset")
def offset(place: Place) -> Printer:
    """A position in a file, 64 bits: two words on i386, the low one first."""
    index = place.index
    if place.arch.word == 8:
        return at(place, lambda value: str(signed(value, 64)))
    return lambda args, _memory: str(signed(args[index] | args[index + 1] << 32, 64))


@kind("offset_pair")
def offset_pair(place: Place) -> Printer:
    """A position in two words on all architectures; 64 bits ones use the first only."""
    return offset(place)


@kind("offset_high_low")
def offset_high_low(place: Place) -> Printer:
    """A position in two words, the high one first."""
    index = place.index
    return lambda args, _memory: str(signed(args[index] << 32 | args[index + 1], 64))


@kind("page_offset")
def page_offset(place: Place) -> Printer:
    """A position counted in pages of 4096 bytes."""
    return at(place, lambda value: hex_text((value & _INT) << 12))
