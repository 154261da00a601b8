"""How a call would be made in the target's place: where, as whom, and what forbids it."""

from __future__ import annotations

import errno
import os

from seccomp_tui.kernel.credentials import NAMESPACES, Credentials, Standing, standing
from seccomp_tui.supervisor import rights
from seccomp_tui.supervisor.wire import Foreseen, Standpoint
from seccomp_tui.syscalls import constants

_NAMES_MOST = 3
"""So many capabilities are named; of more it is told how many."""


def foreseen(seq: int, tid: int, name: str) -> Foreseen:
    """Return how call `seq` of thread `tid`, of system call `name`, would be made. Reads /proc, and never raises."""
    try:
        theirs, ours = standing(tid), standing(os.getpid())
        root, cwd = (os.fsencode(os.readlink(f"/proc/{tid}/{link}")) for link in ("root", "cwd"))
    except (OSError, KeyError, ValueError) as error:
        why = f"the target can't be looked at ({os.strerror(getattr(error, 'errno', None) or errno.EIO)})"
        return Foreseen(seq, Standpoint([], why), Standpoint([], why))
    points = []
    for privileged in (False, True):
        why = rights.to_enter(theirs, ours, privileged)
        why = why or (rights.to_call(name, ours) if privileged else "")
        points.append(Standpoint(_rows(theirs, ours, root, cwd, privileged), why))
    return Foreseen(seq, *points)


def _rows(theirs: Standing, ours: Standing, root: bytes, cwd: bytes, privileged: bool) -> list[tuple[str, bytes]]:
    who = ours.credentials if privileged else theirs.credentials
    same_root = b"the same as ours" if theirs.root == ours.root else b"not ours"
    return [
        ("root folder", root + b"  (" + same_root + b")"),
        ("working folder", cwd),
        ("namespaces", _namespaces(theirs, ours, privileged).encode()),
        ("user", _user(who).encode()),
        ("capabilities", _capabilities(who.effective).encode()),
        ("umask", f"{theirs.umask:03o}".encode()),
    ]


def _namespaces(theirs: Standing, ours: Standing, privileged: bool) -> str:
    entered = [
        name
        for name, their, own in zip(NAMESPACES, theirs.namespaces, ours.namespaces, strict=True)
        if their != own and not (privileged and name == "user")
    ]
    return f"enters the target's {', '.join(entered)}" if entered else "the same as ours"


def _user(who: Credentials) -> str:
    groups = f", groups {' '.join(map(str, who.supplementary))}" if who.supplementary else ""
    return f"uid {who.users[1]}, gid {who.groups[1]}{groups}"


def _capabilities(bits: int) -> str:
    known = constants.table("capability").names
    held = [name for name, number in known.items() if bits >> number & 1]
    if len(held) == len(known):
        return "all"
    if len(held) > _NAMES_MOST:
        return f"{len(held)} of {len(known)}"
    return ", ".join(held) or "none"
