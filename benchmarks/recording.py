"""What recording costs: python -m benchmarks.recording. And recordings of any length, to measure others with."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import mix
from benchmarks.replicate import replicate


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
