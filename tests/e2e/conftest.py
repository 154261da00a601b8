"""Runs the real command on real programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

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
