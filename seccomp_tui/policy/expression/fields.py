"""The fields that an expression can ask for, besides the arguments of the calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.syscalls import arguments, constants, errnos


class Takes(Enum):
    """What a field can be compared with; the value is what messages call it."""

    NUMBER = "a number"
    NAME = "a name"
    TEXT = 'a string in quotes, such as "/etc/hosts"'
    DURATION = "a duration, such as 200ms or 1s"


Names = Callable[[], dict[str, int]]


@dataclass(frozen=True)
class Field:
    """One field.

    Attributes:
        name: as it is written.
        help: what it is, one line.
        example: an expression with it.
        takes: what it is compared with; nothing for one that stands alone, as `startup`.
        names: the words that it may be compared with, and what they mean.
        answered: it is known only once the call has been answered.
        unsigned: it is never negative, so that to ask for less than 0 would be a mistake.
        calls: the calls that may have it; None: every one.
        instead: words that one would expect among the names, and why they are none: what is written instead.
    """

    name: str
    help: str
    example: str
    takes: frozenset[Takes] = frozenset((Takes.NUMBER,))
    names: Names | None = None
    answered: bool = False
    unsigned: bool = False
    calls: Callable[[], frozenset[str]] | None = field(default=None, compare=False)
    instead: Mapping[str, str] = field(default_factory=dict, compare=False)


_NAMES_ONLY = frozenset((Takes.NAME,))
_NUMBER_OR_NAME = frozenset((Takes.NUMBER, Takes.NAME))
_TEXT = frozenset((Takes.TEXT,))
_NUMBER_OR_TEXT = frozenset((Takes.NUMBER, Takes.TEXT))
_DURATION = frozenset((Takes.DURATION,))
_ANY = frozenset((Takes.NUMBER, Takes.NAME, Takes.TEXT))


@cache
def errno_names() -> dict[str, int]:
    """Return the names of all errnos, also those that only a tracer sees."""
    names = {errnos.name(number): number for number in errnos.RESTARTS}
    names |= {errnos.name(number): number for number in errnos.ALL}
    aliases = {name: number for name in ("EWOULDBLOCK", "ENOTSUP", "EDEADLOCK") if (number := errnos.number(name))}
    return names | aliases


def _lower(values: Iterable[State | Kind]) -> dict[str, int]:
    return {value.name.lower(): int(value) for value in values}


def _states() -> dict[str, int]:
    return _lower(State)


def _answers() -> dict[str, int]:
    return _lower(kind for kind in Kind if kind not in (Kind.NONE, Kind.FILL, Kind.HOLD))


def _families() -> dict[str, int]:
    return constants.table("family").names


_ADDRESSED = ("sockaddr", "msghdr")


def _addressed() -> frozenset[str]:
    return arguments.calls_with_kind(*_ADDRESSED)


_FIELDS = (
    Field("pid", "process id of the caller", "pid == 1234", unsigned=True),
    Field("tid", "thread id of the caller", "tid == 1234", unsigned=True),
    Field("comm", "name of the calling thread, as ps shows it", 'comm == "curl"', _TEXT),
    Field("exe", "file that the caller runs", 'exe glob "/usr/bin/*"', _TEXT),
    Field("container", "id of the container that calls", 'container == "web1"', _TEXT),
    Field("container_name", "name of the container that calls, as it was announced", 'container_name ~ "^web/"', _TEXT),
    Field("metadata", "what the container's profile has sent along: its listenerMetadata", 'metadata has "lab"', _TEXT),
    Field(
        "path",
        "first path that the call names, as the program has written it",
        'path ~ "^/etc/"',
        _TEXT,
        calls=lambda: arguments.calls_with_kind("path"),
    ),
    Field(
        "fd",
        "descriptor that the call acts on: its first",
        "write and fd == 1",
        calls=lambda: arguments.calls_with_kind("fd", "module_fd"),
    ),
    Field(
        "port",
        "port of the internet address that the call names",
        "connect and port in (80, 443)",
        unsigned=True,
        calls=_addressed,
    ),
    Field(
        "addr",
        "address that the call names: of the internet, or of a unix socket its path (of an abstract one with @ in"
        " front); in calls without such an address the argument of this name",
        'addr glob "127.*"',
        _NUMBER_OR_TEXT,
        calls=lambda: _addressed() | arguments.calls_with("addr"),
    ),
    Field(
        "family",
        "family of the socket, or of the address",
        "family == AF_INET6",
        _NUMBER_OR_NAME,
        _families,
        calls=lambda: _addressed() | arguments.calls_with("domain"),
    ),
    Field("text", "the call as it is printed, without its result", 'text has "O_CREAT"', _TEXT, answered=True),
    Field("startup", "the call belongs to the start of a program: loader, C library", "not startup", frozenset()),
    *(Field(f"arg{at}", f"argument {at} as the raw word", f"arg{at} == 0x1000", unsigned=True) for at in range(6)),
    Field("state", "where the call stands", "state == gone", _NAMES_ONLY, _states, answered=True),
    Field(
        "answer",
        "what the call was answered with; a fill counts as the return that goes with it",
        "answer == errno",
        _NAMES_ONLY,
        _answers,
        answered=True,
        instead={
            "fill": "a fill is recorded as the return that goes with it: answer == return",
            "hold": "it is none that a call gets; what is held now: state == held",
        },
    ),
    Field(
        "errno", "the error that the call failed with", "errno == ENOENT", _NUMBER_OR_NAME, errno_names, answered=True
    ),
    Field("return", "what the call returned; -1 when it failed", "read and return == 0", answered=True),
    Field("held", "how long the call was held", "held > 1s", _DURATION, answered=True),
    Field("rule", "number of the rule that answered", "rule == 2", answered=True, unsigned=True),
    Field(
        "time", "how long the call took, from when it was let go to its return", "time > 10ms", _DURATION, answered=True
    ),
)

FIELDS: dict[str, Field] = {each.name: each for each in _FIELDS}
"""All fields by name. Where an argument has the same name, the field is meant."""


@cache
def argument(name: str) -> Field | None:
    """Return the argument `name` as a field; None when no call has one of that name."""
    if not arguments.calls_with(name):
        return None
    return Field(
        name,
        "an argument",
        f"{name} == 0",
        _ANY,
        lambda: dict.fromkeys(sorted(arguments.constants_of(name)), 0),
        calls=lambda: arguments.calls_with(name),
    )


def find(name: str) -> Field | None:
    """Return the field or argument of this name."""
    return FIELDS.get(name) or argument(name)


def all_names() -> list[str]:
    """Return the names of all fields and arguments."""
    return list(dict.fromkeys((*FIELDS, *sorted(arguments.all_names()))))
