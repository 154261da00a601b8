"""Calls on scheduling, limits, and who a process is, that are compared with strace."""

from __future__ import annotations

import struct
from collections.abc import Generator

from tests.syscalls.caller import BAD, Call, Caller

Calls = Generator[Call, int, None]
LOW = 0xFFFFFFFF
IDS = (0, 1, 1000, 0x7FFFFFFF, LOW, 0xFFFFFFFE, 0xFFFF, 0xFFFE, 0x10000)
_ATTR = struct.Struct("<IIQiIQQQII")


def attributes(m: Caller) -> Calls:
    """What sched_setattr(2) is given."""
    for size in (0, 1, 4, 8, 20, 24, 47, 48, 49, 55, 56, 57, 64, 100, 4096):
        yield "sched_setattr", (0, attr(m, size), 0)
        yield "sched_getattr", (0, m.room(), size, 0)
    for flags in (*(1 << bit for bit in range(10)), 0x18, 0x7F, 0):
        yield "sched_setattr", (0, attr(m, 56, flags=flags), 1)
    for policy in (0, 1, 2, 3, 4, 5, 6, 8, 0x40000001):
        yield "sched_setattr", (-1, attr(m, 48, policy), 0)
        yield "sched_setscheduler", (0, policy, m.pack("i", -5))
        yield "sched_get_priority_max", (policy,)
        yield "sched_get_priority_min", (policy,)
    for address in (0, BAD):
        yield "sched_setattr", (0, address, 0)
        yield "sched_getattr", (0, address, 0, 1)
        yield "sched_setscheduler", (0, 0, address)
        yield "sched_setparam", (0, address)
        yield "sched_getparam", (0, address)
        yield "sched_rr_get_interval", (0, address)
        yield "sched_rr_get_interval_time64", (0, address)
    yield "sched_setparam", (0, m.pack("i", 7))
    yield "sched_getscheduler", (-1,)
    yield "sched_yield", ()


def attr(m: Caller, size: int, policy: int = 6, flags: int = 7) -> int:
    """Return the address of a struct sched_attr."""
    return m.at(_ATTR.pack(size, policy, flags, -5, 3, 4, 5, 6, 7, 8) + bytes(200))


def processors(m: Caller) -> Calls:
    """Sets of processors, priorities."""
    some = m.at(b"\5\0\0\xff" * 64)
    for size in (0, 1, 3, 4, 5, 8, 12, 16, 120, 128, 129, 136, 4096):
        yield "sched_setaffinity", (0, size, some)
        yield "sched_setaffinity", (0, size, m.room(140))
        yield "sched_getaffinity", (0, size, some)
    for address in (0, BAD):
        yield "sched_setaffinity", (0, 8, address)
        yield "sched_getaffinity", (0, 8, address)
        yield "getcpu", (address, address, address)
    for which in range(5):
        yield "ioprio_get", (which, -5)
        yield "getpriority", (which, 5)
        yield "setpriority", (which, -1, -20)
        for value in (0, 7, 0x2000, 0x2009, 0x4003, 0x60FF, 0x8000, 0xFFFF, 0x12000, LOW):
            yield "ioprio_set", (which, 5, value)
    yield "nice", (-5,)


def limits(m: Caller) -> Calls:
    """Limits and what is used."""
    for value in (
        0,
        1,
        1023,
        1024,
        1025,
        2048,
        8192 * 1024,
        (1 << 31) - 1,
        (1 << 32) - 1,
        (1 << 63) - 1,
        (1 << 64) - 1,
    ):
        yield "setrlimit", (7, m.words(value, value))
        yield "prlimit64", (0, 3, m.pack("QQ", value, value), 0)
    for resource in (*range(18), -1):
        yield "getrlimit", (resource, m.room())
        yield "ugetrlimit", (resource, m.room())
        yield "prlimit64", (-1, resource, 0, m.room())
        yield "getrusage", (resource - 4, m.room())
    for address in (0, BAD):
        yield "setrlimit", (0, address)
        yield "getrlimit", (0, address)
        yield "prlimit64", (0, 0, address, address)
        yield "getrusage", (0, address)
        yield "uname", (address,)
        yield "sysinfo", (address,)


def who(m: Caller) -> Calls:
    """Users, groups, capabilities."""
    for one in IDS:
        for call in ("setuid", "setgid", "setfsuid", "setfsgid"):
            yield call, (one,)
            yield f"{call}32", (one,)
        for call in ("setreuid", "setregid", "setresuid", "setresgid"):
            yield call, (one, 0, one)
            yield f"{call}32", (one, 0, one)
    for address in (0, BAD, m.room()):
        for call in ("getresuid", "getresgid"):
            yield call, (address, address, address)
            yield f"{call}32", (address, address, address)
        for count in (0, 1, -1):
            for call in ("getgroups", "setgroups"):
                yield call, (count, address)
                yield f"{call}32", (count, address)
    groups = m.pack("80H", *range(75), 0xFFFF, 0xFFFE, 0xFFFF, 0xFFFF, 5)
    for count in (1, 31, 32, 33, 40, 65537):
        yield "setgroups", (count, groups)
        yield "setgroups32", (count, groups)
    for call in ("getuid", "getgid", "geteuid", "getegid"):
        yield call, ()
        yield f"{call}32", ()


