"""Why a program could not be executed: the errno of execve alone does not say which file it is about."""

from __future__ import annotations

import errno
import os
from typing import BinaryIO

from seccomp_tui.syscalls.text import escape

_ABOUT_ANOTHER = (errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.ELIBBAD)
"""Errors that may be about the interpreter: the program itself was found, and may be executed."""
_HEAD = 256
"""So much of a script's first line the kernel reads."""
_DEEPEST = 5
"""A script's interpreter may be a script; the kernel follows so far."""


def reason(path: bytes, failure: int) -> str:
    """Return why the program `path` could not be executed, in printable words; names the file it is about, if another.

    Args:
        failure: errno of its execve(2).
    """
    if failure in _ABOUT_ANOTHER and os.access(path, os.X_OK) and (other := _culprit(path)):
        return f"its interpreter {escape(other)}: {os.strerror(failure)}"
    return os.strerror(failure)


def _culprit(path: bytes) -> bytes:
    """Return the first interpreter on the way that is missing or can't be executed; empty when there is none."""
    for _ in range(_DEEPEST):
        path = _interpreter(path)
        if not path or not os.path.isfile(path) or not os.access(path, os.X_OK):
            return path
    return b""


def _interpreter(path: bytes) -> bytes:
    """Return what the file says is to run it: a script's first line, or the loader that an ELF program names."""
    if not os.path.isfile(path):
        return b""  # a pipe would make us wait
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
            if head.startswith(b"\x7fELF"):
                return _loader(file)
    except OSError:
        return b""
    words = head[2:].split(b"\n")[0].split() if head.startswith(b"#!") else []
    return words[0] if words else b""


def _loader(file: BinaryIO) -> bytes:
    from elftools.elf.elffile import ELFFile
    from elftools.elf.segments import InterpSegment

    try:
        segments = ELFFile(file).iter_segments("PT_INTERP")
        names = (segment.get_interp_name() for segment in segments if isinstance(segment, InterpSegment))
        return next(map(os.fsencode, names), b"")
    except Exception:  # noqa: BLE001 - whatever a broken file makes the library raise
        return b""
