"""The target's memory as the decoder sees it.

The same decoder works on a live thread, on a recording and on plain bytes in a test, because it asks for memory
through `Memory` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

PATH_MAX = 4096
"""Longest path the kernel takes, in bytes with its NUL (linux/limits.h)."""

Segment = tuple[int, bytes]
"""A copied piece of memory: the address in the target, and the bytes."""

OURS = 1 << 63
"""No pointer of a user program leads here or above: what was copied of descriptors travels under such addresses."""
DETAILS = frozenset(("path", "socket", "dev", "pidfd"))
"""What may be asked of a descriptor, in strace's words."""
FILE_MOST = 1 << 62
"""Offsets in files are less."""
AT_FDCWD = -100


def descriptor_address(fd: int) -> int:
    """Return where what descriptor `fd` leads to travels; it has less than 64 KiB."""
    return OURS | (fd & 0xFFFFFFFF) << 16


def file_address(offset: int) -> int:
    """Return where the pieces travel of a file that the call reads through a descriptor; `offset` < `FILE_MOST`."""
    return OURS | FILE_MOST | offset


def of_memory(segments: Iterable[Segment]) -> list[Segment]:
    """Return those segments that are pieces of the target's memory."""
    return [segment for segment in segments if segment[0] < OURS]


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

    def descriptor(self, fd: int, details: frozenset[str], /) -> bytes:
        """Return what the thread's descriptor `fd` leads to, `b""` when that is not known.

        Up to three fields with NULs between them:

        - the link in /proc/TID/fd (for AT_FDCWD: of the working folder), without ` (deleted)` where that is no part of
          the name;
        - `deleted`, `char 1:3`, `block 7:0`, `pid:12`, or a socket's protocol and ends as strace -yy writes them,
          a netlink protocol by its number;
        - the name of a unix socket; an abstract one begins with a NUL.

        Args:
            fd: as the call has it, signed.
            details: of `DETAILS`, what is to be looked up beyond the link.
        """
        ...

    def file_size(self, fd: int, /) -> int:
        """Return the size of the regular file behind descriptor `fd`, 0 when that is not known."""
        ...

    def read_file(self, fd: int, offset: int, size: int, /) -> bytes:
        """Return up to `size` bytes of that file, `b""` where nothing is readable or reading might block."""
        ...


class PatchedMemory:
    """Memory of which some pieces are taken for others.

    Args:
        memory: as it is.
        pieces: what is read in its place, by address; what lies behind such a piece is not read there.
    """

    def __init__(self, memory: Memory, pieces: Mapping[int, bytes]) -> None:
        self._memory = memory
        self._pieces = pieces

    def read(self, address: int, size: int, /) -> bytes:
        """Return up to `size` bytes at `address`."""
        data = self._memory.read(address, size)
        for start, piece in self._pieces.items():
            if start == address:
                data = piece[:size] + data[len(piece) :]
            elif start <= address < start + len(piece):
                inside = piece[address - start :][:size]
                data = inside + data[len(inside) :]
        return data

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return the bytes up to and with the first NUL, at most `limit`."""
        piece = self._pieces.get(address)
        if piece is None:
            return self._memory.read_string(address, limit)
        end = piece.find(0)
        return (piece if end < 0 else piece[: end + 1])[:limit]

    def descriptor(self, fd: int, details: frozenset[str], /) -> bytes:
        """Return what a descriptor leads to."""
        return self._memory.descriptor(fd, details)

    def file_size(self, fd: int, /) -> int:
        """Return the size of the file behind a descriptor."""
        return self._memory.file_size(fd)

    def read_file(self, fd: int, offset: int, size: int, /) -> bytes:
        """Return a piece of that file."""
        return self._memory.read_file(fd, offset, size)


class AfterMemory:
    """Memory after a call, with what it was before: some arguments are read by the call, others filled in by it.

    Args:
        before: as it was when the call was entered.
        after: as it is.
    """

    __slots__ = ("after", "before")

    def __init__(self, before: Memory, after: Memory) -> None:
        self.after = after
        self.before = before

    def read(self, address: int, size: int, /) -> bytes:
        """Return what is at `address` now."""
        return self.after.read(address, size)

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return the string that is at `address` now."""
        return self.after.read_string(address, limit)

    def file_size(self, fd: int, /) -> int:
        """Return the size that the file had."""
        return self.before.file_size(fd)

    def read_file(self, fd: int, offset: int, size: int, /) -> bytes:
        """Return what was in the file."""
        return self.before.read_file(fd, offset, size)

    def descriptor(self, fd: int, details: frozenset[str], /) -> bytes:
        """Return what descriptor `fd` led to; for one that the call has made, what it leads to."""
        return self.before.descriptor(fd, details) or self.made(fd, details)

    def made(self, fd: int, details: frozenset[str], /) -> bytes:
        """Return what descriptor `fd`, which the call has made, leads to."""
        return self.after.descriptor(fd, details)


def earlier(memory: Memory) -> Memory:
    """Return the memory as it was before the call; `memory` itself where no other is known."""
    return memory.before if isinstance(memory, AfterMemory) else memory


class RecordedMemory:
    """Memory made of copied segments: a recorded call, or plain bytes in a test."""

    __slots__ = ("_segments",)

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments

    def read(self, address: int, size: int, /) -> bytes:
        """Return what was copied at `address`, at most `size` bytes; `b""` when nothing was."""
        return self._find(address, size) if address < OURS else b""  # a lying pointer: what is there is not memory

    def _find(self, address: int, size: int) -> bytes:
        best = b""
        for start, data in self._segments:
            offset = address - start
            if 0 <= offset < len(data):
                piece = data[offset : offset + size]
                if len(piece) == size:
                    return piece
                if len(piece) > len(best):
                    best = piece
        return best

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return the copied bytes at `address` up to and with the first NUL, at most `limit`."""
        for start, data in self._segments:  # a string is mostly copied by itself, and as a whole
            if start == address and 0 <= (end := data.find(0)) < limit and start < OURS:
                return data[: end + 1]
        data = self.read(address, limit)
        end = data.find(0)
        return data if end < 0 else data[: end + 1]

    def descriptor(self, fd: int, _details: frozenset[str] = DETAILS, /) -> bytes:
        """Return what was noted of descriptor `fd`."""
        wanted = descriptor_address(fd)
        for start, data in self._segments:
            if start == wanted:
                return data
        return b""

    def file_size(self, _fd: int, /) -> int:
        """Return where the last of the copied pieces ends: the end of the file is always copied."""
        first = file_address(0)
        return max([start - first + len(data) for start, data in self._segments if start >= first], default=0)

    def read_file(self, _fd: int, offset: int, size: int, /) -> bytes:
        """Return what was copied of the file at `offset`."""
        return self._find(file_address(offset), size) if offset < FILE_MOST else b""
