"""The target's memory as the decoder sees it.

The same decoder works on a live thread, on a recording and on plain bytes in a test, because it asks for memory
through `Memory` only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

PATH_MAX = 4096
"""Longest path the kernel takes, in bytes with its NUL (linux/limits.h)."""

Segment = tuple[int, bytes]
"""A copied piece of memory: the address in the target, and the bytes."""


class Memory(Protocol):
    """Read access to one thread's memory. Never raises for a bad address: what can't be read is short or empty."""

    def read(self, address: int, size: int, /) -> bytes:
        """Return up to `size` bytes at `address`; fewer where the mapping ends, `b""` where nothing is readable."""
        ...

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return the bytes at `address` up to and with the first NUL, at most `limit`.

        Without a NUL at its end the string was cut: by `limit`, or by the end of the mapping.
        """
        ...


class RecordedMemory:
    """Memory made of copied segments: a recorded call, or plain bytes in a test."""

    __slots__ = ("_segments",)

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments

    def read(self, address: int, size: int, /) -> bytes:
        """Return what was copied at `address`, at most `size` bytes; `b""` when nothing was."""
        best = b""
        for start, data in self._segments:
            offset = address - start
            if 0 <= offset < len(data):
                piece = data[offset : offset + size]
                if len(piece) > len(best):
                    best = piece
        return best

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return the copied bytes at `address` up to and with the first NUL, at most `limit`."""
        data = self.read(address, limit)
        end = data.find(0)
        return data if end < 0 else data[: end + 1]
