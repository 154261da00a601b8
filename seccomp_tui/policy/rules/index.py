"""Which of many rules can match a call, found by a look at its values rather than by asking each of them.

What a rule needs is put down under the values that it needs: `path == "/x"` under that path, `port in (80, 443)` under
both ports, `path ~ "^/etc/"` under what is in every text that it matches. A rule of which nothing of that sort is known
is asked always. The index decides of no rule but those that are nothing else than `field == value`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from seccomp_tui.policy.expression.comparisons import Comparison, Equal, Glob, Has, In, Matches
from seccomp_tui.policy.expression.operands import Literal, Number, Text, Words
from seccomp_tui.policy.expression.tree import And, Expression, Or
from seccomp_tui.policy.expression.view import View
from seccomp_tui.syscalls.memory import Segment

from . import literals
from .fetching import Fetch, OfCaller, fetch_number, fetch_text, word_of

_GRAM = 4
"""So many bytes of what a pattern needs are looked up at a time."""
_LONG = 2 * _GRAM - 1
"""In what is so long, or longer, one of its grams stands at a multiple of their length, wherever it begins."""
_KEPT = 4096
_KEPT_LENGTH = 512
"""So many texts are remembered, each of at most so many bytes; a target that makes up paths can't fill our memory."""


class Need(NamedTuple):
    """What a call must have for a rule to match.

    Attributes:
        value: of the field; None where `test` decides.
        test: a comparison of the field with a text.
    """

    field: str
    value: int | bytes | None
    test: Comparison | None = None


def needs(expression: Expression) -> list[Need] | None:
    """Return what an expression needs, one of these at least; None where that is not plain."""
    match expression:
        case Equal(field, literal):
            need = _equal(field, literal)
            return None if need is None else [need]
        case In(field, listed):
            each = [_equal(field, literal) for literal in listed]
            return None if None in each else [need for need in each if need is not None]
        case Matches() | Glob() | Has() if isinstance(expression.literal, Text):
            return [Need(expression.field, None, expression)]
        case And(operands):
            known = [found for operand in operands if (found := needs(operand)) is not None]
            return min(known, key=_cost, default=None)
        case Or(operands):
            parts = [needs(each) for each in operands]
            return None if None in parts else [need for part in parts if part is not None for need in part]
    return None


def _equal(field: str, literal: Literal) -> Need | None:
    if field in OfCaller:
        return None
    match literal:
        case Text():
            return Need(field, literal.data)
        case Number(value):
            return Need(field, value)
        case Words(value=value) if value is not None:
            return Need(field, value)
    return None


def is_exact(expression: Expression) -> bool:
    """Tell whether all calls for which the index finds a rule with this expression match it."""
    if not isinstance(expression, Equal) or not isinstance(expression.literal, (Text, Number)):
        return False
    return _equal(expression.field, expression.literal) is not None


def _cost(found: Sequence[Need]) -> tuple[bool, int]:
    """Return what is the greater the worse it is to look for something."""
    return any(need.test is not None for need in found), len(found)


class Index:
    """Finds rules by the values of calls of one system call.

    Args:
        arch, nr: the system call.
        expressions: what is left of the rules for it, in order.
    """

    def __init__(self, arch: int, nr: int, expressions: Sequence[Expression]) -> None:
        always: list[int] = []
        numbers: dict[str, dict[int, list[int]]] = {}
        texts: dict[str, _Texts] = {}
        for place, expression in enumerate(expressions):
            found = needs(expression)
            if found is None or any(need.field in OfCaller for need in found):
                always.append(place)
                continue
            for need in found:
                if isinstance(need.value, int):
                    numbers.setdefault(need.field, {}).setdefault(need.value, []).append(place)
                else:
                    texts.setdefault(need.field, _Texts()).add(need, place)
        self._always = tuple(always)
        self._gates: list[Callable[[Sequence[int], Sequence[Segment]], Sequence[int]]] = [
            *(partial(_by_number, fetch_number(arch, nr, field), places) for field, places in numbers.items()),
            *(partial(_by_text, fetch_text(arch, nr, field), places.memory, places) for field, places in texts.items()),
        ]
        self._at = word_of(arch, nr, next(iter(texts))) if len(texts) == 1 and not numbers else -1
        """The word that points to the one text that is asked for; -1: there are more, or other things."""
        self._seen: dict[bytes, Sequence[int]] = {}
        """What was found for pieces of memory that are all that such a text is made of."""

    def find(self, args: Sequence[int], segments: Sequence[Segment]) -> Sequence[int]:
        """Return the places of the rules that may match a call, in order; no other one matches."""
        at = self._at
        if at >= 0 and len(segments) == 1 and segments[0][0] == args[at]:
            data = segments[0][1]
            found = self._seen.get(data)
            if found is None:
                found = self._find(args, segments)
                if len(data) <= _KEPT_LENGTH:
                    if len(self._seen) >= _KEPT:
                        self._seen.clear()
                    self._seen[data] = found
            return found
        return self._find(args, segments)

    def _find(self, args: Sequence[int], segments: Sequence[Segment]) -> Sequence[int]:
        found = self._always
        for gate in self._gates:
            more = gate(args, segments)
            if more:
                found = (*found, *more)
        return found if len(found) < 2 or found is self._always else sorted(set(found))