def capabilities(m: Caller) -> Calls:
    """Capabilities."""
    for version in (0x19980330, 0x20071026, 0x20080522, 0, 5):
        header = m.pack("Ii", version, -7)
        for words in ((1, 2, 3, 4, 5, 6), (0, LOW, 0x80000000, 0x1FF, 0x200, 0), (LOW, 0, 0, LOW, 0, 0)):
            yield "capset", (header, m.pack("6I", *words))
            yield "capget", (header, m.pack("6I", *words))
        for address in (0, BAD):
            yield "capset", (header, address)
            yield "capset", (address, m.pack("6I", 1, 2, 3, 4, 5, 6))
            yield "capget", (header, address)


REFUSED = (attributes, processors, limits, who, capabilities)


def filled_in(m: Caller) -> Calls:
    """What calls fill in, whatever it is."""
    for size in (0, 4, 24, 47, 48, 56, 57, 100):
        yield "sched_getattr", (0, attr(m, size), 48, 0)
    yield "sched_getattr", (0, attr(m, 56, flags=0x7F), 56, 0)
    yield "sched_getparam", (0, m.pack("i", -5))
    yield "getcpu", (m.pack("I", LOW), m.pack("I", 5), m.room())
    for value in (0, 1024, 1025, (1 << 31) - 1, (1 << 32) - 1, (1 << 63) - 1, (1 << 64) - 1):
        yield "getrlimit", (7, m.words(value, value))
        yield "ugetrlimit", (7, m.words(value, value))
        yield "prlimit64", (0, 3, m.pack("QQ", value, value), m.pack("QQ", value, value))
    for fill in (b"\0", b"\1", b"\xff", b"x", b"\x07\0\0\0\0\0\0\0"):
        yield "getrusage", (0, m.at(fill * 300))
        yield "sysinfo", (m.at(fill * 300),)
        yield "uname", (m.at(fill * 400),)
    yield "uname", (m.at(b"".join(name.ljust(65, b"\0") for name in (b"Linux", b"a\nb", b"", b"v" * 64, b"m", b"d"))),)
    for one in IDS:
        ids = m.pack("I", one)
        for call in ("getresuid", "getresgid"):
            yield call, (ids, ids, ids)
            yield f"{call}32", (ids, ids, ids)
    for version in (0x19980330, 0x20071026, 0x20080522, 0):
        yield "capget", (m.pack("Ii", version, -7), m.pack("6I", 1, 2, 3, 4, 5, 0x1FFFFFFF))


def counted(m: Caller) -> Calls:
    """What calls fill in that say how much it is."""
    groups = m.pack("80H", *range(75), 0xFFFF, 0xFFFE, 0xFFFF, 0xFFFF, 5)
    for count in (0, 1, 16, 40):
        yield "getgroups", (count, groups)
        yield "getgroups32", (count, groups)
        yield "sched_getaffinity", (0, count, m.at(b"\5\0\0\xff" * 64))


FORGED = {0: (filled_in, counted), 4: (counted,), 40: (counted,)}


def made(m: Caller) -> Calls:
    """What a program of its own is given."""
    out = m.at(b"\xaa" * 512)
    yield "uname", (out,)
    yield "sysinfo", (out,)
    yield "getrusage", (0, out)
    yield "getrlimit", (7, out)
    yield "ugetrlimit", (3, out)
    yield "prlimit64", (0, 3, 0, out)
    yield "prlimit64", (0, 99, 0, out)
    yield "getcpu", (out, out + 8, 0)
    yield "sched_getaffinity", (0, 128, out)
    yield "sched_getaffinity", (0, 4, out)
    yield "sched_setaffinity", (0, 128, m.at(b"\xff" * 128))
    yield "sched_getattr", (0, m.room(), 48, 0)
    yield "sched_getattr", (0, m.room(), 56, 0)
    yield "sched_getparam", (0, out)
    yield "sched_getscheduler", (0,)
    yield "sched_rr_get_interval", (0, out)
    yield "sched_rr_get_interval_time64", (0, out)
    yield "ioprio_get", (1, 0)
    yield "getpriority", (0, 0)
    for name in ("getresuid", "getresgid", "getresuid32", "getresgid32"):
        yield name, (out, out + 8, out + 16)
    for name in ("getgroups", "getgroups32"):
        yield name, (0, 0)
        yield name, (64, out)
    yield "capget", (m.pack("Ii", 0x20080522, 0), out)
    yield "capget", (m.pack("Ii", 0, 0), 0)


MADE = (made,)
