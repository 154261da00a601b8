"""What is wrong with an expression, and where."""

from __future__ import annotations


class ExpressionError(ValueError):
    """A text that is no expression; as a string it is one line: `column 12: expected a value`.

    Attributes:
        text: the whole expression.
        column: where the mistake is, from 1; behind the last character when something is missing there.
        width: how many characters it takes, at least 1.
        reason: what is wrong and what was expected.
    """

    def __init__(self, text: str, column: int, reason: str, width: int = 1) -> None:
        super().__init__(f"column {column}: {reason}")
        self.text = text
        self.column = column
        self.width = max(width, 1)
        self.reason = reason

    def caret(self) -> str:
        """Return the expression with the mistake marked in a second line."""
        shown = "".join(character if character.isprintable() else " " for character in self.text)
        return f"{shown}\n{' ' * (self.column - 1)}{'^' * self.width}"
