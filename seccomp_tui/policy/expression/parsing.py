"""From text to the tree, and what to say of a text that is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from seccomp_tui.syscalls import prototypes

from . import fields
from .comparisons import COMPARERS, Comparison, In, Matches, regex
from .errors import ExpressionError
from .fields import Field, Takes
from .grammar import COMPARING, RESERVED, parser
from .operands import Duration, Literal, Number, Text, Words, integer, nanoseconds
from .quoting import UNKNOWN_ESCAPE, raw, unescaped
from .tree import And, Call, Expression, Flag, InSet, Not, Or, members

if TYPE_CHECKING:
    from lark import Token

    Node = Any
    """A tree of lark's; its children have no better type than `Token | Tree`."""

TEXT_MOST = 10_000
"""So many characters an expression has at most."""
DEEPEST = 50
"""So deeply parentheses and `not` may be nested."""
_UNKNOWN_CALL = re.compile(r"syscall_0x[0-9a-f]{1,8}\Z")
_HINTS = {"=": "==", "&": "and", "|": "or", "!": "not, or != between a field and a value"}
"""What was probably meant by a character that means nothing here."""
_FAILED = dict.fromkeys(("failed", "fails", "error", "errors"), " (did you mean errno != 0?)")

_OPERAND = frozenset(("WORD", "SET", "NOT", "LPAR"))
_VALUE = frozenset(("NUMBER", "STRING", "WORD"))
_PHRASES = (
    (_OPERAND, "a system call, a %set, a field, not or ("),
    (_VALUE, "a value"),
    (frozenset(COMPARING), "an operator (" + " ".join(kind.symbol for kind in COMPARING.values()) + " in)"),
)
"""What messages call terminals that come together."""
_TERMINALS = {"AND": "and", "OR": "or", "RPAR": ")", "LPAR": "(", "COMMA": ",", "WORD": "a name", "BAR": "|"}


def parse(text: str, answered: bool = True) -> Expression:
    """Return the expression that `text` is.

    Args:
        text: the expression.
        answered: fields that are known only after the answer may be used.

    Raises:
        ExpressionError: it is none; says where, and what was expected.
    """
    from lark.exceptions import UnexpectedInput

    if len(text) > TEXT_MOST:
        raise ExpressionError(text[:TEXT_MOST], TEXT_MOST, f"an expression has at most {TEXT_MOST} characters")
    try:
        tree = parser().parse(text)
    except UnexpectedInput as error:
        at_end = getattr(getattr(error, "token", None), "type", "") == "$END"
        raise _unexpected(text, len(text) if at_end else error.pos_in_stream or 0) from None
    return _Builder(text, answered).build(tree.children[0], 0)


def expected(prefix: str) -> set[str]:
    """Return the terminals that may come behind a text; none when it is wrong itself."""
    from lark.exceptions import UnexpectedInput

    state = parser().parse_interactive(prefix)
    try:
        for _ in state.iter_parse():
            pass
    except UnexpectedInput:
        return set()
    return set(state.accepts())  # type: ignore[no-untyped-call]


def _unexpected(text: str, at: int) -> ExpressionError:
    """Return the error for what can't stand at a position."""
    before = re.search(r"\w+\Z", text[:at].rstrip())
    compared = not before or before[0] not in _calls() or fields.find(before[0]) is not None
    wanted = _phrase(expected(text[:at]) - (set() if compared else {*COMPARING, "IN"}))
    if not text[at:].strip():
        return ExpressionError(text, len(text.rstrip()) + 1, f"the expression ends here: expected {wanted}")
    found = re.match(r"\w+|.", text[at:], re.DOTALL)
    word = found[0] if found else ""
    if word in ("'", '"'):
        return ExpressionError(text, at + 1, "a string that does not end: expected the same quote behind it")
    hint = f" (did you mean {_HINTS[word]}?)" if word in _HINTS else ""
    reason = f"{_shown(word)} can't stand here: expected {wanted}{hint}"
    return ExpressionError(text, at + 1, reason, len(word))


