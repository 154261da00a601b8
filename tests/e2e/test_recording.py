"""What happens to the recording and the lines when the disk is full, with the real command; the target goes on."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.sources import launch
from seccomp_tui.supervisor.wire import Status, TargetExited
from tests.e2e import operator as operators
from tests.e2e.conftest import COMMAND, ROOT, Completed, Tool
from tests.e2e.operator import operate

PROGRAM = ["sh", "-c", "i=0; while [ $i -lt 6000 ]; do : </etc/hostname; i=$((i+1)); done; exit 7"]
"""Makes more calls than a recording of 800 KiB holds; a thousand, which are written together, it does hold."""
_CLONE_NEWNS, _MS_PRIVATE, _MS_REC = 0x20000, 1 << 18, 1 << 14
on_a_small_disk = pytest.mark.needs("root", "unshare", "user_notif")


def in_small_folder(tmp_path: Path, size: str, *command: str | Path) -> Completed:
    """Run `command` with a file system of `size` at `tmp_path`/small; what is in it at its end is copied to /kept."""
    (tmp_path / "small").mkdir()
    (tmp_path / "kept").mkdir()
    script = 'mount -t tmpfs -o size=$0 none small && { "$@"; code=$?; cp -a small/. kept; exit $code; }'
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", script, size, *command],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=50,
        cwd=tmp_path,
        check=False,
    )


@on_a_small_disk
def test_a_full_disk_ends_the_recording_with_one_line_and_the_lines_go_on(tmp_path: Path) -> None:
    outcome = in_small_folder(
        tmp_path, "800k", *COMMAND, "log", "--session", "small/s.db", "-o", "lines", "-e", "trace=openat", *PROGRAM
    )
    recording = tmp_path / "small" / "s.db"
    text = f"seccomp-tui: the recording {recording} ends here: database or disk is full\n"
    assert (outcome.stderr.decode(), outcome.stdout, outcome.returncode) == (text, b"", 7)
    lines = (tmp_path / "lines").read_text().splitlines()
    assert sum("/etc/hostname" in line for line in lines) == 6000
    assert lines[-1].endswith("+++ exited with 7 +++")
    with sqlite3.connect(tmp_path / "kept" / "s.db") as db:
        assert 0 < db.execute("select count(*) from call").fetchone()[0] < 6000


@on_a_small_disk
def test_a_recording_that_finds_no_room_at_all_leaves_no_file(tmp_path: Path) -> None:
    outcome = in_small_folder(tmp_path, "8k", *COMMAND, "log", "--session", "small/s.db", "-o", "lines", "echo", "a")
    text = outcome.stderr.decode()
    assert text.startswith(f"seccomp-tui: can't make the recording {tmp_path}/small/s.db: ")
    assert text.count("\n") == 1
    assert (outcome.stdout, outcome.returncode) == (b"a\n", 0)
    assert "write(1" in (tmp_path / "lines").read_text()
    assert list((tmp_path / "kept").iterdir()) == []


@on_a_small_disk
def test_a_full_disk_ends_the_lines_and_the_recording_goes_on(tmp_path: Path) -> None:
    outcome = in_small_folder(
        tmp_path, "16k", *COMMAND, "log", "--session", "s.db", "-o", "small/lines", "-e", "trace=openat", *PROGRAM
    )
    text = b"seccomp-tui: -o small/lines: No space left on device\n"
    assert (outcome.stderr, outcome.stdout, outcome.returncode) == (text, b"", 7)
    with sqlite3.connect(tmp_path / "s.db") as db:
        assert db.execute("select count(*) from call where path = ?", (b"/etc/hostname",)).fetchone() == (6000,)
        assert db.execute("select status from session").fetchone() == (7 << 8,)


@on_a_small_disk
def test_with_screens_a_full_disk_shows_in_the_status_and_nothing_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    small = tmp_path / "small"
    small.mkdir()

    def run(request: launch.Run) -> int:
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.unshare(_CLONE_NEWNS) == 0
        assert libc.mount(b"none", b"/", None, ctypes.c_ulong(_MS_REC | _MS_PRIVATE), None) == 0
        assert libc.mount(b"none", os.fsencode(small), b"tmpfs", ctypes.c_ulong(0), b"size=800k") == 0
        return launch.run(request)

    monkeypatch.setattr(operators, "run", run)
    with operate(PROGRAM, small / "s.db", trace="openat,execve") as operator:
        call = operator.held()
        assert call.recorded
        operator.client.hold(False, 0)
        operator.answer(call, ALLOW)
        operator.expect(Status, lambda status: not status.recording)
        operator.expect(TargetExited)
        operator.hang_up()
        assert operator.wait() == 7
    assert capfd.readouterr().err == ""


@pytest.mark.needs("user_notif")
def test_with_screens_a_recording_that_can_not_be_made_shows_in_the_status(capfd: pytest.CaptureFixture[str]) -> None:
    with operate(["true"], Path("/proc/s.db")) as operator:
        operator.expect(Status, lambda status: not status.recording)
        call = operator.held()
        assert not call.recorded
        operator.client.hold(False, 0)
        operator.answer(call, ALLOW)
        operator.expect(TargetExited)
        operator.hang_up()
        assert operator.wait() == 0
    assert capfd.readouterr().err == ""


def test_lines_that_can_not_be_written_are_told_of_and_the_target_goes_on(tool: Tool) -> None:
    outcome = tool("log", "-o", "/dev/full", "sh", "-c", "echo on; exit 3")
    text = b"seccomp-tui: -o /dev/full: No space left on device\n"
    assert (outcome.stderr, outcome.stdout, outcome.returncode) == (text, b"on\n", 3)


def test_a_standard_error_that_takes_nothing_does_not_hinder_the_target(tool: Tool, tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        outcome = tool(
            "log", "--session", tmp_path / "s.db", "sh", "-c", "exit 3", capture_output=False, stdout=-1, stderr=full
        )
    assert outcome.returncode == 3
    with sqlite3.connect(tmp_path / "s.db") as db:
        assert db.execute("select status from session").fetchone() == (3 << 8,)


@pytest.mark.parametrize("other", ["x.db", "./x.db", "link/x.db"])
def test_lines_and_recording_in_one_file_are_bad_usage(tool: Tool, tmp_path: Path, other: str) -> None:
    (tmp_path / "link").symlink_to(".")
    outcome = tool(
        "log",
        "--session",
        "x.db",
        "-o",
        other,
        "true",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert outcome.returncode == 2
    assert outcome.stderr == f"seccomp-tui: -o {other}: the recording goes there (--session)\n".encode()
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["log", "./no\x1b]0;x\x07"],
        ["log", "-o", "/nonexistent/\x1b]0;x\x07", "true"],
        ["log", "--session", "/nonexistent/\x1b]0;x\x07\n", "true"],
        ["log", os.fsdecode(b"./no\xff\x9b\r")],
    ],
)
def test_names_in_messages_are_escaped(tool: Tool, arguments: list[str]) -> None:
    outcome = tool(*arguments)
    assert outcome.returncode in (2, 127)
    text = outcome.stderr.decode("ascii")
    assert text.startswith("seccomp-tui: ")
    assert text.endswith("\n")
    assert text[:-1].isprintable()
    assert "\\33]0;x\\7" in text or "no\\377\\233\\r" in text


def test_a_recording_whose_name_is_no_text_is_made(tool: Tool, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.db")
    outcome = tool("log", "--session", path, "-o", "/dev/null", "true")
    assert (outcome.stderr, outcome.returncode) == (b"", 0)
    with sqlite3.connect(path) as db:
        assert db.execute("select status from session").fetchone() == (0,)


@pytest.mark.needs("user_notif", "results")
def test_what_a_program_does_slowly_but_steadily_is_soon_there_for_others(tmp_path: Path) -> None:
    path, code = tmp_path / "s.db", "import os, time\nfor _ in range(300): os.getppid(); time.sleep(0.005)"
    with subprocess.Popen(
        [*COMMAND, "log", "--session", path, "-o", os.devnull, "-e", "trace=getppid", sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    ) as running:
        waited: list[int] = []
        while running.poll() is None:
            time.sleep(0.005)  # looks at the recording as often as the program does something
            waited += _new(path, len(waited))
        assert running.returncode == 0
    waited += _new(path, len(waited))
    assert len(waited) == 300
    assert statistics.median(waited) < 100_000_000
    assert statistics.quantiles(waited, n=20)[-1] < 200_000_000


def _new(path: Path, known: int) -> list[int]:
    """Return how long ago the calls returned whose results were not there before, in nanoseconds."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            rows = db.execute("select returned from call where seq > ? and returned order by seq", (known,)).fetchall()
    except sqlite3.Error:  # it is not made yet
        return []
    return [time.monotonic_ns() - returned for (returned,) in rows]
