"""The sinks that hand on calls by how they ended (strace's -z, -Z, --status) and by what they reach (-P)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from seccomp_tui.policy.answers import Kind
from seccomp_tui.session.recorder import Line, Sink
from seccomp_tui.session.sieve import Sieve
from seccomp_tui.syscalls import numbers, prototypes
from seccomp_tui.syscalls.arch import ARCHES
from seccomp_tui.syscalls.decode import places
from seccomp_tui.syscalls.kinds import Style
from seccomp_tui.syscalls.memory import AT_FDCWD, FILE_MOST, OURS, PATH_MAX, descriptor_address
from seccomp_tui.syscalls.results import errno_of

_UNKNOWN = ("unfinished", "unavailable")
_LOW = 0xFFFFFFFF


class Statuses(Sieve):
    """Hands on the calls that ended in certain ways.

    A call whose result is not known neither succeeded nor failed; whether it did not return, or was only not told of,
    can't be said.

    Args:
        wanted: of `wanted.STATUSES`.
    """

    def __init__(self, sink: Sink, wanted: Iterable[str]) -> None:
        super().__init__(sink)
        self._wanted = frozenset(wanted)
        self._unknown = not self._wanted.isdisjoint(_UNKNOWN)

    def passes(self, line: Line) -> bool:
        """Tell whether the call ended so."""
        failed = has_failed(line)
        if failed is None:
            return self._unknown
        return ("failed" if failed else "successful") in self._wanted


def has_failed(line: Line) -> bool | None:
    """Tell whether a call has failed; None: not known."""
    kind = line.call.kind
    if kind in (Kind.ERRNO, Kind.RETURN, Kind.FD):
        return kind == Kind.ERRNO
    if kind == Kind.PERFORM:
        return errno_of(line.call.value) != 0
    return None if line.result is None else errno_of(line.result.value) != 0


class Paths(Sieve):
    """Hands on the calls that name one of some paths as it stands, or a descriptor that leads to it.

    Args:
        wanted: the paths.
    """

    def __init__(self, sink: Sink, wanted: Iterable[bytes]) -> None:
        super().__init__(sink)
        self._wanted = frozenset(wanted)
        self._named: dict[tuple[int, int], Callable[[Line], Iterable[bytes]] | None] = {}

    def passes(self, line: Line) -> bool:
        """Tell whether the call reaches one of the paths."""
        wanted = self._wanted
        return not wanted.isdisjoint(_links(line)) or not wanted.isdisjoint(self._paths(line))

    def _paths(self, line: Line) -> Iterable[bytes]:
        key = line.call.arch, line.call.nr
        try:
            named = self._named[key]
        except KeyError:
            named = _naming(*key)
            if line.call.nr in numbers.names(line.call.arch):  # a target can make up any other number
                self._named[key] = named
        return named(line) if named else ()


def _links(line: Line) -> Iterable[bytes]:
    """Return where the call's descriptors lead to; the working folder is none of them."""
    folder = descriptor_address(AT_FDCWD)
    return [
        data.split(b"\0", 1)[0]
        for start, data in line.call.segments
        if OURS <= start < OURS | FILE_MOST and start != folder
    ]


def _naming(arch: int, nr: int) -> Callable[[Line], Iterable[bytes]] | None:
    """Return what gives the paths that a call names; None when it names none."""
    known, name = ARCHES.get(arch), numbers.name(arch, nr)
    prototype = prototypes.find(name, arch)
    if known is None or prototype is None:
        return None
    mask = _LOW if known.word == 4 else ~0
    at = [
        place.index
        for place in places(name, prototype, known, Style())
        if place.argument.kind == "path" and place.argument.direction == "in"
    ]

    def named(line: Line) -> Iterable[bytes]:
        args, memory = line.call.args, line.memory
        return [memory.read_string(args[index] & mask, PATH_MAX).rstrip(b"\0") for index in at]

    return named if at else None
