"""The words of an answer's text: what stands between spaces, with strings and brackets kept whole."""

from __future__ import annotations

import re
from typing import NamedTuple

from .expression.errors import ExpressionError
from .expression.quoting import UNKNOWN_ESCAPE, raw, unescaped

HEX = "hex:"
DATA = "a string in quotes, or bytes such as hex:6869"
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)


class Token(NamedTuple):
    """A word of the text, and where it stands (from 0)."""

    text: str
    at: int


class Words:
    """The words of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = self._split()
        self._at = 0

    def next(self) -> Token | None:
        """Take the next word; None at the end."""
        token = self.peek()
        self._at += token is not None
        return token

    def peek(self) -> Token | None:
        """Return the next word and leave it there."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def wanted(self, what: str) -> Token:
        """Take the next word, which must be there, and is described as `what`."""
        token = self.next()
        if token is None:
            raise ExpressionError(self.text, len(self.text.rstrip()) + 1, f"the answer ends here: expected {what}")
        return token

    def taken(self, word: str) -> bool:
        """Take the next word if it is this one."""
        token = self.peek()
        found = token is not None and token.text == word
        self._at += found
        return found

    def error(self, token: Token, reason: str) -> ExpressionError:
        """Return the error for a word."""
        return ExpressionError(self.text, token.at + 1, reason, len(token.text))

    def unfit(self, token: Token, what: str, hint: str = "") -> ExpressionError:
        """Return the error for a word in the place of `what`."""
        return self.error(token, f"{shown(token.text)} can't stand here{hint}: expected {what}")

    def data(self, token: Token) -> bytes | None:
        """Return the bytes that a word stands for; None when it is neither a string nor hex."""
        if token.text[:1] in ("'", '"'):
            if not _STRING.fullmatch(token.text):
                raise self.error(token, "expected a space behind the string")
            return unescaped(raw(token.text), lambda before: self._bad_escape(token, before))
        if not token.text.startswith(HEX):
            return None
        try:
            return bytes.fromhex(token.text.removeprefix(HEX))
        except ValueError:
            raise self.error(token, "expected pairs of hexadecimal digits behind hex:") from None

    def wanted_data(self, what: str = DATA) -> bytes:
        """Take the next word, which must be bytes."""
        token = self.wanted(what)
        data = self.data(token)
        if data is None:
            raise self.unfit(token, what)
        return data

    def _bad_escape(self, token: Token, before: int) -> ExpressionError:
        return ExpressionError(self.text, token.at + before + 2, UNKNOWN_ESCAPE, 2)

    def _split(self) -> list[Token]:
        tokens, at = [], 0
        while at < len(self.text):
            if self.text[at].isspace():
                at += 1
                continue
            end = self._end(at)
            tokens.append(Token(self.text[at:end], at))
            at = end
        return tokens

    def _end(self, start: int) -> int:
        """Return where the word that begins at `start` ends: at a space outside of quotes and brackets."""
        text, at = self.text, start
        closing: list[str] = []
        while at < len(text) and (closing or not text[at].isspace()):
            if text[at] in "\"'":
                string = _STRING.match(text, at)
                if not string:
                    reason = "a string that does not end: expected the same quote behind it"
                    raise ExpressionError(text, at + 1, reason)
                at = string.end()
                continue
            if text[at] in _CLOSING:
                closing.append(_CLOSING[text[at]])
            elif closing and text[at] == closing[-1]:
                closing.pop()
            at += 1
        if closing:
            raise ExpressionError(text, len(text) + 1, f"the answer ends here: expected {closing[-1]}")
        return at


def shown(word: str) -> str:
    """Return a word as messages show it."""
    return repr(word if len(word) <= 40 else word[:40] + "..")


def is_word(text: str) -> bool:
    """Tell whether a text is one word, which is no string."""
    try:
        split = Words(text)
    except ExpressionError:
        return False
    first = split.next()
    return first is not None and first.text == text and text[0] not in "\"'"
