from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from seccomp_tui.lessons import finding
from seccomp_tui.lessons.kept import Kept
from seccomp_tui.lessons.lesson import Lesson


def test_progress_is_there_the_next_time(tmp_path: Path, lesson: Callable[..., Lesson]) -> None:
    file, made = tmp_path / "deep" / "lessons.json", lesson()
    assert Kept(file).mark(made).text == "- new"
    assert Kept(file).set(made, 1) == ""
    assert Kept(file).mark(made).finished
    assert Kept(file).mark(made).text == "✓ done"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    Kept(file).set(made, 0)
    assert Kept(file).mark(made).finished, "what was once done stays done"


def test_a_lesson_with_other_steps_begins_anew(tmp_path: Path) -> None:
    first, second = finding.lessons()[:2]
    kept = Kept(tmp_path / "lessons.json")
    kept.set(first, 2)
    assert kept.mark(first).text == f"2 of {len(first.steps)}"
    text = kept._file.read_text().replace(f'"steps": {len(first.steps)}', '"steps": 99')
    kept._file.write_text(text)
    assert kept.mark(first).done == 0
    assert kept.mark(second).done == 0


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "nonsense"])
def test_a_file_that_is_none_counts_as_empty(tmp_path: Path, lesson: Callable[..., Lesson], text: str) -> None:
    file, made = tmp_path / "lessons.json", lesson()
    file.write_text(text)
    assert Kept(file).mark(made).done == 0
    assert Kept(file).set(made, 1) == ""
    assert Kept(file).mark(made).done == 1


def test_what_can_t_be_written_is_said(tmp_path: Path, lesson: Callable[..., Lesson]) -> None:
    (tmp_path / "file").write_text("")
    assert Kept(tmp_path / "file" / "lessons.json").set(lesson(), 1).startswith("not kept: ")
