"""What can be written next in a rule's line: in its expression, and in its answer."""

from __future__ import annotations

import re
from functools import lru_cache

from seccomp_tui.policy import answer_completion
from seccomp_tui.policy.answer_choices import Choices, of_rule
from seccomp_tui.policy.answer_completion import Offer
from seccomp_tui.policy.expression import Expression, ExpressionError, completion, parse

from .line import ARROW

_HEAD = re.compile(r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?!=>)[^\"'])*=>", re.DOTALL)
"""All before the answer: the arrow inside a string is none."""


def complete(text: str, cursor: int, known: completion.Known | None = None) -> tuple[int, list[Offer]]:
    """Return what may stand at the cursor, and where that begins, from 0.

    Args:
        text: the line as far as it is typed.
        cursor: where the cursor is, from 0.
        known: as of `completion.complete`.
    """
    before = text[:cursor]
    head = _HEAD.match(before)
    if head is None:
        offers = completion.complete(before, cursor, answered=False, known=known)
        found = [Offer(each.text, each.help if each.sort is completion.Sort.VALUE else "") for each in offers]
        return (offers[0].start if offers else cursor), [*found, *_arrow(before)]
    start, answers = answer_completion.complete(before[head.end() :], cursor - head.end(), _choices(head[0]))
    return head.end() + start, answers


def _arrow(before: str) -> list[Offer]:
    """Return the arrow where the expression may end."""
    return [Offer(ARROW)] if before.endswith(" ") and _expression(before) is not None else []


@lru_cache(4)
def _choices(head: str) -> Choices:
    return of_rule(_expression(head.removesuffix(ARROW)))


def _expression(text: str) -> Expression | None:
    try:
        return parse(text.strip(), answered=False)
    except ExpressionError:
        return None
