"""docs/lessons.md says what is so."""

from __future__ import annotations

import re

import msgspec
import pytest

from seccomp_tui.lessons import finding, lesson
from seccomp_tui.lessons.verbs import VERBS
from seccomp_tui.screens.commands import EVERY
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "lessons.md").read_text()


def rows(head: str) -> list[list[str]]:
    """Return the rows of the table below a head, as cells."""
    table = TEXT.partition(f"| {head} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table]


def test_the_actions_are_those_that_there_are() -> None:
    assert rows("action | does") == [[f"`{form}`", words] for _, form, words in VERBS.values()]


@pytest.mark.parametrize(("kind", "at"), [(lesson._Lesson, 0), (lesson._Step, 1)])
def test_the_fields_are_those_that_there_are(kind: type[msgspec.Struct], at: int) -> None:
    tables = TEXT.split("| field | is |")[1:]
    cells = [row.split(" | ")[0] for row in tables[at].partition("\n\n")[0].splitlines()[2:]]
    documented = {name for cell in cells for name in re.findall(r"`(?:\[\[)?(\w+)", cell)}
    assert documented == {field.name for field in msgspec.structs.fields(kind)}


def test_the_commands_that_it_names_are_there() -> None:
    named = re.findall(r"`((?:call|target|terminal|view)\.\w+)`", TEXT)
    assert named
    assert set(named) <= set(EVERY)


def test_each_lesson_has_a_picture() -> None:
    drawn = {path.stem for path in (ROOT / "screenshots").glob("lesson-*.svg")}
    assert drawn == {f"lesson-{each.name}" for each in finding.lessons()}, "run: python -m screenshots.draw 'lesson-*'"
