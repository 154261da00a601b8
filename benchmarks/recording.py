"""What recording costs: how many calls a second the recorder keeps up with, and what a call takes on disk.

The programs of the mix are run once, and what the recorder would be given then is captured; a real recorder is fed with
that. Its CPU time tells how many calls a second it keeps up with: it has a process of its own. What it takes to
start is told by a program that does nothing, and left out. Each program counts the same in the means, however many
calls it makes. Run from the top of a checkout: python -m benchmarks.recording

`make` writes a recording of any length, to measure others with.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import arguments, mix
from benchmarks.capture import Captured, load
from benchmarks.feeding import Fed, feed
from benchmarks.replicate import replicate

RATES = {"off": 60_000, "on": 40_000}
"""Calls a second that the recorder keeps up with at least, by whether there are results."""
MOST_BYTES = 300
"""What a call takes on disk at most."""


def make(path: Path, calls: int) -> None:
    """Write a recording of `calls` calls at `path`: real ones of the mix, recorded once and copied.

    Raises:
        FileExistsError: there is a file already.
        LookupError: no program of the mix is installed.
        subprocess.CalledProcessError: a program could not be recorded.
    """
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-bench-") as name:
        replicate(record(Path(name)), path, calls)


def record(scratch: Path) -> list[Path]:
    """Record each program of the mix that can be run, once; return the recordings.

    Raises:
        LookupError: none can be run.
        subprocess.CalledProcessError: a program could not be recorded.
    """
    sessions = []
    for number, program in enumerate(mix.programs(scratch)):
        if not program.missing:
            sessions.append(scratch / f"session{number}.db")
            mix.record(program, sessions[-1])
    if not sessions:
        raise LookupError("no program of the mix is installed")
    return sessions


@dataclass
class Recorded:
    """What came of one program, with results or without.

    Attributes:
        results: "on" or "off".
        fed: one for each round.
        start: the same of a program that does nothing, in the same rounds.
        missing: why there is none.
    """

    program: str
    results: str
    fed: list[Fed] = field(default_factory=list)
    start: list[Fed] = field(default_factory=list)
    missing: str = ""

    @property
    def cost(self) -> float:
        """Seconds of CPU time a call, the start left out."""
        calls = self.fed[0].calls - self.start[0].calls
        return (_seconds(self.fed) - _seconds(self.start)) / calls

    @property
    def size(self) -> float:
        """Bytes a call."""
        return statistics.median(fed.size / fed.calls for fed in self.fed)


def _seconds(rounds: list[Fed]) -> float:
    return statistics.median(fed.seconds for fed in rounds)


@dataclass
class Check:
    """Something required: `value` is at least, or at most, the limit. None: it was not measured."""

    name: str
    value: float | None
    limit: float
    at_least: bool

    @property
    def passed(self) -> bool | None:
        """Tell whether it is within the limit."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def measure(repeat: int, scratch: Path) -> list[Recorded]:
    """Capture every program with results and without, and feed a recorder with each `repeat` times."""
    measured = []
    for program in mix.programs(scratch):
        for results in RATES:
            one = Recorded(program.name, results, missing=program.missing)
            measured.append(one)
            if not one.missing:
                try:
                    _measure(one, program, repeat, scratch)
                except (RuntimeError, subprocess.CalledProcessError) as error:
                    one.missing = str(error)
    return measured


def _measure(one: Recorded, program: mix.Program, repeat: int, scratch: Path) -> None:
    captured, nothing = (_captured(each, one.results, scratch) for each in (program, replace(program, argv=("true",))))
    if one.results == "on" and not captured.types:
        one.missing = "results can't be had here"
        return
    for _ in range(repeat):
        for given, came in ((captured, one.fed), (nothing, one.start)):
            with tempfile.TemporaryDirectory(dir=scratch) as name:
                came.append(feed(given, Path(name)))


def _captured(program: mix.Program, results: str, scratch: Path) -> Captured:
    file = scratch / "captured"
    mix.run(program, mix.module("benchmarks.capture", str(file), results))
    return load(file)


def checks(measured: list[Recorded]) -> list[Check]:
    """Return what is required."""
    found = []
    for results, rate in RATES.items():
        costs = [one.cost for one in measured if one.results == results and not one.missing]
        kept = 1 / statistics.mean(costs) if costs else None
        found.append(Check(f"calls a second, results {results}", kept, rate, at_least=True))
    sizes = [one.size for one in measured if not one.missing]
    return [*found, Check("bytes a call", statistics.mean(sizes) if sizes else None, MOST_BYTES, at_least=False)]


def show(measured: list[Recorded], required: list[Check], load_average: float) -> None:
    """Print the tables."""
    print(f"{'':34}{'results':>8}{'calls':>8}{'with':>8}{'start ms':>10}{'us a call':>11}{'calls/s':>9}{'bytes':>7}")
    for one in measured:
        if one.missing:
            print(f"{one.program:34}{one.results:>8}  not measured: {one.missing}")
            continue
        fed = one.fed[-1]
        print(
            f"{one.program:34}{one.results:>8}{fed.calls:8}{fed.results:8}{_seconds(one.start) * 1e3:10.1f}"
            f"{one.cost * 1e6:11.2f}{1 / one.cost:9.0f}{one.size:7.0f}"
        )
    print(f"\n{'mean of the programs':34}{'':>16}{'limit':>9}")
    for check in required:
        verdict = {True: "pass", False: "FAIL", None: "not measured"}[check.passed]
        value = "-" if check.value is None else f"{check.value:.0f}"
        print(f"{check.name:34}{value:>16}{check.limit:9.0f}  {verdict}")
    print(
        "\nwith: calls with a result; start ms, us a call: CPU time of the recorder; bytes: of the recording on\n"
        f"disk. Load average before: {load_average:.2f}."
    )


def as_json(measured: list[Recorded], required: list[Check], load_average: float) -> str:
    """Return everything measured as one JSON object."""
    rows = [
        {
            "program": one.program,
            "results": one.results,
            "missing": one.missing or None,
            "rounds": [vars(fed) for fed in one.fed],
            "start": [vars(fed) for fed in one.start],
        }
        for one in measured
    ]
    limits = [{**vars(check), "passed": check.passed} for check in required]
    machine = {"kernel": os.uname().release, "machine": os.uname().machine, "cpus": len(os.sched_getaffinity(0))}
    return json.dumps({"machine": {**machine, "load": load_average}, "programs": rows, "checks": limits}, indent=2)


def main() -> int:
    """Measure and print; return 1 when a limit is missed, 2 when nothing can be measured."""
    options = arguments.read("recording", __doc__, 3)
    load_average = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-bench-") as name:
        measured = measure(options.repeat, Path(name))
    required = checks(measured)
    if options.json:
        print(as_json(measured, required, load_average))
    else:
        show(measured, required, load_average)
    if all(one.missing for one in measured):
        return 2
    return 1 if any(check.passed is False for check in required) else 0


if __name__ == "__main__":
    sys.exit(main())
