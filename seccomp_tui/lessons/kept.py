"""How far the user has come in each lesson, kept from one time to the next."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec
import platformdirs

from seccomp_tui.lessons.lesson import Lesson


class Mark(msgspec.Struct):
    """How far one has come in a lesson.

    Attributes:
        done: so many steps.
        steps: of so many; a lesson that has other steps by now begins anew.
        finished: it was done to its end at least once.
    """

    done: int = 0
    steps: int = 0
    finished: bool = False

    @property
    def text(self) -> str:
        """How far, in words."""
        if self.finished:
            return "✓ done"
        return f"{self.done} of {self.steps}" if self.done else "- new"


class Kept:
    """What is kept of all lessons. A file that can't be read counts as empty: nothing is worth an error here.

    Args:
        file: where; None: the user's folder for such things.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or Path(platformdirs.user_state_dir("seccomp-tui")) / "lessons.json"

    def mark(self, lesson: Lesson) -> Mark:
        """Return how far one has come in a lesson."""
        mark = self._read().get(_name(lesson), Mark())
        return mark if mark.steps == len(lesson.steps) else Mark(finished=mark.finished)

    def set(self, lesson: Lesson, done: int) -> str:
        """Keep that so many steps are done; return what went wrong with that, empty when nothing did."""
        steps = len(lesson.steps)
        marks = self._read()
        before = marks.get(_name(lesson), Mark())
        marks[_name(lesson)] = Mark(done, steps, before.finished or done == steps)
        try:
            self._write(marks)
        except OSError as error:
            return f"not kept: {error.strerror} ({self._file})"
        return ""

    def _read(self) -> dict[str, Mark]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, Mark])
        except (OSError, msgspec.DecodeError):
            return {}

    def _write(self, marks: dict[str, Mark]) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".lessons.")  # 0600
        try:
            with os.fdopen(handle, "wb") as made:
                made.write(msgspec.json.format(msgspec.json.encode(marks)) + b"\n")
            os.replace(name, self._file)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


def _name(lesson: Lesson) -> str:
    """Return what a lesson is called there: those of others by their place."""
    from seccomp_tui.lessons.finding import COLLECTION

    return lesson.name if lesson.folder.parent == COLLECTION else str(lesson.folder.resolve())
