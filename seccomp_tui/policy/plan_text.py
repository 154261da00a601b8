"""What a call that is made in the target's place consists of, in words: what becomes of each argument."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import marshalling, present
from seccomp_tui.syscalls.marshalling import Item, Plan
from seccomp_tui.syscalls.memory import AT_FDCWD, Memory

Row = tuple[str, str]
"""An argument's name, and what is done with it; empty: it is taken as it is."""


def rows(arch: int, nr: int, args: Sequence[int], memory: Memory) -> list[Row]:
    """Return what becomes of each argument of a call.

    Args:
        arch, nr, args: the call.
        memory: of the caller, as it was copied.

    Raises:
        Refused: it can't be made in the target's place; says why.
    """
    plan = marshalling.plan(arch, nr, args, memory)
    known = present.arguments(arch, nr, args, memory).places
    names = {place.index: place.argument.name for place in known}
    if plan.nr != nr:  # it is made by a newer call, whose words stand elsewhere
        names = {}
    named = [(names.get(at, ""), _words(item)) for at, item in enumerate(plan.words)]
    return [row for row in named if row[0] or plan.nr != nr] + _more(plan)


def _words(item: Item) -> str:
    match item:
        case marshalling.Bytes(data):
            return f"{len(data)} bytes, as copied"
        case marshalling.Copy(_, size, copied):
            what = f"{size} bytes" if size >= 0 else "a string"
            return f"{what}, read once more; must begin with the {len(copied)} bytes that were copied"
        case marshalling.Room(_, size, counted):
            return f"{'up to ' if counted else ''}{size} bytes of the outcome are written there"
        case marshalling.Descriptor(number):
            return "its working folder" if number == AT_FDCWD else "a duplicate of its descriptor"
        case marshalling.Path(text, _, base, _):
            return f"as copied, looked up from its {_start(text, base)}"
        case marshalling.Unreadable():
            return "an address that can't be read"
    return ""


def _start(text: bytes, base: int) -> str:
    if text.startswith(b"/"):
        return "root"
    return "working folder" if base == AT_FDCWD else f"descriptor {base}"


def _more(plan: Plan) -> list[Row]:
    if not plan.descriptor:
        return []
    return [("returns", f"a descriptor, which the program gets{', closed at execve' if plan.cloexec else ''}")]
