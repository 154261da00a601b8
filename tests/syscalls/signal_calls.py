"""Calls on signals that are compared with strace."""

from __future__ import annotations

import itertools
import os
import signal
import struct
from collections.abc import Generator

from tests.syscalls.caller import BAD, Call, Caller

Calls = Generator[Call, int, None]
SIGINFO_CODES = (4, 5, 7, 8, 11, 17, 29, 31, 10, 34)
"""SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGCHLD, SIGIO, SIGSYS, and two that say nothing by themselves."""
MASK = (1 << 64) - 1


def siginfo(m: Caller, number: int, code: int, errno: int = 0, layout: str = "", *values: int) -> int:
    """Return the address of a siginfo_t; the layout is that of the union in it."""
    head = struct.pack("<iii", number, errno, code) + bytes(4 if m.word == 8 else 0)
    names = {"L": "Q", "l": "q"} if m.word == 8 else {"L": "I", "l": "i"}
    rest = struct.pack("<" + "".join([names.get(each, each) for each in layout]), *values)
    return m.at((head + rest).ljust(128, b"\0"))


def sigset(m: Caller, mask: int, size: int = 8) -> int:
    """Return the address of a signal set."""
    return m.at((mask & MASK).to_bytes(8, "little")[:size])


def queued(m: Caller) -> Calls:
    """What comes with signals."""
    for number, code in itertools.product(SIGINFO_CODES, (*range(-8, 18), 0x80, -60)):
        if (number, code) != (11, 10):  # SEGV_CPERR is newer
            yield "rt_sigqueueinfo", (123, number, siginfo(m, number, code, 0, "iIiIII", 5, 6, 18, 100, 1000, 7))
    for code in (-6, -3, -2, -1, 0, 3, 0x80):
        for values in ((0, 0, 0), (1, 2, 3), (-1, 0xFFFFFFFF, 0xFFFFFFFF), (0, 0, 7), (0, 1, 0)):
            yield "rt_sigqueueinfo", (123, 10, siginfo(m, 10, code, 0, "iIL", *values))
    for errno in (1, 4, 133, 511, 512, 516, 4000, -4):
        yield "rt_sigqueueinfo", (123, 10, siginfo(m, 10, 0, errno, "iI", 5, 6))
    for number in (0, -5, 65, 100):
        yield "rt_sigqueueinfo", (123, number, siginfo(m, number, -1, 0, "iI", 5, 6))
        yield "rt_sigqueueinfo", (123, number, siginfo(m, number, 3))
    for address in (0, BAD):
        yield "rt_sigqueueinfo", (-1, 10, address)
        yield "rt_tgsigqueueinfo", (1, 2, 10, address)
        yield "pidfd_send_signal", (3, 10, address, 0)
    info = siginfo(m, 10, -1, 0, "iIL", 5, 6, 7)
    yield "rt_tgsigqueueinfo", (123, 124, 64, info)
    yield "pidfd_send_signal", (3, 10, info, 0)
    yield "pidfd_send_signal", (-1, 10, info, 0x80)


def of_the_kernel(m: Caller) -> Calls:
    """What comes with signals of the kernel."""
    for status in (0, 9, 18, 0x85, 3, 64, 65):
        for code in (1, 2, 3, 5):
            yield "rt_sigqueueinfo", (1, 17, siginfo(m, 17, code, 0, child(m), 5, 6, status, 7, 123456))
    yield "rt_sigqueueinfo", (1, 17, siginfo(m, 17, 1, 0, child(m), -1, 0xFFFFFFFF, -1, 0, 100))
    for address in (0, 0x1234, (1 << 32) - 1):
        for number, code in ((4, 1), (5, 2), (8, 3), (11, 1), (11, 2), (11, 0x80), (11, 9), (7, 2), (7, 9)):
            yield "rt_sigqueueinfo", (1, number, siginfo(m, number, code, 0, "L", address))
    for code in (3, 4, 5):
        yield "rt_sigqueueinfo", (1, 7, siginfo(m, 7, code, 0, "LH", 0x1000, 12))
    for bounds in ((0x10, 0x20), (0, 0), (7, 0xFFFFFFFF)):
        for code in (3, 4):
            yield "rt_sigqueueinfo", (1, 11, siginfo(m, 11, code, 0, "LLLL", 0x1000, 0, *bounds))
    for code in (1, 2, 6, 7, 0x80, -5):
        for band in (65, -1):
            yield "rt_sigqueueinfo", (1, 29, siginfo(m, 29, code, 0, "li", band, 4))
    for arch in (0xC000003E, 0x40000003, 0xC00000B7, 0x40000028, 0xC00000B6, 0, 0xFFFFFFFF):
        for number in (0, 59, 450, 1059, -1):
            values = (0x1234, number, arch)
            yield "rt_sigqueueinfo", (1, 31, siginfo(m, 31, 1, 0, "LiI", *values))
    yield "rt_sigqueueinfo", (1, 31, siginfo(m, 31, 2, 0, "LiI", 0, 1, 0xC000003E))


