"""Which lessons there are: ours, and those of a teacher's folder."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from pathlib import Path

from seccomp_tui.lessons.lesson import FILE, Lesson, LessonError, read

COLLECTION = Path(__file__).parent / "collection"
"""The folder of our own."""


def folders(of: Path) -> list[Path]:
    """Return the folders of lessons in a folder; the folder itself, if it is a lesson.

    Raises:
        LessonError: it can't be read, or has none.
    """
    if (of / FILE).is_file():
        return [of]
    try:
        found = sorted(path for path in of.iterdir() if (path / FILE).is_file())
    except OSError as error:
        raise LessonError(f"{of}: {error.strerror}") from None
    if not found:
        raise LessonError(f"{of}: no lessons here: a lesson is a folder with a {FILE}")
    return found


def lessons(more: Path | None = None, commands: Collection[str] | None = None) -> list[Lesson]:
    """Return all lessons in their order.

    Args:
        more: a folder of others; one of the same name as one of ours takes its place.
        commands: as of `read`.

    Raises:
        LessonError: a lesson is none.
    """
    found = {path.name: path for path in folders(COLLECTION)}
    found |= {path.absolute().name: path for path in (folders(more) if more is not None else [])}
    return in_order([read(path, commands) for path in found.values()])


def in_order(found: Sequence[Lesson]) -> list[Lesson]:
    """Return lessons as they are listed."""
    return sorted(found, key=lambda lesson: (lesson.level, lesson.order, lesson.name))


def named(name: str, among: Sequence[Lesson]) -> Lesson:
    """Return the lesson of a name.

    Raises:
        LessonError: there is none; names the nearest.
    """
    for lesson in among:
        if lesson.name == name:
            return lesson
    names = [lesson.name for lesson in among]
    near = difflib.get_close_matches(name, names, 3, 0.5) or [each for each in names if name and name in each]
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
    raise LessonError(f"no lesson {name!r}: {hint}")
