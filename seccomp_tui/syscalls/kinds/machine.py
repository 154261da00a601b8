"""What only x86 has: segments of a task, and parts of the processor's state."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, behind, kind
from .scalars import padded_hex

USER_DESC_SIZE = 16
_NEW = 0xFFFFFFFF
_BITS = (
    ("seg_32bit", 0, 1),
    ("contents", 1, 3),
    ("read_exec_only", 3, 1),
    ("limit_in_pages", 4, 1),
    ("seg_not_present", 5, 1),
    ("useable", 6, 1),
)
"""Fields of struct user_desc, with the bit they start at and their mask."""
_LM = 7


def user_desc_text(data: bytes, word: int) -> str:
    """Return a struct user_desc."""
    entry, base, limit, bits = (int.from_bytes(data[start : start + 4], "little") for start in range(0, 16, 4))
    text = f"{{entry_number={'-1' if entry == _NEW else entry}, base_addr={padded_hex(base)}, limit={padded_hex(limit)}"
    text += "".join([f", {name}={bits >> bit & mask}" for name, bit, mask in _BITS])
    return f"{text}, lm={bits >> _LM & 1}}}" if word == 8 else f"{text}}}"


def _read(address: int, memory: Memory) -> bytes:
    data = memory.read(address, USER_DESC_SIZE)
    return data if len(data) == USER_DESC_SIZE else b""


@kind("user_desc")
def user_desc(place: Place) -> Printer:
    """A segment: one, or `user_desc[size]` where it must have that size."""
    length = place.length_index if place.option else None

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        data = _read(address, memory) if length is None or args[length] == USER_DESC_SIZE else b""
        return user_desc_text(data, place.arch.word) if data else f"{address:#x}"

    return behind(place, show)


@kind("user_desc_to_fill")
def user_desc_to_fill(place: Place) -> Printer:
    """A segment of which only the number is known before the call."""
    whole = user_desc(place)

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        data = _read(address, memory)
        if not data or place.style.after:
            return str(whole(args, memory))
        entry = int.from_bytes(data[:4], "little")
        return f"{{entry_number={'-1' if entry == _NEW else entry}, ...}}"

    return behind(place, show)
