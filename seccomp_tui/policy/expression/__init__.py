"""The one language for what is held, for rules, for what is shown, and for the command line.

`parse` makes a tree of a text; the tree's `matches` says what it means. Importing this is cheap: the parser is loaded
when something is parsed.
"""

from __future__ import annotations

from .errors import ExpressionError
from .parsing import parse
from .tree import Expression
from .view import Given, View

__all__ = ["Expression", "ExpressionError", "Given", "View", "parse"]
