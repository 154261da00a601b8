"""Names and numbers of system calls, by architecture token (numbers.txt, read when first asked)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from .arch import AARCH64, I386, X86_64

_FILE = Path(__file__).with_name("numbers.txt")
_COLUMNS = (X86_64.token, I386.token, AARCH64.token)
_NONE: Mapping[int, str] = {}


@cache
def _tables() -> dict[int, dict[int, str]]:
    """Return number -> name for each token."""
    tables: dict[int, dict[int, str]] = {token: {} for token in _COLUMNS}
    for line in _FILE.read_text(encoding="ascii").splitlines():
        if line.startswith("#"):
            continue
        name, *numbers = line.split()
        for token, text in zip(_COLUMNS, numbers, strict=True):
            if text != "-":
                tables[token][int(text)] = name
    return tables


@cache
def _numbers(token: int) -> Mapping[str, int]:
    """Return name -> number for one token."""
    return {name: number for number, name in names(token).items()}


def names(token: int) -> Mapping[int, str]:
    """Return number -> name of all calls of an architecture; empty when it is not known."""
    return _tables().get(token, _NONE)


@lru_cache(1 << 12)
def name(token: int, nr: int) -> str:
    """Return the name of call `nr`, or as strace prints an unknown one: `syscall_0x3e7`."""
    return names(token).get(nr) or f"syscall_{nr & 0xFFFFFFFF:#x}"


def number(token: int, name: str) -> int | None:
    """Return the number of the call `name`, None where the architecture has none of that name."""
    return _numbers(token).get(name)
