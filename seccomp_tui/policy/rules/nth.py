"""Which of several calls are meant, as in strace's `when=`: `3`, `3+`, `3+2`, `2..6`, `2..6+2`."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST = 65535
"""strace's limit for the first call and for the step; the last call has one less."""
FORMS = "F, F+, F+S, F..L, F..L+ or F..L+S"
_WRITTEN = re.compile(r"(?P<first>[0-9]{1,9})(?:\.\.(?P<last>[0-9]{1,9}))?(?:(?P<plus>\+)(?P<step>[0-9]{1,9})?)?\Z")


class Nth(NamedTuple):
    """Calls by their number, from 1.

    Attributes:
        first, last: numbers of the first and the last; `last` 0: there is none.
        step: from each to the next.
    """

    first: int
    last: int = 0
    step: int = 1

    def has(self, number: int) -> bool:
        """Tell whether call `number` is one of them."""
        return number >= self.first and not (self.last and number > self.last) and not (number - self.first) % self.step

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        step = "" if self.step == 1 else str(self.step)
        if not self.last:
            return f"{self.first}+{step}"
        return f"{self.first}..{self.last}" + (f"+{step}" if step else "")


def parse(text: str) -> Nth:
    """Return which calls a text means.

    Raises:
        ValueError: it means none; the message is one line that says what was expected.
    """
    match = _WRITTEN.match(text)
    if not match:
        raise ValueError(f"{text!r} says no calls: expected {FORMS}, such as 3 or 2..6+2")
    first, step = int(match["first"]), int(match["step"] or 1)
    last = int(match["last"]) if match["last"] else 0 if match["plus"] else first
    if not (1 <= first <= MOST and 1 <= step <= MOST):
        raise ValueError(f"{text!r}: the first call and the step are 1 to {MOST}")
    if match["last"] and not first <= last < MOST:
        raise ValueError(f"{text!r}: the last call is not before the first, and less than {MOST}")
    return Nth(first, last, step)
