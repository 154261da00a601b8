"""Where printed lines go: a descriptor, or a file for each thread."""

from __future__ import annotations

import os
import select
from typing import Protocol

from seccomp_tui.session.recorder import SinkFailed
from seccomp_tui.session.wanted import Destination

_BLOCK = 64 << 10


class Output(Protocol):
    """Takes lines. Both methods may raise `SinkFailed`."""

    @property
    def closed(self) -> bool:
        """Nobody reads what is written any more."""
        ...

    def line(self, text: str, tid: int = 0, /) -> None:
        """Add one line, of thread `tid`."""
        ...

    def flush(self) -> None:
        """Write what was collected."""
        ...


class OneOutput:
    """A descriptor that text is collected for. When its reader goes away it falls silent; the target goes on.

    Args:
        name: what messages call it.
    """

    def __init__(self, fd: int, name: str = "standard error") -> None:
        self._fd = fd
        self._name = name
        self._lines: list[str] = []
        self._size = 0

    @property
    def closed(self) -> bool:
        """Nobody reads what is written any more."""
        return self._fd < 0

    def line(self, text: str, _tid: int = 0, /) -> None:
        """Add one line."""
        if self._fd < 0:
            return
        self._lines.append(text)
        self._size += len(text)
        if self._size > _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write what was collected.

        Raises:
            SinkFailed: the disk is full, or the like; not EPIPE.
        """
        if not self._lines:
            return
        data = memoryview(_joined(self._lines))
        self._lines.clear()
        self._size = 0
        try:
            while data:
                data = data[self._write(data) :]
        except BrokenPipeError:
            self._fd = -1
        except OSError as error:
            raise SinkFailed(f"{self._name}: {error.strerror}") from error

    def _write(self, data: memoryview) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:  # a program that shares our standard error has made it so
            select.select([], [self._fd], [])
            return 0


class OutputPerThread:
    """Files PREFIX.TID. None stays open, since there may be more threads than descriptors.

    Args:
        append: add to files that were there before.
    """

    def __init__(self, prefix: str, append: bool = False) -> None:
        self._prefix = prefix
        self._append = append
        self._lines: dict[int, list[str]] = {}
        self._size = 0
        self._begun: set[int] = set()
        self.closed = False

    def line(self, text: str, tid: int = 0, /) -> None:
        """Add one line, of thread `tid`."""
        lines = self._lines.get(tid)
        if lines is None:
            lines = self._lines[tid] = []
        lines.append(text)
        self._size += len(text)
        if self._size > _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write what was collected.

        Raises:
            SinkFailed: a file can't be made, or written.
        """
        for tid, lines in self._lines.items():
            path = f"{self._prefix}.{tid}"
            try:
                with open(path, self._mode(tid)) as file:
                    file.write(_joined(lines))
            except OSError as error:
                raise SinkFailed(f"-o {path}: {error.strerror}") from error
        self._lines.clear()
        self._size = 0

    def _mode(self, tid: int) -> str:
        if self._append or tid in self._begun:
            return "ab"
        self._begun.add(tid)
        return "wb"


def _joined(lines: list[str]) -> bytes:
    return "\n".join([*lines, ""]).encode()


def opened(destination: Destination) -> Output:
    """Return what takes the lines."""
    if destination.fd >= 0:
        return OneOutput(destination.fd, destination.name)
    return OutputPerThread(destination.prefix, destination.append)