def child(m: Caller) -> str:
    """Return the layout of what comes with SIGCHLD."""
    return "iIi4xLL" if m.word == 8 else "iIiLL"


def actions(m: Caller) -> Calls:
    """What to do with signals."""
    out = m.room()
    for handler in (0, 1, 2, 0x401000, MASK):
        for flags in (0, 0x14000000, 0xDC000007, 0xF0000000, 0x1000, 0x20000000):
            yield "rt_sigaction", (17, m.words(handler, flags, 0x402000, 0x10002, 0), out, 8)
            yield "sigaction", (17, m.words(handler, 0x10002, flags, 0x402000), out)
        yield "signal", (17, handler)
    for bit in (0, 1, 2, *range(12, 32)):
        yield "rt_sigaction", (17, m.words(0, 1 << bit, 0x402000, 0, 0), out, 8)
    for number in (0, 1, 31, 32, 33, 64, 65, -1):
        yield "rt_sigaction", (number, 0, 0, 8)
        yield "signal", (number, 0)
        yield "kill", (-1, number)
        yield "tkill", (1, number)
        yield "tgkill", (1, -2, number)
    for address in (0, BAD):
        yield "rt_sigaction", (2, address, address, 16)
        yield "sigaction", (2, address, address)


def masks(m: Caller) -> Calls:
    """Signal sets."""
    out = m.room()
    for mask in (0, 2, 0x10002, MASK, ~0x180000000, 0xFFFFFFFF, 1 << 63, (1 << 42) - 1, (1 << 43) - 1):
        for how in (0, 1, 2, 3):
            yield "rt_sigprocmask", (how, sigset(m, mask), out, 8)
            yield "sigprocmask", (how, sigset(m, mask, 4), out)
        yield "rt_sigsuspend", (sigset(m, mask), 8)
        yield "rt_sigtimedwait", (sigset(m, mask), out, 0, 8)
        yield "rt_sigtimedwait_time64", (sigset(m, mask), out, m.pack("qq", 1, 2), 8)
        yield "signalfd", (-1, sigset(m, mask), 8)
        yield "signalfd4", (-1, sigset(m, mask), 8, 0x80800)
        yield "sigsuspend", (0, 0, mask)
        yield "ssetmask", (mask,)
    for size in (0, 1, 2, 4, 8, 9, 16):
        yield "rt_sigprocmask", (0, sigset(m, 0x10002), out, size)
        yield "rt_sigpending", (out, size)
        yield "signalfd4", (-1, sigset(m, 0x10002), size, 0)
    for address in (0, BAD):
        yield "rt_sigprocmask", (0, address, address, 8)
        yield "sigprocmask", (0, address, address)
        yield "rt_sigpending", (address, 8)
        yield "sigpending", (address,)
        yield "rt_sigsuspend", (address, 8)
        yield "rt_sigtimedwait", (address, address, address, 8)
        yield "signalfd", (3, address, 8)
    for flags in (0, 0x800, 0x80000, 0x80801, 1):
        yield "signalfd4", (3, sigset(m, 2), 8, flags)
    yield "sgetmask", ()
    yield "pause", ()


