"""Expressions as SQL: a condition on the table `call` that loses no call which the expression is true of.

It only narrows: what it lets through is asked the expression itself. For `not` a bound from the other side is needed, a
condition under which the expression is certainly true; so each part has both. No condition is ever null.

Where a part can't be said in SQL (who calls, what lies in memory), the calls remain that can have the value at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import NamedTuple

from seccomp_tui.policy.expression import Expression, fields
from seccomp_tui.policy.expression.comparisons import (
    Comparison,
    Equal,
    Glob,
    Greater,
    GreaterOrEqual,
    Has,
    In,
    Less,
    LessOrEqual,
    Matches,
    NotEqual,
)
from seccomp_tui.policy.expression.operands import Literal, Text, Words
from seccomp_tui.policy.expression.tree import And, Call, Constant, Flag, InSet, Not, Or
from seccomp_tui.session import views

Parameter = int | bytes | str

_NUMBERS = {
    "pid": "nullif(pid, 0)",
    "tid": "nullif(tid, 0)",
    "state": "state",
    "answer": "nullif(kind, 0)",
    "errno": views.ERRNO,
    "return": views.RETURN,
    "held": views.HELD,
    "rule": "nullif(rule, 0)",
    "time": views.TOOK,
}
"""The fields that columns give, exactly as the expression's own look at them does."""
_TEXTS: dict[str, Callable[[bytes], Parameter]] = {"path": bytes, "text": bytes.decode}
"""The fields that columns give as texts, and how a text stands there."""
_FLAGS = {"startup": "(flags & 1 <> 0 or by = 2)"}
_COMPARED: dict[type[Comparison], str] = {
    Equal: "=",
    NotEqual: "<>",
    Less: "<",
    LessOrEqual: "<=",
    Greater: ">",
    GreaterOrEqual: ">=",
}
_INTEGERS = range(-(1 << 63), 1 << 63)
_MOST_NAMES = 500
"""A condition with more names is not worth its words."""
_MOST_PARTS = 50
_DEEPEST = 15
_MOST_PARAMETERS = 30_000
_SPECIAL = re.compile(rb"[][*?+{}()|^$.\\]")
_QUANTIFIERS = b"*?+{"


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition and the parameters of its question marks; `depth`: how deeply its parts are nested."""

    text: str
    parameters: tuple[Parameter, ...] = ()
    depth: int = 0


TRUE, FALSE = Sql("1"), Sql("0")


class Bounds(NamedTuple):
    """A part of an expression in SQL.

    Attributes:
        above: true of every call that the part is true of.
        below: true of none that it is not true of.
    """

    above: Sql
    below: Sql


UNKNOWN = Bounds(TRUE, FALSE)


class Narrowed(NamedTuple):
    """A condition on `call` that is true of all calls which an expression is true of.

    Attributes:
        parameters: of its question marks.
        exact: it is true of no others.
    """

    condition: str
    parameters: tuple[Parameter, ...]
    exact: bool


def narrow(expression: Expression) -> Narrowed:
    """Return an expression as a condition."""
    above, below = _bounds(expression)
    if len(above.parameters) >= _MOST_PARAMETERS:
        return Narrowed("1", (), exact=False)
    return Narrowed(above.text, above.parameters, exact=above == below)


def _exactly(text: str, *parameters: Parameter) -> Bounds:
    sql = Sql(text, parameters)
    return Bounds(sql, sql)


@singledispatch
def _bounds(expression: Expression) -> Bounds:
    return UNKNOWN


@_bounds.register
def _(expression: Constant) -> Bounds:
    return Bounds(TRUE, TRUE) if expression.value else Bounds(FALSE, FALSE)


@_bounds.register
def _(expression: Call) -> Bounds:
    return _exactly("name = ?", expression.name)


@_bounds.register
def _(expression: InSet) -> Bounds:
    named = _named(expression.calls())
    return Bounds(named, FALSE if named == TRUE else named)  # too many to name: nothing is certain


@_bounds.register
def _(expression: Flag) -> Bounds:
    return _exactly(_FLAGS[expression.field]) if expression.field in _FLAGS else UNKNOWN


@_bounds.register
def _(expression: Not) -> Bounds:
    inner = _bounds(expression.operand)
    return _shallow(Bounds(_negated(inner.below), _negated(inner.above)))


@_bounds.register
def _(expression: And) -> Bounds:
    parts = [_bounds(operand) for operand in expression.operands]
    return _shallow(Bounds(_all(part.above for part in parts), _all(part.below for part in parts)))


@_bounds.register
def _(expression: Or) -> Bounds:
    parts = [_bounds(operand) for operand in expression.operands]
    return _shallow(Bounds(_any(part.above for part in parts), _any(part.below for part in parts)))


@_bounds.register
def _(expression: In) -> Bounds:
    parts = [_compared(Equal, expression.field, literal) for literal in expression.literals]
    return Bounds(_any(part.above for part in parts), _any(part.below for part in parts))


@_bounds.register
def _(expression: Comparison) -> Bounds:
    return _compared(type(expression), expression.field, expression.literal)


def _shallow(bounds: Bounds) -> Bounds:
    """Return the bounds, as far as SQLite's parser takes them."""
    above, below = bounds.above, bounds.below
    return Bounds(above if above.depth <= _DEEPEST else TRUE, below if below.depth <= _DEEPEST else FALSE)


