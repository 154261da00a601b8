"""How much longer real programs take under `seccomp-tui log --session`, next to strace: python -m benchmarks.real.

Everything is trapped and recorded, with results where the kernel tells them. Both tracers and none are run in turn,
round after round, and the medians of the rounds are compared.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import arguments, mix
from benchmarks.percall import Unmeasurable, compile_c

LIMIT = 0.5
"""At most this part of the time that strace adds may be added."""


WAYS = ("native", "ours", "strace")


@dataclass
class Times:
    """Seconds of each round of one program in each way, and why there are none.

    Attributes:
        own: from the program's start to its end, as its parent sees it.
        command: of the whole command, with the tracer's own start and end.
    """

    program: mix.Program
    own: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    command: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    missing: str = ""

    @property
    def added(self) -> float | None:
        """What we add to the program's own time as a part of what strace adds; None when it was not measured."""
        return None if self.missing else added(self.own)

    @property
    def passed(self) -> bool | None:
        """Tell whether that is within the limit."""
        return None if self.added is None else self.added <= LIMIT


def added(seconds: dict[str, list[float]]) -> float | None:
    """Return what we add as a part of what strace adds; None when strace adds nothing."""
    native, ours, strace = (statistics.median(seconds[way]) for way in WAYS)
    return (ours - native) / (strace - native) if strace > native else None


def round_of(times: Times, timed: Path, scratch: Path) -> None:
    """Run one program in all ways.

    Raises:
        subprocess.CalledProcessError: it failed, or its tracer.
    """
    session, output, result = scratch / "session.db", scratch / "output", scratch / "result"
    log = mix.module("seccomp_tui", "log", "-o", str(output), "--session", str(session))
    for way, tracer in zip(WAYS, ((), log, ("strace", "-f", "-o", str(output))), strict=True):
        start = time.monotonic()
        mix.run(times.program, (*tracer, str(timed), str(result)))
        times.command[way].append(time.monotonic() - start)
        times.own[way].append(int(result.read_text()) / 1e9)
        for left in scratch.glob("session.db*"):
            left.unlink()


def measure(programs: list[mix.Program], repeat: int, scratch: Path) -> list[Times]:
    """Run all programs `repeat` times. One that fails is left out from then on."""
    timed = compile_c("timed.c", scratch)
    measured = [Times(program, missing=program.missing) for program in programs]
    for _ in range(repeat):
        for times in measured:
            if times.missing:
                continue
            try:
                round_of(times, timed, scratch)
            except subprocess.CalledProcessError as error:
                said = error.stderr.decode(errors="replace")[-500:].strip()
                times.missing = f"exit code {error.returncode}: {said or 'no message'}"
    return measured


def show(measured: list[Times], load: float) -> None:
    """Print the table; `load` is the load average from before the first run."""
    print(f"{'':34}{'native':>10}{'times native':>18}{'added: ours / strace':>31}")
    print(f"{'':34}{'ms':>10}{'strace':>9}{'ours':>9}{'program':>9}{'limit':>8}{'':7}{'command':>7}")
    for times in measured:
        if times.missing:
            print(f"{times.program.name:34}not measured: {times.missing}")
            continue
        native, ours, strace = (statistics.median(times.own[way]) for way in WAYS)
        part, whole = (f"{value:.3f}" if value is not None else "-" for value in (times.added, added(times.command)))
        verdict = {True: "pass", False: "FAIL", None: "-"}[times.passed]
        print(
            f"{times.program.name:34}{native * 1000:10.1f}{strace / native:9.2f}{ours / native:9.2f}"
            f"{part:>9}{LIMIT:8.2f}  {verdict:5}{whole:>7}"
        )
    print(
        "\nprogram: from the program's start to its end; command: wall time of the whole command, with the tracer's\n"
        f"own start and end. The limit holds for the program. Load average before the first run: {load:.2f}."
    )


def as_json(measured: list[Times], load: float) -> str:
    """Return everything measured as one JSON object."""
    rows = [
        {
            "program": times.program.name,
            "missing": times.missing or None,
            "program_s": times.own,
            "command_s": times.command,
            "added": times.added,
            "added_command": None if times.missing else added(times.command),
            "limit": LIMIT,
            "passed": times.passed,
        }
        for times in measured
    ]
    machine = {"kernel": os.uname().release, "machine": os.uname().machine, "cpus": len(os.sched_getaffinity(0))}
    return json.dumps({"machine": {**machine, "load": load}, "programs": rows}, indent=2)


def main() -> int:
    """Measure and print; return 1 when the limit is missed, 2 when nothing can be measured."""
    options = arguments.read("real", __doc__, 5)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-bench-") as name:
        scratch = Path(name)
        try:
            if not shutil.which("strace"):
                raise Unmeasurable("strace is not installed")
            measured = measure(mix.programs(scratch), options.repeat, scratch)
        except Unmeasurable as error:
            print(f"benchmarks.real: {error}", file=sys.stderr)
            return 2
    if options.json:
        print(as_json(measured, load))
    else:
        show(measured, load)
    if all(times.missing for times in measured):
        return 2
    return 1 if any(times.passed is False for times in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
