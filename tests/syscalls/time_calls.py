"""Calls on time, clocks and timers that are compared with strace."""

from __future__ import annotations

from collections.abc import Generator

from tests.syscalls.caller import BAD, Call, Caller

Calls = Generator[Call, int, None]
MASK = (1 << 64) - 1
CLOCKS = (*range(13), 16, 99, -1, -2, -3, -6, -45, 0x80000000)
TIMES = ((1, 2), (0, 0), (-1, -2), (1 << 30, 999999999), (5, 1000000000))


def clocks(m: Caller) -> Calls:
    """Clocks."""
    out = m.room()
    for clock in CLOCKS:
        yield "clock_gettime", (clock, out)
        yield "clock_gettime64", (clock, out)
        yield "clock_getres", (clock, 0)
        yield "clock_getres_time64", (clock, out)
        yield "timer_create", (clock, 0, out)
        yield "timerfd_create", (clock, 0)
        yield "clock_adjtime", (clock, out)
        yield "clock_adjtime64", (clock, out)
    for time in TIMES:
        yield "clock_settime", (0, m.words(*time))
        yield "clock_settime64", (0, m.pack("qq", *time) if time[1] < 1 << 63 else 0)
        yield "clock_nanosleep", (1, 0, m.words(*time), out)
        yield "clock_nanosleep_time64", (1, 1, m.pack("qq", *time), out)
        yield "nanosleep", (m.words(*time), out)
        yield "settimeofday", (m.words(*time), m.pack("ii", -60, 1))
    for address in (0, BAD):
        yield "clock_gettime", (0, address)
        yield "clock_settime", (0, address)
        yield "nanosleep", (address, address)
        yield "clock_nanosleep", (0, 0, address, address)
        yield "gettimeofday", (address, address)
        yield "settimeofday", (address, address)
        yield "time", (address,)
        yield "stime", (address,)
        yield "times", (address,)
        yield "adjtimex", (address,)
        yield "clock_adjtime", (0, address)
    yield "gettimeofday", (out, out)
    for flags in (0, 1, 2, 3):
        yield "clock_nanosleep", (0, flags, 0, 0)


def timers(m: Caller) -> Calls:
    """Timers."""
    out = m.room()
    for notify in (0, 1, 2, 3, 4, 5, 0xFFFFFFFF):
        for number in (0, 10, 64, 65):
            for value in (0, 7, MASK, 0x1234567800000007):
                yield "timer_create", (1, event(m, value, number, notify, 99, 0x5678), out)
    yield "timer_create", (1, event(m, 1, 2, 4, 0xFFFFFFFF, 0), out)
    yield "timer_create", (1, event(m, 1, 2, 2, 0, 0), out)
    for address in (0, BAD):
        yield "timer_create", (1, address, address)
        yield "timer_settime", (1, 0, address, address)
        yield "timer_settime64", (1, 0, address, address)
        yield "timer_gettime", (1, address)
        yield "timer_gettime64", (1, address)
        yield "setitimer", (0, address, address)
        yield "getitimer", (0, address)
        yield "timerfd_settime", (1, 0, address, address)
        yield "timerfd_settime64", (1, 0, address, address)
        yield "timerfd_gettime", (1, address)
        yield "timerfd_gettime64", (1, address)
    for flags in (0, 1, 2, 3, 4, 7, 0x800, 0x80000, 0x80801, 0x100000):
        yield "timer_settime", (-1, flags, m.words(1, 2, 3, 4), out)
        yield "timer_settime64", (-1, flags, m.pack("4q", 1, 2, 3, 4), out)
        yield "timerfd_settime", (-1, flags, m.words(1, 2, 3, 4), out)
        yield "timerfd_settime64", (-1, flags, m.pack("4q", 1, 2, 3, 4), out)
        yield "timerfd_create", (0, flags)
    for which in (0, 1, 2, 3, -1):
        yield "setitimer", (which, m.words(1, 2, 3, 4), out)
        yield "getitimer", (which, out)
    for number in (0, 5, -1):
        yield "timer_delete", (number,)
        yield "timer_getoverrun", (number,)
        yield "timer_gettime", (number, out)
        yield "alarm", (number,)


def event(m: Caller, value: int, number: int, notify: int, first: int, second: int) -> int:
    """Return the address of a struct sigevent."""
    mask = (1 << 8 * m.word) - 1
    return m.at(m.read(m.pack("LiILL", value & mask, number, notify, first, second), 4 * m.word + 8).ljust(64, b"\0"))


REFUSED = (clocks, timers)


