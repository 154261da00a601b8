"""What one trapped system call costs, next to no tracing, a minimal supervisor in C, and strace.

All ways are run in turn, round after round, so that a busy moment of the machine hits all of them; the medians over
the rounds are compared. Run from the top of a checkout: python -m benchmarks.percall
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TIMEOUT = 600
UNTRAPPED_FACTOR = 20
"""A call that is not trapped is so short that it takes this many times the calls to measure it."""
MISSING_PATH = b"/nonexistent/measured"
_MISSING = f'openat and path == "{MISSING_PATH.decode()}"'


class Unmeasurable(Exception):
    """Something to measure with is missing, or a run did not do its work; the text says what."""


@dataclass
class Way:
    """One way to run the target.

    Attributes:
        name: as the table shows it.
        argv: gives the command for the target's command and the folder to write to.
        target: "open" or "getppid".
        check: looks, after the run, whether it recorded what it should; returns how many calls it found.
        loop: microseconds a call in the target's own loop, one for each round.
        wall: the whole command's wall time divided by the calls, in microseconds.
        missing: why it can't be run, if so.
    """

    name: str
    argv: Callable[[list[str], Path], list[str]]
    target: str = "open"
    check: Callable[[Path], int] | None = None
    loop: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    missing: str = ""


@dataclass
class Ratio:
    """A required ratio between two ways; `value` is None when one of them was not measured."""

    way: str
    against: str
    limit: float
    value: float | None = None
    wall: float | None = None

    @property
    def passed(self) -> bool | None:
        """Tell whether the loop's ratio is within the limit."""
        return None if self.value is None else self.value <= self.limit


NATIVE = "native"
SUPERVISOR = "minimal supervisor in C"
LOG = "seccomp-tui log -o"
SESSION = "seccomp-tui log -o --session"
STRACE = "strace -f"
PINNED = "strace -f on one CPU"
UNTRAPPED = "getppid, native"
UNTRAPPED_LOG = "getppid, seccomp-tui log -o"
RESULTS = "seccomp-tui log -o, with results"
SESSION_RESULTS = "seccomp-tui log -o --session, with results"
UNTRAPPED_RESULTS = "getppid, seccomp-tui log -o, with results"
RULES = "seccomp-tui log -o, 100 rules don't match"
ALLOWING = "seccomp-tui log -o, a rule allows"
FAILING = "seccomp-tui log -o, a rule's errno"


def _lines(folder: Path) -> int:
    return (folder / "out").read_bytes().count(MISSING_PATH)


def _results(folder: Path) -> int:
    return (folder / "out").read_bytes().count(b"= -1 ENOENT")


def _rows(folder: Path) -> int:
    return _count(folder, "path = ?", MISSING_PATH)


def _rows_with_results(folder: Path) -> int:
    return _count(folder, "path = ? and result = ?", MISSING_PATH, -errno.ENOENT)


def _count(folder: Path, condition: str, *values: bytes | int) -> int:
    with contextlib.closing(sqlite3.connect(folder / "session.db")) as db:
        (count,) = db.execute(f"select count(*) from call where {condition}", values).fetchone()  # noqa: S608
    return int(count)


def _log(*options: str) -> Callable[[list[str], Path], list[str]]:
    command = [sys.executable, "-m", "seccomp_tui", "log", "-e", "trace=openat"]

    def argv(target: list[str], folder: Path) -> list[str]:
        return [*command, "-o", str(folder / "out"), *(text.format(folder=folder) for text in options), *target]

    return argv


def _unmatched() -> list[str]:
    """Return a hundred rules that are true of none of the target's calls."""
    rules = [f'openat and path == "/srv/data/{number}"' for number in range(40)]
    rules += [f'path glob "/srv/{number}/*.txt"' for number in range(20)]
    rules += [f'path ~ "^/home/[a-z]+/{number}/"' for number in range(20)]
    rules += [f"connect and port == {number}" for number in range(10)]
    rules += [f"write and fd == {number}" for number in range(100, 110)]
    return [word for rule in rules for word in ("--rule", f"{rule} => errno EPERM")]


