"""Whether the screens stay quick: under a flood of calls, and with a recording of a million.

The screens run in a pseudo-terminal. A frame is what they send it as a whole; a key's latency is from the press to the
moment at which the terminal is sent what the key changes. The flood is a program that does nothing but system calls,
none of them held; its own rate is held against that under `log --session`, in turns, the best of each.
Run from the top of a checkout: python -m benchmarks.screens
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.percall import Unmeasurable, compile_c
from benchmarks.recording import make
from benchmarks.watched import COLUMNS, ROWS, Watched

FLOOD = 600_000
RECORDING = 1_000_000
FRAMES, LATENCY, RATE, GROWTH = 20.0, 0.100, 0.9, 8.0
"""The limits: frames a second, seconds at the 95th percentile, part of the rate under log, MiB."""
PRESSES = 30
WARM = 1.0
WATCHED = 3.0
REPEATS_A_SECOND = 40
NEXT_TAB, TAB = "]", r"\[(\w+)\]"
DOWN, END = "\x1b[B", "\x1b[F"


@dataclass(frozen=True)
class Row:
    """One line of the result."""

    name: str
    value: float
    unit: str
    limit: float
    at_least: bool = False

    @property
    def passes(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def latency(screens: Watched, presses: int) -> float:
    """Return the 95th percentile of the seconds from a key to what it changes: the tab of the details in front."""
    seconds, before = [], None
    for _ in range(presses):
        screens.watch(random.uniform(0.02, 0.15))
        pattern = TAB if before is None else rf"\[(?!{before}\])(\w+)\]"
        taken, before = screens.time(NEXT_TAB, pattern)
        seconds.append(taken)
    return statistics.quantiles(seconds[1:], n=20)[-1]


def flood(program: Path, calls: int, scratch: Path) -> tuple[float, list[Row]]:
    """Run the flood under the screens; return the calls a second that it made, and what was seen."""
    result, recording = scratch / "screens.txt", scratch / "screens.db"
    flooding = (str(program), "open", str(calls), str(result))
    screens = Watched("run", "--run", "--session", str(recording), *flooding)
    try:
        screens.until("nonexist")
        screens.watch(WARM)
        began = screens.memory()
        frames = screens.watch(WATCHED)
        pressed = latency(screens, PRESSES)
        still = not result.exists()
        grown = screens.memory() - began
        screens.until("EXITED 0")
        screens.watch(WARM)
    finally:
        screens.close()
    if not still:
        print("the flood ended before everything was measured: use --flood with more calls", file=sys.stderr)
    rows = [
        Row("flood: frames", frames, "1/s", FRAMES, at_least=True),
        Row("flood: latency of a key, p95", pressed * 1000, "ms", LATENCY * 1000),
        Row("flood: memory of the screens grows by", grown, "MiB", GROWTH),
        Row("flood: calls that are missing in the recording", calls - recorded(recording), "", 0),
    ]
    return rate(result), rows


def logged(program: Path, calls: int, scratch: Path) -> float:
    """Run the flood under `log --session`; return its calls a second."""
    result, recording = scratch / "log.txt", scratch / "log.db"
    recording.unlink(missing_ok=True)
    # In a session of its own, as the screens are: the kernel shares the CPUs out between sessions.
    log = Watched("log", "--session", str(recording), "-o", os.devnull, str(program), "open", str(calls), str(result))
    try:
        while not result.exists() or not result.read_text():
            log.watch(0.1)
    finally:
        log.close()
    return rate(result)


def rate(result: Path) -> float:
    """Return the calls a second that the flood says it has made."""
    return 1e9 / float(result.read_text())


def recorded(recording: Path) -> int:
    """Return how many calls of the flood a recording has."""
    with closing(sqlite3.connect(recording)) as db:
        count: int = db.execute(
            "select count(*) from call where path = cast('/nonexistent/measured' as blob)"
        ).fetchone()[0]
    return count


def browse(recording: Path) -> Iterator[Row]:
    """Look at a recording; yield what was seen."""
    screens = Watched("open", str(recording))
    try:
        screens.until(r"\b1 [=x~!-] ")
        screens.watch(WARM)
        screens.type(END)
        screens.until(r"\b\d{7} [=x~!-] ")
        screens.type("\x1b[H")
        screens.until(r"\b1 [=x~!-] ")
        began = screens.memory()
        before, at = screens.frames, time.monotonic()
        for _ in range(int(WATCHED * REPEATS_A_SECOND)):
            screens.type(DOWN)
            screens.watch(1 / REPEATS_A_SECOND)
        yield Row(
            "recording: frames while a key is held down",
            (screens.frames - before) / (time.monotonic() - at),
            "1/s",
            FRAMES,
            at_least=True,
        )
        yield Row("recording: latency of a key, p95", latency(screens, PRESSES) * 1000, "ms", LATENCY * 1000)
        yield Row("recording: memory of the screens grows by", screens.memory() - began, "MiB", GROWTH)
    finally:
        screens.close()


def measure(options: argparse.Namespace, scratch: Path) -> list[Row]:
    """Measure everything."""
    program = compile_c("calls.c", scratch)
    rows: list[Row] = []
    shown, plain = [], []
    for _ in range(options.repeat):
        for name in ("screens.db", "screens.txt", "log.txt"):
            (scratch / name).unlink(missing_ok=True)
        plain.append(logged(program, options.flood, scratch))
        reached, rows = flood(program, options.flood, scratch)
        shown.append(reached)
    best, under_log = max(shown), max(plain)  # whatever else the machine does only slows
    print(f"calls a second, the best of {options.repeat}: {best:.0f} under the screens, {under_log:.0f} under log")
    part = best / under_log
    rows.append(Row("flood: the program's own rate against log --session", part, "", RATE, at_least=True))
    if options.calls:
        recording = scratch / "recording.db"
        make(recording, options.calls)
        rows += browse(recording)
    return rows


def main() -> int:
    """Measure and print; return 1 when a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screens", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--flood", type=int, default=FLOOD, help="calls of the flood (default: %(default)s)")
    parser.add_argument("--calls", type=int, default=RECORDING, help="of the recording; 0: none (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="turns of the flood (default: %(default)s)")
    options = parser.parse_args()
    load_average = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-bench-") as folder:
        try:
            rows = measure(options, Path(folder))
        except Unmeasurable as error:
            parser.error(str(error))
    print(f"a terminal of {COLUMNS}x{ROWS}\n\n{'':52}{'measured':>9}{'limit':>9}")
    for row in rows:
        limit = f"{'>=' if row.at_least else '<='}{row.limit:g}"
        print(f"{row.name:52}{row.value:9.2f}{limit:>9} {row.unit:4}{'pass' if row.passes else 'FAIL'}")
    print(f"\nLoad average before: {load_average:.2f}.")
    return 0 if all(row.passes for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
