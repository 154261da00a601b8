"""All that is known of a process, for somebody who looks at it.

Rows of a name and a text of untrusted bytes, in the order to show them; a row without a name is a heading. What can't
be read says so; nothing raises, and every list is bounded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from seccomp_tui.kernel import descriptors, holders
from seccomp_tui.kernel.processes import identify, module_at

Row = tuple[str, bytes]
FD = "fd "
"""Before the number of a descriptor; its text is how it is open, a blank, and what `descriptors.describe` says."""
CAPABILITIES = ("effective", "permitted", "bounding", "ambient")
"""Rows that are a mask of capabilities in hexadecimal."""
ITS_MEMORY = "its memory"
"""A row that is there only where the memory can't be read, and says why."""
NOT_READABLE = b"? (not readable)"
_DETAILS = frozenset(("path", "socket", "dev", "pidfd"))
_MOST_PARENTS = 32
_MOST_DESCRIPTORS = 256
_MOST_MAPPINGS = 1024
_TEXT_MOST = 4096
_NAMESPACES = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time")
_SECCOMP = {b"0": b"no filter", b"1": b"strict", b"2": b"filter"}
_ACCESS = (b"r", b"w", b"rw", b"?")
_CLOEXEC = 0o2000000


def details(tid: int, address: int = 0) -> list[Row]:
    """Return what is known of the thread's process.

    Args:
        tid: the thread.
        address: also name the module that it lies in (0: not asked).
    """
    identity = identify(tid)
    pid = identity.pid or tid
    status = _status(tid)
    rows: list[Row] = [("thread", b"%d %s" % (tid, identity.comm))]
    rows += _program(pid, tid)
    if address:
        rows.append(("called from", (module_at(tid, address) or f"{address:#x}").encode(errors="surrogateescape")))
    if not status:
        return rows
    if why := _why_unreadable(tid, pid):
        rows.append((ITS_MEMORY, b"can't be read: %s" % why.encode()))
    for heading, more in (
        (b"Parents, the nearest first", _parents(identity.ppid)),
        (b"Ids: real, effective, saved, of files", _ids(status)),
        (b"What it may do", _rights(status)),
        (b"Namespaces", _namespaces(tid)),
        (b"Limits: soft, hard", _limits(pid)),
        (b"Descriptors", _descriptors(tid)),
        (b"Memory", _mappings(tid)),
    ):
        found = list(more)
        if found:
            rows += [("", heading), *found]
    return rows


def _why_unreadable(tid: int, pid: int) -> str:
    try:
        os.close(os.open(f"/proc/{tid}/mem", os.O_RDONLY | os.O_CLOEXEC))
    except PermissionError:
        return holders.missing(pid)
    except OSError:
        return ""
    return ""


def _program(pid: int, tid: int) -> list[Row]:
    rows: list[Row] = []
    with suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        with process.oneshot():
            _add(rows, "process", lambda: f"{process.pid} {process.name()}")
            _add(rows, "state", process.status)
            _add(rows, "threads", lambda: str(process.num_threads()))
            _add(rows, "cpu time", lambda: f"{sum(process.cpu_times()[:2]):.2f} s")
            _add(rows, "resident", lambda: f"{process.memory_info().rss // 1024} KiB")
        rows.append(("program", _link(f"/proc/{tid}/exe")))
        rows.append(("arguments", _words(pid) or b"(none)"))
        rows.append(("cwd", _link(f"/proc/{tid}/cwd")))
        rows.append(("root", _link(f"/proc/{tid}/root")))
    return rows


def _add(rows: list[Row], name: str, text: Callable[[], str]) -> None:
    try:
        rows.append((name, text().encode(errors="surrogateescape")))
    except (psutil.Error, OSError):
        rows.append((name, NOT_READABLE))


def _parents(pid: int) -> Iterator[Row]:
    for _ in range(_MOST_PARENTS):
        if pid <= 0:
            return
        parent = identify(pid)
        if not parent.pid:
            return
        words = _words(pid)[:200]
        yield str(pid), b"%s  %s" % (parent.comm, words) if words else parent.comm
        pid = parent.ppid


