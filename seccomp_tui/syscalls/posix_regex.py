"""POSIX extended regular expressions, as regcomp(3) of the C library understands them: what strace's `/regex` is."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator

_EXTENDED, _NO_GROUPS = 1, 8  # REG_EXTENDED, REG_NOSUB
_ROOM = 256
"""Bytes for a regex_t: 64 in glibc, 72 in musl."""


class RegexError(ValueError):
    """Not an expression; the message is the C library's."""


def matching(expression: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the names in which the expression is found.

    Raises:
        RegexError: it can't be compiled.
    """
    libc = ctypes.CDLL(None)
    pattern = ctypes.create_string_buffer(_ROOM)
    error = libc.regcomp(pattern, expression.encode(errors="surrogateescape"), _EXTENDED | _NO_GROUPS)
    if error:
        text = ctypes.create_string_buffer(_ROOM)
        libc.regerror(error, pattern, text, ctypes.c_size_t(_ROOM))
        raise RegexError(text.value.decode(errors="replace"))
    try:
        found = [name for name in names if libc.regexec(pattern, name.encode(), ctypes.c_size_t(0), None, 0) == 0]
    finally:
        libc.regfree(pattern)
    yield from found
