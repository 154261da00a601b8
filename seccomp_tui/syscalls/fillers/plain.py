"""Buffers and strings, numbers, lists and sets of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from seccomp_tui.syscalls import signals
from seccomp_tui.syscalls.encode import EncodeError, number
from seccomp_tui.syscalls.kinds.base import signed
from seccomp_tui.syscalls.kinds.file_values import item_size
from seccomp_tui.syscalls.kinds.lists import ITEMS
from seccomp_tui.syscalls.kinds.prctl import COMM
from seccomp_tui.syscalls.kinds.values import VALUES, value_size
from seccomp_tui.syscalls.kinds.vectors import fd_set_size
from seccomp_tui.syscalls.memory import PATH_MAX

from .asked import MOST_ITEMS, Asked, Filled, filler


@filler("bytes", "hex_bytes", "packet", "filled_bytes", "filled_text", "key_capabilities", "page_vector")
def _buffer(asked: Asked) -> Filled:
    data = asked.data()
    asked.fits(len(data), asked.count)
    return asked.written(data, len(data) if asked.told else 0)


@filler("attribute_value", "attribute_names")
def _attribute(asked: Asked) -> Filled:
    """Fill in an extended attribute; with no room at all only its length is asked for."""
    return _buffer(asked) if asked.count else Filled((), len(asked.data()))


@filler("path")
def _path(asked: Asked) -> Filled:
    """Fill in a path: getcwd(2) alone has one to fill, and tells its length with the NUL."""
    if asked.place.argument.direction != "out":
        return _string(asked)
    data = asked.data() + b"\0"
    asked.fits(len(data), asked.words[asked.place.indexes["size"]])
    return asked.written(data, len(data))


@filler("string", "mount_type", "mount_data")
def _string(asked: Asked) -> Filled:
    """Write a string over one that is there: behind it may lie anything."""
    data = asked.data().removesuffix(b"\0")
    if b"\0" in data:
        message = f"{asked.name} is a string: it has no \\0 inside"
        raise EncodeError(message)
    if not asked.free:
        there = asked.memory.read_string(asked.address, PATH_MAX)
        asked.fits(len(data), len(there.removesuffix(b"\0")), "bytes where it is")
    return asked.written(data + b"\0")


@filler("comm", "fixed_string", "interface_name")
def _fixed_string(asked: Asked) -> Filled:
    room = int(asked.place.option) if asked.place.option else COMM
    data = asked.data()
    asked.fits(len(data), room - 1)
    return asked.written(data.ljust(room, b"\0"))


@filler("octets_at", "hex_octets_at")
def _octets(asked: Asked) -> Filled:
    data = asked.data()
    asked.fits(len(data), int(asked.place.option))
    return asked.written(data)


# --- numbers ---

_MEANINGS = {
    "int_value": "int",
    "uid_value": "uid",
    "uid16_value": "uid",
    "signal_value": "signal",
    "pointer_value": "ptr",
    "pointer_list": "ptr",
    "enum_value": "enum",
    "enum_value64": "enum",
    "enum_byte": "enum",
    "enum_decimal_value": "enum",
    "flags_value": "flags",
    "flags_byte": "flags",
    "commented_flags_value": "flags",
}
"""Kinds of what lies behind a pointer, and the kind of a plain value that is written in the same way."""


def number_bytes(asked: Asked, text: str, size: int) -> bytes:
    """Return the number of `size` bytes that a text means for the argument."""
    kind = _MEANINGS.get(asked.place.argument.kind, "number")
    return number(replace(asked.place.argument, kind=kind), asked.place.arch, text, size)


def _number(asked: Asked, size: int) -> bytes:
    """Return the one number that is given, or its bytes."""
    if len(asked.values) == 1 and isinstance(asked.values[0], bytes) and len(asked.values[0]) == size:
        return asked.values[0]
    texts = asked.words_given()
    if len(texts) != 1:
        message = f"{asked.name} takes one number, not {len(texts)}"
        raise EncodeError(message)
    return number_bytes(asked, texts[0], size)


def _one(asked: Asked, size: int) -> Filled:
    return asked.written(_number(asked, size))


@filler(*VALUES)
def _value(asked: Asked) -> Filled:
    return _one(asked, value_size(asked.place.argument.kind, asked.place.arch.word))


@filler("time_value")
def _time(asked: Asked) -> Filled:
    """Fill in the seconds, which time(2) returns as well: there they count even without a place for them."""
    data = _number(asked, asked.place.arch.word)
    writes = asked.written(data).writes if asked.words[asked.place.index] else ()
    return Filled(writes, signed(int.from_bytes(data, "little"), len(data) * 8))


@filler("wait_status", "int_changed", "enum_decimal_value")
def _int(asked: Asked) -> Filled:
    return _one(asked, 4)


@filler("enum_byte", "flags_byte", "lock_leds_byte")
def _byte(asked: Asked) -> Filled:
    return _one(asked, 1)


@filler("offset_given", "offset_moved")
def _offset(asked: Asked) -> Filled:
    return _one(asked, asked.place.arch.word if asked.place.option else 8)


def _several(asked: Asked, size: int, room: int) -> Filled:
    texts = asked.words_given()
    asked.fits(len(texts), room, "numbers")
    return asked.written(b"".join([number_bytes(asked, text, size) for text in texts]), len(texts) if asked.told else 0)


@filler(*ITEMS, "hex_array")
def _list(asked: Asked) -> Filled:
    size = ITEMS.get(asked.place.argument.kind, 8) or asked.place.arch.word
    return _several(asked, size, asked.count) if asked.count else Filled((), len(asked.words_given()))


@filler("numbers_at", "hexes_at")
def _numbers(asked: Asked) -> Filled:
    name, count = asked.place.argument.options
    return _several(asked, item_size(name, asked.place.arch.word), int(count))


@filler("fd_pair")
def _pair(asked: Asked) -> Filled:
    texts = asked.words_given()
    if len(texts) != 2:
        message = f"{asked.name} takes two descriptors, not {len(texts)}"
        raise EncodeError(message)
    return _several(asked, 4, 2)


# --- sets ---


def _bits(asked: Asked, size: int, bit: Callable[[str], int | None]) -> bytes:
    mask = 0
    for text in asked.words_given():
        found = bit(text)
        if found is None or not 0 <= found < size * 8:
            message = f"{asked.name}: '{text}' can't be in it"
            raise EncodeError(message)
        mask |= 1 << found
    return mask.to_bytes(size, "little")


def _decimal(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _signal_bit(text: str) -> int | None:
    found = signals.number(text) or _decimal(text)
    return found - 1 if found else None


@filler("sigset", "old_sigset")
def _sigset(asked: Asked) -> Filled:
    size = asked.count if asked.place.option else asked.place.arch.word
    asked.fits(size, 128)
    return asked.written(_bits(asked, size, _signal_bit))


@filler("cpu_set")
def _cpus(asked: Asked) -> Filled:
    """Fill in processors; the kernel returns how many bytes it has written."""
    size = min(asked.count, MOST_ITEMS)
    return asked.written(_bits(asked, size, _decimal), size if asked.told else 0)


@filler("fd_set")
def _descriptors(asked: Asked) -> Filled:
    """Fill in the descriptors that are ready; select(2) returns how many there are."""
    size, most = fd_set_size(asked.count, asked.place.arch.word)
    return asked.written(
        _bits(asked, size, lambda text: _decimal(text) if _decimal(text) in range(most) else None),
        len(set(asked.words_given())),
    )