def _ids(status: dict[bytes, bytes]) -> Iterator[Row]:
    for name, key in (("user", b"Uid"), ("group", b"Gid"), ("groups", b"Groups")):
        yield name, b" ".join(status.get(key, b"").split()) or b"(none)"
    numbers = status.get(b"NSpid", b"").split()
    if len(numbers) > 1:
        yield "own pid", b"%s in its pid namespace" % numbers[-1]


def _rights(status: dict[bytes, bytes]) -> Iterator[Row]:
    filters = status.get(b"Seccomp_filters", b"")
    seccomp = _SECCOMP.get(status.get(b"Seccomp", b""), b"?")
    if filters not in (b"", b"0"):
        seccomp += b" (%s installed, ours among them)" % filters
    yield "seccomp", seccomp
    yield "no_new_privs", {b"0": b"no", b"1": b"yes"}.get(status.get(b"NoNewPrivs", b""), b"?")
    for name, key in zip(CAPABILITIES, (b"CapEff", b"CapPrm", b"CapBnd", b"CapAmb"), strict=True):
        yield name, status.get(key, b"?")
    yield "umask", status.get(b"Umask", b"?")


def _namespaces(tid: int) -> Iterator[Row]:
    for name in _NAMESPACES:
        theirs, ours = _link(f"/proc/{tid}/ns/{name}"), _link(f"/proc/self/ns/{name}")
        if theirs != NOT_READABLE:
            number = theirs.partition(b"[")[2].rstrip(b"]")
            yield name, number + (b"  the supervisor's too" if theirs == ours else b"  not the supervisor's")


def _limits(pid: int) -> Iterator[Row]:
    for line in _read(f"/proc/{pid}/limits").splitlines()[1:]:
        cells = re.split(rb"\s{2,}", line.strip())
        if len(cells) >= 3:
            unit = b"  %s" % cells[3] if len(cells) > 3 else b""
            yield cells[0].removeprefix(b"Max ").decode("ascii", "replace"), b"%s, %s%s" % (cells[1], cells[2], unit)


def _descriptors(tid: int) -> Iterator[Row]:
    try:
        numbers = sorted(int(name) for name in os.listdir(f"/proc/{tid}/fd"))
    except (OSError, ValueError):
        yield "", NOT_READABLE
        return
    for number in numbers[:_MOST_DESCRIPTORS]:
        yield f"{FD}{number}", b"%s %s" % (_opened(tid, number), descriptors.describe(tid, number, _DETAILS))
    if len(numbers) > _MOST_DESCRIPTORS:
        yield "...", b"%d more" % (len(numbers) - _MOST_DESCRIPTORS)


def _opened(tid: int, number: int) -> bytes:
    """Return how a descriptor is open: `rw,cloexec`."""
    found = re.search(rb"^flags:\s*([0-7]+)", _read(f"/proc/{tid}/fdinfo/{number}"), re.MULTILINE)
    if found is None:
        return b"?"
    flags = int(found[1], 8)
    return _ACCESS[flags & 3] + (b",cloexec" if flags & _CLOEXEC else b"")


def _mappings(tid: int) -> Iterator[Row]:
    lines = _read(f"/proc/{tid}/maps").splitlines()
    for line in lines[:_MOST_MAPPINGS]:
        fields = line.split(maxsplit=5)
        if len(fields) >= 5:
            start, _, end = fields[0].partition(b"-")
            size = (int(end, 16) - int(start, 16)) // 1024
            name = fields[5] if len(fields) > 5 else b""
            yield start.decode("ascii", "replace"), b"%s %7d KiB  %s" % (fields[1], size, name)
    if len(lines) > _MOST_MAPPINGS:
        yield "...", b"%d more" % (len(lines) - _MOST_MAPPINGS)


def _status(tid: int) -> dict[bytes, bytes]:
    pairs = [line.partition(b":") for line in _read(f"/proc/{tid}/status").splitlines()]
    return {name: value.strip() for name, _, value in pairs}


def _words(pid: int) -> bytes:
    return b" ".join(_read(f"/proc/{pid}/cmdline", _TEXT_MOST).rstrip(b"\0").split(b"\0"))


def _link(path: str) -> bytes:
    try:
        return os.readlink(path.encode())
    except OSError:
        return NOT_READABLE


def _read(path: str, most: int = -1) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(most)
    except OSError:
        return b""