def _by_number(
    fetch: Fetch[int], places: dict[int, list[int]], args: Sequence[int], segments: Sequence[Segment]
) -> Sequence[int]:
    value = fetch(args, segments)
    return () if value is None else places.get(value, ())


def _by_text(
    fetch: Fetch[bytes],
    memory: dict[bytes, Sequence[int]],
    texts: _Texts,
    args: Sequence[int],
    segments: Sequence[Segment],
) -> Sequence[int]:
    text = fetch(args, segments)
    if text is None:
        return ()
    known = memory.get(text)
    return texts.find(text) if known is None else known


class _Test(NamedTuple):
    """A comparison with a text, what is in every text that it is true of, and the rule's place."""

    literal: bytes
    comparison: Comparison
    place: int


class _Texts:
    """Rules by what they need of one field's text.

    Attributes:
        memory: what was found for texts that have come before.
    """

    def __init__(self) -> None:
        self.memory: dict[bytes, Sequence[int]] = {}
        self._exact: dict[bytes, list[int]] = {}
        self._long: dict[int, list[_Test]] = {}
        self._short: dict[int, list[_Test]] = {}
        self._others: list[_Test] = []

    def add(self, need: Need, place: int) -> None:
        """Put a rule down."""
        if need.test is None:
            assert isinstance(need.value, bytes)
            self._exact.setdefault(need.value, []).append(place)
            return
        literal = _literal(need.test)
        test = _Test(literal, need.test, place)
        if len(literal) >= _LONG:
            for gram in set(_grams(literal[-_LONG:])):
                self._long.setdefault(gram, []).append(test)
        elif len(literal) >= _GRAM:
            self._short.setdefault(int.from_bytes(literal[-_GRAM:], "little"), []).append(test)
        else:
            self._others.append(test)

    def find(self, text: bytes) -> Sequence[int]:
        """Return the places of the rules that may match a text, and remember them."""
        tests = list(self._others)
        if self._long:
            _look(self._long, text, 0, tests)
        if self._short:
            for offset in range(_GRAM):
                _look(self._short, text, offset, tests)
        found: Sequence[int] = self._exact.get(text, ())
        if tests:
            view = _Text(text)
            found = (*found, *(test.place for test in tests if test.literal in text and test.comparison.matches(view)))
        if len(text) <= _KEPT_LENGTH:
            if len(self.memory) >= _KEPT:
                self.memory.clear()
            self.memory[text] = found
        return found


def _look(grams: Mapping[int, list[_Test]], text: bytes, offset: int, tests: list[_Test]) -> None:
    """Add the tests under the grams that a text has from a place on."""
    row = _row(text, offset)
    if not grams.keys().isdisjoint(row):
        for gram in grams.keys() & row:
            tests += grams[gram]


def _literal(test: Comparison) -> bytes:
    """Return what is in every text that a comparison is true of."""
    assert isinstance(test.literal, Text)
    data = test.literal.data
    if isinstance(test, Matches):
        return literals.of_regex(data)
    return literals.of_glob(data) if isinstance(test, Glob) else data


@lru_cache(1 << 10)
def _unpacker(count: int) -> Callable[[bytes, int], tuple[int, ...]]:
    return struct.Struct(f"<{count}I").unpack_from


def _row(text: bytes, offset: int) -> Sequence[int]:
    """Return the grams that a text has from a place on, one behind the other, as numbers."""
    count = (len(text) - offset) // _GRAM
    return _unpacker(count)(text, offset) if count > 0 else ()


def _grams(text: bytes) -> Iterator[int]:
    """Yield all grams of a text."""
    for offset in range(_GRAM):
        yield from _row(text, offset)


class _Text:
    """A call of which nothing is known but the text of the one field that is asked for."""

    __slots__ = ("_text",)
    call = ""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def text(self, _field: str, /) -> bytes:
        return self._text

    def number(self, _field: str, /) -> int | None:
        return None

    def named(self, _argument: str, _name: str, /) -> None:
        return None

    def holds(self, _field: str, /) -> bool:
        return False


_: type[View] = _Text
