"""Calls whose results say more than a number: descriptors that are ready, flags, signals, times."""

from __future__ import annotations

import struct
from collections.abc import Generator

from tests.syscalls.caller import Call, Caller

Calls = Generator[Call, int, None]
POLLFD = struct.Struct("<ihh")


def ready(m: Caller) -> Calls:
    """Descriptors on which something has happened, and what was left of the time to wait."""
    some = m.at(b"".join(POLLFD.pack(-1 if fd == 2 else fd, 1, fd % 3) for fd in range(10)))
    many = m.at(b"".join(POLLFD.pack(fd, 1, 1) for fd in range(40)))
    odd = m.at(b"".join(POLLFD.pack(fd, 1, revents) for fd, revents in enumerate((0x4000, 0x4001, 0x3F, -1, 0x2000))))
    none = m.at(bytes(8 * 10))
    for fds, count in ((some, 10), (many, 40), (odd, 5), (none, 10)):
        yield "poll", (fds, count, 5)
        for time in (0, m.words(1, 2)):
            yield "ppoll", (fds, count, time, 0, 8)
        yield "ppoll_time64", (fds, count, m.pack("qq", 1, 2), 0, 8)


def selected(m: Caller) -> Calls:
    """The sets of select(2), which it leaves as they are."""
    few, full, none = m.at(b"\x15\xff" + bytes(126)), m.at(b"\xff" * 128), m.at(bytes(128))
    for count in (16, 5, 1024, 0, -1):
        for sets in ((few, full, none), (few, 0, 0), (0, few, few), (none, none, full), (0, 0, 0), (none, none, none)):
            for time in (0, m.words(1, 2)):
                yield "_newselect" if m.word == 4 else "select", (count, *sets, time)
                yield "pselect6", (count, *sets, time, 0)
            yield "pselect6_time64", (count, *sets, m.pack("qq", 1, 2), 0)


def received(m: Caller) -> Calls:
    """What was left of the time to wait for messages."""
    for time in (0, m.words(1, 2)):
        yield "recvmmsg", (3, 0, 0, 0, time)
    yield "recvmmsg_time64", (3, 0, 0, 0, m.pack("qq", 1, 2))


def descriptors(m: Caller) -> Calls:
    """What fcntl(2) tells of a descriptor."""
    for command in (0, 1, 3, 9, 11, 1025, 1030, 1032, 1034):
        yield "fcntl", (3, command, 0)
        yield "fcntl64", (3, command, 0)
    yield "ioctl", (3, 0xB703, 0)


def processes(m: Caller) -> Calls:
    """What a process is told of itself."""
    for option in (3, 7, 21, 23, 27, 30, 34, 39, 46, 50, 51, 56, 61, 63, 64):
        yield "prctl", (option, 0, 0, 0, 0)
    for permission in (0x1023, 0x1025):
        yield "arch_prctl", (permission, 18)
    yield "personality", (0xFFFFFFFF,)
    yield "ioprio_get", (1, 0)
    yield "sched_getscheduler", (0,)
    yield "sched_get_priority_max", (0,)
    yield "membarrier", (0, 0)
    yield "set_thread_area", (m.pack("4I", 12, 6, 7, 0x28),)
    yield "modify_ldt", (0, 0, 0)
    yield "umask", (0o22,)
    yield "getuid", ()
    yield "dup", (1,)


def signals_and_times(m: Caller) -> Calls:
    """Signals that have come, the time, and the state of the clock."""
    yield "rt_sigtimedwait", (0, 0, 0, 8)
    yield "rt_sigtimedwait_time64", (0, 0, 0, 8)
    yield "sgetmask", ()
    yield "ssetmask", (0,)
    yield "signal", (2, 0)
    yield "time", (0,)
    yield "stime", (m.words(5),)
    yield "adjtimex", (m.room(400),)
    yield "clock_adjtime", (0, m.room(400))
    yield "clock_adjtime64", (0, m.room(400))


NUMBERS = (descriptors, processes, signals_and_times)
WAITING = (ready, selected, received)
FORGED = {
    **dict.fromkeys((0, 1, 2, 3), (*WAITING, *NUMBERS)),
    **dict.fromkeys((4, 16, 40, 0x8002), NUMBERS),
    0x40000000: (descriptors, signals_and_times),
}
