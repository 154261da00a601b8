"""Values as names, the way strace prints them: `O_RDWR|O_CREAT`, `0x63 /* CLOCK_??? */`.

constants.txt is read when first asked for, each set of it when it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from .arch import ARCHES, X86_64

_FILE = Path(__file__).with_name("constants.txt")
_CACHED = 4096
"""So many texts are kept for a set; a target that tries all values can't fill our memory."""


class Constants:
    """One set of names on one architecture.

    Attributes:
        names: name -> value, in the order of printing.
        unknown: what a value without a name is called, e.g. `CLOCK_???`; may be empty.
    """

    __slots__ = ("_apart", "_base", "_flags", "_mask", "_named", "_texts", "_values", "names", "unknown")

    def __init__(
        self,
        names: dict[str, int],
        is_flags: bool,
        unknown: str,
        base: Constants | None,
        mask: int,
        options: Sequence[str],
    ) -> None:
        self.names = names
        self.unknown = unknown
        self._values: dict[int, str] = {}
        for name, value in names.items():
            self._values.setdefault(value, name)
        self._flags = is_flags
        self._base = base
        self._apart, self._named = "apart" in options, "named" in options
        self._mask = mask
        self._texts: dict[int, str] = {}

    def text(self, value: int) -> str:
        """Return the names that make up `value` (unsigned), what is left in hex."""
        known = self._texts.get(value)
        if known is None:
            if len(self._texts) >= _CACHED:
                self._texts.clear()
            known = self._texts[value] = self._flags_text(value) if self._flags else self._enum_text(value)
        return known

    def value(self, name: str) -> int | None:
        """Return the value of a name of this set or of the set it is printed with."""
        value = self.names.get(name)
        return self._base.value(name) if value is None and self._base else value

    def _enum_text(self, value: int) -> str:
        return self._values.get(value) or self._nameless(value)

    def _nameless(self, value: int) -> str:
        number = f"{value:#x}" if value else "0"
        return f"{number} /* {self.unknown} */" if self.unknown else number

    def _flags_text(self, value: int) -> str:
        mask = self._mask
        if self._base and self._named and value & mask not in self._base._values:
            mask = 0
        first, parts = value & mask, []
        if self._base and (first or 0 in self._base._values):
            parts.append(self._base.text(first))
        rest = value & ~mask
        if not parts and rest in self._values:
            return self._values[rest]
        before = len(parts)
        for name, flag in self.names.items():
            if flag and rest & flag == flag:
                parts.append(name)
                rest &= ~flag
        if not parts:
            return self._nameless(rest) if rest else "0"
        if rest:
            parts.append(self._nameless(rest) if self._apart and len(parts) == before else f"{rest:#x}")
        return "|".join(parts)


@cache
def _sections() -> dict[str, list[str]]:
    """Return the lines of every set, unread."""
    sections: dict[str, list[str]] = {}
    for section in _FILE.read_text(encoding="ascii").split("\n[")[1:]:
        header, *lines = section.splitlines()
        name, _, options = header.partition("]")
        sections[name] = [options, *lines]
    return sections


@cache
def table(name: str, arch: int = X86_64.token) -> Constants:
    """Return the set `name` as it is on an architecture.

    Raises:
        KeyError: there is no such set.
    """
    options, *lines = _sections()[name]
    kind, *more = options.split()
    machine = ARCHES[arch].name
    names: dict[str, int] = {}
    for line in lines:
        word, value = line.split()
        only, _, constant = word.rpartition(":")
        if not only or only == machine:
            names[constant] = int(value, 16)
    base = table(more[1], arch) if len(more) > 1 else None
    mask = int(more[2], 16) if len(more) > 1 else 0
    return Constants(names, kind == "flags", more[0] if more else "", base, mask, more[3:])


def set_names() -> list[str]:
    """Return the names of all sets."""
    return list(_sections())


def flags(name: str, value: int, arch: int = X86_64.token) -> str:
    """Return the flags of the set `name` that are in `value`: `PROT_READ|PROT_WRITE`."""
    return table(name, arch).text(value)


def enum(name: str, value: int, arch: int = X86_64.token) -> str:
    """Return the one name that `value` has in the set `name`: `SEEK_CUR`."""
    return table(name, arch).text(value)
