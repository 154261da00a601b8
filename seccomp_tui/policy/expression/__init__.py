"""The one language for what is held, for rules, for what is shown, and for the command line.

`parse` makes a tree of a text; the tree's `matches` says what it means. Importing this is cheap: what parses is loaded
when something is parsed.
"""

from __future__ import annotations

from .errors import ExpressionError
from .tree import Expression
from .view import Given, View

__all__ = ["Expression", "ExpressionError", "Given", "View", "parse"]


def parse(text: str, answered: bool = True) -> Expression:
    """Return the expression that `text` is.

    Args:
        text: the expression.
        answered: fields that are known only after the answer may be used.

    Raises:
        ExpressionError: it is none; says where, and what was expected.
    """
    from .parsing import parse as read

    return read(text, answered)
