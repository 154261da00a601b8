"""Pieces of our own memory that arguments of a call can point to."""

from __future__ import annotations

import ctypes
import struct

Case = tuple[str, tuple[int, ...]]
"""A call: its name, and its arguments, which may be addresses."""
CWD = -100
_kept: list[object] = []


def at(data: bytes) -> int:
    """Return the address of a copy of `data`."""
    buffer = ctypes.create_string_buffer(data, len(data))
    _kept.append(buffer)
    return ctypes.addressof(buffer)


def text(value: str) -> int:
    """Return the address of a string with a NUL."""
    return at(value.encode("latin-1") + b"\0")


def words(*values: int) -> int:
    """Return the address of an array of 64-bit words."""
    return at(struct.pack(f"<{len(values)}Q", *[value & (1 << 64) - 1 for value in values]))


def ints(*values: int) -> int:
    """Return the address of an array of 32-bit words."""
    return at(struct.pack(f"<{len(values)}I", *[value & (1 << 32) - 1 for value in values]))


def iov(*buffers: bytes | None) -> int:
    """Return the address of an iovec."""
    pairs = [(at(data) if data is not None else 0, len(data or b"")) for data in buffers]
    return words(*[word for pair in pairs for word in pair])
