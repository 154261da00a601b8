"""Arguments of the newer futex calls."""

from __future__ import annotations

from seccomp_tui.syscalls import structs

from .base import Place, Printer, behind, kind, pair
from .structures import struct_show


@kind("futex_waitv_pair")
def futex_waitv_pair(place: Place) -> Printer:
    """From which futex waiters go, and to which."""
    size = structs.layout("futex_waitv", place.arch.word).size
    item = struct_show("futex_waitv", place.arch, place.style)

    return behind(place, pair(size, item))
