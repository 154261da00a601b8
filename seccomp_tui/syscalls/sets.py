"""Which system calls an `-e trace=` names: strace's grammar, for the filter and for expressions.

open,close   %file   file   %%stat   /regex   ?maybe   !not,these   all   none   read@32   2@64
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import numbers, posix_regex, prototypes
from .arch import AARCH64, I386, X86_64, Arch

BARE = ("desc", "file", "memory", "process", "signal", "ipc", "network")
"""Sets that may be named without `%`, as older straces did."""
_ALIASES = {"net": "network"}
MULTIPLEXED = {"send": "socketcall", "recv": "socketcall"}
"""i386 calls that exist only as an operation of another one."""
_SUFFIXES = {"64": (X86_64, AARCH64), "32": (I386,), "x32": ()}
_TOKEN = re.compile(r"(?P<maybe>\?*)(?P<what>.*?)(?:@(?P<suffix>[^@]*))?$", re.DOTALL)


class TraceError(ValueError):
    """An `-e trace=` that strace would refuse; the message is strace's, with the nearest name that would do."""


@dataclass(frozen=True, slots=True)
class Selection:
    """System calls picked by an `-e trace=`.

    Attributes:
        numbers: the numbers by architecture token, for each architecture asked for.
        everything: all calls are meant, also those our tables don't know.
    """

    numbers: dict[int, frozenset[int]]
    everything: bool


def members(set_name: str, arch: int) -> frozenset[int]:
    """Return the numbers of the calls in a set: `file`, `%file` or `%%stat`; empty for an unknown set."""
    group = set_name.removeprefix("%")
    names = prototypes.sets().get(_ALIASES.get(group, group), frozenset())
    return frozenset(nr for name in names if (nr := numbers.number(arch, name)) is not None)


def parse(text: str, arches: Sequence[Arch]) -> Selection:
    """Return what `text`, the part after `trace=`, selects on the architectures.

    Raises:
        TraceError: a name, set or number that there isn't, or a regular expression without a match.
    """
    listed = text.lstrip("!")
    negated = (len(text) - len(listed)) % 2 == 1
    if listed in ("all", "none"):
        everything = (listed == "all") != negated
        return Selection({arch.token: _all(arch) if everything else frozenset() for arch in arches}, everything)
    chosen: dict[int, set[int]] = {arch.token: set() for arch in arches}
    tokens = [token for token in listed.split(",") if token]
    if not tokens:
        raise _unknown(listed or text, arches)
    for token in tokens:
        _add(token, arches, chosen)
    if negated:
        return Selection({arch.token: _all(arch) - chosen[arch.token] for arch in arches}, False)
    return Selection({token: frozenset(found) for token, found in chosen.items()}, False)


def _all(arch: Arch) -> frozenset[int]:
    return frozenset(numbers.names(arch.token))


def _add(token: str, arches: Sequence[Arch], chosen: dict[int, set[int]]) -> None:
    """Add what one item of the list names."""
    match = _TOKEN.match(token)
    suffix = match["suffix"] if match else None
    if not match or (suffix is not None and suffix not in _SUFFIXES):
        message = f"incorrect personality designator '{suffix}' in qualification '{token}'"
        raise TraceError(message)
    wanted = [arch for arch in arches if suffix is None or arch in _SUFFIXES[suffix]]
    found = False
    for arch in wanted:
        calls = _find(match["what"], arch)
        chosen[arch.token] |= calls
        found = found or bool(calls)
    if not found and not match["maybe"] and suffix != "x32" and not _is_set(match["what"]):
        raise _unknown(token.lstrip("?"), arches)


def _is_set(what: str) -> bool:
    if what.startswith("%"):
        group = what[1:]
        return _ALIASES.get(group, group) in prototypes.sets()
    return what in BARE or what == "all"


def _find(what: str, arch: Arch) -> frozenset[int]:
    """Return the numbers that one name, number, set or regular expression stands for."""
    if what.isascii() and what.isdigit():
        return frozenset({int(what)}) & _all(arch) if len(what) < 10 else frozenset()
    if what.startswith("/"):
        return frozenset(_matching(what[1:], arch))
    if what == "all":
        return _all(arch)
    if _is_set(what):
        return members(what, arch.token)
    number = numbers.number(arch.token, what)
    if number is None and arch == I386 and what in MULTIPLEXED:
        number = numbers.number(arch.token, MULTIPLEXED[what])
    return frozenset() if number is None else frozenset({number})


def _matching(expression: str, arch: Arch) -> Iterator[int]:
    """Yield the calls whose name has a match of a POSIX extended regular expression."""
    by_name = {name: number for number, name in numbers.names(arch.token).items()}
    try:
        return (by_name[name] for name in list(posix_regex.matching(expression, by_name)))
    except posix_regex.RegexError as error:
        message = f"regcomp: {expression}: {error}"
        raise TraceError(message) from None


def _unknown(token: str, arches: Sequence[Arch]) -> TraceError:
    """Return strace's error for `token`, with the nearest name."""
    groups = [f"%{group}" for group in prototypes.sets()]
    names = [name for arch in arches for name in numbers.names(arch.token).values()]
    near = difflib.get_close_matches(token, groups if token.startswith("%") else names, 1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    if not near and token.startswith("%"):
        hint = f" (the sets are {' '.join(groups)})"
    return TraceError(f"invalid system call '{token}'{hint}")
