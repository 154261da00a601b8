"""System calls after which something of the program can't be seen any more, or that don't work under us."""

from __future__ import annotations

from collections.abc import Sequence

RING, FILTER, LISTENER = "io_uring", "filter", "listener"
NOTICED = frozenset(("io_uring_setup", "seccomp", "prctl"))
"""The calls that need a closer look."""
EXPLAINED = {
    RING: (
        "what it does by this ring does not trap and can't be seen; most programs do without one when this fails with"
        " ENOSYS"
    ),
    FILTER: (
        "a filter of its own: what that lets fail, traps or kills never comes here; where it would log or trace, our"
        " answer counts instead"
    ),
    LISTENER: (
        "it asks for a listener of its own: the kernel has one in a chain of filters, which is ours, so this fails with"
        " EBUSY"
    ),
}
"""What is to be known of each, where such a call is shown."""

_SET_MODE_STRICT, _SET_MODE_FILTER, _NEW_LISTENER, _PR_SET_SECCOMP = 0, 1, 8, 22
_LOW = 0xFFFF_FFFF


def asks_for(name: str, args: Sequence[int]) -> str:
    """Return what a call asks for: a key of `EXPLAINED`, empty for nothing of the kind."""
    if name == "io_uring_setup":
        return RING
    if name == "prctl":
        return FILTER if args[0] & _LOW == _PR_SET_SECCOMP and args[1] else ""
    if name != "seccomp" or args[0] & _LOW not in (_SET_MODE_STRICT, _SET_MODE_FILTER):
        return ""
    if args[0] & _LOW == _SET_MODE_FILTER and not args[2]:
        return ""  # a question whether the kernel knows the flags
    return LISTENER if args[1] & _NEW_LISTENER else FILTER
