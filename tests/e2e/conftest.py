"""Runs the real command on real programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.e2e.containers import Containers
from tests.e2e.terminals import Terminal

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "seccomp_tui")
Completed = subprocess.CompletedProcess[bytes]
Tool = Callable[..., Completed]


@pytest.fixture
def tool(need: Callable[[str], None]) -> Tool:
    """Return a function that runs `seccomp-tui` with arguments and captures what it prints."""
    need("user_notif")

    def run(*arguments: str | Path, **options: object) -> Completed:
        settings = {"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 50, "cwd": ROOT, **options}
        return subprocess.run([*COMMAND, *arguments], check=False, **settings)  # type: ignore[call-overload,no-any-return]

    return run


Open = Callable[..., Terminal]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Open]:
    """Return a function that runs a command in a terminal of a given size."""
    opened: list[Terminal] = []

    def open_(command: Sequence[str | Path], columns: int = 120, rows: int = 36) -> Terminal:
        one = Terminal(f"seccomp-tui-{os.getpid()}-{len(opened)}-{tmp_path.name[:20]}", tmp_path)
        opened.append(one)
        one.start(command, columns, rows)
        return one

    yield open_
    for one in opened:
        one.end()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a short name that only we can write."""
    made = tmp_path / "f"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def containers(folder: Path) -> Iterator[Containers]:
    """Give containers whose agent is to listen in `folder`."""
    with_agent = Containers(folder / "c", folder / "agent")
    yield with_agent
    with_agent.end()


@pytest.fixture
def quiet(tool: Tool, tmp_path: Path) -> Tool:
    """Return `tool("log", ...)` with everything trapped and the lines in a file."""

    def run(*program: str | Path, **options: object) -> Completed:
        return tool("log", "-o", tmp_path / "lines", *program, **options)

    return run


def native(program: Sequence[str | Path], **options: object) -> Completed:
    """Run a program without us."""
    settings = {"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 50, "cwd": ROOT, **options}
    return subprocess.run(list(program), check=False, **settings)  # type: ignore[call-overload,no-any-return]


def environment(**extra: str) -> dict[str, str]:
    """Return our environment with `extra`."""
    return {**os.environ, **extra}
