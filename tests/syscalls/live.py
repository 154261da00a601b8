"""Memory for tests: pieces of bytes anywhere, with holes between them, read as a live process is."""

from __future__ import annotations

import os


class WithoutDescriptors:
    """The part of `Memory` that is not memory, for a thread of whose descriptors nothing is known."""

    def descriptor(self, _fd: int, _details: frozenset[str], /) -> bytes:
        """Return that it is not known."""
        return b""

    def file_size(self, _fd: int, /) -> int:
        """Return that it is not known."""
        return 0

    def read_file(self, _fd: int, _offset: int, _size: int, /) -> bytes:
        """Return that nothing can be read."""
        return b""


class LiveMemory(WithoutDescriptors):
    """A few mapped areas; a read ends where its area does, as one of a process does at the end of a mapping.

    Args:
        areas: the bytes by address.
        descriptors: what descriptors lead to, as `Memory.descriptor` gives it.
        file: contents of the regular file behind every descriptor.
    """

    def __init__(self, areas: dict[int, bytes], descriptors: dict[int, bytes] | None = None, file: bytes = b"") -> None:
        self._areas = areas
        self._descriptors = descriptors or {}
        self._file = file
        self.reads: list[tuple[int, int]] = []

    def read(self, address: int, size: int, /) -> bytes:
        """Return what is mapped there, and note that it was asked for."""
        self.reads.append((address, size))
        for start, data in self._areas.items():
            if start <= address < start + len(data):
                return data[address - start : address - start + size]
        return b""

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return the bytes up to the first NUL."""
        data = self.read(address, limit)
        end = data.find(0)
        return data if end < 0 else data[: end + 1]

    def descriptor(self, fd: int, _details: frozenset[str], /) -> bytes:
        """Return what it leads to."""
        return self._descriptors.get(fd, b"")

    def file_size(self, _fd: int, /) -> int:
        """Return the size of the file."""
        return len(self._file)

    def read_file(self, _fd: int, offset: int, size: int, /) -> bytes:
        """Return a piece of the file."""
        return self._file[offset : offset + size]


class ProcessMemory(WithoutDescriptors):
    """The memory of a process, read page by page: a read over the end of a mapping may give nothing at all."""

    def __init__(self, pid: int | str = "self") -> None:
        self._file = os.open(f"/proc/{pid}/mem", os.O_RDONLY)

    def __enter__(self) -> ProcessMemory:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def read(self, address: int, size: int, /) -> bytes:
        """Return what can be read."""
        data = b""
        while len(data) < size:
            at = address + len(data)
            try:
                piece = os.pread(self._file, min(size - len(data), 4096 - at % 4096), at)
            except (OSError, OverflowError):
                break
            data += piece
        return data

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return the bytes up to the first NUL."""
        data = self.read(address, limit)
        end = data.find(0)
        return data if end < 0 else data[: end + 1]
