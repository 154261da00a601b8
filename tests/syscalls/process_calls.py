"""Calls on processes, threads and futexes that are compared with strace."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Generator

from tests.syscalls.caller import BAD, Call, Caller
from tests.syscalls.signal_calls import child, siginfo

Calls = Generator[Call, int, None]
LOW = 0xFFFFFFFF
FUTEX_OPERATIONS = (*range(15), 0x80, 0x100, 0x180, 0x18D, 0x1FF, 0x200)
STATUSES = (0x300, 0x7F, 0x137F, 9, 0x89, 0xFFFF, 0x857F, 0x80057F, 0x1057F, 0x8057F, 0x7057F, 0x80137F, 0x61057F)
MORE_STATUSES = (0x4200, 0xFF00, 0x407F, 0x40, 0x3F, 0x80FF7F, 0x1857F)
NO_STATUSES = (
    *(0xFF, 0x10001, 0x80, 0x100FF, LOW, 0x301, 0x3FF, 0x1FFFF, 0x13F80, 0x10380),
    *(0x7E, 0xFE, 0x381, 0x10089, 0xFF000300),
)
"""What no kernel gives."""


def quads(m: Caller, *values: int) -> int:
    """Return the address of numbers of 64 bits."""
    return m.at(b"".join((value & (1 << 64) - 1).to_bytes(8, "little") for value in values))


def cloning(m: Caller) -> Calls:
    """Making processes."""
    for bit in range(33):
        flag = 1 << bit
        yield "clone", (flag, 1, 2, 3, 4)
        if bit != 7:  # CLONE_NEWTIME, part of the signal of clone(2)
            yield "clone3", (quads(m, flag, 1, 2, 3, 17, 5, 6, 7, 0, 0, 10), 88)
        yield "unshare", (flag,)
        yield "setns", (3, flag)
    for flags in (0, 17, 0xFF, 0x01200011, 0x3D0F00, 0x7FFFFF00, 0x101000, LOW, 1 << 33, (1 << 64) - 1):
        yield "clone", (flags, 0, 0, 0, 0)
        yield "clone", (flags, BAD, BAD, BAD, BAD)
        yield "clone3", (quads(m, flags, 1, 2, 3, 17, 5, 6, 7, 0, 0, 10), 88)
        yield "unshare", (flags,)
        yield "setns", (3, flags)
    full = (0x2003D1F00, 1, 2, 3, 17, 5, 6, 7, 0, 0, 10)
    for size in (0, 63, *range(64, 100), 400, 4096, 4097, 8000, -1):
        yield "clone3", (quads(m, *full, 0x4142434445464748, *[1] * 600), size)
    yield "clone3", (quads(m, *full, *[0] * 40), 400)
    for count in (0, 1, 2, 31, 32, 33, -1):
        for tids in (0, BAD, m.pack("40i", *range(-1, 39))):
            yield "clone3", (quads(m, 0, 0, 0, 0, count, 0, 0, 0, tids, count, -1), 88)
    for address in (0, BAD):
        yield "clone3", (address, 88)
    for call in ("fork", "vfork"):
        yield call, ()
    for status in (0, 1, -1, 300):
        yield "exit", (status,)
        yield "exit_group", (status,)


def waiting(m: Caller) -> Calls:
    """Waiting for children."""
    out = m.room()
    for flags in (*(1 << bit for bit in range(32)), 0, 0xF, 0xE100000F, LOW):
        yield "wait4", (-1, out, flags, out)
        yield "waitid", (1, 5, out, flags, out)
        yield "waitpid", (5, out, flags)
    for which in (*range(5), -1):
        yield "waitid", (which, -5, 0, 4, 0)
    for address in (0, BAD):
        yield "wait4", (-1, address, 0, address)
        yield "waitid", (0, 0, address, 4, address)
    for call in ("getpid", "getppid", "gettid", "getpgrp", "setsid", "sched_yield"):
        yield call, ()
    for pid in (0, 5, -1):
        yield "getpgid", (pid,)
        yield "getsid", (pid,)
        yield "setpgid", (pid, pid)
        yield "pidfd_open", (pid, 0x800)
        yield "pidfd_getfd", (pid, pid, 1)
        yield "set_tid_address", (pid,)
        yield "get_robust_list", (pid, out, out)
    yield "set_robust_list", (out, 24)
    yield "set_robust_list", (0, 0)
    yield "rseq", (out, 32, 0, 0x53053053)
    yield "get_robust_list", (0, 0, BAD)


def futexes(m: Caller) -> Calls:
    """Futexes."""
    out, time = m.room(), m.words(1, 2)
    for operation, flag in itertools.product(FUTEX_OPERATIONS, (0, 0x80, 0x100, 0x180)):
        yield "futex", (out, operation | flag, 1, time, out, 5)
        yield "futex_time64", (out, operation | flag, 1, m.pack("qq", 1, 2), out, 5)
    for value in (0, 5, LOW, 0x04000001, 0x15ABC123, 0x83000000):
        yield "futex", (out, 5, value, value, out, value)
        yield "futex", (out, 9, value, 0, 0, value)
    for address in (0, BAD):
        yield "futex", (address, 0, -1, address)
        yield "futex_waitv", (address, 2, 0, address, 1)
    one = struct.pack("<QQII", 5, 0x7F0000001000, 0x82, 0)
    for count in (0, 1, 2, 32, 33, 128):
        yield "futex_waitv", (m.at(one * 40), count, 5, m.pack("qq", 1, 2), 1)
    for flags in (0, 1, 2, 0x80, 0x85, LOW):
        yield "futex_waitv", (m.at(struct.pack("<QQII", (1 << 64) - 1, 0, flags, flags)), 1, 0, 0, 99)


def comparing(m: Caller) -> Calls:
    """Comparing processes, personalities, segments."""
    for kind in (*range(10), -1):
        for address in (0, BAD, m.pack("3I", 1, LOW, 3)):
            yield "kcmp", (1, -2, kind, 3, address)
    for value in (*range(20), 0xFF, *(1 << bit for bit in range(32)), 0x4100001, 0x8000008, 0x7FE00FF, LOW):
        yield "personality", (value,)
    for words in ((1, 0x1000, 0xFFFFF, 0x51), (LOW, 0, 0, 0xFF), (5, LOW, 1, 0x28), (0, 0, 0, 0)):
        segment = m.pack("4I", *words)
        for function in (0, 1, 2, 0x11, -1):
            for size in (0, 15, 16, 17):
                yield "modify_ldt", (function, segment, size)
        yield "set_thread_area", (segment,)
        yield "get_thread_area", (segment,)
    for address in (0, BAD):
        yield "modify_ldt", (0, address, 16)
        yield "set_thread_area", (address,)
        yield "get_thread_area", (address,)
    for value in (0, 3, -1):
        yield "iopl", (value,)
        yield "ioperm", (value, value, value)


def programs(m: Caller) -> Calls:
    """Running programs, and calls that were never made."""
    few = m.words(m.text("ls"), m.text("-l"), m.text("z" * 50), 0)
    many = m.words(*[m.text(str(number)) for number in range(40)], 0)
    for arguments in (0, BAD, few, many, m.words(0)):
        yield "execve", (m.text("/bin/ls"), arguments, m.words(0))
        yield "execveat", (-100, m.text(""), arguments, 0, 0x1000)
    for flag in (0x100, 0x10000, 0x1FFFF):
        yield "execveat", (3, BAD, BAD, BAD, flag)
    for call in ("break", "ftime", "idle", "lock", "mpx", "prof", "profil", "security", "ulimit", "vserver", "vm86"):
        yield call, (1, 2, 3, 4, 5, 6)
        yield call, ()
    yield "vm86old", (BAD,)


REFUSED = (cloning, waiting, futexes, comparing, programs)


def filled_in(m: Caller) -> Calls:
    """What calls fill in, whatever it is."""
    used = m.at(b"\x07\0\0\0\0\0\0\0" * 40)
    for status in (*STATUSES, *MORE_STATUSES):
        yield "wait4", (-1, m.pack("I", status), 0, used)
        yield "waitpid", (-1, m.pack("I", status), 0)
    yield "wait4", (-1, BAD, 0, BAD)
    yield "wait4", (-1, 0, 0, 0)
    for code in (1, 2, 5):
        yield "waitid", (1, 5, siginfo(m, 17, code, 0, child(m), 5, 6, 19, 7, 8), 4, used)
    yield "waitid", (1, 5, m.room(), 4, used)
    yield "waitid", (1, 5, BAD, 4, BAD)
    yield "waitid", (1, 5, 0, 4, 0)
    tids = m.pack("4i", 7, 8, -9, 10)
    for flags in (0, 0x1000, 0x100000, 0x101000, 0x01000000, 0x00200000, 0x01301000):
        for address in (0, BAD, tids):
            yield "clone3", (quads(m, flags, address, address, address, 17, 0, 0, 0, 0, 0, 0), 88)
            yield "clone", (flags, 0, address, address, address)
    yield "get_robust_list", (0, m.words(0x1000), m.words(24))
    yield "get_robust_list", (0, BAD, m.words(0))
    yield "modify_ldt", (0, m.pack("4I", 5, 6, 7, 8), 16)
    yield "set_thread_area", (m.pack("4I", 12, 6, 7, 8),)
    yield "get_thread_area", (m.pack("4I", 12, 6, 7, 8),)
    yield "get_thread_area", (BAD,)


FORGED = {0: (filled_in,), 7: (filled_in,)}


def made(m: Caller) -> Calls:
    """What a program of its own is given; it has no children."""
    out = m.at(b"\xaa" * 256)
    yield "wait4", (-1, out, 0, out)
    yield "waitid", (0, 0, out, 5, out)
    yield "get_robust_list", (0, out, out + 8)
    yield "futex", (out, 1, 1)
    yield "futex", (out, 0, 1, 0)
    yield "futex", (out, 0x80, int.from_bytes(b"\xaa" * 4, "little"), m.words(0, 1))
    yield "kcmp", (m.pid, m.pid, 0, 0, 1)
    yield "personality", (LOW,)
    yield "modify_ldt", (1, m.pack("4I", 1, 0x1000, 0xFFFFF, 0x51), 16)
    yield "set_tid_address", (out,)
    yield "getpgid", (0,)
    yield "membarrier", (0, 0, 0)
    reader = yield "pidfd_open", (m.pid, 0)
    yield "pidfd_send_signal", (reader, 0, 0, 0)
    yield "pidfd_getfd", (reader, 0, 0)
    yield "unshare", (0,)


MADE = (made,)
