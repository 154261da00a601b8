"""Arguments of the newer futex calls."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, behind, kind
from .structures import struct_show


@kind("futex_waitv_pair")
def futex_waitv_pair(place: Place) -> Printer:
    """From which futex waiters go, and to which."""
    size = structs.layout("futex_waitv", place.arch.word).size
    item = struct_show("futex_waitv", place.arch, place.style)

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, 2 * size)
        if len(data) < 2 * size:
            return f"{address:#x}"
        return f"[{item(data[:size], memory)}, {item(data[size:], memory)}]"

    return behind(place, show)
