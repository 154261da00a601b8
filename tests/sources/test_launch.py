"""Finding the program, and what it inherits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from seccomp_tui.sources.launch import find_program, ignored_signals, original_environment
from tests.conftest import ROOT


def test_programs_are_found_as_a_shell_finds_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "it"
    program.write_text("#!/bin/sh\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("it") == (None, 126)
    assert find_program(str(program)) == (None, 126)
    program.chmod(0o755)
    assert find_program("it") == (os.fsencode(program), 0)
    assert find_program(str(program)) == (os.fsencode(program), 0)
    assert find_program("other") == (None, 127)
    assert find_program("/nonexistent/it") == (None, 127)


def test_a_folder_is_no_program() -> None:
    assert find_program("/etc") == (None, 126)


def test_the_environment_is_the_one_we_were_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SET_BY_PYTHON", "1")
    variables = original_environment()
    assert b"SET_BY_PYTHON=1" not in variables
    assert all(b"=" in variable for variable in variables)


def test_signals_ignored_at_the_start_are_noted() -> None:
    before = signal.signal(signal.SIGQUIT, signal.SIG_IGN)  # it may be so already: a shell's background job has it so
    try:
        assert signal.SIGQUIT in ignored_signals()
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        assert signal.SIGQUIT not in ignored_signals()
    finally:
        signal.signal(signal.SIGQUIT, before)


@pytest.mark.needs("user_notif", "results")
def test_results_wait_for_a_recorder_that_comes_late(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    code = (
        "import select, sys\nfrom seccomp_tui.sources import crew\n"
        "record = crew._record\n"
        "def late(request, pipe, *rest):\n"
        "    poll = select.poll()\n"
        "    poll.register(pipe, 0)\n"
        "    poll.poll()\n"  # until the supervisor has hung up
        "    return record(request, pipe, *rest)\n"
        "crew._record = late\n"
        "from seccomp_tui.cli import main\n"
        "main()\n"
    )
    argv = [sys.executable, "-c", code, "log", "-o", file, "cat", "/etc/hostname"]
    subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=50)
    calls = [line for line in file.read_text().splitlines() if " = " in line]
    assert [line for line in calls if line.endswith("= ?")] == [calls[-1]]
