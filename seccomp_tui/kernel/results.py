"""What allowed calls return, without ptrace: the kernel's own tracepoints, read through perf_event_open(2).

One event a CPU on `raw_syscalls:sys_exit`, for a task and, inherited, all that it starts; its samples go into one ring
a CPU, beside those of signals and of the ends of threads. A sample of an exit carries the top of the user's stack as it
was at the very return, so that what the call has written there is known exactly.

While such an event is open, every system call of the machine costs a little more: the tracepoint is global.

Needs root; or CAP_PERFMON, for the rings CAP_IPC_LOCK or a high memlock limit, and a tracefs that can be read.
Source: perf_event_open(2), linux/perf_event.h; the formats in tracefs.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import errno
import mmap
import os
import socket
import struct
from collections.abc import Collection, Sequence
from fcntl import ioctl
from typing import NamedTuple

STACK_COPIED = 1024
"""Bytes of the stack that come with each exit."""
_ALL_PAGES, _MOST_PAGES, _LEAST_PAGES = 1 << 15, 1 << 13, 1 << 9
"""Of data in all rings together (128 MiB), and in each at most (32 MiB) and at least (2 MiB): powers of two."""
_PAGE = mmap.PAGESIZE
_WAKE_AT = 1 << 16
"""Bytes after which a reader is woken."""
EVENTS = ("raw_syscalls/sys_exit", "signal/signal_deliver", "sched/sched_process_exit", "signal/signal_generate")
_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
_STACK_POINTER = {"x86_64": 1 << 7, "aarch64": 1 << 31}
_TRACEPOINT = 2
_TID, _TIME, _RAW, _REGS_USER, _STACK_USER = 1 << 1, 1 << 2, 1 << 10, 1 << 12, 1 << 13
OF_EXIT = _REGS_USER | _STACK_USER
"""What comes with a sample of an exit, and with no other."""
_DISABLED, _INHERIT, _WATERMARK, _USE_CLOCKID = 1, 1 << 1, 1 << 14, 1 << 25
_CLOCK_MONOTONIC = 1
_CLOEXEC = 8
_SET_OUTPUT, _SET_FILTER = 0x2405, 0x40082406
_SAMPLE, _LOST = 9, 2
_FILTER_MAX = mmap.PAGESIZE - 1
"""Longer filters the kernel does not take: then all exits come."""
_ATTR = struct.Struct("=IIQQQQQIIQQQQIiQIHHIIQ")
_HEADER = struct.Struct("=IHH")
_HEAD = struct.Struct("=IIQ")
"""Of a sample: pid, tid, time."""
_EXIT = struct.Struct("=8xIIQ12xqq4xQQQ")
"""A whole sample of an exit up to the stack's copy: pid, tid, time, in the raw data the call's number and what it has
returned; behind it the ABI of the registers (0: there are none), the stack pointer, the size of the copy."""
_SIGNAL = struct.Struct("=H6xiii4xQQ")
_SENT = struct.Struct("=H6xi24xi")


_made = tuple.__new__
"""Makes a NamedTuple without the checks of its own constructor."""


class Exit(NamedTuple):
    """A system call has returned.

    Attributes:
        time: CLOCK_MONOTONIC, in nanoseconds.
        pid, tid: whose.
        nr: the call's number; -1 for rt_sigreturn.
        value: what it returned; -4095 to -1 are errnos, -512 to -516 restarts that nobody sees.
        sp: the user's stack pointer.
        stack: bytes of the user's stack from there.
    """

    time: int
    pid: int
    tid: int
    nr: int
    value: int
    sp: int
    stack: bytes


class Delivered(NamedTuple):
    """A signal was delivered.

    Attributes:
        time: CLOCK_MONOTONIC, in nanoseconds.
        pid, tid: to whom.
        signal: its number.
        code, errno: of its siginfo.
        handler: address of the handler; 0: the default action is taken.
    """

    time: int
    pid: int
    tid: int
    signal: int
    code: int
    errno: int
    handler: int


class Ended(NamedTuple):
    """A thread has ended; `last`: it was the last of its process."""

    time: int
    pid: int
    tid: int
    last: bool


class Sent(NamedTuple):
    """A thread has sent a signal.

    Attributes:
        time: CLOCK_MONOTONIC, in nanoseconds.
        pid, tid: who.
        signal: its number.
        to: id of the thread that it was queued for, of the process that is meant.
    """

    time: int
    pid: int
    tid: int
    signal: int
    to: int


Sample = Exit | Delivered | Ended | Sent


class Opened(NamedTuple):
    """The events of one CPU: the descriptor whose ring is read, its ring, and those that write into it too."""

    ring: int
    mapped: mmap.mmap
    others: list[int]
    cpu: int = 0


def open_events(tid: int, types: Sequence[int], numbers: Collection[int] | None = None) -> list[Opened]:
    """Open for each CPU the events of `tid` and of all that it starts from now on.

    Args:
        tid: a thread that waits.
        types: the numbers of `EVENTS` (`tracepoints.ids`).
        numbers: only exits of these calls; None: of all.

    Raises:
        OSError: EACCES or EPERM without the right, EMFILE, ENOSYS on an architecture whose number we don't know.
    """
    exits, *others = types
    opened: list[Opened] = []
    try:
        for cpu in range(cpus()):
            ring = open_event(exits, tid, cpu, OF_EXIT)
            if ring < 0:
                continue
            # The others can write into a ring only once there is one.
            opened.append(with_ring(ring, cpu))
            if numbers is not None:
                narrow(ring, numbers)
            for event in others:
                join(opened[-1], event, tid, 0)
    except OSError:
        close_events(opened)
        raise
    return opened


def with_ring(ring: int, cpu: int) -> Opened:
    """Map the ring of an event, which is closed when that can't be done.

    Raises:
        OSError: EPERM: more memory would be locked than is allowed.
    """
    try:
        return Opened(ring, _map(ring), [], cpu)
    except OSError:
        os.close(ring)
        raise


def join(events: Opened, event: int, tid: int, more: int) -> None:
    """Open an event of `tid` that writes into a ring, which is of the same CPU; `open_event`."""
    fd = open_event(event, tid, events.cpu, more)
    if fd >= 0:
        events.others.append(fd)
        ioctl(fd, _SET_OUTPUT, events.ring)


def close_events(opened: Sequence[Opened]) -> None:
    """Close what `open_events` has opened."""
    for events in opened:
        events.mapped.close()
        for fd in (*events.others, events.ring):
            os.close(fd)


def cpus() -> int:
    """Return how many CPUs there may be: their numbers go up to that, those that are offline included."""
    return os.sysconf("SC_NPROCESSORS_CONF")


def _ring_pages() -> int:
    pages = _MOST_PAGES
    while pages > _LEAST_PAGES and pages * cpus() > _ALL_PAGES:
        pages //= 2
    return pages


def ring_bytes() -> int:
    """Return the size of one CPU's ring as it is mapped: its data, and a page before them that says where they are."""
    return (_ring_pages() + 1) * _PAGE


