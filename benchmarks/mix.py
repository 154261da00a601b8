"""The programs whose calls stand for real ones: much of each kind that people trace, little of their own work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_FILES, _FOLDERS = 2000, 50
_AGED = 1_700_000_000
"""Files as old as the index are read again by git; these are older."""
_HELLO = '#include <stdio.h>\n\nint main(void)\n{\n    puts("hello");\n}\n'
_DOCUMENTS = "/usr/share/doc"


@dataclass(frozen=True)
class Program:
    """One program to run.

    Attributes:
        name: as tables show it.
        argv: the command.
        folder: where it runs; made by `prepare`.
        prepare: makes what it works on in that folder.
        missing: why it can't be run, if so.
    """

    name: str
    argv: tuple[str, ...]
    folder: Path
    prepare: Callable[[Path], None] = lambda folder: None
    missing: str = ""


def programs(scratch: Path) -> list[Program]:
    """Return the programs, each with a folder of its own under `scratch`; those that can be run are prepared."""
    tar = f"tar c {_DOCUMENTS} 2>/dev/null | wc -c"
    found = [
        Program("git status", ("git", "status"), scratch / "git", _repository, _lacking("git")),
        Program(
            "python3 -c 'import textual.app'",
            (sys.executable, "-c", "import textual.app"),
            scratch / "python",
            missing="" if find_spec("textual") else "textual is not installed",
        ),
        Program("gcc hello.c", ("gcc", "-o", "hello", "hello.c"), scratch / "gcc", _hello, _lacking("gcc")),
        Program(
            f"tar c {_DOCUMENTS} | wc -c",
            ("sh", "-c", tar),
            scratch / "tar",
            missing=_lacking("tar") or ("" if Path(_DOCUMENTS).is_dir() else f"there is no {_DOCUMENTS}"),
        ),
    ]
    for program in found:
        if not program.missing:
            program.folder.mkdir()
            program.prepare(program.folder)
    return found


def environment() -> dict[str, str]:
    """Return ours, without what would make git look at the user's own settings."""
    return {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def record(program: Program, session: Path, options: Sequence[str] = ()) -> None:
    """Record one run of a program with `seccomp-tui log`, all calls of it.

    Raises:
        subprocess.CalledProcessError: it failed; `stderr` says why.
    """
    run(program, module("seccomp_tui", "log", "-o", os.devnull, "--session", str(session), *options))


def run(program: Program, tracer: Sequence[str] = ()) -> None:
    """Run a program to its end, under a tracer.

    Raises:
        subprocess.CalledProcessError: it failed; `stderr` says why.
    """
    subprocess.run(
        [*tracer, *program.argv],
        cwd=program.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
    )


def module(name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a module of this checkout, in whatever folder."""
    code = f"import runpy, sys; sys.path.insert(0, {str(_ROOT)!r}); runpy.run_module({name!r}, run_name='__main__')"
    return (sys.executable, "-c", code, *arguments)


def _lacking(tool: str) -> str:
    return "" if shutil.which(tool) else f"{tool} is not installed"


def _repository(folder: Path) -> None:
    """Make a git repository with all its files committed."""
    for number in range(_FILES):
        file = folder / f"folder{number % _FOLDERS:02}" / f"file{number:04}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"This is file number {number}.\n" * (number % 20 + 1))
        os.utime(file, (_AGED, _AGED))
    author = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost")
    for command in (("init", "-q"), ("add", "."), (*author, "commit", "-q", "-m", "All files")):
        subprocess.run(["git", *command], cwd=folder, env=environment(), check=True, capture_output=True)


def _hello(folder: Path) -> None:
    (folder / "hello.c").write_text(_HELLO)
