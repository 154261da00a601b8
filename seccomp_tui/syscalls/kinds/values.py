"""Single values behind a pointer, read or filled in: `[16]`, `[0x7f0012345000]`, `[SECCOMP_RET_KILL_THREAD]`."""

from __future__ import annotations

from collections.abc import Callable

from seccomp_tui.syscalls import constants, signals, structs

from .base import Place, Printer, behind, kind, pointed_value, pointer, signed
from .file_flags import bits_text
from .prctl import commented
from .scalars import hex_text, uid16_text, uid_text
from .structures import structure_text
from .times import date_comment

Text = Callable[[int], str]


def _plain(text: Text) -> Callable[[Place], Text]:
    return lambda _place: text


def _named(place: Place) -> Text:
    return constants.table(place.option, place.arch.token).text


def _commented_flags(place: Place) -> Text:
    names = _named(place)
    return lambda value: commented(names(value), value, zero=False)


def _nice_bits(place: Place) -> Text:
    table = constants.table(place.option)
    return lambda value: bits_text(table, value, " << ")


def _date(place: Place) -> Text:
    bits = place.arch.word * 8

    def text(value: int) -> str:
        seconds = signed(value, bits)
        return f"{seconds}{date_comment(seconds, '')}"

    return text


VALUES: dict[str, tuple[int, Callable[[Place], Text]]] = {
    "int_value": (4, _plain(lambda value: str(signed(value)))),
    "uint_value": (4, _plain(str)),
    "offset_value64": (8, _plain(lambda value: str(signed(value, 64)))),
    "size_value": (0, _plain(str)),
    "hex_value64": (8, _plain(hex_text)),
    "pointer_value": (0, _plain(pointer)),
    "uid_value": (4, _plain(uid_text)),
    "uid16_value": (2, _plain(uid16_text)),
    "signal_value": (4, _plain(lambda value: signals.name(signed(value)))),
    "time_value": (0, _date),
    "enum_value": (4, _named),
    "enum_value64": (8, _named),
    "flags_value": (4, _named),
    "commented_flags_value": (8, _commented_flags),
    "nice_value": (0, _nice_bits),
}
"""Bytes (0: a word) and, for a place, the text of the unsigned number."""


def value_size(name: str, word: int) -> int:
    """Return the bytes of a value of this kind."""
    return VALUES[name][0] or word


@kind(*VALUES)
def value(place: Place) -> Printer:
    """A number of a known size: `[16]`; with names, `enum_value[set]`."""
    name = place.argument.kind
    return behind(place, pointed_value(value_size(name, place.arch.word), VALUES[name][1](place)))


@kind("sched_param")
def sched_param(place: Place) -> Printer:
    """A priority: `[0]`."""
    return behind(
        place, structure_text("sched_param", place, lambda data: f"[{int.from_bytes(data, 'little', signed=True)}]")
    )


@kind("mmap_arguments")
def mmap_arguments(place: Place) -> Printer:
    """The six arguments of i386's old mmap, in memory."""
    layout, arch = structs.layout("mmap_arguments", place.arch.word), place.arch.token

    def text(data: bytes) -> str:
        address, length, prot, flags, descriptor, offset = layout.packing.unpack(data)
        names = f"{constants.flags('prot', prot, arch)}, {constants.flags('mmap', flags, arch)}"
        return f"{pointer(address)}, {length}, {names}, {signed(descriptor)}, {hex_text(offset)}"

    return behind(place, structure_text("mmap_arguments", place, text))