def _map(ring: int) -> mmap.mmap:
    return mmap.mmap(ring, ring_bytes(), mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)


def open_event(event: int, tid: int, cpu: int, more: int, kind: int = _TRACEPOINT) -> int:
    """Open one event of task `tid` (0: us) on one CPU; return -1 when there is no such CPU now.

    Args:
        more: what comes with a sample: `OF_EXIT`, or nothing.
        kind: 2: `event` is the number of a tracepoint.

    Raises:
        OSError: as of `open_events`; ESRCH: there is no such task.
    """
    machine = os.uname().machine
    attr = _ATTR.pack(
        kind,
        _ATTR.size,
        event,
        1,  # every one
        _TID | _TIME | _RAW | more,
        0,
        (_INHERIT if kind == _TRACEPOINT else _DISABLED) | _WATERMARK | _USE_CLOCKID,
        _WAKE_AT,
        0,
        0,
        0,
        0,
        _STACK_POINTER[machine] if more else 0,
        STACK_COPIED if more else 0,
        _CLOCK_MONOTONIC,
        *(0,) * 7,
    )
    number = _PERF_EVENT_OPEN.get(machine)
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_long(word) for word in (tid, cpu, -1, _CLOEXEC)]
    fd: int = libc.syscall(ctypes.c_long(number), ctypes.create_string_buffer(attr, len(attr)), *words)
    if fd < 0 and ctypes.get_errno() == errno.ENODEV:
        return -1
    if fd < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return fd


