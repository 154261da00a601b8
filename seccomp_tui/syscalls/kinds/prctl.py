"""Arguments of prctl(2), arch_prctl(2) and personality(2): words whose parts have names of their own."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import constants, signals
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, at, behind, kind, pointer, signed
from .scalars import hex_text

COMM = 16
"""Bytes of a thread's name with its NUL (TASK_COMM_LEN)."""


@kind("comm")
def comm(place: Place) -> Printer:
    """A thread's name, which ends after 15 bytes."""
    most = COMM if place.style.after else COMM - 1

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read_string(address, most)
        if not data:
            return pointer(address)
        return quote(data[:-1]) if data[-1:] == b"\0" else f"{quote(data)}..."

    return behind(place, show)


@kind("slack")
def slack(place: Place) -> Printer:
    """How late timers may be, a number of 64 bits."""
    return at(place, lambda value: str(signed(value, 64)))


@kind("ptracer")
def ptracer(place: Place) -> Printer:
    """Who may trace us under Yama."""
    bits = place.arch.word * 8
    return at(place, lambda value: "PR_SET_PTRACER_ANY" if signed(value, bits) == -1 else str(signed(value)))


@kind("long_signal")
def long_signal(place: Place) -> Printer:
    """A signal in a whole word."""
    return at(place, lambda value: signals.name(value) if 0 < value <= 64 else str(value))


def commented(text: str, value: int, zero: bool) -> str:
    """Return a value with its name as a comment; one without a name has the comment already."""
    if "/*" in text or not (value or zero):
        return text
    return f"{hex_text(value)} /* {text} */"


@kind("commented_enum")
def commented_enum(place: Place) -> Printer:
    """A number whose name is not what a program would write: `0x2 /* PIDTYPE_PGID */`, `commented_enum[set]`."""
    text = constants.table(place.option, place.arch.token).text
    mask = (1 << place.arch.word * 8) - 1 if "word" in place.argument.options else 0xFFFFFFFF
    return at(place, lambda value: commented(text(value & mask), value & mask, zero=True))


_VECTOR_LENGTH = 0xFFFF


@kind("vector_length")
def vector_length(place: Place) -> Printer:
    """Flags with the length of a vector in the low half: `PR_SVE_SET_VL_ONEXEC|0x20`, `vector_length[set]`."""
    flags = constants.table(place.option, place.arch.token)

    def text(value: int) -> str:
        length, high = value & _VECTOR_LENGTH, value & ~_VECTOR_LENGTH
        return f"{flags.text(high)}|{hex_text(length)}" if high else hex_text(length)

    return at(place, text)


_ENABLE = 1
_TAGS, _TAG_SHIFT = 0xFFFF, 3


@kind("tagged_addresses")
def tagged_addresses(place: Place) -> Printer:
    """Whether addresses may have tags, which, and what is done about wrong ones."""
    checks = constants.table("pr_mte_tcf", place.arch.token)
    mask = checks.names["PR_MTE_TCF_MASK"]

    def text(value: int) -> str:
        parts = ["PR_TAGGED_ADDR_ENABLE" if value & _ENABLE else "!PR_TAGGED_ADDR_ENABLE", checks.text(value & mask)]
        tags = value >> _TAG_SHIFT & _TAGS
        if tags:
            parts.append(f"{tags:#x}<<PR_MTE_TAG_SHIFT")
        rest = value & ~(_ENABLE | mask | _TAGS << _TAG_SHIFT)
        return "|".join(parts + ([f"{rest:#x}"] if rest else []))

    return at(place, text)


_PERSONA = 0xFF
_ASK = 0xFFFFFFFF


@kind("persona")
def persona(place: Place) -> Printer:
    """Which system a process is to find itself on, and the flags with it: `PER_LINUX|ADDR_NO_RANDOMIZE`."""
    systems, flags = (constants.table(name, place.arch.token) for name in ("per", "per_flags"))

    def text(word: int) -> str:
        value = word & 0xFFFFFFFF
        if value == _ASK:
            return f"{value:#x}"
        rest = value & ~_PERSONA
        system = systems.text(value & _PERSONA)
        return f"{system}|{flags.text(rest).partition(' ')[0]}" if rest else system

    return at(place, text)
