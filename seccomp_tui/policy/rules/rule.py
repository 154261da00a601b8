"""A rule: a condition on calls, and the answer to those that it is true of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answer_check import AnswerError, check
from seccomp_tui.policy.answers import Answer
from seccomp_tui.policy.expression import Expression, ExpressionError, parse
from seccomp_tui.policy.expression.comparisons import Equal
from seccomp_tui.policy.expression.operands import Number, Text, integer
from seccomp_tui.policy.expression.quoting import raw, unescaped
from seccomp_tui.policy.expression.tree import And
from seccomp_tui.policy.rule import FOR, Rule

from . import nth
from .nth import Nth

_WHOSE = re.compile(r"(?P<field>pid|comm)\s+(?P<value>\S.*)\Z", re.DOTALL)
_PID_MOST = 1 << 22
_Read = TypeVar("_Read")


class RuleError(ValueError):
    """A rule that can't be; as a string it is one line.

    Attributes:
        field: as it is called where rules are written: `when`, `answer`, `nth`, `for`.
        reason: what is wrong with it.
        where: column and width in the field's text, where that is known.
    """

    def __init__(self, field: str, reason: str, where: tuple[int, int] | None = None) -> None:
        super().__init__(f"{field}: column {where[0]}: {reason}" if where else f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.where = where


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule that was read.

    Attributes:
        rule: as it is written.
        expression: what must be true of a call, with whom it is asked of.
    """

    rule: Rule
    expression: Expression
    answer: Answer
    nth: Nth | None = None


def compiled(rule: Rule) -> Compiled:
    """Return what a rule means.

    Raises:
        RuleError: it can't be.
    """
    expression = _read("when", lambda: parse(rule.when, answered=False))
    answer = _read("answer", lambda: answer_text.parse(rule.answer))
    try:
        check(answer, expression)
    except AnswerError as error:
        raise RuleError("answer", str(error)) from None
    try:
        which = nth.parse(rule.nth) if rule.nth else None
    except ValueError as error:
        raise RuleError("nth", str(error)) from None
    if rule.whose:
        expression = And((_whose(rule.whose), expression))
    return Compiled(rule, expression, answer, which)


def _read(field: str, read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except ExpressionError as error:
        raise RuleError(field, error.reason, (error.column, error.width)) from None


def _whose(text: str) -> Expression:
    """Return the condition that a call is made by whom a rule is for."""
    match = _WHOSE.match(text.strip())
    if not match:
        raise RuleError(FOR, f'{text!r}: expected pid 12 or comm "ls"')
    value = match["value"]
    if match["field"] == "pid":
        pid = integer(value)
        if pid is None or not 0 < pid <= _PID_MOST:
            raise RuleError(FOR, f"{value!r} is no process id: expected a number from 1")
        return Equal("pid", Number(pid))
    if not re.fullmatch(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", value, re.DOTALL):
        raise RuleError(FOR, f"{value}: expected the name in quotes")
    return Equal("comm", Text(unescaped(raw(value), lambda at: RuleError(FOR, f"unknown escape in {value}"))))