def stacks(m: Caller) -> Calls:
    """Stacks of handlers."""
    for flags in (0, 1, 2, 3, 4, 0x80000000, 0x80000007):
        yield "sigaltstack", (stack(m, 0x10000, flags, 8192), m.room())
    yield "sigaltstack", (stack(m, 0, 2, 0), 0)
    for address in (0, BAD):
        yield "sigaltstack", (address, address)


def stack(m: Caller, base: int, flags: int, size: int) -> int:
    """Return the address of a stack_t."""
    return m.pack("LI4xL" if m.word == 8 else "LIL", base, flags, size)


REFUSED = (queued, of_the_kernel, actions, masks, stacks)


def made(m: Caller) -> Calls:
    """Signals of a program of its own."""
    out = m.at(b"\xaa" * 256)
    yield "rt_sigaction", (10, m.words(1, 0x14000000, 0x402000, 0x10002, 0), out, 8)
    yield "rt_sigaction", (10, m.words(0, 0, 0, 0, 0), out, 8)
    yield "rt_sigaction", (99, 0, out, 8)
    yield "sigaction", (12, m.words(1, 0x10002, 0x10000000, 0), out)
    yield "sigaction", (12, 0, out)
    yield "signal", (12, 0)
    yield "rt_sigprocmask", (0, sigset(m, 0x200), out, 8)
    yield "rt_sigprocmask", (0, 0, out, 8)
    yield "sigprocmask", (0, 0, out)
    yield "sgetmask", ()
    yield "ssetmask", (0x200,)
    os.kill(m.pid, signal.SIGUSR1)
    yield "rt_sigpending", (out, 8)
    yield "sigpending", (out,)
    yield "rt_sigtimedwait", (sigset(m, 0x200), out, m.words(1, 0), 8)
    yield "rt_sigtimedwait", (sigset(m, 0x200), out, m.words(0, 1), 8)
    os.kill(m.pid, signal.SIGUSR1)
    yield "rt_sigtimedwait_time64", (sigset(m, 0x200), out, 0, 8)
    yield "rt_sigqueueinfo", (m.pid, 10, siginfo(m, 10, -1, 0, "iIL", 5, 6, 7))
    yield "rt_sigtimedwait", (sigset(m, 0x200), out, 0, 8)
    yield "sigaltstack", (stack(m, m.room(), 0, 32768), out)
    yield "sigaltstack", (stack(m, 0, 2, 0), out)
    yield "sigaltstack", (0, out)
    yield "sigaltstack", (BAD, out)


MADE = (made,)


def filled_in(m: Caller) -> Calls:
    """What calls fill in, whatever it is."""
    for mask in (0, 2, 0x10002, MASK, 1 << 63):
        yield "rt_sigprocmask", (0, 0, sigset(m, mask), 8)
        yield "rt_sigpending", (sigset(m, mask), 8)
        yield "sigprocmask", (0, 0, sigset(m, mask, 4))
        yield "sigpending", (sigset(m, mask, 4),)
    for size in (*range(10), 16):
        yield "rt_sigpending", (sigset(m, 0x8040201008040201), size)
        yield "rt_sigprocmask", (0, 0, sigset(m, 0x8040201008040201), size)
    for handler in (0, 1, 2, MASK):
        for flags in (0, 0x14000000, 0x20000000):
            yield "rt_sigaction", (17, 0, m.words(handler, flags, 0x402000, 0x10002, 0), 8)
            yield "sigaction", (17, 0, m.words(handler, 0x10002, flags, 0x402000))
    for number, code in itertools.product(SIGINFO_CODES, (-6, -2, -1, 0, 1, 4, 0x80)):
        yield "rt_sigtimedwait", (sigset(m, 2), siginfo(m, number, code, 0, "iIiIII", 5, 6, 18, 100, 1000, 7), 0, 8)
    for flags in (0, 1, 2, 0x80000000):
        yield "sigaltstack", (0, stack(m, 0x10000, flags, 8192))
    yield "sigaltstack", (0, BAD)
    yield "rt_sigtimedwait", (0, BAD, 0, 8)
    yield "rt_sigpending", (BAD, 8)


FORGED = {0: (filled_in,)}
