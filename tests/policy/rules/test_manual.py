"""The help of rules says what the parsers take, and its examples are rules."""

from __future__ import annotations

import pytest

from seccomp_tui.policy import answer_parsing, inject
from seccomp_tui.policy.rules import files, manual, nth
from seccomp_tui.policy.rules.line import parse
from tests.conftest import ROOT


def test_the_tables_have_every_word() -> None:
    assert [row.word for row in manual.ANSWERS] == list(answer_parsing.WORDS)
    assert {row.word for row in (*manual.ANSWERS, *manual.MODIFIERS)} == set(answer_parsing._CLAUSES)
    assert [row.word for row in manual.FIELDS] == list(files.FIELDS)
    assert {row.word for row in manual.INJECTIONS} == set(inject._OPTIONS)


@pytest.mark.parametrize(
    "example",
    [row.example for row in (*manual.ANSWERS, *manual.MODIFIERS, *manual.CONTENTS, *manual.SOURCES, *manual.NTH)],
)
def test_the_examples_are_rules(example: str) -> None:
    parse(example)


def test_the_other_examples_are_what_they_say() -> None:
    for row in manual.NTH:
        assert str(nth.parse(row.word)) == row.word
    for row in manual.INJECTIONS:
        assert not row.example or inject.parse(row.example)
    text = "[[rule]]\n" + "\n".join(row.example for row in manual.FIELDS)
    (rule,) = files.parse(text, "x.toml")
    assert rule.rule.name == "full disk"


def test_the_document_is_up_to_date() -> None:
    current = (ROOT / "docs" / "rules.md").read_text()
    assert current == manual.markdown(), "run: python tools/generate_rules.py > docs/rules.md"
