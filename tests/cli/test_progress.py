"""Progress of long work: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import os
import pty
import sys
from collections.abc import Iterator

import pytest

from seccomp_tui.cli import progress
from seccomp_tui.cli.progress import Progress


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Make standard error a terminal; give its other end."""
    monkeypatch.setenv("TERM", "xterm")
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    with os.fdopen(slave, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        yield master
    os.close(master)


def written(terminal: int) -> str:
    try:
        return os.read(terminal, 1 << 16).decode()
    except BlockingIOError:
        return ""


def work(**options: bool) -> None:
    with Progress("export", 200, **options) as bar:
        for done in (50, 100):
            bar.at(done)


def test_long_work_shows_a_bar_and_takes_it_away(terminal: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    work()
    text = written(terminal)
    assert "export" in text
    assert "50%" in text
    assert text.endswith("\x1b[2K"), "the line is empty again"


def test_short_work_shows_none(terminal: int) -> None:
    work()
    assert written(terminal) == ""


def test_none_is_shown_where_it_is_not_wanted(terminal: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    work(wanted=False)
    assert written(terminal) == ""


def test_none_is_shown_without_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    work()
    assert capsys.readouterr() == ("", "")
