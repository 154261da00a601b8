"""How the raw word of an argument is written: by its kind, so that one base means one thing.

Numbers that count or name something are decimal, with their sign; permissions are octal; bits, addresses, and what is
not described are hexadecimal. Zero is `0`.
"""

from __future__ import annotations

_SIGNED = 1
_DECIMAL: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        ("fd", "dirfd", "fanotify_dirfd", "module_fd", "int", "pid", "uid", "gid", "signal", "key"), (32, _SIGNED)
    ),
    "uid16": (16, _SIGNED),
    **dict.fromkeys(("long", "long_signal", "offset", "offset_pair"), (64, _SIGNED)),
    "uint": (32, 0),
    **dict.fromkeys(("size", "wide"), (64, 0)),
}
"""Kinds of numbers: how many bits count, and whether there is a sign."""
_NAMED = ("enum", "protocol", "socket_option", "futex_op", "commented_enum")
"""Numbers that have names; large ones are made of parts."""
_LARGE = 1 << 16
_OCTAL = ("mode", "file_mode", "open_how_mode")
_WORD = (1 << 64) - 1


def text(kind: str, value: int, word: int = 8) -> str:
    """Return a raw word.

    Args:
        kind: the argument's kind in prototypes.txt; "" where the call is not described.
        value: the word, unsigned.
        word: bytes of the architecture's words.
    """
    if kind in _DECIMAL:
        number = _number(value, word * 8, *_DECIMAL[kind])
        return f"{value:#x}" if number is None else str(number)
    if kind in _OCTAL and value < _LARGE:
        return f"0{value:o}" if value > 0o77 else f"{value:03o}"
    if kind and (value == 0 or (kind in _NAMED and value < _LARGE)):
        return str(value)
    return f"{value:#x}"


def _number(value: int, width: int, bits: int, signed: int) -> int | None:
    """Return the number that the word holds; None when the bits above it say something else."""
    bits = min(bits, width)
    low = value & ((1 << bits) - 1)
    number = low - (1 << bits) if signed and low >> (bits - 1) else low
    return number if value in (low, number & _WORD & ((1 << width) - 1)) else None
