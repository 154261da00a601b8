"""A lesson in a folder, written by the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seccomp_tui.lessons.lesson import Lesson, read

Write = Callable[..., Path]
HEAD = """
title = "A lesson"
promise = "You know it."
program = ["sh", "demo.sh"]
end = "That was it."
"""
STEP = """
[[step]]
title = "One"
text = "Press {key:call.allow}."
check = 'write and fd == 1'
play = ["allow"]
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a lesson's folder and returns it."""

    def folder(text: str = HEAD + STEP, name: str = "demo", **files: str) -> Path:
        made = tmp_path / name
        made.mkdir()
        (made / "lesson.toml").write_text(text)
        for file, content in files.items():
            (made / file.replace("_", ".")).write_text(content)
        return made

    return folder


@pytest.fixture
def lesson(write: Write) -> Callable[..., Lesson]:
    """Return a function that makes a lesson of the text of its steps."""
    return lambda *steps: read(write(HEAD + "".join(steps or (STEP,))))
