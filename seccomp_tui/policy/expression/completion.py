"""What can be written next: for the fields in which an expression is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from seccomp_tui.syscalls import prototypes

from . import fields
from .comparisons import COMPARERS
from .fields import Field
from .grammar import COMPARING, parser
from .parsing import call_names, expected
from .tree import And, Not, Or

Known = Callable[[str], Sequence[tuple[str, str]]]
"""Returns what a field of a name may be compared with, as it is written there, and a word on each."""
_STRING_BEGUN = re.compile(
    r"""(?:[^"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*(?P<string>"(?:[^"\\]|\\.)*)\Z""", re.DOTALL
)
_BY_PATTERN = "~"
_WORD = re.compile(r"%{0,2}\w*\Z")
_ENDING = re.compile(r"""[^\w\s"')]*\Z""")


class Sort(Enum):
    """What a completion is."""

    CALL = "system call"
    SET = "set"
    FIELD = "field"
    ARGUMENT = "argument"
    OPERATOR = "operator"
    NAME = "name"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on.

    Attributes:
        text: what stands at `start` then, in place of what was typed up to the cursor.
        start: where, from 0.
        sort: what it is.
        help: what it means; may be empty.
    """

    text: str
    start: int
    sort: Sort
    help: str = ""


def complete(text: str, cursor: int, answered: bool = True, known: Known | None = None) -> list[Completion]:
    """Return what may stand at the cursor and begins with what is typed there; inside a string only known ones.

    Args:
        text: the expression as far as it is typed.
        cursor: where the cursor is, from 0.
        answered: as of `parse`.
        known: knows values of fields.
    """
    before = text[:cursor]
    if begun := _STRING_BEGUN.match(before):
        start = begun.start("string")
        values = _values(before[:start], known) if "STRING" in expected(before[:start]) else ()
        return [
            Completion(value, start, Sort.VALUE, note) for value, note in values if value.startswith(begun["string"])
        ]
    word = _WORD.search(before)
    typed = word[0] if word else ""
    if not typed and (sign := _ENDING.search(before)) and sign[0] in _signs():
        typed = sign[0]  # the beginning of an operator
    start = len(before) - len(typed)
    accepted = expected(before[:start])
    found = (
        Completion(what, start, sort, meaning)
        for what, sort, meaning in _offers(accepted, before[:start], answered, known)
    )
    return [each for each in found if each.text.startswith(typed)]


def _signs() -> set[str]:
    return {kind.symbol[:1] for kind in COMPARING.values() if not kind.symbol.isalpha()} - {"~"}


Offer = tuple[str, Sort, str]


def _offers(accepted: set[str], before: str, answered: bool, known: Known | None) -> Iterator[Offer]:
    """Yield what the accepted terminals stand for."""
    if "SET" in accepted:
        yield Not.symbol, Sort.OPERATOR, Not.help
        yield from _operands(answered)
        return
    if "WORD" in accepted:
        for value, note in _values(before, known):
            yield value, Sort.VALUE, note
        field = _compared(before)
        for name in field.names() if field is not None and field.names else ():
            yield name, Sort.NAME, ""
    comparing = [*COMPARING, "IN"] if "IN" in accepted else []
    if comparing:
        field = fields.find(_last_word(before))
        takes = field.takes if field else frozenset()
        for kind in COMPARERS:
            if takes & kind.takes:
                yield kind.symbol, Sort.OPERATOR, kind.help
        if field is not None and field.takes and field.name not in call_names():
            return
    for kind_of in (And, Or):
        if kind_of.__name__.upper() in accepted:
            yield kind_of.symbol, Sort.OPERATOR, kind_of.help


def _operands(answered: bool) -> Iterator[Offer]:
    for name in fields.all_names():
        field = fields.FIELDS.get(name)
        if field is None:
            yield name, Sort.ARGUMENT, _of_calls(name)
        elif answered or not field.answered:
            yield name, Sort.FIELD, field.help
    for name in call_names():
        yield name, Sort.CALL, ""
    for name in sorted(prototypes.sets()):
        yield f"%{name}", Sort.SET, ""


def _of_calls(argument: str) -> str:
    """Return which calls have an argument: `of openat, open, ...`."""
    field = fields.argument(argument)
    calls = sorted(field.calls()) if field and field.calls else []
    return f"of {', '.join(calls[:4])}{', ...' if len(calls) > 4 else ''}"


def _last_word(before: str) -> str:
    words = re.findall(r"\w+", before)
    return words[-1] if words else ""


def _compared(before: str) -> Field | None:
    """Return the field that the value at the end of a text will be compared with."""
    return fields.find(_comparison(before)[0])


def _comparison(before: str) -> tuple[str, str]:
    """Return the name of that field, and the operator."""
    tokens = list(parser().lex(before))
    for at in range(len(tokens) - 1, 0, -1):
        if tokens[at].type in (*COMPARING, "IN"):
            return str(tokens[at - 1]), str(tokens[at])
    return "", ""


def _values(before: str, known: Known | None) -> Sequence[tuple[str, str]]:
    """Return what is known of values that may stand at the end of a text; a pattern is no such value."""
    name, operator = _comparison(before)
    return known(name) if known is not None and name and operator != _BY_PATTERN else ()


def texts(completions: Iterable[Completion]) -> list[str]:
    """Return just what they would write."""
    return [each.text for each in completions]
