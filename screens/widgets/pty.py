"""The master side of the target's terminal in the event loop: bounded reads, writes that never block, its size."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import termios
import time
from collections.abc import Callable

SLICE = 4096
"""Bytes drawn at once: about 10 ms of pyte's time."""
BUDGET = 0.012
"""Seconds spent on drawing in one go."""
PAUSE = 0.030
"""Seconds until the next go under a flood; the target waits meanwhile, its terminal being full."""
INPUT_LIMIT = 256 * 1024


class Pty:
    """Reads and writes a pty master.

    Args:
        fd: a descriptor of the master; made non-blocking, not closed.
        arrived: called with what the target wrote.
        drawn: called after each go of reading.
        ended: called once, when nobody has the other side open any more.
    """

    def __init__(
        self, fd: int, arrived: Callable[[bytes], None], drawn: Callable[[], None], ended: Callable[[], None]
    ) -> None:
        self._fd = fd
        self._arrived = arrived
        self._drawn = drawn
        self._ended = ended
        self._loop: asyncio.AbstractEventLoop | None = None
        self._resume: asyncio.TimerHandle | None = None
        self._unsent = bytearray()
        self.open = True

    def start(self) -> None:
        """Begin to read, in the running event loop."""
        os.set_blocking(self._fd, False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._fd, self._readable)

    def stop(self) -> None:
        """Stop reading and writing."""
        if self._loop is not None:
            self._loop.remove_reader(self._fd)
            self._loop.remove_writer(self._fd)
            if self._resume is not None:
                self._resume.cancel()
            self._loop = None

    def resize(self, columns: int, lines: int) -> None:
        """Tell the target the size of its terminal, in cells."""
        try:
            fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        except OSError:
            pass

    def write(self, data: bytes) -> None:
        """Send input to the target; what it does not take yet waits, up to a limit."""
        if not self.open or len(self._unsent) + len(data) > INPUT_LIMIT:
            return
        self._unsent += data
        self._writable()

    def _writable(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: os.write(self._fd, self._unsent[:1024])]
        except BlockingIOError:
            if self._loop is not None:
                self._loop.add_writer(self._fd, self._writable)
            return
        except OSError:
            self._unsent.clear()
        if self._loop is not None:
            self._loop.remove_writer(self._fd)

    def _readable(self) -> None:
        deadline = time.monotonic() + BUDGET
        while True:
            try:
                data = os.read(self._fd, SLICE)
            except BlockingIOError:
                break
            except OSError:  # EIO: the last process with the terminal open has closed it
                data = b""
            if not data:
                self.open = False
                self.stop()
                self._drawn()
                self._ended()
                return
            self._arrived(data)
            if time.monotonic() > deadline:
                self._rest()
                break
        self._drawn()

    def _rest(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._fd)
            self._resume = self._loop.call_later(PAUSE, self._go_on)

    def _go_on(self) -> None:
        if self._loop is not None and self.open:
            self._loop.add_reader(self._fd, self._readable)
