"""`export`: what `log` would have printed comes out of the recording again, of real programs."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
from pathlib import Path

import pytest

from seccomp_tui.session.table import COLUMNS
from tests.e2e.conftest import COMMAND, Tool

PROGRAM = ("python3", "-S", "-c", "import os; os.stat('/'); os.path.exists('/none'); os.kill(os.getpid(), 10)")
"""Reads files, meets an error, and dies of SIGUSR1."""


@pytest.fixture
def recorded(tool: Tool, tmp_path: Path) -> Path:
    """Return a recording of `PROGRAM`; its lines as `log -o` printed them lie beside it."""
    outcome = tool("log", "--session", tmp_path / "s.db", "-o", tmp_path / "lines", *PROGRAM)
    assert outcome.returncode == 128 + 10
    return tmp_path / "s.db"


def test_strace_lines_are_those_that_log_printed(tool: Tool, recorded: Path) -> None:
    outcome = tool("export", "strace", recorded)
    assert (outcome.returncode, outcome.stderr) == (0, b"")
    assert outcome.stdout == recorded.with_name("lines").read_bytes()
    assert outcome.stdout.endswith(b"+++ killed by SIGUSR1 +++\n")


def test_an_ordinary_users_recording_is_exported_too(as_user: object, need: object) -> None:
    need("user_notif")  # type: ignore[operator]
    tool = [as_user.python, "-m", "seccomp_tui"]  # type: ignore[attr-defined]
    as_user.run([*tool, "log", "--session", "s.db", "-o", "lines", "echo", "a"])  # type: ignore[attr-defined]
    outcome = as_user.run([*tool, "export", "strace", "s.db"])  # type: ignore[attr-defined]
    assert outcome.stdout == (as_user.home / "lines").read_bytes()  # type: ignore[attr-defined]
    assert re.search(rb'write\(1, "a\\n", 2\) += \?\n', outcome.stdout)


def test_json_lines_are_those_that_log_printed(tool: Tool, tmp_path: Path) -> None:
    lines, recording = tmp_path / "lines", tmp_path / "s.db"
    tool("log", "--session", recording, "--format", "jsonl", "-o", lines, *PROGRAM)
    outcome = tool("export", "jsonl", recording)

    def by_type(data: bytes) -> dict[str, list[dict[str, object]]]:
        found: dict[str, list[dict[str, object]]] = {}
        for line in data.splitlines():
            found.setdefault(json.loads(line)["type"], []).append(json.loads(line))
        return found

    assert by_type(outcome.stdout) == by_type(lines.read_bytes())


def test_csv_has_a_row_a_call_under_a_head(tool: Tool, recorded: Path) -> None:
    head, *rows = csv.reader(tool("export", "csv", recorded).stdout.decode().splitlines())
    assert tuple(head) == COLUMNS
    with sqlite3.connect(recorded) as db:
        assert [row[head.index("text")] for row in rows] == [
            text for (text,) in db.execute("select text from call order by coalesce(returned, time), seq")
        ]
    (missing,) = (row for row in rows if row[head.index("path")] == "/none")
    assert missing[head.index("syscall")] in ("stat", "newfstatat")


@pytest.mark.parametrize("form", ["strace", "jsonl", "csv"])
def test_what_matches_only_and_into_a_file(tool: Tool, recorded: Path, tmp_path: Path, form: str) -> None:
    outcome = tool("export", form, recorded, "--where", 'path == "/none"', "-o", tmp_path / "out")
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, b"", b"")
    lines = (tmp_path / "out").read_text().splitlines()
    calls = [line for line in lines if "stat" in line and "session" not in line]
    assert len(calls) == 1
    assert "/none" in calls[0]


def test_a_reader_that_goes_away_ends_it_quietly(recorded: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "export", "strace", str(recorded)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_a_full_disk_is_told_of(tool: Tool, recorded: Path) -> None:
    outcome = tool("export", "csv", recorded, "-o", "/dev/full")
    assert (outcome.returncode, outcome.stderr) == (1, b"seccomp-tui: -o /dev/full: No space left on device\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("strace", "none.db"), "none.db: No such file or directory"),
        (("strace", "text"), "text is not a recording: file is not a database"),
        (("html", "s.db"), "'html' is not one of 'strace', 'jsonl', 'csv', 'oci-profile', 'rules'"),
        (("strace", "s.db", "-o", "s.db"), "-o s.db: that is the recording"),
        (("strace", "s.db", "-o", "none/x"), "-o none/x: No such file or directory"),
        (("strace", "s.db", "--where", "openat and"), "column 11: the expression ends here"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tool: Tool, recorded: Path, arguments: tuple[str, ...], message: str
) -> None:
    recorded.with_name("text").write_text("no database, " * 100)
    before = recorded.read_bytes()
    outcome = tool("export", *arguments, cwd=recorded.parent, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    assert outcome.returncode == 2
    assert outcome.stdout == b""
    assert message in outcome.stderr.decode()
    assert outcome.stderr.count(b"\n") == 1
    assert recorded.read_bytes() == before