def _phrase(accepted: set[str]) -> str:
    """Return accepted terminals as words."""
    parts: list[str] = []
    left = set(accepted)
    for terminals, phrase in _PHRASES:
        if terminals <= left:
            parts.append(phrase)
            left -= terminals | {"IN"}
    ends = "$END" in left
    parts += [known for terminal, known in _TERMINALS.items() if terminal in left]
    parts += ["the end"] if ends else []
    return ", ".join(parts[:-1]) + (" or " if len(parts) > 1 else "") + parts[-1] if parts else "something else before"


def _shown(word: str) -> str:
    return repr(word) if word.isprintable() else f"character {ord(word[0]):#x}"


class _Builder:
    """Makes the tree of classes from lark's, and checks what the grammar can't."""

    def __init__(self, text: str, answered: bool) -> None:
        self._text = text
        self._answered = answered

    def build(self, tree: Any, depth: int) -> Expression:
        """Return the expression that a part of the text is."""
        first = tree.children[0]
        if depth > DEEPEST:
            raise ExpressionError(self._text, _column(tree), f"nested more than {DEEPEST} deep")
        match tree.data:
            case "either" | "both":
                kind = Or if tree.data == "either" else And
                return kind(tuple(self.build(each, depth) for each in tree.children[::2]))
            case "negated":
                return Not(self.build(tree.children[1], depth + 1))
            case "inside":
                return self.build(tree.children[1], depth + 1)
            case "word":
                return self._word(first)
            case "in_set":
                return self._set(first)
            case "compared":
                return self._compared(first, tree.children[1].children[0], tree.children[2])
            case _:
                return self._one_of(first, tree.children[1], tree.children[3:-1:2])

    def _error(self, token: Token, reason: str) -> ExpressionError:
        return ExpressionError(self._text, (token.start_pos or 0) + 1, reason, len(token))

    def _word(self, token: Token) -> Expression:
        name = str(token)
        if name in _calls() or _UNKNOWN_CALL.match(name):
            return Call(name)
        field = fields.find(name)
        if field is not None and not field.takes:
            self._check_answered(token, field)
            return Flag(name)
        if field is not None:
            symbols = " ".join(symbol for symbol in _symbols(field))
            end = (token.start_pos or 0) + len(token)
            raise ExpressionError(self._text, end + 1, f"{name} is a field: expected an operator behind it ({symbols})")
        flags = [each.name for each in fields.FIELDS.values() if not each.takes]
        hint = _FAILED.get(name) or nearest(name, (*_calls(), *flags))
        raise self._error(token, f"unknown system call {name!r}{hint}")

    def _set(self, token: Token) -> Expression:
        if not members(str(token)):
            known = [f"%{group}" for group in prototypes.sets()]
            raise self._error(token, f"unknown set {str(token)!r}{nearest(str(token), known)}")
        return InSet(str(token))

    def _field(self, token: Token) -> Field:
        field = fields.find(str(token))
        if field is None:
            call = ": it is a system call, which is not compared" if str(token) in _calls() else ""
            raise self._error(token, f"unknown field {str(token)!r}{call or nearest(str(token), fields.all_names())}")
        self._check_answered(token, field)
        return field

    def _check_answered(self, token: Token, field: Field) -> None:
        if field.answered and not self._answered:
            raise self._error(token, f"{field.name} is known only after the answer: it can't be used here")

    def _compared(self, name: Token, operator: Token, literal: Node) -> Expression:
        field = self._field(name)
        kind = COMPARING[operator.type]
        self._check_operator(operator, field, kind)
        return kind(field.name, self._literal(literal, field, kind))

    def _one_of(self, name: Token, operator: Token, literals: Iterable[Node]) -> Expression:
        field = self._field(name)
        self._check_operator(operator, field, In)
        return In(field.name, tuple(self._literal(literal, field, In) for literal in literals))

    def _check_operator(self, operator: Token, field: Field, kind: type[Comparison] | type[In]) -> None:
        if not field.takes:
            raise self._error(operator, f"{field.name} stands alone: expected and, or or the end")
        if not field.takes & kind.takes:
            symbols = " ".join(_symbols(field))
            raise self._error(operator, f"{field.name} can't be compared by {kind.symbol}: expected one of {symbols}")

    def _literal(self, tree: Node, field: Field, kind: type[Comparison] | type[In]) -> Literal:
        token = tree.children[0]
        match tree.data:
            case "number":
                literal: Literal = self._number(token)
            case "string":
                literal = self._string(token, kind)
            case _:
                return self._names(tree.children[::2], field, kind)
        if literal.takes not in field.takes & kind.takes:
            raise self._error(token, f"expected {_wanted(field, kind)}")
        if field.unsigned and isinstance(literal, Number) and literal.value < 0:
            raise self._error(token, f"{field.name} is never negative: expected a number from 0")
        return literal

    def _number(self, token: Token) -> Literal:
        value = integer(str(token))
        if value is not None:
            return Number(value)
        value = nanoseconds(str(token))
        if value is not None:
            return Duration(value)
        raise self._error(
            token, f"bad number {str(token)!r}: expected one like 80, 0x50, 0644, -1, or a duration like 200ms"
        )

    def _string(self, token: Token, kind: type[Comparison] | type[In]) -> Text:
        data = raw(str(token))
        if kind is not Matches:
            return Text(unescaped(data, lambda before: self._unknown_escape(token, before)))
        pattern = re.sub(rb"\\(.)", lambda match: match[1] if match[1] in b"\"'" else match[0], data, flags=re.DOTALL)
        try:
            regex(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            at = (token.start_pos or 0) + 2 + (getattr(error, "pos", None) or 0)
            reason = f"bad regular expression: {getattr(error, 'msg', error)}"
            raise ExpressionError(self._text, min(at, len(self._text)), reason) from None
        return Text(pattern, verbatim=True)

    def _unknown_escape(self, token: Token, before: int) -> ExpressionError:
        return ExpressionError(self._text, (token.start_pos or 0) + before + 2, UNKNOWN_ESCAPE, 2)

    def _names(self, tokens: list[Any], field: Field, kind: type[Comparison] | type[In]) -> Words:
        known = field.names() if field.names else {}
        if Takes.NAME not in field.takes & kind.takes or not known:
            token = tokens[0]
            quotes = " (a string stands in quotes)" if Takes.TEXT in field.takes and Takes.TEXT in kind.takes else ""
            raise self._error(
                token, f"{str(token)!r} is no value of {field.name}: expected {_wanted(field, kind)}{quotes}"
            )
        for token in tokens:
            if str(token) not in known:
                instead = field.instead.get(str(token))
                near = f": {instead}" if instead else nearest(str(token), known)
                near = near or f"; expected {_wanted(field, kind)}"
                raise self._error(token, f"{str(token)!r} is no value of {field.name}{near}")
        names = tuple(str(token) for token in tokens)
        if field.name not in fields.FIELDS:
            return Words(names)
        if len(names) > 1:
            raise self._error(tokens[1], f"{field.name} has one value at a time: expected and, or or the end")
        return Words(names, known[names[0]])


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'path'?)` for `pth`, nothing when there is nothing near."""
    near = difflib.get_close_matches(name, known, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _wanted(field: Field, kind: type[Comparison] | type[In]) -> str:
    """Return what a field may be compared with by this operator."""
    takes = [each for each in Takes if each in field.takes & kind.takes]
    known = field.names() if field.names and Takes.NAME in takes else {}
    words = {Takes.NAME: f"a name such as {', '.join(list(known)[:6])}"} if known else {}
    return " or ".join(words.get(each, each.value) for each in takes if known or each is not Takes.NAME)


def _symbols(field: Field) -> list[str]:
    return [kind.symbol for kind in COMPARERS if field.takes & kind.takes]


@cache
def _calls() -> frozenset[str]:
    return frozenset(prototypes.all_names()) - RESERVED


def call_names() -> list[str]:
    """Return the names of all system calls that an expression can name."""
    return sorted(_calls())


def _column(tree: Any) -> int:
    """Return where a part of the text begins."""
    while not hasattr(tree, "start_pos"):
        tree = tree.children[0]
    return int(tree.start_pos or 0) + 1
