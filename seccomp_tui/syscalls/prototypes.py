"""The table of prototypes (prototypes.txt), parsed line by line when a call is first asked for.

Importing this module reads nothing. The grammar is described at the top of the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .arch import ARCHES

_FILE = Path(__file__).with_name("prototypes.txt")
_HEAD = re.compile(r"(?:(?P<arches>[\w,]+):)?(?P<name>\w+)")
_RESULT = re.compile(
    r"(?P<kind>\w+)(?:\[(?P<same>\w+)\])?(?: by (?P<by>\w+))?"
    r"(?: as (?:(?P<word>\w+): )?(?P<meaning>\w+(?:\[[^]]*\])?))?"
)
RESULT = "return"
"""The result, where it is named as an argument is."""
_READ = ("path", "string")
"""Kinds that are always read: the table leaves `in` out."""
_SET = re.compile(r"@(%?\w+)")
_ARGUMENT = re.compile(
    r"(?P<name>\w+): (?:(?P<direction>in|out|inout) )?(?P<kind>\w+)(?:\[(?P<options>[^]]*)\])?"
    r"(?: (?P<by>\w+))??(?: (?P<when>if|unless) (?P<subject>\w+) (?P<test>has|in|is|>) (?P<operand>[\w|]+))?$"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """When an argument is there at all.

    Attributes:
        argument: name of the argument that decides.
        test: "has" (flags), "in" (one of), "is" (file type), ">".
        operands: names of constants, or one number.
        negated: written with `unless`.
    """

    argument: str
    test: str
    operands: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a system call.

    Attributes:
        name: as in the man page.
        kind: what it means: "fd", "path", "flags", ...; "by" where another argument decides.
        direction: "in", "out" or "inout" for memory, "" for a plain value.
        options: set of constants, or the arguments that hold a length; for "by" the deciding argument.
        condition: None when it is always there.
    """

    name: str
    kind: str
    direction: str = ""
    options: tuple[str, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a call returns.

    Attributes:
        kind: how the number is written, and its type in C; "" when it never returns or is not described.
        same: the argument that a new descriptor leads to the same file as.
        by: the argument that decides on another result (operations.txt).
        word: stands before the meaning.
        meaning: what is shown in parentheses, as if the result were an argument.
    """

    kind: str = ""
    same: str = ""
    by: str = ""
    word: str = ""
    meaning: Argument | None = None


@dataclass(frozen=True, slots=True)
class Prototype:
    """What is known of a system call.

    Attributes:
        name: its name.
        arguments: in order; None when they are not described.
        returns: its result.
        sets: strace's sets it is in, "%stat" for %%stat.
        fails: errnos of the man page worth offering.
        performable: the supervisor can make this very call in the target's place.
    """

    name: str
    arguments: tuple[Argument, ...] | None
    returns: Result
    sets: frozenset[str]
    fails: tuple[str, ...]
    performable: bool = False

    @property
    def result(self) -> str:
        """Kind of the result."""
        return self.returns.kind


@cache
def _lines() -> dict[str, list[tuple[str, str]]]:
    """Return for each call its unread lines, each with the architectures it is for."""
    lines: dict[str, list[tuple[str, str]]] = {}
    for line in _FILE.read_text(encoding="ascii").splitlines():
        match = _HEAD.match(line)
        if match:
            lines.setdefault(match["name"], []).append((match["arches"] or "", line[match.start("name") :]))
    return lines


def find(name: str, arch: int | None = None, through: str = "") -> Prototype | None:
    """Return the prototype of the call `name` as it is on an architecture (a token); None for an unknown name.

    Without an architecture the general line wins; `through` a multiplexer its own does.
    """
    candidates = _lines().get(name)
    if not candidates:
        return None
    machine = ARCHES[arch].name if arch in ARCHES else ""
    general = candidates[0][1]
    for arches, line in candidates:
        if through and through in arches.split(","):
            return _parse(line)
        if machine and machine in arches.split(","):
            return _parse(line)
        if not arches:
            general = line
    return _parse(general)


def all_names() -> list[str]:
    """Return the names of all calls in the table."""
    return list(_lines())


@cache
def sets() -> dict[str, frozenset[str]]:
    """Return for each set of strace the names of its calls, on whatever architecture."""
    members: dict[str, set[str]] = {}
    for name, candidates in _lines().items():
        for group in _SET.findall(candidates[-1][1]):
            members.setdefault(group, set()).add(name)
    return {group: frozenset(names) for group, names in members.items()}


@cache
def _parse(line: str) -> Prototype:
    """Read one line of the table, without the architectures in front."""
    rest, _, fails = line.partition(" fails ")
    head, _, tail = rest.rpartition(")") if ")" in rest else ("", "", rest)
    name, opened, inside = head.partition("(") if head else (rest.split()[0], "", "")
    _, arrow, result = tail.partition("-> ")
    return Prototype(
        name=name,
        arguments=parse_arguments(inside) if opened else None,
        returns=parse_result(result) if arrow else Result(),
        sets=frozenset(_SET.findall(tail)),
        fails=tuple(fails.split()),
        performable="performable" in tail.split(),
    )


def parse_result(text: str) -> Result:
    """Return a result, written `kind[argument] by argument as word: meaning[options]`; what follows does not count.

    Raises:
        ValueError: it is written otherwise.
    """
    match = _RESULT.match(text)
    if not match:
        message = f"bad result: {text}"
        raise ValueError(message)
    meaning = parse_argument(f"{RESULT}: {match['meaning']}") if match["meaning"] else None
    word = (match["word"] or "").replace("_", " ")
    return Result(match["kind"], match["same"] or "", match["by"] or "", word, meaning)


def parse_arguments(inside: str) -> tuple[Argument, ...]:
    """Return the arguments between the parentheses of a line."""
    return tuple(parse_argument(text) for text in re.split(r", (?![^\[]*\])", inside) if text)


def parse_argument(text: str) -> Argument:
    """Return one argument, written `name: kind[options]` and so on.

    Raises:
        ValueError: it is written otherwise.
    """
    match = _ARGUMENT.match(text)
    if not match:
        message = f"bad argument: {text}"
        raise ValueError(message)
    condition = None
    if match["when"]:
        operands = tuple(match["operand"].split("|"))
        condition = Condition(match["subject"], match["test"], operands, match["when"] == "unless")
    direction = match["direction"] or ("in" if match["kind"] in _READ else "")
    options = tuple((match["options"] or match["by"] or "").split(", ")) if match["options"] or match["by"] else ()
    return Argument(match["name"], match["kind"], direction, options, condition)
