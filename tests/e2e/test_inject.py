"""`--inject` and `--fault` do to a program what strace's do."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Tool

pytestmark = pytest.mark.needs("gcc", "strace")
TRACED = "getpriority,sched_yield,mkdirat,openat,pwrite64,pread64,unlinkat,fsync"
CASES = [
    "getpriority:error=EPERM",
    "getpriority:error=ENOSPC:when=3+",
    "getpriority:error=EIO:when=2..6+2",
    "getpriority:error=EIO:when=4",
    "getpriority:error=EIO:when=3..5",
    "getpriority:error=4000:when=2+3",
    "getpriority:retval=0",
    "getpriority:retval=0x1234:when=2",
    "mkdirat:retval=-1",
    "getpriority:signal=SIGUSR1",
    "getpriority:signal=USR1:error=EAGAIN:when=2+",
    "getpriority:signal=10:when=8",
    "sched_yield:delay_enter=200ms",
    "sched_yield:delay_enter=150000:error=EIO",
    "mkdirat:retval=0",
    "%file:error=EACCES:when=3+",
    "/^p(read|write)64$:error=EINTR:when=2",
    "pwrite64:error=ENOSPC:when=3+",
    "pread64:retval=3:poke_exit=@arg2=68692100",
    "openat:poke_enter=@arg2=78797a00:when=2",
    "unlinkat:signal=KILL",
    "fsync,unlinkat:error=EIO",
    "!getpriority,openat,read,mmap,execve,exit_group,write,close,fstat,brk,chdir,mprotect,newfstatat:error=ENOENT:when=40+",
]
FAULTS = ["unlinkat", "mkdirat:error=EEXIST", "getpriority:when=2..3"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("injected") / "injected"
    subprocess.run(["gcc", "-O1", "-o", built, ROOT / "tests" / "e2e" / "injected.c"], check=True)
    return built


Outcome = tuple[int, bytes, bytes, dict[str, bytes | None]]


def outcome(run: Callable[..., subprocess.CompletedProcess[bytes]], words: Sequence[object], folder: Path) -> Outcome:
    """Return exit code, output, errors, and the files that are there afterwards."""
    folder.mkdir()
    done = run(*words, folder)
    files = {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
    return done.returncode, done.stdout, done.stderr, files


def strace(*words: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["strace", *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=50
    )


def tampered(file: Path) -> list[str]:
    """Return the lines of calls that were tampered with, without what is new at each run."""
    lines = (re.sub(r"^\d+ +", "", line) for line in file.read_text().splitlines())
    return [re.sub(r"\bs[ti]_.*|0x[0-9a-f]+", "", line) for line in lines if line.endswith(("ED)", "retval)"))]


@pytest.mark.parametrize("case", [*(f"--inject={case}" for case in CASES), *(f"--fault={case}" for case in FAULTS)])
def test_as_strace_does_it(case: str, program: Path, tool: Tool, tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs.lines", tmp_path / "ours.lines"
    words = ["-e", f"trace={TRACED}" if case.split("=", 1)[1][0] not in "!%" else "trace=all"]
    wanted = outcome(strace, ["-f", "-o", theirs, *words, case, program], tmp_path / "theirs")
    found = outcome(tool, ["log", "-o", ours, *words, case, program], tmp_path / "ours")
    # strace ends as the program does; we say 128 + N of a signal, as a shell does.
    code = wanted[0] if wanted[0] >= 0 else 128 - wanted[0]
    assert found == (code, *without_remarks(wanted)[1:])
    assert [marked(line) for line in tampered(ours)] == [marked(line) for line in tampered(theirs)]


def without_remarks(result: Outcome) -> Outcome:
    """Return an outcome without what strace itself says of an odd --inject."""
    errors = b"".join(line for line in result[2].splitlines(keepends=True) if not line.startswith(b"strace: "))
    return result[0], result[1], errors, result[3]


def marked(line: str) -> str:
    """Return the line with addresses made equal; strace takes an injected -1 of some calls for an unsigned number."""
    return re.sub("0x[0-9a-f]{6,}", "0x", re.sub(r" +=", " =", line)).replace(str((1 << 64) - 1), "-1")


def test_several_for_one_call_apply_in_their_order(program: Path, tool: Tool, tmp_path: Path) -> None:
    words = ["--inject=getpriority:error=EIO:when=2", "-e", "inject=getpriority:retval=5", "--fault=getpriority"]
    _, output, _, _ = outcome(tool, ["log", "-o", tmp_path / "lines", *words, program], tmp_path / "folder")
    assert re.findall(rb"getpriority (\S+ \d+)", output) == [b"5 0", b"-1 5", *[b"5 0"] * 6]


def test_a_call_that_is_not_traced_is_tampered_with(program: Path, tool: Tool, tmp_path: Path) -> None:
    words = ["-e", "trace=openat", "--inject=getpriority:retval=5"]
    _, output, _, _ = outcome(tool, ["log", "-o", tmp_path / "lines", *words, program], tmp_path / "folder")
    assert re.findall(rb"getpriority (\S+ \d+)", output) == [b"5 0"] * 8
    assert "getpriority" not in (tmp_path / "lines").read_text()
