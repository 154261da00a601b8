"""Reads actions as `play` writes them: answers in the words of rules, and a few verbs."""

from __future__ import annotations

from collections.abc import Callable

from seccomp_tui.lessons.actions import (
    Action,
    Choose,
    Do,
    Give,
    GiveAll,
    Hold,
    Put,
    Run,
    Say,
    StepOn,
    Type,
    Until,
    Wait,
)
from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import Answer
from seccomp_tui.policy.expression import Expression, ExpressionError
from seccomp_tui.policy.expression import parse as parse_expression


class ActionError(ValueError):
    """A line that is no action; one line that says what was expected."""


def _say(text: str) -> Action:
    return Say(text)


def _until(text: str) -> Action:
    return Until(_expression(text, answered=True), text)


def _choose(text: str) -> Action:
    return Choose(_expression(text, answered=True), text)


def _all(text: str) -> Action:
    return GiveAll(_answer(text, f"all needs an answer, such as all {text or 'allow'}"))


def _wait(text: str) -> Action:
    return Wait(_expression(text, answered=True), text)


def _run(text: str) -> Action:
    if text:
        raise ActionError(f"run stands alone, and not with {text!r}; to stop at a call: until EXPR")
    return Run()


def _step(text: str) -> Action:
    if text:
        raise ActionError(f"step stands alone, and not with {text!r}")
    return StepOn()


def _hold(text: str) -> Action:
    if text:
        _expression(text, answered=False)
    return Hold(text)


def _rule(text: str) -> Action:
    from seccomp_tui.policy.rules.line import parse

    try:
        return Put(parse(text).rule, text)
    except ExpressionError as error:
        raise ActionError(str(error)) from None


def _type(text: str) -> Action:
    return Type(text.encode() + b"\r")


def _do(text: str) -> Action:
    if not text:
        raise ActionError("do needs a command of the screens, such as do view.history")
    return Do(text)


def _expression(text: str, *, answered: bool) -> Expression:
    try:
        return parse_expression(text, answered)
    except ExpressionError as error:
        raise ActionError(str(error)) from None


VERBS: dict[str, tuple[Callable[[str], Action], str, str]] = {
    "until": (_until, "until EXPR", "allow one held call after the other, until one is held that EXPR is true of"),
    "choose": (_choose, "choose EXPR", "wait for a held call that EXPR is true of; the next answer is for it"),
    "all": (_all, "all ANSWER", "give an answer to all calls that wait now"),
    "wait": (_wait, "wait EXPR", "wait until EXPR is true of a call, held or not"),
    "run": (_run, "run", "allow all that waits, and hold nothing any more"),
    "hold": (_hold, "hold [EXPR]", "hold calls again; with EXPR: those"),
    "step": (_step, "step", "allow the call, and hold its thread's next one, whatever it is"),
    "rule": (_rule, "rule RULE", "add a rule"),
    "type": (_type, "type TEXT", "type a line into the program's terminal"),
    "do": (_do, "do COMMAND", "run a command of the screens by its name, such as view.history"),
    "say": (_say, "say TEXT", "only a caption"),
}
"""The verbs: what reads the rest of the line, how they are written, and what they do."""


def parse(line: str) -> Action:
    """Return the action that a line is.

    Raises:
        ActionError: it is none; says what was expected.
    """
    word, _, rest = line.strip().partition(" ")
    if word in VERBS:
        return VERBS[word][0](rest.strip())
    return Give(_answer(line, f"or one of the verbs {', '.join(VERBS)}"))


def _answer(text: str, otherwise: str) -> Answer:
    try:
        return answer_text.parse(text)
    except ExpressionError as error:
        raise ActionError(f"{error}; {otherwise}") from None
