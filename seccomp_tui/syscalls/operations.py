"""The table of operations (operations.txt): what the arguments of a call are that depend on another one of it.

Read when first asked for, each line of it when it is needed. The grammar is described at the top of the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import constants, ioctls
from .arch import ARCHES
from .prototypes import Argument, Result, parse_arguments, parse_result

_FILE = Path(__file__).with_name("operations.txt")
_HEAD = re.compile(
    r"(?P<calls>\w[\w ]*) by (?P<argument>\w+) in (?P<set>\w+)(?: mask (?P<mask>\w+))?(?: shift (?P<shift>\d+))?$"
)
_LINE = re.compile(r"  (?P<names>\w[\w ]*)\((?P<inside>.*)\)(?: -> (?P<result>.+))?$")
_OTHERS, _DEFAULT = "others", "else"
_REQUESTS = "ioctl"


@dataclass(frozen=True, slots=True)
class Operations:
    """What the value of one argument decides.

    Attributes:
        mask: the bits of it that count.
        shift: how far they stand from the right.
        lines: for each value the text between the parentheses.
        default: the same for all other values.
        results: for the values that have one of their own what the call returns.
    """

    mask: int
    shift: int
    lines: dict[int, str]
    default: str
    results: dict[int, Result]

    def arguments(self, value: int) -> tuple[Argument, ...]:
        """Return the arguments that the deciding word `value` means."""
        return _arguments(self.lines.get(self.key(value), self.default))

    def key(self, value: int) -> int:
        """Return the operation in the deciding word."""
        return (value & self.mask) >> self.shift


@cache
def _arguments(inside: str) -> tuple[Argument, ...]:
    return parse_arguments(inside)


@cache
def _blocks() -> dict[tuple[str, str], tuple[re.Match[str], list[str]]]:
    """Return for each call and deciding argument the head and the unread lines."""
    blocks: dict[tuple[str, str], tuple[re.Match[str], list[str]]] = {}
    lines: list[str] = []
    for line in _FILE.read_text(encoding="ascii").splitlines():
        if head := _HEAD.match(line):
            lines = []
            blocks.update({(call, head["argument"]): (head, lines) for call in head["calls"].split()})
        elif line.startswith(" "):
            lines.append(line)
    return blocks


def heads() -> list[tuple[str, str]]:
    """Return for which calls there are operations, and which argument of theirs decides."""
    return list(_blocks())


def _value(known: str, name: str, arch: int) -> int | None:
    """Return the value of a name; the requests of ioctl have a table of their own."""
    return ioctls.numbers(arch).get(name) if known == _REQUESTS else constants.table(known, arch).value(name)


@cache
def find(call: str, argument: str, arch: int) -> Operations:
    """Return the operations of `call` that its argument `argument` decides, on an architecture (a token).

    Raises:
        KeyError: the table has none, or names an operation that there isn't.
        ValueError: a line can't be read.
    """
    head, lines = _blocks()[call, argument]
    found: dict[int, str] = {}
    results: dict[int, Result] = {}
    default = ""
    for line in lines:
        match = _LINE.match(line)
        if not match:
            message = f"bad operation: {line}"
            raise ValueError(message)
        for name in match["names"].split():
            if name == _DEFAULT:
                default = match["inside"]
            elif name == _OTHERS:
                found = dict.fromkeys(constants.table(head["set"], arch).names.values(), match["inside"]) | found
            elif (value := _value(head["set"], name, arch)) is not None:
                found[value] = match["inside"]
                if match["result"]:
                    results[value] = parse_result(match["result"])
    return Operations(int(head["mask"] or "0xffffffff", 16), int(head["shift"] or 0), found, default, results)


def unknown_names(call: str, argument: str) -> set[str]:
    """Return the operations in the table that no architecture has."""
    head, lines = _blocks()[call, argument]
    names = {name for line in lines if (match := _LINE.match(line)) for name in match["names"].split()}
    names -= {_OTHERS, _DEFAULT}
    return {name for name in names if all(_value(head["set"], name, arch) is None for arch in ARCHES)}
