"""What a thread's descriptors lead to: paths, devices, processes, sockets; and the contents of a regular file.

Asked while the thread waits, between receiving its call and answering it, so nothing here may wait for anybody: links
are read and not followed, what a file is comes from what the kernel has of it already, and files whose server may be
anything, the target itself included, are not read. Nothing raises; what can't be found out is empty.
"""

from __future__ import annotations

import os
import re
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from seccomp_tui.kernel import abi, sockets
from seccomp_tui.kernel.processes import open_thread

_AT_FDCWD = -100
_DELETED = b" (deleted)"
_SOCKET = re.compile(rb"socket:\[(\d+)\]")
_PIDFD = re.compile(rb"anon_inode:\[pidfd\]|pidfd:\[\d+\]")
_SERVED = re.compile(rb"fuse(?:blk|\..*)?|nfs4?|cifs|smb3?|9p|ceph|afs|coda")
"""File systems where a read may wait for another machine, or for a process that waits for us."""


def describe(tid: int, fd: int, details: frozenset[str]) -> bytes:
    """Return what descriptor `fd` of thread `tid` leads to, `b""` when that is not known.

    Up to three fields with NULs between them: the link in /proc/TID/fd; `deleted`, `char MAJOR:MINOR`,
    `block MAJOR:MINOR`, `pid:NUMBER` or a socket's protocol and ends; the name of a unix socket.

    Args:
        tid: the thread.
        fd: its descriptor; -100 (AT_FDCWD) for the working folder.
        details: of "path", "socket", "dev" and "pidfd", what is to be looked up beyond the link.
    """
    cwd = fd == _AT_FDCWD
    where = f"/proc/{tid}/cwd" if cwd else f"/proc/{tid}/fd/{fd}"
    try:
        link = os.readlink(where.encode())
    except OSError:
        return b""
    if cwd:
        return link
    try:
        return _with_fact(tid, fd, where, link, details)
    except (OSError, ValueError, struct.error):
        return link


def _with_fact(tid: int, fd: int, where: str, link: bytes, details: frozenset[str]) -> bytes:
    if link[:1] == b"/":
        gone = link.endswith(_DELETED)
        found = abi.statx(where) if gone or "dev" in details else None
        if found is not None and gone and not found.links:
            return link.removesuffix(_DELETED) + b"\0deleted"
        kind = _device(found) if found is not None and "dev" in details else b""
        return b"%s\0%s" % (link, kind) if kind else link
    if "socket" in details and (socket := _SOCKET.fullmatch(link)):
        ends = sockets.ends(tid, fd, int(socket[1]))
        return b"%s\0%s" % (link, ends) if ends else link
    if "pidfd" in details and _PIDFD.fullmatch(link):
        pid = _process(tid, fd)
        return b"%s\0pid:%d" % (link, pid) if pid > 0 else link
    return link


def _device(found: abi.Status) -> bytes:
    if stat.S_ISCHR(found.mode):
        return b"char %d:%d" % found.device
    return b"block %d:%d" % found.device if stat.S_ISBLK(found.mode) else b""


def _process(tid: int, fd: int) -> int:
    """Return the process behind a pidfd; -1 when it has been reaped, 0 when unknown."""
    with open(f"/proc/{tid}/fdinfo/{fd}", "rb", buffering=0) as file:
        text = file.read(4096)
    _, found, rest = text.partition(b"\nPid:\t")
    return int(rest.partition(b"\n")[0]) if found else 0


# --- the contents of a file ---


def file_size(tid: int, fd: int) -> int:
    """Return the size of the regular file behind a descriptor, 0 when that is not known."""
    try:
        found = abi.statx(f"/proc/{tid}/fd/{fd}")
    except OSError:
        return 0
    return found.size if found is not None and stat.S_ISREG(found.mode) else 0


def read_file(tid: int, fd: int, offset: int, size: int) -> bytes:
    """Return up to `size` bytes of the regular file behind a descriptor; its position stays where it is.

    `b""` where nothing can be read, and for files of network and user-space file systems: their server may be waiting
    for us.
    """
    try:
        with _borrowed(tid, fd) as ours:
            return os.pread(ours, size, offset) if ours >= 0 else b""
    except (OSError, OverflowError):
        return b""


@contextmanager
def _borrowed(tid: int, fd: int) -> Iterator[int]:
    """Give a duplicate of a descriptor of a regular file that can be read without waiting; -1 for any other.

    A duplicate rather than the file opened anew: that would ask for permission again, and wait for leases.
    """
    found = abi.statx(f"/proc/{tid}/fd/{fd}")
    if found is None or not stat.S_ISREG(found.mode) or not _is_local(tid, found):
        yield -1
        return
    pidfd = open_thread(tid)
    if pidfd is None:
        yield -1
        return
    try:
        ours = abi.pidfd_getfd(pidfd, fd)
    finally:
        os.close(pidfd)
    try:
        yield ours if os.fstat(ours).st_ino == found.inode else -1
    finally:
        os.close(ours)


def _is_local(tid: int, found: abi.Status) -> bool:
    """Tell whether no file server stands behind a file."""
    if found.file_system == _shared_memory():
        return True
    with open(f"/proc/{tid}/mountinfo", "rb") as file:
        for line in file:
            if line.startswith(b"%d " % found.mount):
                return not _SERVED.fullmatch(line.partition(b" - ")[2].split(b" ", 1)[0])
    return False


@cache
def _shared_memory() -> tuple[int, int]:
    """Return the file system of memfds, which is mounted nowhere, by its device number."""
    probe = os.memfd_create("probe")
    try:
        device = os.fstat(probe).st_dev
    finally:
        os.close(probe)
    return os.major(device), os.minor(device)
