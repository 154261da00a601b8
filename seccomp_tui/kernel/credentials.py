"""Who a thread is to the kernel: ids, capabilities, namespaces, root; proc_pid_status(5), namespaces(7)."""

from __future__ import annotations

import os
from typing import NamedTuple

from seccomp_tui.kernel import abi

NAMESPACES = {
    "user": 0x10000000,
    "mnt": 0x00020000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "net": 0x40000000,
    "pid": 0x20000000,
    "cgroup": 0x02000000,
}
"""CLONE_NEW* of those that matter to a call, by their names in /proc/TID/ns."""
_STATUS_MOST = 1 << 16


class Credentials(NamedTuple):
    """As whom a thread acts; ids as our own user namespace has them.

    Attributes:
        users, groups: real, effective, saved, of files.
        supplementary: further groups.
        effective, permitted: capabilities, as bits.
    """

    users: tuple[int, ...]
    groups: tuple[int, ...]
    supplementary: tuple[int, ...]
    effective: int
    permitted: int


class Standing(NamedTuple):
    """What the outcome of a call depends on beside its words.

    Attributes:
        namespaces: inode of each, in the order of `NAMESPACES`.
        root: file system, inode and mount of the root folder.
        umask: bits that new files don't get.
        numbers: of the thread and of its process, in each pid namespace from ours inwards.
    """

    namespaces: tuple[int, ...]
    root: tuple[int, ...]
    credentials: Credentials
    umask: int
    numbers: tuple[tuple[int, ...], tuple[int, ...]]


def standing(tid: int) -> Standing:
    """Return how thread `tid` stands.

    Raises:
        OSError: EACCES without ptrace rights on it; ENOENT, ESRCH when it is gone.
        KeyError: the kernel does not say (before Linux 4.7).
    """
    with open(f"/proc/{tid}/status", "rb", buffering=0) as file:
        lines = dict(line.split(b":", 1) for line in (file.read(_STATUS_MOST) or b"").splitlines())

    def numbers(key: bytes) -> tuple[int, ...]:
        return tuple(int(word) for word in lines[key].split())

    return Standing(
        tuple(os.stat(f"/proc/{tid}/ns/{name}").st_ino for name in NAMESPACES),
        place(f"/proc/{tid}/root"),
        Credentials(
            numbers(b"Uid"), numbers(b"Gid"), numbers(b"Groups"), int(lines[b"CapEff"], 16), int(lines[b"CapPrm"], 16)
        ),
        int(lines[b"Umask"], 8),
        (numbers(b"NSpid"), numbers(b"NStgid")),
    )


def place(path: str) -> tuple[int, ...]:
    """Return what tells folders apart, the mount that they are in as well.

    Raises:
        OSError: stat(2).
    """
    found = abi.statx(path)
    if found is None:
        status = os.stat(path)
        return status.st_dev, status.st_ino
    return *found.file_system, found.inode, found.mount