def _compared(kind: type[Comparison], field: str, literal: Literal) -> Bounds:
    if field in _TEXTS:
        return _text(kind, field, literal)
    number = None if isinstance(literal, Text) else getattr(literal, "value", None)
    if field in _NUMBERS and number is not None:
        return _number(kind, _NUMBERS[field], number, literal)
    known = fields.find(field)
    if known is None or known.calls is None:
        return UNKNOWN
    return Bounds(_named(known.calls()), FALSE)


def _number(kind: type[Comparison], column: str, number: int, literal: Literal) -> Bounds:
    if number not in _INTEGERS:
        return Bounds(Sql(f"({column}) is not null"), FALSE)
    if kind is Has:
        if isinstance(literal, Words):
            return _exactly(f"(({column}) = ?) is true", number)
        return _exactly(f"(({column}) & ? = ?) is true", number, number)
    return _exactly(f"(({column}) {_COMPARED[kind]} ?) is true", number)


def _text(kind: type[Comparison], column: str, literal: Literal) -> Bounds:
    there = Bounds(Sql(f"{column} is not null"), FALSE)
    if not isinstance(literal, Text) or not (column == "path" or literal.data.isascii()):
        return there
    as_stored, data = _TEXTS[column], literal.data
    if kind in (Equal, NotEqual):
        return _exactly(f"({column} {_COMPARED[kind]} ?) is true", as_stored(data))
    if kind is Has or (kind is Matches and not _SPECIAL.search(data)):
        there_too = f"{column} is not null"
        return _exactly(f"(instr({column}, ?) > 0) is true", as_stored(data)) if data else _exactly(there_too)
    prefix = _PREFIXES[kind](data)
    if not prefix:
        return there
    return Bounds(Sql(f"(substr({column}, 1, ?) = ?) is true", (len(prefix), as_stored(prefix))), FALSE)


def _glob_prefix(pattern: bytes) -> bytes:
    return re.split(rb"[*?[]", pattern, maxsplit=1)[0]


def _regex_prefix(pattern: bytes) -> bytes:
    """Return what every match begins with; nothing where that is not plain to see."""
    if not pattern.startswith(b"^") or b"|" in pattern:
        return b""
    rest = pattern[1:]
    special = _SPECIAL.search(rest)
    if special is None:
        return rest
    plain = rest[: special.start()]
    return plain[:-1] if special[0] in _QUANTIFIERS else plain


_PREFIXES: dict[type[Comparison], Callable[[bytes], bytes]] = {Glob: _glob_prefix, Matches: _regex_prefix}


def _named(calls: Iterable[str]) -> Sql:
    names = sorted(calls)
    if len(names) > _MOST_NAMES:
        return TRUE
    return Sql(f"name in ({', '.join('?' * len(names))})", tuple(names)) if names else FALSE


def _negated(sql: Sql) -> Sql:
    if sql in (TRUE, FALSE):
        return FALSE if sql == TRUE else TRUE
    return Sql(f"not ({sql.text})", sql.parameters, sql.depth + 1)


def _all(parts: Iterable[Sql]) -> Sql:
    return _joined("and", list(parts), neutral=TRUE, deciding=FALSE)


def _any(parts: Iterable[Sql]) -> Sql:
    return _joined("or", list(parts), neutral=FALSE, deciding=TRUE)


def _joined(word: str, parts: Sequence[Sql], neutral: Sql, deciding: Sql) -> Sql:
    if deciding in parts:
        return deciding
    left = [part for part in parts if part != neutral]
    if not left:
        return neutral
    if len(left) > _MOST_PARTS:  # SQLite takes no tree that is a thousand deep
        middle = len(left) // 2
        left = [_joined(word, half, neutral, deciding) for half in (left[:middle], left[middle:])]
    text = f" {word} ".join(f"({part.text})" for part in left)
    depth = max(part.depth for part in left) + 1
    return Sql(text, tuple(parameter for part in left for parameter in part.parameters), depth)
