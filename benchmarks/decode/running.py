"""Runs a program in the same way under strace and under `seccomp-tui log`: same folder, environment and addresses."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.decode.entry import Recorded
from benchmarks.decode.lines import Log, parse
from benchmarks.decode.programs import Program
from benchmarks.decode.usertime import UserTime
from seccomp_tui.session.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
TIMEOUT = 120
_START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from seccomp_tui.cli import main; main()"


class RunFailed(Exception):
    """A run came to nothing; the text says why."""


@dataclass
class Run:
    """One run of a program.

    Attributes:
        log: the lines.
        code: exit code of the tracer, which is the program's.
        user: seconds of user time of the tracer's first process alone.
    """

    log: Log
    code: int
    user: float


@dataclass
class OurRun(Run):
    """A run under `seccomp-tui log`.

    Attributes:
        recorded: the recorded calls, in the order of the lines.
        relations: (thread, process, parent process).
    """

    recorded: list[Recorded]
    relations: list[tuple[int, int, int]]


def environment(folder: Path) -> dict[str, str]:
    """Return all that a program gets to see of ours; hashes that are random by default would move its memory."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    fixed = {"PERL_HASH_SEED": "0", "PERL_PERTURB_KEYS": "0", "PYTHONHASHSEED": "0"}
    return {"HOME": str(folder), "LC_ALL": "C", "PATH": path, "TERM": "dumb", **fixed}


def strace(program: Program, scratch: Path) -> Run:
    """Run a program under strace.

    Raises:
        RunFailed: it wrote nothing, or took too long.
    """
    output = scratch / "strace.out"
    code, user = _run(["strace", "-f", "-o", str(output)], program, scratch, output)
    return Run(parse(output.read_text(errors="replace")), code, user)


def seccomp_tui(program: Program, scratch: Path, whole: bool) -> OurRun:
    """Run a program under `seccomp-tui log`.

    Args:
        program: what to run.
        scratch: for its files.
        whole: with results.

    Raises:
        RunFailed: it wrote nothing, took too long, or the lines are not what was recorded.
    """
    output, session = scratch / "log.out", scratch / "session.db"
    session.unlink(missing_ok=True)
    tracer = [sys.executable, "-B", "-c", _START, "log", "-o", str(output), "--session", str(session)]
    tracer += ["--results", "on" if whole else "off"]
    code, user = _run(tracer, program, scratch, output)
    log = parse(output.read_text(errors="replace"))
    recorded = _recorded(session)
    if len(recorded) != len(log.calls):
        message = f"{len(log.calls)} lines of calls, but {len(recorded)} recorded"
        raise RunFailed(message)
    return OurRun(log, code, user, recorded, _relations(session))


def _run(tracer: Sequence[str], program: Program, scratch: Path, output: Path) -> tuple[int, float]:
    """Run a program in a new folder; return the exit code and the tracer's user time in seconds."""
    folder = scratch / "folder"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in program.files.items():
        (folder / name).write_text(text)
    output.unlink(missing_ok=True)
    with open(scratch / "stdout", "wb") as out, open(scratch / "stderr", "wb") as err:
        process = subprocess.Popen(
            ["setarch", "-R", *tracer, *program.argv], cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL,
            stdout=out, stderr=err, start_new_session=True,
        )  # fmt: skip
        user = _user_time(process)
    if user is None or not output.exists():
        said = (scratch / "stderr").read_text(errors="replace")[-500:].strip()
        raise RunFailed(f"not done after {TIMEOUT} s" if user is None else said or "nothing was written")
    return process.returncode, user


def _user_time(process: subprocess.Popen[bytes]) -> float | None:
    """Wait for a process; return its user time without its children's. None, and its group killed, after TIMEOUT."""
    pidfd = os.pidfd_open(process.pid)
    try:
        with UserTime(process.pid) as used:
            poll = select.poll()
            poll.register(pidfd, select.POLLIN)
            ended = bool(poll.poll(TIMEOUT * 1000))
            if not ended:
                os.killpg(process.pid, signal.SIGKILL)
            seconds = used.seconds()
    finally:
        os.close(pidfd)
    process.wait()
    return seconds if ended else None


def _recorded(session: Path) -> list[Recorded]:
    """Return the recorded calls."""
    with closing(Store(session)) as store:
        calls = [call for seq in range(1, store.count() + 1) if (call := store.call(seq))]
    return [Recorded(call.arch, call.nr, call.args, call.segments) for call in calls]


def _relations(session: Path) -> list[tuple[int, int, int]]:
    """Return (thread, process, parent) of each thread, as it was first seen."""
    with closing(sqlite3.connect(session)) as db:
        rows = db.execute("select tid, pid, ppid from process order by time").fetchall()
    first: dict[int, tuple[int, int, int]] = {}
    for tid, pid, parent in rows:
        first.setdefault(tid, (tid, pid, parent))
    return list(first.values())
