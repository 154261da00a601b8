"""What userfaultfd(2)'s ioctls offer: `1<<_UFFDIO_WAKE|1<<_UFFDIO_COPY`."""

from __future__ import annotations

from seccomp_tui.syscalls import constants

from .base import Place, Printer, at, kind
from .scalars import hex_text


@kind("numbered_bits")
def numbered_bits(place: Place) -> Printer:
    """Bits whose numbers have names: `numbered_bits[set]`."""
    table = constants.table(place.option, place.arch.token)

    def text(value: int) -> str:
        names = []
        for name, bit in table.names.items():
            if value >> bit & 1:
                names.append(f"1<<{name}")
                value &= ~(1 << bit)
        if value:
            names.append(f"{value:#x}" if names else f"{value:#x} /* {table.unknown} */")
        return "|".join(names) or hex_text(value)

    return at(place, text)
