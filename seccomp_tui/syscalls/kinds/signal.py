"""Signal sets and handlers."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from seccomp_tui.syscalls import constants, signals
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, behind, kind, pointer

_HANDLERS = {0: "SIG_DFL", 1: "SIG_IGN"}


def sigset_text(address: int, size: int, word: int, memory: Memory) -> str:
    """Return the signal set of `size` bytes at an address that is not 0."""
    if word <= size <= 8:
        data = memory.read(address, size)
        if len(data) == size:
            return signals.set_text(int.from_bytes(data, "little"), size)
    return f"{address:#x}"


@kind("sigset")
def sigset(place: Place) -> Printer:
    """A signal set: `sigset[size]`."""
    length, word = place.length_index, place.arch.word
    return behind(place, lambda address, args, memory: sigset_text(address, args[length], word, memory))


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


@kind("sigaction")
def sigaction(place: Place) -> Printer:
    """What to do with a signal."""
    layout = struct.Struct("<QQQ8s" if place.arch.word == 8 else "<III8s")
    flags = constants.table("sa_flags", place.arch.token)
    restorer = flags.names["SA_RESTORER"]

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, layout.size)
        if len(data) < layout.size:
            return f"{address:#x}"
        handler, bits, back, mask = layout.unpack(data)
        how = _HANDLERS.get(handler) or ("SIG_ERR" if handler == (1 << place.arch.word * 8) - 1 else f"{handler:#x}")
        signal_set = signals.set_text(int.from_bytes(mask, "little"))
        text = f"{{sa_handler={how}, sa_mask={signal_set}, sa_flags={flags.text(bits)}"
        return f"{text}, sa_restorer={pointer(back)}}}" if bits & restorer else f"{text}}}"

    return behind(place, show)
