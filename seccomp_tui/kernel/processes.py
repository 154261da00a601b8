"""Who a thread is: its process, its program, and what lies where in its memory."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from typing import NamedTuple

from seccomp_tui.kernel import abi


class Identity(NamedTuple):
    """A thread and the program that it runs.

    Attributes:
        pid: its process (thread group), 0 when it could not be read.
        comm: name of the thread, at most 15 bytes, untrusted.
        exe: path of the program, untrusted; empty when it could not be read.
        image: a number that differs from one execve to the next (start of the stack).
    """

    tid: int
    pid: int
    ppid: int
    comm: bytes
    exe: bytes
    image: int


def identify(tid: int) -> Identity:
    """Return who thread `tid` is. Fields that can't be read are 0 or empty; proc_pid_status(5), proc_pid_stat(5)."""
    status = _read(f"/proc/{tid}/status")
    stat = _read(f"/proc/{tid}/stat")
    try:
        exe = os.readlink(f"/proc/{tid}/exe".encode())
    except OSError:
        exe = b""
    comm = stat[stat.find(b"(") + 1 : stat.rfind(b")")]
    return Identity(tid, _number(status, b"\nTgid:"), _number(status, b"\nPPid:"), comm, exe, _start_of_stack(stat))


def asleep_and_catching(tid: int, number: int) -> tuple[bool, bool]:
    """Return whether the thread sleeps, and whether its process has a handler for signal `number`.

    What does not exist sleeps and catches nothing; proc_pid_status(5).
    """
    status = _read(f"/proc/{tid}/status")
    caught = status.find(b"\nSigCgt:")
    state = status.find(b"\nState:\t")
    if caught < 0 or state < 0:
        return True, False
    mask = int(status[caught + 8 : status.index(b"\n", caught + 1)], 16)
    return status[state + 8 : state + 9] != b"R", bool(mask >> (number - 1) & 1)


def open_thread(tid: int) -> int | None:
    """Return a pidfd of the thread, which becomes readable when it ends; None before Linux 6.9 for non-leaders."""
    for flags in (os.O_EXCL, 0):  # O_EXCL is PIDFD_THREAD
        try:
            return os.pidfd_open(tid, flags)
        except OSError:
            continue
    return None


def signal_thread(pid: int, tid: int, number: int) -> bool:
    """Send a signal to one thread; False when it is gone, or we have no right to."""
    try:
        abi.tgkill(pid, tid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def is_over(pidfd: int) -> bool:
    """Tell whether the process or thread behind a pidfd has ended."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(0))


def module_at(tid: int, address: int) -> str:
    """Return the mapped file that `address` lies in, as `path+0xoffset`; empty when there is none."""
    for start, end, offset, path in _mappings(tid):
        if start <= address < end:
            return f"{path}+{address - start + offset:#x}"
    return ""


def descendants(pid: int) -> list[int]:
    """Return the ids of all processes below `pid`, nearest first."""
    import psutil  # only here, and it takes long to load

    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except (psutil.Error, OSError):
        return []


def _mappings(tid: int) -> Iterator[tuple[int, int, int, str]]:
    for line in _read(f"/proc/{tid}/maps").decode(errors="surrogateescape").splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6:
            start, _, end = fields[0].partition("-")
            yield int(start, 16), int(end, 16), int(fields[2], 16), fields[5]


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read() or b""
    except OSError:
        return b""


def _number(text: bytes, key: bytes) -> int:
    start = text.find(key)
    if start < 0:
        return 0
    return int(text[start + len(key) : text.find(b"\n", start + 1)])


def _start_of_stack(stat: bytes) -> int:
    # Field 28 counted from 1; the fields behind the name in brackets begin with number 3.
    fields = stat[stat.rfind(b")") + 2 :].split()
    return int(fields[25]) if len(fields) > 25 else 0
