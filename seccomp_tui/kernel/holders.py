"""Listeners that other processes hold: which there are, whose they are, and how to get one.

What a descriptor is stands in its link in /proc/PID/fd, which can be read but not opened; pidfd_getfd(2) duplicates it.
The kernel tells nobody which processes a listener's filter is on, nor which listener a process answers to.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.listener import LINK, is_listener
from seccomp_tui.kernel.privileges import CAP_SYS_PTRACE, has, yama_scope

_MOST_ANCESTORS = 64


class NotAllowed(PermissionError):
    """We have no right to a process's descriptors; the text says which right is missing."""


class Under(NamedTuple):
    """Under which filters a process runs.

    Attributes:
        mode: 0 none, 1 strict, 2 filters; -1: not known.
        filters: how many; -1: not known (before Linux 5.9).
    """

    mode: int
    filters: int


def listeners(pid: int) -> list[tuple[int, ...]]:
    """Return the descriptors of process `pid` that are listeners; those that are the same one stand together.

    Raises:
        ProcessLookupError: there is no such process.
        NotAllowed: its descriptors can't be looked at.
    """
    try:
        found = list(_links(pid))
    except (FileNotFoundError, ProcessLookupError):
        raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH)) from None
    except PermissionError:
        raise NotAllowed(missing(pid)) from None
    groups: list[list[int]] = []
    for fd in sorted(found):
        for group in groups:
            if same(pid, fd, pid, group[0]):
                group.append(fd)
                break
        else:
            groups.append([fd])
    return [tuple(group) for group in groups]


def holders() -> dict[int, list[int]]:
    """Return all processes that hold listeners, with their descriptors, as far as we may look."""
    found: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if fds := list(_links(int(name))):
                    found[int(name)] = fds
    return found


def same(pid: int, fd: int, other: int, other_fd: int) -> bool:
    """Tell whether two descriptors are the same listener; False too when the kernel does not say."""
    try:
        return abi.kcmp_files(pid, other, fd, other_fd) == 0
    except OSError:
        return False


def take(pid: int, fd: int) -> int:
    """Return our own duplicate of a listener of a process.

    Raises:
        NotAllowed: without ptrace-attach rights on it.
        OSError: EBADF: it is closed by now, or another thing. ESRCH: the process is dead.
    """
    pidfd = os.pidfd_open(pid)
    try:
        ours = abi.pidfd_getfd(pidfd, fd)
    except PermissionError:
        raise NotAllowed(missing(pid)) from None
    finally:
        os.close(pidfd)
    if not is_listener(ours):
        os.close(ours)
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return ours


def under(pid: int) -> Under:
    """Return the filters of a process; proc_pid_status(5).

    Raises:
        ProcessLookupError: there is no such process.
    """
    status = _status(pid)
    if not status:
        raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
    return Under(int(status.get("Seccomp", "-1")), int(status.get("Seccomp_filters", "-1")))


def ancestors(pid: int) -> list[int]:
    """Return the processes above `pid`, nearest first."""
    found: list[int] = []
    while pid > 0 and len(found) < _MOST_ANCESTORS:
        pid = int(_status(pid).get("PPid", "0"))
        if pid:
            found.append(pid)
    return found


def command(pid: int) -> tuple[str, str]:
    """Return a process's name and command line, empty when it is gone: untrusted."""
    try:
        comm = Path(f"/proc/{pid}/comm").read_bytes().rstrip(b"\n")
        line = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ")
    except OSError:
        return "", ""
    return comm.decode(errors="surrogateescape"), line.decode(errors="surrogateescape")


def missing(pid: int) -> str:
    """Return which right to a process we lack; ptrace(2), "Ptrace access mode checking"."""
    status = _status(pid)
    theirs = {int(word) for word in status.get("Uid", "").split()[:3]}
    ours = os.geteuid()
    scope = yama_scope()
    if scope == 3:
        return "Yama forbids it to everybody until the machine is started anew (kernel.yama.ptrace_scope=3)"
    if has(CAP_SYS_PTRACE):
        return (
            "it is in a user namespace where we have no CAP_SYS_PTRACE, or a security module or a seccomp filter"
            " that we are under forbids it (Docker: --cap-add SYS_PTRACE)"
        )
    if theirs - {ours}:
        return f"it runs as user {min(theirs - {ours})}, and we are {ours}: be that user, or root (CAP_SYS_PTRACE)"
    if _owner(pid) not in (ours, -1):
        return (
            "it is not dumpable (a setuid program, one that its user can't read, or PR_SET_DUMPABLE 0): only root may"
            " (CAP_SYS_PTRACE)"
        )
    if scope == 2:
        return "Yama allows it to root alone (kernel.yama.ptrace_scope=2)"
    if scope == 1:
        return "Yama allows it to its ancestors and to root alone: sysctl kernel.yama.ptrace_scope=0, or be root"
    return "a security module forbids it, or it has capabilities that we have not: be root (CAP_SYS_PTRACE)"


def _links(pid: int) -> Iterator[int]:
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            if os.readlink(f"/proc/{pid}/fd/{name}") == LINK:
                yield int(name)
        except FileNotFoundError:
            continue  # closed meanwhile


def _status(pid: int) -> dict[str, str]:
    try:
        text = Path(f"/proc/{pid}/status").read_bytes().decode(errors="replace")
    except OSError:
        return {}
    return {key: value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def _owner(pid: int) -> int:
    """Return whose a process's files in /proc are: root's when it is not dumpable; -1 when it is gone."""
    try:
        return os.stat(f"/proc/{pid}/fd").st_uid
    except OSError:
        return -1
