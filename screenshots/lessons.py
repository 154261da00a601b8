"""Pictures of the lessons: each is presented up to a step that tells what it is about."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial

from screenshots.terminal import Terminal
from seccomp_tui.lessons import finding
from seccomp_tui.lessons.lesson import Lesson

PREFIX = "lesson-"
OURS = (sys.executable, "-m", "seccomp_tui", "learn")
TELLING = {"errno": 5, "system-call": 4}
"""The step that is shown; of the others the last but one."""
MOST = 100
"""A lesson has fewer actions than this."""


def step_shown(lesson: Lesson) -> int:
    """Return the step of a lesson that its picture shows, from 1."""
    return TELLING.get(lesson.name, max(len(lesson.steps) - 1, 1))


def draw_lesson(lesson: Lesson) -> None:
    """A lesson in presenter mode, at its telling step, with a call held if one is to be answered there."""
    number = step_shown(lesson)
    wanted = re.compile(rf"> now   {re.escape(lesson.steps[number - 1].title[:20])}|Step {number} of")
    with Terminal([*OURS, "--present", lesson.name], 120, 36) as terminal:
        terminal.wait_for(lambda text: "> now" in text and "goes on" in text)
        for _ in range(MOST):
            if wanted.search(terminal.text):
                break
            before = _caption(terminal.text)
            terminal.press(" ")
            terminal.wait_for(lambda text, before=before: _caption(text) != before)  # type: ignore[misc]
        terminal.wait_for(lambda text: wanted.search(text) is not None)
        terminal.save(PREFIX + lesson.name)


def draw_learning() -> None:
    """A lesson as a learner sees it, in 80 columns and 24 lines."""
    with Terminal([*OURS, "system-call"], 80, 24) as terminal:
        terminal.wait_for("enter begin")
        terminal.press("\r")
        terminal.wait_for(lambda text: "Held (1)" in text and "no call under" not in text)
        terminal.save("learn")


def draw_picker() -> None:
    """The list of lessons."""
    with Terminal([*OURS], 120, 36) as terminal:
        terminal.wait_for("Lessons: 0 of")
        terminal.save("lessons")


def _caption(text: str) -> str:
    """Return the lines above the keys and what the panel says, so that each action changes it."""
    return "\n".join(line for line in text.splitlines()[1:-2] if line.strip())


def pictures() -> dict[str, Callable[[], None]]:
    """Return what draws each picture, by its name."""
    each = {PREFIX + lesson.name: partial(draw_lesson, lesson) for lesson in finding.lessons()}
    return {"lessons": draw_picker, "learn": draw_learning, **each}
