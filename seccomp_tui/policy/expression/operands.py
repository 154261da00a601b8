"""What a field is compared with: numbers, durations, strings, names of constants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from .fields import Takes
from .quoting import quoted
from .view import Bits, View

_UNITS = {"h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "ns": 1}
"""Nanoseconds in each unit of a duration, the longest first."""
_NUMBER = re.compile(r"(?P<sign>-?)(?:0x(?P<hex>[0-9a-fA-F]+)|0o?(?P<octal>[0-7]+)|(?P<decimal>0|[1-9][0-9]*))\Z")
_DURATION = re.compile(rf"(?P<value>[0-9]+(?:\.[0-9]+)?)(?P<unit>{'|'.join(_UNITS)})\Z")
_DIGITS_MOST = 40


def integer(text: str) -> int | None:
    """Return the number that is written `80`, `0x50`, `0644` or `-1`; None for what is none."""
    match = _NUMBER.match(text) if len(text) <= _DIGITS_MOST else None
    if not match:
        return None
    base = 16 if match["hex"] else 8 if match["octal"] else 10
    value = int(match["hex"] or match["octal"] or match["decimal"], base)
    return -value if match["sign"] else value


def nanoseconds(text: str) -> int | None:
    """Return the duration that is written `200ms` or `1.5s`; None for what is none."""
    match = _DURATION.match(text) if len(text) <= _DIGITS_MOST else None
    if not match:
        return None
    whole, _, fraction = match["value"].partition(".")
    size = _UNITS[match["unit"]]
    return int(whole) * size + int(fraction or "0") * size // int("1" + "0" * len(fraction))


class Literal:
    """A value as it is written."""

    __slots__ = ()
    takes: ClassVar[Takes]

    def bits(self, view: View, field: str) -> tuple[int, Bits] | None:
        """Return the call's number and what it is compared with; None where the call has no such value."""
        raise NotImplementedError

    def numbers(self, view: View, field: str) -> tuple[int, int] | None:
        """Return the call's number and the one written; None where the call has no such value."""
        found = self.bits(view, field)
        return None if found is None else (found[0], found[1][0])

    def pair(self, view: View, field: str) -> tuple[object, object] | None:
        """Return the call's value and the one written; None where the call has no such value."""
        return self.numbers(view, field)


@dataclass(frozen=True, slots=True)
class Number(Literal):
    """A number: 80, 0x50, 0644, -1."""

    takes: ClassVar[Takes] = Takes.NUMBER
    value: int

    def bits(self, view: View, field: str) -> tuple[int, Bits] | None:
        """Compare with the value; `has` with the bits in it."""
        number = view.number(field)
        return None if number is None else (number, (self.value, self.value))

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Duration(Literal):
    """A duration: 1s, 200ms, 1.5s; in nanoseconds."""

    takes: ClassVar[Takes] = Takes.DURATION
    value: int

    def bits(self, view: View, field: str) -> tuple[int, Bits] | None:
        """Compare nanoseconds."""
        number = view.number(field)
        return None if number is None else (number, (self.value, self.value))

    def __str__(self) -> str:
        unit, size = next((unit, size) for unit, size in _UNITS.items() if self.value % size == 0)
        return f"{self.value // size}{unit}" if self.value else "0s"


@dataclass(frozen=True, slots=True)
class Text(Literal):
    """A string. Bytes, since paths are.

    Attributes:
        verbatim: it is a regular expression, whose backslashes are its own.
    """

    takes: ClassVar[Takes] = Takes.TEXT
    data: bytes
    verbatim: bool = False

    def bits(self, view: View, field: str) -> tuple[int, Bits] | None:
        """Return None: a string is no number."""
        return None

    def pair(self, view: View, field: str) -> tuple[object, object] | None:
        """Compare texts."""
        text = view.text(field)
        return None if text is None else (text, self.data)

    def __str__(self) -> str:
        if self.verbatim:
            text = self.data.decode("utf-8", "surrogateescape")
            return f'"{_quoted_verbatim(text)}"'
        return quoted(self.data)


@dataclass(frozen=True, slots=True)
class Words(Literal):
    """Names of constants with `|` between them.

    Attributes:
        names: as written.
        value: what they mean where that does not depend on the call (`ENOENT`, `gone`); else None.
    """

    takes: ClassVar[Takes] = Takes.NAME
    names: tuple[str, ...]
    value: int | None = None

    def bits(self, view: View, field: str) -> tuple[int, Bits] | None:
        """Look the names up in the set of the call's argument."""
        number = view.number(field)
        if number is None:
            return None
        if self.value is not None:
            return number, (self.value, ~0)
        value = mask = 0
        for name in self.names:
            found = view.named(field, name)
            if found is None:
                return None
            value, mask = value | found[0], mask | found[1]
        return number, (value, mask)

    def __str__(self) -> str:
        return "|".join(self.names)


def _quoted_verbatim(text: str) -> str:
    """Return a regular expression with its quotes escaped, unless a backslash is there already."""
    parts: list[str] = []
    escaped = False
    for character in text:
        parts.append('\\"' if character == '"' and not escaped else character)
        escaped = character == "\\" and not escaped
    return "".join(parts)