def _strace(*before: str) -> Callable[[list[str], Path], list[str]]:
    return lambda target, folder: [
        *before, "strace", "-f", "-e", "trace=openat", "-o", str(folder / "out"), *target
    ]  # fmt: skip


def ways(supervisor: Path) -> list[Way]:
    """Return what is compared."""
    cpu = str(min(os.sched_getaffinity(0)))
    found = [
        Way(NATIVE, lambda target, _: target),
        Way(SUPERVISOR, lambda target, _: [str(supervisor), *target]),
        Way(LOG, _log("--results", "off"), check=_lines),
        Way(SESSION, _log("--results", "off", "--session", "{folder}/session.db"), check=_rows),
        Way(RESULTS, _log(), check=_results),
        Way(SESSION_RESULTS, _log("--session", "{folder}/session.db"), check=_rows_with_results),
        Way(STRACE, _strace(), check=_lines),
        Way(PINNED, _strace("taskset", "-c", cpu), check=_lines),
        Way(UNTRAPPED, lambda target, _: target, target="getppid"),
        Way(UNTRAPPED_LOG, _log("--results", "off"), target="getppid"),
        Way(UNTRAPPED_RESULTS, _log(), target="getppid"),
        Way(RULES, _log("--results", "off", *_unmatched()), check=_lines),
        Way(ALLOWING, _log("--results", "off", "--rule", f"{_MISSING} => allow"), check=_lines),
        Way(FAILING, _log("--results", "off", "--rule", f"{_MISSING} => errno ENOENT"), check=_results),
    ]
    for way in found:
        for tool in ("strace", "taskset"):
            if tool in way.argv([], Path()) and not shutil.which(tool):
                way.missing = f"{tool} is not installed"
    return found


def required() -> list[Ratio]:
    """Return the ratios this project holds itself to."""
    return [
        *(Ratio(way, STRACE, 0.20) for way in (LOG, SESSION)),
        *(Ratio(way, PINNED, 0.85) for way in (LOG, SESSION)),
        *(Ratio(way, SUPERVISOR, 2.3) for way in (LOG, SESSION)),
        *(Ratio(way, STRACE, 0.30) for way in (RESULTS, SESSION_RESULTS)),
        Ratio(UNTRAPPED_LOG, UNTRAPPED, 1.35),
        Ratio(UNTRAPPED_RESULTS, UNTRAPPED, 2.3),
        Ratio(RULES, LOG, 1.2),
        Ratio(FAILING, ALLOWING, 1.0),
    ]


def compile_c(source: str, folder: Path) -> Path:
    """Compile benchmarks/`source`; return the program.

    Raises:
        Unmeasurable: there is no gcc, or it refuses.
    """
    if not shutil.which("gcc"):
        raise Unmeasurable("gcc is not installed: the measured target is a C program")
    program = folder / Path(source).stem
    made = subprocess.run(
        ["gcc", "-O2", "-o", program, HERE / source], capture_output=True, text=True, check=False
    )  # fmt: skip
    if made.returncode:
        raise Unmeasurable(f"gcc can't compile {source}:\n{made.stderr}")
    return program


