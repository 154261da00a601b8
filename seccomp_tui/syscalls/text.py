"""Bytes of the target as text, by strace's string rules.

What comes in is hostile; what goes out is printable ASCII, at most four characters for a byte.
"""

from __future__ import annotations

import re

PLAIN = bytes(byte for byte in range(0x20, 0x7F) if byte not in b'"\\')
"""Bytes that stand for themselves inside quotes; `data.translate(None, PLAIN)` leaves those that need an escape."""

_PLAIN_BARE = PLAIN + b'"'
_LETTERS = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\v": "\\v", "\f": "\\f", '"': '\\"', "\\": "\\\\"}
_ORIGINALS = {escaped[1]: plain for plain, escaped in _LETTERS.items()}
_ESCAPED = re.compile(r"\\([0-7]{1,3}|.)", re.DOTALL)
_SHORT = {chr(byte): _LETTERS.get(chr(byte)) or f"\\{byte:o}" for byte in range(256)}
_LONG = {chr(byte): _LETTERS.get(chr(byte)) or f"\\{byte:03o}" for byte in range(256)}
_QUOTED = re.compile(r"[^ !#-\[\]-~](?=([0-7]?))")
_NAME = re.compile(r"[^ !#-;=?-\[\]-~](?=([0-7]?))")
_BARE = re.compile(r"[^ -\[\]-~](?=([0-7]?))")
_ASCII = bytes(range(0x20, 0x7F)) + b"\t\n\v\f\r"
"""Bytes that strace -x takes for ASCII."""
_STRING = re.compile(r'\\.|"((?:[^"\\]|\\.)*)"')
"""An escape outside of quotes, where a descriptor's path stands, or a string."""
NON_ASCII, ALL = 1, 2
"""Which strings are shown in hexadecimal: those with a byte that is not ASCII; all."""


def _replace(match: re.Match[str]) -> str:
    """Return the shortest octal escape; all three digits where an octal digit follows."""
    return (_LONG if match[1] else _SHORT)[match[0]]


def escape(data: bytes, limit: int = 4096) -> str:
    """Return `data` with strace's escapes but no quotes around it; beyond `limit` bytes `...` stands for the rest."""
    if len(data) > limit:
        return escape(data[:limit], limit) + "..."
    if not data.translate(None, _PLAIN_BARE):
        return data.decode("ascii")
    return _BARE.sub(_replace, data.decode("latin-1"))


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
    return _NAME.sub(_replace, data.decode("latin-1"))


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
    return f'"{_QUOTED.sub(_replace, data.decode("latin-1"))}"'
