"""What a text must have in it to be matched by a pattern at all."""

from __future__ import annotations

_QUANTIFIERS = b"*?+{"


def of_regex(pattern: bytes) -> bytes:
    """Return the longest run of bytes that is in every match of a regular expression; empty where none is plain."""
    if b"|" in pattern or b"(?" in pattern:
        return b""
    runs, run, at, depth = [b""], b"", 0, 0
    while at < len(pattern):
        byte = pattern[at : at + 1]
        escaped = byte == b"\\" and not pattern[at + 1 : at + 2].isalnum()
        if depth == 0 and (escaped or byte not in b"\\.^$[]()*?+{}"):
            at += 1 + escaped
            run += pattern[at - 1 : at]
            continue
        if byte in b"*?{":
            run = run[:-1]
        runs.append(run)
        run = b""
        depth += (byte == b"(") - (byte == b")")
        at = _behind(pattern, at)
    return max((*runs, run), key=len)


def _behind(pattern: bytes, at: int) -> int:
    """Return where what begins with a special byte of a regular expression ends."""
    byte = pattern[at : at + 1]
    if byte == b"\\":
        return at + 4 if pattern[at + 1 : at + 2] == b"x" else at + 2 + len(_digits(pattern[at + 1 : at + 4])[1:])
    if byte == b"{":
        end = pattern.find(b"}", at)
        return end + 1 if end >= 0 else at + 1
    return _behind_set(pattern, at) if byte == b"[" else at + 1


def _digits(text: bytes) -> bytes:
    return text[: len(text) - len(text.lstrip(b"0123456789"))]


def _behind_set(pattern: bytes, at: int) -> int:
    """Return where `[...]` ends."""
    at += 2 if pattern[at + 1 : at + 2] == b"^" else 1
    first = True
    while at < len(pattern) and (first or pattern[at : at + 1] != b"]"):
        at += 2 if pattern[at : at + 1] == b"\\" else 1
        first = False
    return at + 1


def of_glob(pattern: bytes) -> bytes:
    """Return the longest run of bytes that is in every text which a shell pattern matches."""
    runs, run, at = [b""], b"", 0
    while at < len(pattern):
        byte = pattern[at : at + 1]
        if byte not in b"*?[":
            run += byte
            at += 1
            continue
        runs.append(run)
        run = b""
        end = pattern.find(b"]", at + (3 if pattern[at + 1 : at + 2] == b"!" else 2)) if byte == b"[" else -1
        at = end + 1 if end >= 0 else at + 1
    return max((*runs, run), key=len)
