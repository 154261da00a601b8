"""Memory for tests: pieces of bytes anywhere, with holes between them, read as a live process is."""

from __future__ import annotations

import os


class LiveMemory:
    """A few mapped areas; a read ends where its area does, as one of a process does at the end of a mapping."""

    def __init__(self, areas: dict[int, bytes]) -> None:
        self._areas = areas
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


class ProcessMemory:
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
