"""Whether a call asks for a descriptor that is closed at an execve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from . import arguments, numbers
from .memory import Memory

_ASKING = ("flags", "type")
"""The arguments that say so, in whatever call."""
_SUFFIX = "_CLOEXEC"
_HOW_AT, _FLAGS_SIZE = 2, 8
"""Of openat2(2): its struct open_how, which begins with the flags."""
_O_CLOEXEC = 0o2000000
_ALWAYS = ("pidfd_open", "pidfd_getfd", "landlock_create_ruleset")


def asks_for_cloexec(arch: int, nr: int, args: Sequence[int], memory: Memory) -> bool:
    """Tell whether a call asks for a descriptor that is closed at an execve.

    Args:
        arch, nr, args: the call.
        memory: of the caller.
    """
    name = numbers.name(arch, nr)
    if name == "openat2":
        return bool(int.from_bytes(memory.read(args[_HOW_AT], _FLAGS_SIZE), "little") & _O_CLOEXEC)
    if name in _ALWAYS:
        return True
    described = arguments.find(arch, nr)
    words = described.words(args)
    for argument in _ASKING:
        value = described.find(argument, words)
        for constant in _constants(argument) if value is not None else ():
            bits = value.bits(constant, words) if value is not None else None
            if bits is not None and value is not None and value.number(words) & bits[1] == bits[0]:
                return True
    return False


@cache
def _constants(argument: str) -> tuple[str, ...]:
    return tuple(name for name in arguments.constants_of(argument) if name.endswith(_SUFFIX))
