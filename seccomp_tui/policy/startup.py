"""Which calls belong to the start-up of a program rather than to what it is run for.

Two kinds: the *phase* from execve until the process first names one of its own arguments or acts outside the places
where loaders and C libraries look; and, at any later time, the C library's own *errands* (name service, locales),
which a program that was asked for something else makes by the dozen. Both are judged by copied paths only, and only
calls that merely look count: to write, remove or rename in such a place is never start-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from seccomp_tui.syscalls import numbers, prototypes, sets
from seccomp_tui.syscalls.memory import Segment, of_memory

_ERRANDS = re.compile(
    rb"/usr/share/(?:locale|locale-langpack|zoneinfo)/|/usr/lib/locale/|/usr/lib(?:32|64)?/(?:[^/]+/)?gconv/"
    rb"|(?:/etc/(?:locale\.alias|localtime|nsswitch\.conf|passwd|group|ld\.so\.cache)|(?:/var)?/run/nscd/socket)\Z"
)
"""What the C library looks up for itself at any time."""

_LOADER = re.compile(
    rb"(?:/usr)?/lib(?:32|64|x32)?/|/etc/ld(?:\.so\.|-musl-)|/etc/selinux/|/sys/devices/system/cpu|/proc/sys/"
    rb"|(?:/sys/fs/selinux|/selinux|/proc/filesystems|/proc/mounts|/dev/urandom"
    rb"|/proc/self/(?:maps|status|stat|auxv|exe|mounts|mountinfo|cgroup)"
    rb"|/.*/(?:glibc-hwcaps(?:/.*)?|[^/]+\.so(?:\.[^/]+)?))\Z",  # libraries of programs that bring their own
    re.DOTALL,
)
"""What is only expected while a program starts."""

_LOOKING = re.compile(
    r"f?access(?:at2?)?|l?stat(?:64)?|newfstatat|fstatat64|statx|statfs(?:64)?|readlink(?:at)?|l?getxattr|connect"
)
"""Calls that change nothing at what they name. `open` and `openat` are looked at by their flags."""
_OPENING = frozenset(("open", "openat"))
_WRITING = 0o3 | 0o100 | 0o1000
"""O_ACCMODE, O_CREAT, O_TRUNC: the same on all architectures that we know."""

_ELSEWHERE = b"\0elsewhere"
"""Stands for what is no path, could not be read, or is not merely looked at: never a place of the start-up."""

Names = Callable[[Sequence[int], Sequence[Segment]], list[bytes]]


class Reach(NamedTuple):
    """What a system call reaches beyond its own process.

    Attributes:
        names: gives the paths and addresses that a call names, from what was copied; None when it can name none.
        acts: reaches others without naming them (fork, wait, kill, send on a connected socket).
        prepares: makes a socket, which reaches nobody until it gets an address.
    """

    names: Names | None
    acts: bool
    prepares: bool


def reach(arch: int, nr: int) -> Reach:
    """Return what system call `nr` of `arch` reaches."""
    name = numbers.name(arch, nr)
    prototype = prototypes.find(name, arch)
    arguments = (prototype and prototype.arguments) or ()
    paths = [i for i, argument in enumerate(arguments) if argument.kind == "path"]
    addresses = [
        i for i, argument in enumerate(arguments) if argument.kind == "sockaddr" and argument.direction == "in"
    ]
    names = _naming(paths, addresses, _intent(name, arguments)) if paths or addresses else None
    prepares = name in ("socket", "socketpair")
    grouped = nr in sets.members("%process", arch) or nr in sets.members("%network", arch)
    return Reach(names, acts=grouped and names is None and not prepares, prepares=prepares)


class Startup:
    """The start-up of one program in one process.

    Args:
        argv: its arguments, the program's name first; None for a process that was forked, not exec'd.

    Attributes:
        starting: the phase still lasts.
    """

    __slots__ = ("__weakref__", "_own", "starting")

    def __init__(self, argv: Sequence[bytes] | None) -> None:
        self.starting = argv is not None
        self._own = frozenset(argv[1:]) if argv else frozenset()

    def goes_on(self, reach: Reach, args: Sequence[int], segments: Sequence[Segment]) -> bool:
        """Look at the next call of the process and return whether it still belongs to the phase."""
        if self.starting and (
            reach.acts or (reach.names is not None and not self._within(reach.names(args, segments), starting=True))
        ):
            self.starting = False
        return self.starting

    def errand(self, reach: Reach, args: Sequence[int], segments: Sequence[Segment]) -> bool:
        """Return whether a call after the phase is one of the C library's own errands."""
        if reach.names is None:
            return reach.prepares
        return self._within(reach.names(args, segments), starting=False)

    def _within(self, named: list[bytes], *, starting: bool) -> bool:
        return all(
            path not in self._own
            and b"/.." not in path
            and (_ERRANDS.match(path) is not None or (starting and _LOADER.match(path) is not None))
            for path in named
        )


def argv_of(args: Sequence[int], segments: Sequence[Segment], position: int, word: int) -> list[bytes]:
    """Return the argument strings that an execve names, as far as they were copied.

    Args:
        position: which argument is argv (1 for execve, 2 for execveat).
        word: size of a pointer in bytes.
    """
    copied = dict(of_memory(segments))
    array = copied.get(args[position], b"")
    pointers = (int.from_bytes(array[at : at + word], "little") for at in range(0, len(array) - word + 1, word))
    return [copied.get(pointer, b"").rstrip(b"\0") for pointer in pointers if pointer]


def _intent(name: str, arguments: Sequence[prototypes.Argument]) -> Callable[[Sequence[int]], bool]:
    """Return what tells from its registers whether a call only looks at what it names."""
    if name in _OPENING:
        at = next(i for i, argument in enumerate(arguments) if argument.name == "flags")
        return lambda args: not args[at] & _WRITING
    looking = _LOOKING.fullmatch(name) is not None
    return lambda args: looking


def _naming(paths: list[int], addresses: list[int], looks: Callable[[Sequence[int]], bool]) -> Names:
    def names(args: Sequence[int], segments: Sequence[Segment]) -> list[bytes]:
        if not looks(args):
            return [_ELSEWHERE]
        copied = dict(of_memory(segments))
        # An empty path names nothing: the call looks at a descriptor that is open already (AT_EMPTY_PATH).
        named = [copied.get(args[i], _ELSEWHERE).rstrip(b"\0") for i in paths if args[i]]
        return [path for path in named if path] + [_address(copied.get(args[i], b"")) for i in addresses]

    return names


def _address(raw: bytes) -> bytes:
    """Return the path of a unix socket address; any other, and none at all, is elsewhere."""
    if int.from_bytes(raw[:2], "little") != 1:
        return _ELSEWHERE
    return raw[2:].split(b"\0", 1)[0] or _ELSEWHERE
