"""How long the screens take with a large recording, as who looks at them sees it: through a pseudo-terminal.

A recording of real calls is made (benchmarks.recording), and `seccomp-tui open` runs on it. A time is from the key to
the moment at which the terminal is sent what was waited for. Run from the top of a checkout:
python -m benchmarks.browsing
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import select
import signal
import sqlite3
import statistics
import struct
import sys
import tempfile
import termios
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.recording import make

CALLS = 1_000_000
TEXT = "/etc/"
MARK = "/a/name/that/occurs/once"
PATIENCE = 60.0
SETTLING = 0.4
ROWS, COLUMNS = 36, 120
ENTER, HOME, END, PAGE_DOWN, CLEAR = "\r", "\x1b[H", "\x1b[F", "\x1b[6~", "\x15"


@dataclass
class Measure:
    """One thing measured, in seconds or MiB, and what it may be at most."""

    name: str
    limit: float
    unit: str
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)


class Screens:
    """`seccomp-tui open` in a terminal of its own."""

    def __init__(self, recording: Path) -> None:
        self.began = time.monotonic()
        self.pid, self._master = os.forkpty()
        if self.pid == 0:
            environment = {**os.environ, "TERM": "xterm-256color"}
            os.execve(sys.executable, [sys.executable, "-m", "seccomp_tui", "open", str(recording)], environment)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("=HHHH", ROWS, COLUMNS, 0, 0))

    def until(self, wanted: str, since: float) -> float:
        """Return the seconds since a moment at which the terminal is sent text that `wanted` is found in."""
        pattern, text = re.compile(wanted), ""
        while time.monotonic() - since < PATIENCE:
            if select.select([self._master], [], [], 1.0)[0]:
                text += _plain(os.read(self._master, 1 << 20).decode(errors="replace"))
                if pattern.search(text):
                    return time.monotonic() - since
        raise TimeoutError(f"{wanted!r} was not seen within {PATIENCE:.0f} s; the last was: {text[-300:]!r}")

    def press(self, keys: str, wanted: str) -> float:
        """Press keys and return the seconds until something is seen."""
        self.settle()
        since = time.monotonic()
        os.write(self._master, keys.encode())
        return self.until(wanted, since)

    def settle(self) -> None:
        """Let the screens draw what they still have to; their first line they draw anew all the time."""
        until = time.monotonic() + SETTLING
        while (left := until - time.monotonic()) > 0 and select.select([self._master], [], [], left)[0]:
            os.read(self._master, 1 << 20)

    def memory(self) -> float:
        """Return what it holds in memory, in MiB."""
        rss: int = psutil.Process(self.pid).memory_info().rss
        return rss / (1 << 20)

    def close(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGTERM)
        os.close(self._master)
        os.waitpid(self.pid, 0)


def _plain(text: str) -> str:
    """Return a terminal's text without its escape codes; where the cursor is moved stands a newline."""
    text = re.sub(r"\x1b\[\d+;\d+H", "\n", text)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


def _line(seq: int) -> str:
    """Return a pattern for the line of a call."""
    return rf"\b{seq} [=x~!-] "


def measure(recording: Path, calls: int, matching: tuple[int, int], repeat: int) -> list[Measure]:
    """Look at a recording `repeat` times; `matching`: the first and the last call that have `TEXT`."""
    opened = Measure("open to first paint", 1.0, "s")
    end, middle, page, scroll = (
        Measure(f"jump to {where}", 0.05, "s")
        for where in ("the end", "the middle", "the next page", "the end of what matches")
    )
    text = Measure("filter by a text: first screen", 0.5, "s")
    rare = Measure("the same by one that occurs once, at the end", 0.5, "s")
    memory = Measure("memory of the screens", 250, "MiB")
    for _ in range(repeat):
        screens = Screens(recording)
        try:
            opened.values.append(screens.until(_line(1), screens.began))
            end.values.append(screens.press(END, _line(calls)))
            screens.press("#", "go to")
            screens.press(str(calls // 2), str(calls // 2))
            middle.values.append(screens.press(ENTER, _line(calls // 2)))
            page.values.append(screens.press(PAGE_DOWN, _line(calls // 2 + 5)))
            screens.press(HOME, _line(1))
            screens.press("f", "show only")
            screens.press(f'text has "{TEXT}"', f"{TEXT}.")
            text.values.append(screens.press(ENTER, _line(matching[0])))
            screens.press(END, _line(matching[1]))  # when all have been found
            screens.press(HOME, _line(matching[0]))
            scroll.values.append(screens.press(END, _line(matching[1])))
            screens.press(HOME, _line(matching[0]))
            screens.press("f", "show only")
            screens.press(CLEAR, "empty: all")
            screens.press(f'text has "{MARK}"', f"{MARK}.")
            rare.values.append(screens.press(ENTER, _line(calls - 1)))
            memory.values.append(screens.memory())
        finally:
            screens.close()
    return [opened, end, middle, page, text, scroll, rare, memory]


def prepare(path: Path, calls: int) -> tuple[int, int]:
    """Make the recording; return the first and the last call that have `TEXT`."""
    make(path, calls)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("update call set text = ? where seq = ?", (f'openat(AT_FDCWD, "{MARK}", O_RDONLY)', calls - 1))
        first, last = db.execute(
            "select min(seq), max(seq) from call where instr(text, ?) > 0 and seq > 1", (TEXT,)
        ).fetchone()
    return first, last


def main() -> int:
    """Measure and print; return 1 when a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browsing", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--calls", type=int, default=CALLS, help="of the recording (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=5, help="rounds (default: %(default)s)")
    options = parser.parse_args()
    load_average = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-bench-") as folder:
        recording = Path(folder) / "s.db"
        matching = prepare(recording, options.calls)
        size = recording.stat().st_size / (1 << 20)
        measured = measure(recording, options.calls, matching, options.repeat)
    print(f"{options.calls} calls, {size:.0f} MiB, a terminal of {COLUMNS}x{ROWS}\n")
    print(f"{'':46}{'median':>9}{'worst':>9}{'limit':>9}")
    for each in measured:
        values = (each.median, max(each.values), each.limit)
        shown = "".join(f"{value:9.3f}" if each.unit == "s" else f"{value:9.0f}" for value in values)
        print(f"{each.name:46}{shown} {each.unit:4}{'pass' if each.median <= each.limit else 'FAIL'}")
    print(f"\nLoad average before: {load_average:.2f}.")
    return 0 if all(each.median <= each.limit for each in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
