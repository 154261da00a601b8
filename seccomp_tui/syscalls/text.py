"""Bytes of the target as text, by strace's string rules.

What comes in is hostile; what goes out is printable ASCII, at most four characters for a byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable

PLAIN = bytes(byte for byte in range(0x20, 0x7F) if byte not in b'"\\')
"""Bytes that stand for themselves inside quotes; `data.translate(None, PLAIN)` leaves those that need an escape."""

_PLAIN_BARE = PLAIN + b'"'
_PLAIN_NAME = PLAIN.translate(None, b"<>")
_LETTERS = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\v": "\\v", "\f": "\\f", '"': '\\"', "\\": "\\\\"}
_ORIGINALS = {escaped[1]: plain for plain, escaped in _LETTERS.items()}
_ESCAPED = re.compile(r"\\([0-7]{1,3}|.)", re.DOTALL)
_DIGITS = b"01234567"
_BEFORE_DIGIT = re.compile(rb"[\0-\x08\x0e-\x1f<>][0-7]")
"""A byte whose shortest escape, where it is one, would take the digit behind it for its own."""
_ASCII = bytes(range(0x20, 0x7F)) + b"\t\n\v\f\r"
"""Bytes that strace -x takes for ASCII."""
_STRING = re.compile(r'\\.|"((?:[^"\\]|\\.)*)"')
"""An escape outside of quotes, where a descriptor's path stands, or a string."""
NON_ASCII, ALL = 1, 2
"""Which strings are shown in hexadecimal: those with a byte that is not ASCII; all."""


def _escapes(plain: bytes, octal: str) -> dict[int, str]:
    return {byte: chr(byte) if byte in plain else _LETTERS.get(chr(byte), f"\\{byte:{octal}}") for byte in range(256)}


def _escaping(plain: bytes) -> Callable[[bytes], str]:
    """Return what escapes all bytes but the plain ones, as short as can be: in three digits where a digit follows."""
    short, long = _escapes(plain, "o"), _escapes(plain, "03o")

    def escaped(data: bytes) -> str:
        if not _BEFORE_DIGIT.search(data):
            return data.decode("latin-1").translate(short)
        pairs = zip(data, data[1:] + b"\0", strict=True)
        return "".join([(long if following in _DIGITS else short)[byte] for byte, following in pairs])

    return escaped


_quoted, _bare, _name = _escaping(PLAIN), _escaping(_PLAIN_BARE), _escaping(_PLAIN_NAME)


def escape(data: bytes, limit: int = 4096) -> str:
    """Return `data` with strace's escapes but no quotes around it; beyond `limit` bytes `...` stands for the rest."""
    if len(data) > limit:
        return escape(data[:limit], limit) + "..."
    if not data.translate(None, _PLAIN_BARE):
        return data.decode("ascii")
    return _bare(data)


def unescape(text: str) -> bytes:
    """Return the bytes that `escape` has made a text of."""
    return _ESCAPED.sub(_original, text).encode("latin-1")


def _original(match: re.Match[str]) -> str:
    what = match[1]
    return chr(int(what, 8) & 0xFF) if what.isdigit() else _ORIGINALS.get(what, what)


def _in_hex(data: bytes, which: int) -> bool:
    """Tell whether a string is shown in hexadecimal."""
    return which >= ALL or bool(which and data.translate(None, _ASCII))


def _hex(data: bytes) -> str:
    return "".join([f"\\x{byte:02x}" for byte in data])


def hexed(text: str, which: int) -> str:
    """Return a line with its strings in hexadecimal, those that are `NON_ASCII`, or `ALL`."""

    def string(match: re.Match[str]) -> str:
        inside = match[1]
        if inside is None or inside.startswith("\\x"):
            return match[0]
        data = unescape(inside)
        return f'"{_hex(data)}"' if _in_hex(data, which) else match[0]

    return _STRING.sub(string, text)


def escape_name(data: bytes, hex_strings: int = 0) -> str:
    """Return `data` as strace writes a path between `<` and `>`, which are escaped then as a quote is."""
    if _in_hex(data, hex_strings):
        return _hex(data)
    return _name(data)


def quote(data: bytes, limit: int | None = None, hexa: bool = False) -> str:
    r"""Return `data` as a C string in quotes, as strace does: `"ab\n\0"`.

    Args:
        data: any bytes.
        limit: how many bytes are shown; the rest becomes three dots after the closing quote.
        hexa: write every byte as `\x41`.
    """
    if limit is not None and len(data) > limit:
        return quote(data[:limit], None, hexa) + "..."
    if hexa:
        return f'"{_hex(data)}"'
    if not data.translate(None, PLAIN):
        return f'"{data.decode("ascii")}"'
    return f'"{_quoted(data)}"'
