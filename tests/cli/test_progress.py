"""Progress of long work: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import contextlib
import os
import pty
from collections.abc import Iterator

import pytest

from seccomp_tui.cli import progress
from seccomp_tui.cli.progress import Progress

END = "<end>"


class Terminal:
    """A terminal: what is written to it can be read."""

    def __init__(self) -> None:
        self._master, slave = pty.openpty()
        self._stream = os.fdopen(slave, "w")

    def close(self) -> None:
        self._stream.close()
        os.close(self._master)

    def shows(self, **options: bool) -> str:
        """Do some work with the terminal as standard error, and return what was written to it."""
        with contextlib.redirect_stderr(self._stream):
            work(**options)
        self._stream.write(END)
        self._stream.flush()
        text = ""
        while not text.endswith(END):  # a terminal hands on what is written to it when it finds the time
            text += os.read(self._master, 1 << 16).decode()
        return text.removesuffix(END)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Give a terminal."""
    monkeypatch.setenv("TERM", "xterm")
    with contextlib.closing(Terminal()) as one:
        yield one


def work(**options: bool) -> None:
    with Progress("export", 200, **options) as bar:
        for done in (50, 100):
            bar.at(done)


def test_long_work_shows_a_bar_and_takes_it_away(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    text = terminal.shows()
    assert "export" in text
    assert "50%" in text
    assert "\x1b[2K" in text.rpartition("50%")[2], "the line is empty again"


def test_short_work_shows_none(terminal: Terminal) -> None:
    assert terminal.shows() == ""


def test_none_is_shown_where_it_is_not_wanted(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    assert terminal.shows(wanted=False) == ""


def test_none_is_shown_without_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    work()
    assert capsys.readouterr() == ("", "")
