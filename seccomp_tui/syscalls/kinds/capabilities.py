"""Capabilities of a process: capget(2) and capset(2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier

from .base import Place, Printer, behind, kind
from .scalars import hex_text

_CAP_VERSIONS = {0x19980330: 1, 0x20071026: 2, 0x20080522: 3}


def cap_version(address: int, memory: Memory) -> tuple[int, int, int] | None:
    """Return the version, how many structs of data go with it, and the pid; None where it can't be read."""
    data = memory.read(address, 8) if address else b""
    if len(data) < 8:
        return None
    version, pid = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:], "little", signed=True)
    return version, min(_CAP_VERSIONS.get(version, 1), 2), pid


@kind("cap_header")
def cap_header(place: Place) -> Printer:
    """Version and process of capget(2) and capset(2)."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        header = cap_version(address, memory)
        if header is None:
            return f"{address:#x}"
        version, _, pid = header
        number = _CAP_VERSIONS.get(version)
        name = (
            f"_LINUX_CAPABILITY_VERSION_{number}"
            if number
            else f"{hex_text(version)} /* _LINUX_CAPABILITY_VERSION_??? */"
        )
        return f"{{version={name}, pid={pid}}}"

    return behind(place, show)


@cache
def _capability_bits() -> list[tuple[int, str]]:
    return [(value, name) for name, value in constants.table("capability").names.items()]


def _capabilities(low: bytes, high: bytes) -> str:
    """Return the capabilities in two words, each with its own rest in hex."""
    parts = []
    for half, data in enumerate((low, high)):
        mask = int.from_bytes(data, "little")
        names = []
        for bit, name in _capability_bits():
            if bit >> 5 == half and mask >> (bit & 31) & 1:
                names.append(f"1<<{name}")
                mask &= ~(1 << (bit & 31))
        if mask:
            names.append(f"{mask:#x}" if names else f"{mask:#x} /* CAP_??? */")
        parts += names
    return "|".join(parts) or "0"


@kind("cap_data")
def cap_data(place: Place) -> Printer:
    """Capabilities; how many words there are depends on the version in the header."""
    header_index = place.length_index

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        header = cap_version(args[header_index], earlier(memory))
        words = header[1] if header else 0
        data = memory.read(address, words * 12) if words else b""
        if not words or len(data) < words * 12:
            return f"{address:#x}"
        masks = []
        for field, name in enumerate(("effective", "permitted", "inheritable")):
            low, high = (data[half * 12 + field * 4 :][:4] if half < words else b"" for half in (0, 1))
            masks.append(f"{name}={_capabilities(low, high)}")
        return f"{{{', '.join(masks)}}}"

    return behind(place, show)
