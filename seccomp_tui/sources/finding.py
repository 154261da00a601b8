"""Which listener is meant by a process: one that it holds, or one that it answers to."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import NamedTuple

from seccomp_tui.kernel import holders
from seccomp_tui.syscalls.text import escape

_OURS = "seccomp-tui"
OUR_SUPERVISOR = "stui-supervisor"
_MOST_NAMED = 4
_WITHOUT_PTRACE = "a filter is put on a process by itself, or by ptrace, which this program does not use"


class CantAttach(Exception):
    """There is nothing to attach to, or we may not; the text is one line that says why.

    Attributes:
        ours: it is not the user's choice that is wrong: we failed, or lack a right.
    """

    def __init__(self, text: str, *, ours: bool = False) -> None:
        super().__init__(text)
        self.ours = ours


class Found(NamedTuple):
    """A listener that another process holds.

    Attributes:
        pid: of the process that receives from it, as far as can be told.
        fd: its descriptor there.
        others: further processes that hold the same one.
        name: the process's name, untrusted.
        note: how it was found, where that is not what the user has said; else empty.
    """

    pid: int
    fd: int
    others: tuple[int, ...]
    name: str
    note: str = ""


def find(pid: int, fd: int | None = None) -> Found:
    """Return the listener of process `pid`, or the one that it answers to.

    Args:
        fd: its descriptor; None: there must be but one.

    Raises:
        CantAttach: there is none, there are several, or we have no right.
    """
    try:
        groups = holders.listeners(pid)
        if fd is None and not groups:
            return _of_target(pid)
        return _held(pid, _chosen(pid, groups, fd))
    except ProcessLookupError:
        raise CantAttach(f"there is no process {pid}") from None
    except holders.NotAllowed as error:
        raise CantAttach(f"can't look into {named(pid)}: {error}", ours=True) from None


def take(found: Found) -> int:
    """Return our own duplicate of a listener.

    Raises:
        CantAttach: we have no right, it was closed meanwhile, or we run under its filter ourselves.
    """
    if _is_over_us({found.pid, *found.others}):
        raise CantAttach(
            f"we run below {named(found.pid)}, under its filter, and would wait for ourselves: attach from elsewhere"
        )
    try:
        return holders.take(found.pid, found.fd)
    except holders.NotAllowed as error:
        raise CantAttach(f"can't take the listener of {named(found.pid)}: {error}", ours=True) from None
    except OSError as error:
        raise CantAttach(f"can't take the listener of {named(found.pid)}: {error.strerror}", ours=True) from None


def _chosen(pid: int, groups: Sequence[tuple[int, ...]], fd: int | None) -> int:
    if fd is not None:
        if any(fd in group for group in groups):
            return fd
        there = f"its listeners: {_listed(groups)}" if groups else "it holds none"
        raise CantAttach(f"descriptor {fd} of {named(pid)} is no listener; {there}")
    if len(groups) > 1:
        raise CantAttach(
            f"{named(pid)} holds {len(groups)} listeners: {_listed(groups)}; choose one: --fd {groups[0][0]}"
        )
    return groups[0][0]


def _listed(groups: Sequence[tuple[int, ...]]) -> str:
    """Return descriptors; those with = between them are the same listener."""
    return ", ".join("=".join(map(str, group)) for group in groups)


def _held(pid: int, fd: int, note: str = "") -> Found:
    """Return a listener that `pid` holds; of a seccomp-tui the supervisor is meant, which is the one that receives."""
    everywhere = holders.holders()
    sharing = {
        other: theirs
        for other, fds in everywhere.items()
        for theirs in fds
        if other not in (pid, os.getpid()) and holders.same(pid, fd, other, theirs)
    }
    name, _ = holders.command(pid)
    if name == _OURS:
        for other, theirs in sharing.items():
            if holders.command(other)[0] == OUR_SUPERVISOR:
                others = (pid, *(each for each in sharing if each != other))
                return Found(other, theirs, others, OUR_SUPERVISOR, note)
    return Found(pid, fd, tuple(sharing), name, note)


def _of_target(pid: int) -> Found:
    """Return the listener of the seccomp-tui that a process is a target of.

    Raises:
        CantAttach: it is no such target; the text says what it may answer to.
    """
    mode, filters = holders.under(pid)
    if mode < 1:
        raise CantAttach(
            f"{named(pid)} holds no listener and runs under no filter: {_WITHOUT_PTRACE}; start it anew under us,"
            f" or use strace -p {pid}"
        )
    above = _above(pid, filters)
    for other in above:
        if holders.command(other)[0] == _OURS:
            fds = holders.listeners(other)
            if len(fds) == 1:
                return _held(other, fds[0][0], f"{named(pid)} is a target of seccomp-tui {other}")
    found = holders.holders()
    likely = [*above, *(each for each in found if each not in above)]
    if not likely:
        raise CantAttach(
            f"{named(pid)} holds no listener, and no process that we may look into does; it runs under a filter"
            f" without one, and {_WITHOUT_PTRACE}"
        )
    some = ", ".join(named(each) for each in likely[:_MOST_NAMED]) + (", .." if len(likely) > _MOST_NAMED else "")
    raise CantAttach(
        f"{named(pid)} holds no listener; it runs under a filter, and may answer to {some}: the kernel does not tell"
        f" to which; name that one: seccomp-tui attach {likely[0]}"
    )


def _above(pid: int, filters: int) -> list[int]:
    """Return the holders of listeners above a process that are not under all of its filters, nearest first."""
    found = holders.holders()
    return [each for each in holders.ancestors(pid) if each in found and 0 <= holders.under(each).filters < filters]


def _is_over_us(pids: Collection[int]) -> bool:
    """Tell whether one of these processes is above us, and is not under all filters that we are under."""
    ours = holders.under(os.getpid()).filters
    above = set(holders.ancestors(os.getpid()))
    return any(0 <= holders.under(pid).filters < ours for pid in pids if pid in above)


def named(pid: int) -> str:
    """Return a process as messages name it; its name is escaped."""
    name, _ = holders.command(pid)
    return f"process {pid} ({escape(os.fsencode(name))})" if name else f"process {pid}"
