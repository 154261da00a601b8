"""The supervisor's end of the record pipe: never blocks, never loses."""

from __future__ import annotations

import fcntl
import os
from collections import deque

BACKLOG_LIMIT = 64 << 20
"""Bytes that may wait for the recorder before automatic answers are slowed."""
BLOCK = 256
"""Frames that are collected at most before they are written."""
_PIPE_SIZE = 1 << 20


class RecordPipe:
    """Collects frames and writes them when asked to.

    Attributes:
        alive: False once the recorder is gone; frames are then dropped.
        append: collects one frame.
        fresh: the frames collected since the last flush.
        backlog: bytes that the recorder has not taken, as of the last flush.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._blocks: deque[memoryview] = deque()
        self.fresh: list[bytes] = []
        self.append = self.fresh.append
        self.backlog = 0
        self.alive = True
        os.set_blocking(fd, False)
        try:
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        except OSError:
            pass  # over the user's pipe quota: a smaller pipe only wakes the recorder more often

    def flush(self) -> None:
        """Write as much as the pipe takes now."""
        if self.fresh:
            block = memoryview(b"".join(self.fresh))
            self.fresh.clear()
            if self.alive:
                self._blocks.append(block)
                self.backlog += len(block)
        while self._blocks:
            try:
                written = os.write(self._fd, self._blocks[0])
            except BlockingIOError:
                return
            except BrokenPipeError:
                self.reader_died()
                return
            self.backlog -= written
            if written == len(self._blocks[0]):
                self._blocks.popleft()
            else:
                self._blocks[0] = self._blocks[0][written:]

    def finish(self) -> None:
        """Write everything, waiting for the recorder, and close."""
        os.set_blocking(self._fd, True)
        self.flush()
        os.close(self._fd)

    def fileno(self) -> int:
        """Return the descriptor: poll reports an error on it when the recorder dies."""
        return self._fd

    def reader_died(self) -> None:
        """Keep nothing any more: nobody will read it."""
        self.alive = False
        self._blocks.clear()
        self.backlog = 0