def run_once(way: Way, target: Path, calls: int, scratch: Path) -> None:
    """Run the target in this way once, and add to its times."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        count = calls if way.target == "open" else calls * UNTRAPPED_FACTOR
        result = folder / "loop"
        argv = way.argv([str(target), way.target, str(count), str(result)], folder)
        start = time.monotonic()
        done = subprocess.run(
            argv,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=TIMEOUT,
            check=False,
        )
        wall = time.monotonic() - start
        if done.returncode or not result.exists():
            error = done.stderr.decode(errors="replace")[-500:].strip()
            raise Unmeasurable(f"exit code {done.returncode}: {error or 'no message'}")
        if way.check and (recorded := way.check(folder)) != count:
            raise Unmeasurable(f"recorded {recorded} of {count} calls")
        way.loop.append(float(result.read_text()) / 1000)
        way.wall.append(wall * 1e6 / count)


def measure(compared: list[Way], target: Path, calls: int, repeat: int, scratch: Path) -> None:
    """Run all ways `repeat` times, in turn. One that fails is left out from then on."""
    for turn in range(1, repeat + 1):
        for way in compared:
            if way.missing:
                continue
            _progress(f"round {turn} of {repeat}: {way.name}")
            try:
                run_once(way, target, calls, scratch)
            except (Unmeasurable, OSError, subprocess.TimeoutExpired) as error:
                way.missing = str(error)
    _progress("")


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def judge(ratios: list[Ratio], compared: list[Way]) -> None:
    """Fill in the ratios of the medians."""
    measured = {way.name: way for way in compared if way.loop and not way.missing}
    for ratio in ratios:
        if ratio.way in measured and ratio.against in measured:
            way, against = measured[ratio.way], measured[ratio.against]
            ratio.value = statistics.median(way.loop) / statistics.median(against.loop)
            ratio.wall = statistics.median(way.wall) / statistics.median(against.wall)


def show(compared: list[Way], ratios: list[Ratio], load: float) -> None:
    """Print the tables; `load` is the load average from before the first run."""
    print(f"{'microseconds a call':44}{'loop':>10}{'min':>10}{'max':>10}{'command':>10}")
    for way in compared:
        if way.missing:
            print(f"{way.name:44}not measured: {way.missing}")
            continue
        loop, wall = statistics.median(way.loop), statistics.median(way.wall)
        print(f"{way.name:44}{loop:10.2f}{min(way.loop):10.2f}{max(way.loop):10.2f}{wall:10.2f}")
    print(f"\n{'ratio':69}{'loop':>8}{'limit':>8}{'':7}{'command':>8}")
    for ratio in ratios:
        name = f"{ratio.way} / {ratio.against}"
        if ratio.value is None or ratio.wall is None:
            print(f"{name:69}{'-':>8}{ratio.limit:8.2f}  not measured")
        else:
            verdict = "pass" if ratio.passed else "FAIL"
            print(f"{name:69}{ratio.value:8.3f}{ratio.limit:8.2f}  {verdict:5}{ratio.wall:8.3f}")
    print(
        "\nloop: inside the target, median of the rounds; command: wall time of the whole command, with its start and\n"
        "end, divided by the calls. The limits hold for the loop. On a busy machine strace gets faster, when its\n"
        f"two processes share a CPU. Load average before the first run: {load:.2f}."
    )


def as_json(compared: list[Way], ratios: list[Ratio], calls: int, repeat: int, load: float) -> str:
    """Return everything measured as one JSON object."""
    rows = [
        {
            "name": way.name,
            "missing": way.missing or None,
            "loop_us": statistics.median(way.loop) if way.loop else None,
            "command_us": statistics.median(way.wall) if way.wall else None,
            "loop_us_rounds": way.loop,
            "command_us_rounds": way.wall,
        }
        for way in compared
    ]
    checks = [
        {
            "way": ratio.way,
            "against": ratio.against,
            "limit": ratio.limit,
            "loop": ratio.value,
            "command": ratio.wall,
            "passed": ratio.passed,
        }
        for ratio in ratios
    ]
    machine = {
        "kernel": os.uname().release,
        "machine": os.uname().machine,
        "cpus": len(os.sched_getaffinity(0)),
        "python": sys.version.split()[0],
        "load": load,
    }
    return json.dumps({"calls": calls, "repeat": repeat, "machine": machine, "ways": rows, "ratios": checks}, indent=2)


def main() -> int:
    """Measure and print; return 1 when a required ratio is missed, 2 when nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.percall", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--calls", type=int, default=50_000, help="trapped calls a run (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=5, help="rounds (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args()
    if options.calls < 1 or options.repeat < 1:
        parser.error("--calls and --repeat must be at least 1")
    ratios = required()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-bench-") as name:
        scratch = Path(name)
        try:
            target = compile_c("calls.c", scratch)
            supervisor = compile_c("supervisor.c", scratch)
        except Unmeasurable as error:
            print(f"benchmarks.percall: {error}", file=sys.stderr)
            return 2
        compared = ways(supervisor)
        measure(compared, target, options.calls, options.repeat, scratch)
    judge(ratios, compared)
    if options.json:
        print(as_json(compared, ratios, options.calls, options.repeat, load))
    else:
        show(compared, ratios, load)
    return 1 if any(ratio.passed is False for ratio in ratios) else 0


if __name__ == "__main__":
    sys.exit(main())
