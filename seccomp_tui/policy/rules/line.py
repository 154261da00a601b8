"""A rule in one line: `getdents64, nth 3, once, for comm "ls" => errno ENOSPC`."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from seccomp_tui.policy.answer_parsing import WORDS
from seccomp_tui.policy.expression import ExpressionError
from seccomp_tui.policy.rule import FOR, Rule

from .rule import Compiled, RuleError, compiled

ARROW = "=>"
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_ANSWER = re.compile(rf"\b(?:{'|'.join(WORDS)})\b")
_TRIED = 8
"""How many words are looked at for where an arrow is missing."""
_CLAUSES = ("nth", "once", FOR)
_EXPECTED = 'nth 3+, once, for pid 12 or for comm "ls"'


class _Part(NamedTuple):
    """A piece of the line, without the spaces around it, and where it stands (from 0)."""

    text: str
    at: int


def parse(line: str) -> Compiled:
    """Return the rule that a line is.

    Raises:
        ExpressionError: it is none; says where in the line, and what was expected.
    """
    arrow = next((at for at in _outside(line) if line.startswith(ARROW, at)), -1)
    if arrow < 0:
        raise _without_arrow(line)
    when, *clauses = _split(line, arrow)
    answer = _stripped(line, arrow + len(ARROW), len(line))
    places = {"when": when, "answer": answer}
    said: dict[str, str | bool] = {}
    for clause in clauses:
        word, _, value = clause.text.partition(" ")
        if word not in _CLAUSES:
            near = difflib.get_close_matches(word, _CLAUSES, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise _error(line, clause, f"{clause.text!r} can't stand here{hint}: expected {_EXPECTED}")
        if word in said:
            raise _error(line, clause, f"{word} is there already")
        if (word == "once") == bool(value):
            raise _error(line, clause, f"{clause.text!r} can't stand here: expected {_EXPECTED}")
        said[word] = value.strip() or True
        places[word] = _stripped(line, clause.at + len(word), clause.at + len(clause.text))
    rule = Rule(
        when.text,
        answer.text,
        nth=str(said.get("nth", "")),
        once="once" in said,
        whose=str(said.get(FOR, "")),
    )
    try:
        return compiled(rule)
    except RuleError as error:
        part = places[error.field]
        column, width = error.where or (1, len(part.text))
        raise ExpressionError(line, part.at + column, error.reason, width) from None


def _without_arrow(line: str) -> ExpressionError:
    """Return the error for a line that has no arrow: where it should stand, when a whole rule is there but for it."""
    places = set(_outside(line))
    for word in islice(_ANSWER.finditer(line), _TRIED):
        before = line[: word.start()].rstrip(" \t-=:>")
        with contextlib.suppress(ExpressionError):
            if word.start() in places and before:
                parse(f"{before} {ARROW} {line[word.start() :]}")
                reason = f"expected {ARROW} before the answer {word[0]!r}"
                return ExpressionError(line, word.start() + 1, reason, len(word[0]))
    return ExpressionError(line, len(line.rstrip()) + 1, f"the rule ends here: expected {ARROW} and an answer")


def line(rule: Rule) -> str:
    """Return a rule in one line; neither its name nor whether it is enabled stand there."""
    clauses = [rule.when]
    if rule.nth:
        clauses.append(f"nth {rule.nth}")
    if rule.once:
        clauses.append("once")
    if rule.whose:
        clauses.append(f"{FOR} {rule.whose}")
    return f"{', '.join(clauses)} {ARROW} {rule.answer}"


def _outside(line: str) -> Iterator[int]:
    """Yield the places that are not inside a string."""
    at = 0
    while at < len(line):
        string = _STRING.match(line, at)
        if string:
            at = string.end()
        else:
            yield at
            at += 1


def _split(line: str, end: int) -> list[_Part]:
    """Return what stands between the commas before `end`; those inside parentheses part nothing."""
    parts, start, depth = [], 0, 0
    for at in _outside(line[:end]):
        depth += (line[at] == "(") - (line[at] == ")")
        if line[at] == "," and depth <= 0:
            parts.append(_stripped(line, start, at))
            start = at + 1
    return [*parts, _stripped(line, start, end)]


def _stripped(line: str, start: int, end: int) -> _Part:
    text = line[start:end]
    return _Part(text.strip(), start + len(text) - len(text.lstrip()))


def _error(line: str, part: _Part, reason: str) -> ExpressionError:
    return ExpressionError(line, part.at + 1, reason, len(part.text))
