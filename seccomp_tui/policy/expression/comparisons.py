"""The comparisons of an expression: a field on the left, a value on the right; one small class for each operator.

Each class carries its own help, from which the parser takes the symbols and the documentation its text.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from .fields import Takes
from .operands import Literal, Text
from .tree import And, Constant, Expression, Not, Or
from .view import Given, View


@dataclass(frozen=True, slots=True)
class Comparison(Expression):
    """A field and what it is compared with. A call without that value makes every comparison false."""

    symbol: ClassVar[str]
    help: ClassVar[str]
    example: ClassVar[str]
    takes: ClassVar[frozenset[Takes]] = frozenset(Takes)

    field: str
    literal: Literal

    def given(self, call: Given) -> Expression:
        """Return false where the system call has no such field."""
        return self if call.has(self.field) else Constant(False)

    def __str__(self) -> str:
        return f"{self.field} {self.symbol} {self.literal}"


class Equal(Comparison):
    """Equal."""

    __slots__ = ()
    symbol, help, example = "==", "is equal", 'path == "/etc/hosts"'

    def matches(self, view: View) -> bool:
        """Compare, where there is a value."""
        pair = self.literal.pair(view, self.field)
        return pair is not None and pair[0] == pair[1]


class NotEqual(Comparison):
    """Not equal."""

    __slots__ = ()
    symbol, help, example = "!=", "is there and differs", "fd != 2"

    def matches(self, view: View) -> bool:
        """Compare, where there is a value."""
        pair = self.literal.pair(view, self.field)
        return pair is not None and pair[0] != pair[1]


_ORDERED = frozenset((Takes.NUMBER, Takes.DURATION))


class Less(Comparison):
    """Less."""

    __slots__ = ()
    symbol, help, example, takes = "<", "is less", "port < 1024", _ORDERED

    def matches(self, view: View) -> bool:
        """Compare, where there is a value."""
        pair = self.literal.numbers(view, self.field)
        return pair is not None and pair[0] < pair[1]


class LessOrEqual(Comparison):
    """Less or equal."""

    __slots__ = ()
    symbol, help, example, takes = "<=", "is less or equal", "count <= 16", _ORDERED

    def matches(self, view: View) -> bool:
        """Compare, where there is a value."""
        pair = self.literal.numbers(view, self.field)
        return pair is not None and pair[0] <= pair[1]


class Greater(Comparison):
    """Greater."""

    __slots__ = ()
    symbol, help, example, takes = ">", "is greater", "held > 200ms", _ORDERED

    def matches(self, view: View) -> bool:
        """Compare, where there is a value."""
        pair = self.literal.numbers(view, self.field)
        return pair is not None and pair[0] > pair[1]


class GreaterOrEqual(Comparison):
    """Greater or equal."""

    __slots__ = ()
    symbol, help, example, takes = ">=", "is greater or equal", "return >= 4096", _ORDERED

    def matches(self, view: View) -> bool:
        """Compare, where there is a value."""
        pair = self.literal.numbers(view, self.field)
        return pair is not None and pair[0] >= pair[1]


_TEXT_ONLY = frozenset((Takes.TEXT,))


class Matches(Comparison):
    """A regular expression."""

    __slots__ = ()
    symbol, takes = "~", _TEXT_ONLY
    help = "has a match of a regular expression (Python's, on bytes), anywhere unless it begins with ^"
    example = r'path ~ "\.so(\.[0-9]+)*$"'

    def matches(self, view: View) -> bool:
        """Search, where there is a text."""
        text = view.text(self.field)
        return text is not None and regex(_pattern(self.literal))(text)


class Glob(Comparison):
    """A shell pattern."""

    __slots__ = ()
    symbol, takes = "glob", _TEXT_ONLY
    help = "is matched as a whole by a pattern of *, ? and [...]; * matches / too"
    example = 'path glob "/home/*/.ssh/*"'

    def matches(self, view: View) -> bool:
        """Match, where there is a text."""
        text = view.text(self.field)
        return text is not None and _glob(_pattern(self.literal))(text)


class Has(Comparison):
    """Flags, or a part of a text."""

    __slots__ = ()
    symbol, takes = "has", frozenset((Takes.NUMBER, Takes.NAME, Takes.TEXT))
    help = "has all these flags, or, compared with a string, contains it"
    example = "flags has O_CREAT|O_EXCL"

    def matches(self, view: View) -> bool:
        """Look, where there is a value."""
        if isinstance(self.literal, Text):
            text = view.text(self.field)
            return text is not None and self.literal.data in text
        found = self.literal.bits(view, self.field)
        if found is None:
            return False
        number, (value, mask) = found
        return number & mask == value


@dataclass(frozen=True, slots=True)
class In(Expression):
    """One of several values: `port in (80, 443)`."""

    symbol: ClassVar[str] = "in"
    help: ClassVar[str] = "is equal to one of those in parentheses"
    example: ClassVar[str] = "port in (80, 443)"
    takes: ClassVar[frozenset[Takes]] = frozenset(Takes)

    field: str
    literals: tuple[Literal, ...]

    def matches(self, view: View) -> bool:
        """Compare with each, where there is a value."""
        pairs = (literal.pair(view, self.field) for literal in self.literals)
        return any(pair is not None and pair[0] == pair[1] for pair in pairs)

    def given(self, call: Given) -> Expression:
        """Return false where the system call has no such field."""
        return self if call.has(self.field) else Constant(False)

    def __str__(self) -> str:
        return f"{self.field} in ({', '.join(map(str, self.literals))})"


COMPARISONS: tuple[type[Comparison], ...] = (
    Equal,
    NotEqual,
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Matches,
    Glob,
    Has,
)
"""The operators between a field and one value."""
COMPARERS: tuple[type[Comparison] | type[In], ...] = (*COMPARISONS, In)
"""The operators behind a field."""
OPERATORS: tuple[type[Comparison] | type[In] | type[And] | type[Or] | type[Not], ...] = (*COMPARISONS, In, And, Or, Not)


Finds = Callable[[bytes], bool]


def _pattern(literal: Literal) -> bytes:
    assert isinstance(literal, Text)
    return literal.data


@cache
def regex(pattern: bytes) -> Finds:
    """Return what tells whether a text has a match of a regular expression.

    Raises:
        re.error: it is none.
    """
    search = re.compile(pattern).search
    return lambda text: search(text) is not None


@cache
def _glob(pattern: bytes) -> Finds:
    match = re.compile(fnmatch.translate(pattern.decode("latin-1")).encode("latin-1")).match
    return lambda text: match(text) is not None