def narrow(ring: int, numbers: Collection[int]) -> None:
    """Let only exits of these calls into the ring; where the kernel does not take the filter, all come, which costs."""
    text = bytearray(" || ".join(f"id == {number}" for number in sorted({*numbers, -1})).encode() + b"\0")
    if len(text) <= _FILTER_MAX:
        with contextlib.suppress(OSError):
            ioctl(ring, _SET_FILTER, text, True)


class Ring:
    """One CPU's ring, read by whoever has its descriptor.

    Args:
        fd: `Opened.ring`; it may come from another process.
    """

    def __init__(self, fd: int) -> None:
        self._map = _map(fd)
        self._size = len(self._map) - _PAGE
        self._words = memoryview(self._map).cast("Q")

    def close(self) -> None:
        """Give the ring back."""
        self._words.release()
        self._map.close()

    def drain(self) -> bytes:
        """Return all whole records that are there, and make room."""
        head, tail = self._words[_DATA_HEAD], self._words[_DATA_TAIL]
        if head == tail:
            return b""
        start, end = tail % self._size, head % self._size
        if start < end:
            data = self._map[_PAGE + start : _PAGE + end]
        else:
            data = self._map[_PAGE + start :] + self._map[_PAGE : _PAGE + end]
        self._words[_DATA_TAIL] = head
        return data


_DATA_HEAD, _DATA_TAIL = 1024 // 8, 1032 // 8
"""Words of struct perf_event_mmap_page; data_tail is ours to write. A memoryview reads and writes each as a whole;
struct.pack_into would write zeros first, and the kernel look at them."""
_LOST_SAMPLES, _VALID = struct.Struct("=8xQ"), struct.Struct("=Q")


def samples(data: bytes, types: Sequence[int], into: list[Sample]) -> int:
    """Append what the records say; return how many samples are missing, since the ring was full.

    Args:
        data: of `Ring.drain`.
        types: the numbers of the tracepoints, in the order of `EVENTS`.
        into: what takes the samples.
    """
    exits, signals, ends, sent = types
    lost, add = 0, into.append
    at, end = 0, len(data)
    while at < end:
        kind, _, size = _HEADER.unpack_from(data, at)
        if kind == _SAMPLE:
            start = at + 28
            event = data[start] | data[start + 1] << 8
            if event == exits:  # nearly every one
                pid, tid, time, nr, value, abi, sp, copied = _EXIT.unpack_from(data, at)
                if abi:
                    # Behind the copy stands how much of it is valid.
                    stack = at + _EXIT.size
                    (valid,) = _VALID.unpack_from(data, stack + copied) if copied else (0,)
                    add(_made(Exit, (time, pid, tid, nr, value, sp, data[stack : stack + valid])))
                else:
                    add(Exit(time, pid, tid, nr, value, 0, b""))
                at += size
                continue
            pid, tid, time = _HEAD.unpack_from(data, at + 8)
            if event == signals:
                _, number, error, code, handler, _ = _SIGNAL.unpack_from(data, start)
                add(Delivered(time, pid, tid, number, code, error, handler))
            elif event == sent:
                _, number, to = _SENT.unpack_from(data, start)
                add(Sent(time, pid, tid, number, to))
            elif event == ends:
                last = data[start + 32]
                add(Ended(time, pid, tid, bool(last)))
        elif kind == _LOST:
            (missing,) = _LOST_SAMPLES.unpack_from(data, at + 8)
            lost += missing
        at += size
    return lost


def send_rings(to: socket.socket, opened: Sequence[Opened], types: Sequence[int]) -> None:
    """Send the rings to the process that reads them; with none opened: that there will be no results."""
    socket.send_fds(to, [array.array(_TYPES, types).tobytes() or _NOTHING], [events.ring for events in opened])


def receive_rings(sender: socket.socket) -> tuple[list[Ring], list[int]] | None:
    """Return what `send_rings` has sent: the rings, and the numbers of the tracepoints; None when there are none."""
    data, fds, _, _ = socket.recv_fds(sender, 64, _MOST_CPUS)
    if not fds:
        return None
    return [Ring(fd) for fd in fds], list(array.array(_TYPES, data))


_TYPES = "I"
_NOTHING = b"-"
_MOST_CPUS = 253
"""As many descriptors as one message carries (SCM_MAX_FD)."""
