"""Signal numbers and sets of them, as strace prints them: `SIGCHLD`, `[INT CHLD]`, `~[RTMIN RT_1]`."""

from __future__ import annotations

from functools import cache

from . import constants

_REALTIME = 32
HIGHEST = 64
"""The last real-time signal."""


@cache
def _names() -> dict[int, str]:
    names = {value: name for name, value in constants.table("signal").names.items()}
    names[_REALTIME] = "SIGRTMIN"
    names.update({number: f"SIGRT_{number - _REALTIME}" for number in range(_REALTIME + 1, HIGHEST + 1)})
    return names


def name(signal: int) -> str:
    """Return `SIGINT` for 2; the plain signed number for what is no signal."""
    return _names().get(signal) or str(signal)


def number(name: str) -> int | None:
    """Return 2 for `SIGINT` or `INT`, None for a name that is none."""
    wanted = name if name.startswith("SIG") else f"SIG{name}"
    return next((signal for signal, known in _names().items() if known == wanted), None)


def set_text(mask: int, size: int = 8) -> str:
    """Return a signal mask of `size` bytes; what is not in it where two thirds or more are."""
    count = size * 8
    mask &= (1 << count) - 1
    inverted = mask.bit_count() >= count * 2 // 3
    if inverted:
        mask ^= (1 << count) - 1
    names = [name(bit + 1).removeprefix("SIG") for bit in range(count) if mask >> bit & 1]
    return ("~[" if inverted else "[") + " ".join(names) + "]"
