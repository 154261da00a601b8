"""Signal sets and handlers."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from seccomp_tui.syscalls import constants, signals
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, at, behind, kind, pointer

_HANDLERS = {0: "SIG_DFL", 1: "SIG_IGN"}
_MINUS_ONE = (1 << 64) - 1
"""Of 64 bits, as strace has it: the handler of a 32-bit program is none of the names for an error."""


def sigset_text(address: int, size: int, least: int, memory: Memory) -> str:
    """Return the signal set of `size` bytes, at least `least`, at an address that is not 0."""
    if least <= size <= 8:
        data = memory.read(address, size)
        if len(data) == size:
            return signals.set_text(int.from_bytes(data, "little"), size)
    return f"{address:#x}"


@kind("sigset")
def sigset(place: Place) -> Printer:
    """A signal set: `sigset[size]`, of no less than a word; `sigset[size, any]` also of less."""
    length = place.length_index
    least = 1 if "any" in place.argument.options else place.arch.word
    return behind(place, lambda address, args, memory: sigset_text(address, args[length], least, memory))


@kind("sigset_argument")
def sigset_argument(place: Place) -> Printer:
    """The last argument of pselect6: a pointer to a pointer to a signal set, and its size."""
    word = place.arch.word
    layout = struct.Struct("<QQ" if word == 8 else "<II")

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, layout.size)
        if len(data) < layout.size:
            return f"{address:#x}"
        where, size = layout.unpack(data)
        mask = sigset_text(where, size, word, memory) if where else "NULL"
        return f"{{sigmask={mask}, sigsetsize={size}}}"

    return behind(place, show)


def handler_text(handler: int) -> str:
    """Return what is to be done with a signal: a default, or the address of a function."""
    return _HANDLERS.get(handler) or ("SIG_ERR" if handler == _MINUS_ONE else f"{handler:#x}")


@kind("signal_handler")
def signal_handler(place: Place) -> Printer:
    """What signal(2) is to do with a signal."""
    return at(place, handler_text)


@kind("old_sigset")
def old_sigset(place: Place) -> Printer:
    """A signal set of one word."""
    word = place.arch.word
    return behind(place, lambda address, _args, memory: sigset_text(address, word, word, memory))


@kind("sigset_word")
def sigset_word(place: Place) -> Printer:
    """A signal set that is an argument itself."""
    return at(place, lambda value: signals.set_text(value, place.arch.word))


def _action_text(handler: int, bits: int, back: int, mask: str, place: Place) -> str:
    flags = constants.table("sa_flags", place.arch.token)
    how = handler_text(handler)
    text = f"{{sa_handler={how}, sa_mask={mask}, sa_flags={flags.text(bits)}"
    return f"{text}, sa_restorer={pointer(back)}}}" if bits & flags.names["SA_RESTORER"] else f"{text}}}"


@kind("sigaction")
def sigaction(place: Place) -> Printer:
    """What to do with a signal."""
    layout = struct.Struct("<QQQ8s" if place.arch.word == 8 else "<III8s")

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, layout.size)
        if len(data) < layout.size:
            return f"{address:#x}"
        handler, bits, back, mask = layout.unpack(data)
        return _action_text(handler, bits, back, signals.set_text(int.from_bytes(mask, "little")), place)

    return behind(place, show)


OLD_SIGACTION = struct.Struct("<IIII")


@kind("old_sigaction")
def old_sigaction(place: Place) -> Printer:
    """What to do with a signal, as sigaction(2) of i386 has it: the set is one word, and stands second."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, OLD_SIGACTION.size)
        if len(data) < OLD_SIGACTION.size:
            return f"{address:#x}"
        handler, mask, bits, back = OLD_SIGACTION.unpack(data)
        return _action_text(handler, bits, back, signals.set_text(mask, 4), place)

    return behind(place, show)
