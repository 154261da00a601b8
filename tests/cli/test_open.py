"""What `open` and `export` say of a file that is no recording."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seccomp_tui.cli import main
from seccomp_tui.session import schema


def foreign(path: Path) -> None:
    """Make a database that is not ours."""
    with sqlite3.connect(path) as db:
        db.execute("create table call (seq)")
    db.close()


def newer(path: Path) -> None:
    """Make a recording of the next format."""
    db = schema.create(path)
    db.execute(f"pragma user_version = {schema.FORMAT + 1}")
    db.close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "x.db: No such file or directory"),
        (lambda path: path.write_text("no database, " * 99), "x.db is not a recording: file is not a database"),
        (lambda path: path.write_bytes(b""), "x.db is not a recording of seccomp-tui"),
        (foreign, "x.db is not a recording of seccomp-tui"),
        (newer, r"x.db has recording format \d+; this version reads format \d+"),
        (Path.mkdir, "x.db is not a recording: not a regular file"),
        (os.mkfifo, "x.db is not a recording: not a regular file"),
        (lambda path: path.symlink_to(path), "x.db: Too many levels of symbolic links"),
    ],
)
@pytest.mark.parametrize("command", [("open",), ("export", "strace")], ids=" ".join)
def test_what_is_no_recording_is_named_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[Path], object],
    message: str,
    command: tuple[str, ...],
) -> None:
    make(tmp_path / "x.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["seccomp-tui", *command, "x.db"])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert re.fullmatch(f"seccomp-tui: {message}\n", err)
