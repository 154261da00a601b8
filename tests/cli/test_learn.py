from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.lessons.conftest import HEAD, STEP


def learn(*arguments: str | Path) -> tuple[int, str, str]:
    argv = [sys.executable, "-m", "seccomp_tui", "learn", *map(str, arguments)]
    done = subprocess.run(
        argv, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=50
    )
    return done.returncode, done.stdout, done.stderr


def test_the_list_has_name_level_progress_and_promise() -> None:
    code, out, _ = learn("--list")
    assert code == 0
    first = out.splitlines()[0]
    assert first.startswith("system-call ")
    assert "  first steps  - new " in first
    assert first.endswith(".")


def test_a_teacher_s_lessons_are_in_the_list(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "lesson.toml").write_text(HEAD + STEP)
    code, out, _ = learn("--list", "--lessons", tmp_path)
    assert code == 0
    assert "\nmine " in out
    assert learn("--list", "--lessons", tmp_path, "mine")[1].startswith("mine ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["system-cal"], "no lesson 'system-cal': did you mean system-call?"),
        (["--check", "errnos"], "no lesson 'errnos': did you mean errno?"),
        (["--check", "/nonexistent/x"], "/nonexistent/x: No such file or directory"),
        (["--list", "--lessons", "docs"], "docs: no lessons here: a lesson is a folder with a lesson.toml"),
        (["--list", "--check"], "--list and --check can't be given together"),
        (["--play", "--present", "errno"], "--play and --present can't be given together"),
        (["--play"], "--play needs a LESSON"),
        (["--restart"], "--restart needs a LESSON"),
        (["--pause", "1", "errno"], "--pause goes with --play"),
        (["-v"], "-v goes with --check"),
        (["errno", "files"], "one LESSON at a time, not errno files"),
        (["errno"], "lessons need a terminal"),
        ([], "lessons need a terminal"),
    ],
)
def test_what_can_t_be_is_said_in_one_line(arguments: list[str], says: str) -> None:
    code, out, err = learn(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"seccomp-tui: {says}")
    assert err.count("\n") == 1
