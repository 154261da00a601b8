"""The screens in a pseudo-terminal that counts the frames it is sent, and times keys from end to end."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

import psutil

ROWS, COLUMNS = 36, 120
PATIENCE = 60.0
_ASKED = b"\x1b[?2026$p"
_HAVE_FRAMES = b"\x1b[?2026;2$y"
"""A terminal that takes frames as a whole; each then ends with `_FRAME`."""
_FRAME = b"\x1b[?2026l"
_KEPT = 1 << 16


class Watched:
    """`seccomp-tui` with some arguments, in a terminal of its own.

    Attributes:
        frames: how many have come.
        size: bytes that have come.
    """

    def __init__(self, *arguments: str) -> None:
        self.frames = 0
        self.size = 0
        self._tail = b""
        self._text = b""
        self._folder = tempfile.TemporaryDirectory(prefix="seccomp-tui-bench-")
        settings = Path(self._folder.name, "seccomp-tui", "config.toml")
        settings.parent.mkdir()
        settings.write_text("[screens]\nwelcome = false\n")
        self.pid, self._master = os.forkpty()
        if self.pid == 0:
            environment = {
                **os.environ,
                "XDG_CONFIG_HOME": self._folder.name,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
            }
            os.execve(sys.executable, [sys.executable, "-m", "seccomp_tui", *arguments], environment)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("=HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, seconds: float) -> bool:
        """Take what comes within some time; return False when nothing does."""
        if not select.select([self._master], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self._master, 1 << 20)
        except OSError:  # EIO: it has ended
            return False
        whole = self._tail + data
        if _ASKED in whole:
            os.write(self._master, _HAVE_FRAMES)
            whole = whole.rpartition(_ASKED)[2]
        self.frames += whole.count(_FRAME)
        self._tail = whole[-(len(_FRAME) - 1) :] if not whole.endswith(_FRAME) else b""
        self.size += len(data)
        self._text = (self._text + data)[-_KEPT:]
        return True

    def watch(self, seconds: float) -> float:
        """Only look for a while; return the frames a second."""
        began, before = time.monotonic(), self.frames
        while (left := began + seconds - time.monotonic()) > 0:
            self.read(left)
        return (self.frames - before) / (time.monotonic() - began)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def until(self, pattern: str, patience: float = PATIENCE) -> re.Match[str]:
        """Read until what was sent since the last call has text that a pattern is found in; return the match.

        Raises:
            TimeoutError: nothing like that comes.
        """
        deadline = time.monotonic() + patience
        while True:
            text = _plain(self._text)
            if (found := re.search(pattern, text)) is not None:
                self._text = b""
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"{pattern!r} did not come within {patience:.0f} s; the last was {text[-500:]!r}")
            self.read(0.5)

    def time(self, keys: str, pattern: str) -> tuple[float, str]:
        """Press keys; return the seconds until a text is seen, and the text."""
        while self.read(0):
            pass
        self._text = b""
        began = time.monotonic()
        self.type(keys)
        found = self.until(pattern)
        return time.monotonic() - began, found[1]

    def memory(self) -> float:
        """Return what the process that draws holds in memory of its own, in MiB."""
        processes = [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]
        drawing = next((each for each in processes if each.name() == "stui-screens"), processes[0])
        size: int = drawing.memory_full_info().uss
        return size / (1 << 20)

    def close(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            self.read(0.1)
        os.close(self._master)
        self._folder.cleanup()


def _plain(data: bytes) -> str:
    """Return a terminal's text without its escape codes."""
    text = re.sub(r"\x1b\[\d+;\d+H", "\n", data.decode(errors="replace"))
    return re.sub(r"\x1b\[[0-9;?$]*[a-zA-Z]", "", text)
