"""Error numbers: their names, their texts, and which of them a system call is likely to give."""

from __future__ import annotations

import os
from functools import cache, lru_cache

from . import constants, prototypes

RESTARTS = {
    512: ("ERESTARTSYS", "To be restarted if SA_RESTART is set"),
    513: ("ERESTARTNOINTR", "To be restarted"),
    514: ("ERESTARTNOHAND", "To be restarted if no handler"),
    516: ("ERESTART_RESTARTBLOCK", "Interrupted by signal"),
}
"""Seen by tracers only: the kernel turns them into a restart or EINTR."""


@cache
def _names() -> dict[int, str]:
    return {value: name for name, value in constants.table("errno").names.items()}


def name(errno: int) -> str:
    """Return `EIO` for 5; the plain number where it has no name."""
    return _names().get(errno) or RESTARTS.get(errno, (str(errno),))[0]


def negative(value: int) -> str:
    """Return a result as C would write it: `-EPERM` for -1; the number where it has no name."""
    known = name(-value) if value < 0 else ""
    return f"-{known}" if known.startswith("E") else str(value)


def number(name: str) -> int | None:
    """Return 5 for `EIO`, None for a name that is none. EWOULDBLOCK and ENOTSUP are known by their other names."""
    aliases = {"EWOULDBLOCK": "EAGAIN", "ENOTSUP": "EOPNOTSUPP", "EDEADLOCK": "EDEADLK"}
    return constants.table("errno").names.get(aliases.get(name, name))


def describe(errno: int) -> str:
    """Return `Input/output error` for 5."""
    return RESTARTS[errno][1] if errno in RESTARTS else os.strerror(errno)


def likely(call: str) -> tuple[int, ...]:
    """Return the errnos of the call's man page that are worth offering first; empty when none are noted."""
    prototype = prototypes.find(call)
    numbers = (number(name) for name in prototype.fails) if prototype else ()
    return tuple(errno for errno in numbers if errno is not None)


@lru_cache(1 << 12)
def result_text(errno: int) -> str:
    """Return a failure as strace ends its line: `-1 ENOENT (No such file or directory)`."""
    if errno in RESTARTS:
        return f"? {name(errno)} ({describe(errno)})"
    if errno not in _names():
        return f"-1 (errno {errno})"
    return f"-1 {name(errno)} ({describe(errno)})"


def __getattr__(attribute: str) -> list[int]:
    """Make `ALL`, the numbers of all errnos, when it is first asked for."""
    if attribute == "ALL":
        return sorted(_names())
    raise AttributeError(attribute)
