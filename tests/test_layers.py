"""Who may import whom: the contracts of pyproject.toml, and proofs by running."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, need


def run(*argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run our Python on `argv` in the checkout."""
    return subprocess.run(
        [sys.executable, *argv],
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=55,
    )


def imported(stderr: str) -> set[str]:
    """Return the modules that PYTHONPROFILEIMPORTTIME reports."""
    lines = (line for line in stderr.splitlines() if line.startswith("import time:"))
    return {line.rsplit("|", 1)[1].strip() for line in lines}


def top_level(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.needs("user_notif")
def test_log_imports_no_textual_in_any_of_its_processes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(
        "-m", "seccomp_tui", "log", "-o", str(out), sys.executable, "-S", "-c", "", PYTHONPROFILEIMPORTTIME="1"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    names = imported(done.stderr)
    assert {"seccomp_tui.cli", "seccomp_tui.supervisor", "seccomp_tui.session"} <= names
    assert not {"textual", "rich", "pyte", "screens"} & top_level(names)
    assert not {name for name in names if name.startswith("seccomp_tui.screens")}


@pytest.mark.parametrize("argument", ["--version", "--help", "doctor"])
def test_what_needs_no_screens_imports_no_textual(argument: str) -> None:
    names = imported(run("-m", "seccomp_tui", argument, PYTHONPROFILEIMPORTTIME="1").stderr)
    assert "seccomp_tui.cli" in names
    assert "textual" not in top_level(names)


def test_no_module_imports_screens_under_its_other_name() -> None:
    code = """
import pkgutil, sys, seccomp_tui
for module in pkgutil.walk_packages(seccomp_tui.__path__, "seccomp_tui."):
    if not module.name.endswith(("__main__", "launcher")):
        __import__(module.name)
assert "seccomp_tui.screens" in sys.modules
sys.exit("screens" in sys.modules)
"""
    done = run("-c", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("room", ["kernel", "syscalls", "policy"])
def test_lower_rooms_load_nothing_above_them(room: str) -> None:
    above = {
        "kernel": ("cli", "screens", "sources", "session", "supervisor", "policy", "syscalls"),
        "syscalls": ("cli", "screens", "sources", "session", "supervisor", "policy", "kernel"),
        "policy": ("cli", "screens", "sources", "session", "supervisor", "kernel"),
    }[room]
    code = f"""
import pkgutil, sys, seccomp_tui.{room} as room
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    if not module.name.endswith("launcher"):
        __import__(module.name)
print(*[name for name in sys.modules if name.startswith({tuple("seccomp_tui." + name for name in above)!r})])
"""
    done = run("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_import_contracts() -> None:
    if importlib.util.find_spec("importlinter") is None:
        need("lint-imports")
    code = "from importlinter.cli import lint_imports_command as main; main()"
    done = run("-c", code, "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