def filled_in(m: Caller) -> Calls:
    """What calls fill in, whatever it is: the calls are not made, and said to have returned 0."""
    for time in TIMES:
        times = m.words(*time, *time)
        times64 = m.pack("4q", *time, *time)
        yield "clock_gettime", (1, times)
        yield "clock_gettime64", (1, times64)
        yield "clock_getres", (1, times)
        yield "clock_getres_time64", (1, times64)
        yield "gettimeofday", (times, m.pack("ii", -60, 1))
        yield "timer_gettime", (1, times)
        yield "timer_gettime64", (1, times64)
        yield "timer_settime", (1, 1, times, times)
        yield "timer_settime64", (1, 1, times64, times64)
        yield "timerfd_gettime", (1, times)
        yield "timerfd_gettime64", (1, times64)
        yield "timerfd_settime", (1, 1, times, times)
        yield "timerfd_settime64", (1, 1, times64, times64)
        yield "getitimer", (1, times)
        yield "setitimer", (1, times, times)
        yield "nanosleep", (times, times)
        yield "clock_nanosleep", (1, 0, times, times)
        yield "clock_nanosleep_time64", (1, 0, times64, times64)
        yield "sched_rr_get_interval", (1, times)
        yield "sched_rr_get_interval_time64", (1, times64)
        yield "time", (times,)
        yield "stime", (times,)
    for value in (0, 7, 123456, -1):
        yield "times", (m.words(value, value + 1, value, value),)
    for fields in ([0] * 60, range(1, 61), [0xFFFFFFFF] * 60, [0x2041] * 60):
        data = m.at(b"".join(int(each).to_bytes(4, "little") for each in fields))
        yield "adjtimex", (data,)
        yield "clock_adjtime", (0, data)
        yield "clock_adjtime64", (0, data)
    for modes in (*(1 << bit for bit in range(32)), 0x8001, 0xA001, 0x8003, 0xE001):
        number = modes.to_bytes(4, "little")
        yield "adjtimex", (m.at(number + bytes(5 * m.word - 4) + number + bytes(200)),)
    yield "timer_create", (1, 0, m.pack("i", -5))
    yield "timer_create", (1, 0, BAD)
    yield "time", (BAD,)


def interrupted(m: Caller) -> Calls:
    """Sleeps that a signal has interrupted."""
    for time in TIMES:
        yield "nanosleep", (m.words(5, 6), m.words(*time))
        yield "clock_nanosleep", (1, 0, m.words(5, 6), m.words(*time))
        yield "clock_nanosleep_time64", (1, 0, m.pack("qq", 5, 6), m.pack("qq", *time))
    for address in (0, BAD):
        yield "nanosleep", (m.words(5, 6), address)
        yield "clock_gettime", (0, address)
    yield "clock_nanosleep", (1, 1, m.words(5, 6), m.words(7, 8))
    yield "clock_gettime", (0, m.words(1, 2))


FORGED = {0: (filled_in,), **dict.fromkeys((-4, -512, -513, -514, -516), (interrupted,))}


def made(m: Caller) -> Calls:
    """Clocks and timers of a program of its own."""
    out = m.at(b"\xaa" * 256)
    yield "gettimeofday", (out, 0)
    yield "time", (out,)
    yield "times", (out,)
    yield "clock_gettime", (1, out)
    yield "clock_gettime64", (1, out)
    yield "clock_getres", (1, out)
    yield "clock_getres_time64", (1, out)
    yield "adjtimex", (m.room(),)
    yield "clock_adjtime", (0, m.room())
    yield "clock_adjtime64", (0, m.room())
    yield "timer_create", (1, event(m, 7, 10, 1, 0, 0), out)
    number = int.from_bytes(m.read(out, 4), "little")
    yield "timer_settime", (number, 0, m.words(0, 0, 1000, 0), out)
    yield "timer_settime64", (number, 0, m.pack("4q", 0, 0, 1000, 0), out)
    yield "timer_gettime", (number, out)
    yield "timer_gettime64", (number, out)
    yield "timer_delete", (number,)
    yield "setitimer", (1, m.words(1, 2, 1000, 4), out)
    yield "getitimer", (1, out)
    yield "setitimer", (1, m.words(0, 0, 0, 0), out)
    yield "nanosleep", (m.words(0, 1), out)
    yield "nanosleep", (m.words(0, 1000000000), out)
    yield "clock_nanosleep_time64", (1, 0, m.pack("qq", 0, 1), out)
    yield "clock_gettime", (99, out)
    yield "timer_gettime", (77, out)


MADE = (made,)
