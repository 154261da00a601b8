"""Whether an answer can be given at all to one of the calls that an expression can match."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from seccomp_tui.syscalls import arch, arguments, numbers, prototypes
from seccomp_tui.syscalls.prototypes import Prototype

from .answers import Answer, Kind
from .expression.tree import Expression
from .holding import decide

_RAW = frozenset(f"arg{at}" for at in range(6))
_FILLED = ("out", "inout")
_POKED = ("in", "out", "inout")
_NAMED_MOST = 4
"""So many names a message has at most."""


class AnswerError(ValueError):
    """An answer that none of the calls can get; the message is one line."""


def matched(expression: Expression) -> list[tuple[int, str]]:
    """Return the system calls that an expression can match here: architecture (a token) and name."""
    return [
        (each.token, name)
        for each in arch.supported(arch.native())
        for nr, name in numbers.names(each.token).items()
        if decide(expression, each.token, nr) is not False
    ]


def check(answer: Answer, expression: Expression) -> None:
    """See that some call which the expression can match can get the answer.

    Raises:
        AnswerError: none can; says what there is.
    """
    if not (answer.fills or answer.pokes or answer.kind in (Kind.FD, Kind.PERFORM)):
        return
    calls = matched(expression)
    for contents, verb, directions in ((answer.fills, "fill", _FILLED), (answer.pokes, "poke", _POKED)):
        for content in contents:
            if content.argument not in _RAW:
                _check_argument(content.argument, verb, directions, calls)
    if answer.kind == Kind.FD and not any(_gives_descriptor(prototype) for prototype in _prototypes(calls)):
        raise AnswerError(f"fd: no descriptor is returned by {_listed(calls)}")
    if answer.kind == Kind.PERFORM and not any(prototype.performable for prototype in _prototypes(calls)):
        raise AnswerError(f"perform: the supervisor can't make this call in the target's place: {_listed(calls)}")


def _check_argument(name: str, verb: str, directions: tuple[str, ...], calls: Sequence[tuple[int, str]]) -> None:
    there = dict.fromkeys(each for token, call in calls for each in _pointing(call, token, directions))
    if name in there:
        return
    if not there:
        raise AnswerError(f"{verb} {name}: there is nothing to {verb} in {_listed(calls)}")
    near = difflib.get_close_matches(name, there, 1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    many = "" if len(there) <= _NAMED_MOST else ", .."
    known = ", ".join(list(there)[:_NAMED_MOST])
    raise AnswerError(f"{verb} {name}{hint}: what there is to {verb} in {_listed(calls)} is {known}{many}")


@cache
def _pointing(call: str, token: int, directions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a call's arguments that point to memory, in one of these directions."""
    return tuple(each.name for each in arguments.described(call, token) if each.direction in directions)


def _prototypes(calls: Iterable[tuple[int, str]]) -> Iterator[Prototype]:
    return (prototype for token, call in calls if (prototype := prototypes.find(call, token)))


def _gives_descriptor(prototype: Prototype) -> bool:
    """Tell whether a call may return a descriptor: always, or with one of its operations."""
    return prototype.result == "fd" or bool(prototype.returns.by)


def _listed(calls: Sequence[tuple[int, str]]) -> str:
    names = list(dict.fromkeys(call for _, call in calls))
    if not names:
        return "none: the rule can match no call here"
    return ", ".join(names[:_NAMED_MOST]) + (f" and {len(names) - _NAMED_MOST} others" if names[_NAMED_MOST:] else "")
