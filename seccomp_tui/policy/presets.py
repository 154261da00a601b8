"""Return values worth offering for a call that is not made: what the kernel would plausibly say, and errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seccomp_tui.syscalls import errnos, present, prototypes
from seccomp_tui.syscalls.memory import Memory

ERRNOS_MOST = 4
_EPERM = 1
FIRST_FREE = 3
"""Behind the standard streams."""
_DESCRIPTORS = ("fd", "dirfd")
_SIZES = ("size",)
_SIZE_MOST = 1 << 31

Preset = tuple[str, str]
"""A value as it is typed, and what it means."""


def presets(arch: int, nr: int, args: Sequence[int], memory: Memory) -> list[Preset]:
    """Return values that a call may return, those that are no error first.

    Args:
        arch, nr, args: the call.
        memory: of the caller, as it was copied.
    """
    call = present.arguments(arch, nr, args, memory)
    prototype = prototypes.find(call.name, arch)
    kind = prototype.result if prototype is not None else "int"
    values = list(_plausible(kind, call))
    failures = dict.fromkeys([*errnos.likely(call.name)[:ERRNOS_MOST], _EPERM])
    values += [(f"-{errnos.name(number)}", f"fails: {errnos.describe(number)}") for number in failures]
    first: dict[str, Preset] = {}
    for each in values:
        first.setdefault(each[0], each)
    return list(first.values())


def _plausible(kind: str, call: present.Present) -> Iterator[Preset]:
    if kind == "fd":
        yield str(FIRST_FREE), "a number; no descriptor is opened"
        given = {place.argument.name: call.words[place.index] for place in call.places}
        yield from (
            (str(word), f"the number that {name} has")
            for name, word in given.items()
            if name in _DESCRIPTORS and word < FIRST_FREE
        )
        return
    if kind == "size":
        for place in call.places:
            size = call.words[place.index]
            if place.argument.kind in _SIZES and 0 < size < _SIZE_MOST:
                yield str(size), f"all of it: {place.argument.name} is {size}"
                if size > 1:
                    yield str(size // 2), "half of it: programs must go on with the rest"
        yield "0", "nothing: at the end of a file or stream"
        return
    if kind == "pid":
        yield "1000", "the number of a process; there need be none"
        yield "0", "as a child sees it, or: nothing to report"
        return
    if kind in ("uid", "gid"):
        yield "0", "root"
        yield "1000", "an ordinary user"
        return
    if kind in ("addr", "ptr"):
        yield "0", "no address: a program that follows it dies of SIGSEGV"
        return
    yield "0", "success; nothing has happened"
    yield "1", "one"
