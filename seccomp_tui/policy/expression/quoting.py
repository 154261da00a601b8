"""Strings in quotes: bytes as text, and back."""

from __future__ import annotations

import re
from collections.abc import Callable

_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"v": b"\v", b"f": b"\f", b'"': b'"', b"'": b"'", b"\\": b"\\"}
_ESCAPES = {0x0A: "\\n", 0x09: "\\t", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
UNKNOWN_ESCAPE = r"unknown escape: expected \n \t \r \v \f \\ \" \' \x41 or \101"


def quoted(data: bytes) -> str:
    """Return bytes as a string in quotes, in printable ASCII."""
    return f'"{"".join(_ESCAPES.get(byte) or _plain(byte) for byte in data)}"'


def raw(quoted_text: str) -> bytes:
    """Return the bytes between the quotes, as they stand there."""
    return quoted_text[1:-1].encode("utf-8", "surrogateescape" if _encodable(quoted_text) else "replace")


def unescaped(data: bytes, bad: Callable[[int], Exception]) -> bytes:
    """Return the bytes that are meant by those between the quotes.

    Args:
        bad: makes the exception for an unknown escape, of how many characters stand before it.
    """

    def meant(match: re.Match[bytes]) -> bytes:
        hexa, octal, letter = match.groups()
        if hexa:
            return bytes([int(hexa, 16)])
        if octal:
            return bytes([int(octal, 8) & 0xFF])
        if letter in _PLAIN_ESCAPES:
            return _PLAIN_ESCAPES[letter]
        raise bad(len(match.string[: match.start()].decode("utf-8", "surrogateescape")))

    return _ESCAPE.sub(meant, data)


def _plain(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
