"""Somebody who has never seen it finishes the first lesson, doing only what the screen says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import COMMAND, Open
from tests.e2e.terminals import Terminal

pytestmark = [pytest.mark.needs("user_notif", "tmux"), pytest.mark.timeout(90)]
WRITTEN = {"Enter": "enter"}
"""How the screen writes what tmux calls otherwise."""


def press(at: Terminal, key: str, says: str, then: str) -> None:
    """Press a key that the screen names beside `says`, and wait for `then`."""
    at.wait(rf"(?<!\w){re.escape(WRITTEN.get(key, key))} {says}")
    at.press(key, then)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_a_newcomer_finishes_the_first_lesson(
    terminal: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int, rows: int
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))  # nobody has begun it here yet
    at = terminal([*COMMAND, "learn"], columns, rows)
    at.wait("Lessons: 0 of ")
    press(at, "Enter", "Begin", "A program alone can do nothing")
    press(at, "Enter", "begin", r"> \d+ ! write 1, .Hello, world")
    at.wait("(> now|Step 1 of 4) +Let the program print")
    press(at, "a", "Allow", r"> \d+ ! write 1, .Hello again")
    at.wait("(> now|Step 2 of 4) +See what came before")
    press(at, "2", "History", r"\[2 History\]")
    at.wait("(> now|Step 3 of 4) +Lie to the program")
    press(at, "1", "Live", r"\[1 Live\]")
    press(at, "s", "Value", r"the program sees: 12 ")
    press(at, "Enter", "OK", r"> \d+ ! exit_group")
    at.wait("(> now|Step 4 of 4) +Let it end")
    press(at, "a", "Allow", "Done: What a system call is")
    at.wait("n next: How a program starts")
    press(at, "q", "close", r"\[exit 0\]")
    assert '"finished": true' in (tmp_path / "seccomp-tui" / "lessons.json").read_text()


def test_a_lesson_plays_itself_to_its_end(terminal: Open) -> None:
    at = terminal([*COMMAND, "learn", "files", "--play", "--pause", "0"], 140, 40)
    at.wait("(?s)✓ done.*✓ done.*✓ done.*✓ done.*✓ done.*✓ done")
    at.wait("That was: Files and descriptors")
    at.press("q", r"\[exit 0\]")
