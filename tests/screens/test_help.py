"""What ? tells: every topic, out of the tables, and how one finds something in it."""

from __future__ import annotations

import re

import pytest

from seccomp_tui.policy.answers import Kind
from seccomp_tui.policy.expression import manual
from seccomp_tui.policy.expression.comparisons import OPERATORS
from seccomp_tui.policy.expression.fields import FIELDS
from seccomp_tui.screens import guide
from seccomp_tui.screens.dialogs.help import HelpDialog
from tests.conftest import ROOT
from tests.screens.conftest import NARROW, Start


def text(topic: str) -> str:
    page = next(each for each in guide.topics() if each.name == topic)
    return "\n".join("".join(part for part, _ in line) for line in guide.lines(page.sections, 200))


def test_expressions_have_every_operator_field_set_and_example() -> None:
    page = text("Expressions")
    for kind in OPERATORS:
        assert kind.symbol in page
        assert kind.help in page
    assert all(field.name in page and field.example in page for field in FIELDS.values())
    assert all(name in page for name in manual.sets())


def test_answers_have_every_kind() -> None:
    page = text("Answers")
    assert all(re.search(rf"^  {kind.name.lower()}\b", page, re.MULTILINE) for kind in Kind if kind)


def test_every_word_of_the_architecture_is_explained() -> None:
    table = (ROOT / "ARCHITECTURE.md").read_text().partition("## Words")[2].partition("## ")[0]
    words = re.findall(r"^\| ([a-z-]+) \|", table, re.MULTILINE)[1:]
    assert len(words) > 10
    assert not set(words) - {entry.what for entry in guide.WORDS}


@pytest.mark.parametrize("width", [52, 72])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    for topic in guide.topics():
        assert all(sum(len(part) for part, _ in line) <= width for line in guide.lines(topic.sections, width))


async def test_pages_follow_each_other_and_a_search_goes_through_all(start: Start) -> None:
    async with start(NARROW) as live:
        await live.press("question_mark")
        await live.until(lambda: "let the call go on as it is" in live.whole())
        await live.press("right_square_bracket")
        await live.until(lambda: "[Expressions]" in live.whole() and "%network" in live.whole())
        await live.press("left_square_bracket", "left_square_bracket")
        await live.until(lambda: "[Words]" in live.whole() and "what is meant by" in live.whole().lower())
        await live.press("slash", *"sockaddr", "backspace", *"rx")
        await live.until(lambda: "nothing here has that" in live.whole())
        await live.press(*["backspace"] * 10, *"PERFORM")
        await live.until(lambda: "Answers: An answer" in live.whole() and "Keys: Answer the call" in live.whole())
        await live.press("enter", "end", "escape")
        await live.until(lambda: "[Words]" in live.whole() and "What is meant by" in live.whole())
        assert isinstance(live.app.screen, HelpDialog)
        await live.press("q")
        await live.until(lambda: live.app.screen is live.screen)


async def test_a_click_opens_a_page(start: Start) -> None:
    async with start(NARROW) as live:
        await live.press("question_mark")
        await live.until(lambda: isinstance(live.app.screen, HelpDialog) and "[Keys]" in live.whole())
        row, column = next(
            (y, line.index("Signs")) for y, line in enumerate(live.whole().splitlines()) if "Signs" in line
        )
        await live.pilot.click(offset=(column, row))
        await live.until(lambda: "held: the thread waits" in live.whole())
