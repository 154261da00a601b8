"""Calls whose arguments depend on an operation, prctl(2), arch_prctl(2) and seccomp(2), compared with strace."""

from __future__ import annotations

from collections.abc import Generator

from tests.syscalls.caller import BAD, Call, Caller

Calls = Generator[Call, int, None]
LONG = (1 << 64) - 1
OPTIONS = (*range(65), 69 + 0x100, 0x53564D41, 0x59616D61)
"""Those that strace 6.1 knows, and some that there are not."""
SET_SECCOMP, SET_VMA, CAP_AMBIENT, MCE_KILL, SCHED_CORE = 22, 0x53564D41, 47, 33, 62
SET_SECUREBITS, SET_SPECULATION = 28, 53
FEATURES = (0, 1, 3, 5, 7, 0x18, 0xE0, 0xE7, 0xFF, 0x60000, 0x20000, 0x7E7, 1 << 60, 0x10000000000000E7)


def options(m: Caller) -> Calls:
    """All operations, with different words."""
    out = m.room()
    for option in OPTIONS:
        for words in ((0, 0, 0, 0), (1, 2, 3, 4), (3, 3, 3, 3), (4, 1, 0, 1), (BAD,) * 4, (out,) * 4, (LONG,) * 4):
            if option != SET_SECUREBITS or words[0] not in (out, LONG):  # some of these bits are newer
                yield "prctl", (option, *words)
    for option in (4, 6, 24, 26, 35, 45, 50, 53, 55, 59, 63):
        for bit in range(64):
            if option != 59 or bit != 1:  # PR_SYS_DISPATCH_INCLUSIVE_ON is newer
                yield "prctl", (option, 1 << bit & ((1 << 8 * m.word) - 1), 0, 0, 0)
    for bit in (*range(8), *range(12, 40)):
        yield "prctl", (SET_SECUREBITS, 1 << bit)
    for capability in (*range(42), 63, 64):
        yield "prctl", (23, capability)
        yield "prctl", (CAP_AMBIENT, 2, capability, 0, 0)
    for value in range(18):
        for option in (MCE_KILL, CAP_AMBIENT, SCHED_CORE, SET_SPECULATION, 35):
            yield "prctl", (option, value, 1, 2, out)
            yield "prctl", (option, 1, value, value, out)
    for value in (0, 1, 9, 64, 65, 1 << 31):
        yield "prctl", (1, value)


def names(m: Caller) -> Calls:
    """Names, filters, what depends on two words."""
    for name in ("", "name", "a" * 15, "b" * 16, "c" * 20, "x\n\x01"):
        yield "prctl", (15, m.text(name))
        yield "prctl", (SET_VMA, 0, 0x10000, 4096, m.text(name * 5))
    for mode in (0, 1, 2, 3, 1 << 32):
        for address in (0, BAD, m.words(4, 0x1000)):
            yield "prctl", (SET_SECCOMP, mode & ((1 << 8 * m.word) - 1), address, 3, 4)
    for operation in (*range(5), -1):
        for flags in (0, 1, 0x3F, 0x8000):
            for address in (0, BAD, m.words(4, 0x1000)):
                yield "seccomp", (operation, flags, address)
    for action in (0, 0x30000, 0x50000, 0x80000000, 0x7FC00000, 0x7FF00000, 0x7FFC0000, 0x7FFF0000, 5):
        yield "seccomp", (2, 0, m.pack("I", action))


def machine(m: Caller) -> Calls:
    """What only x86 has."""
    for operation in (*range(0x1000, 0x1007), 0x1011, 0x1012, *range(0x1020, 0x1028), *range(0x2000, 0x2005), 5):
        for value in (0, 1, 5, 10, 11 + 0x20, 17, 18, 0x7FFFFFFF, m.room()):
            yield "arch_prctl", (operation, value)


REFUSED = (options, names, machine)


def filled_in(m: Caller) -> Calls:
    """What calls fill in, whatever it is."""
    for option in (2, 5, 9, 11, 19, 25, 37):
        for value in (0, 1, 2, 3, 4, 9, 64, 0xFFFFFFFF):
            yield "prctl", (option, m.pack("I", value))
        yield "prctl", (option, BAD)
    for value in (0, 0x1234, LONG):
        yield "prctl", (40, m.at(value.to_bytes(8, "little")))
        for command in (0, 1):
            yield "prctl", (SCHED_CORE, command, 5, 1, m.at(value.to_bytes(8, "little")))
    for name in (b"", b"name", b"a" * 15, b"b" * 20):
        yield "prctl", (16, m.at(name.ljust(32, b"\0")))
    for operation in (0x1003, 0x1004):
        for value in (0, 0x1234):
            yield "arch_prctl", (operation, m.words(value))
        yield "arch_prctl", (operation, BAD)
    for operation in (0x1021, 0x1022, 0x1024):
        for value in FEATURES:
            yield "arch_prctl", (operation, m.pack("Q", value))
        yield "arch_prctl", (operation, BAD)
    yield "seccomp", (3, 0, m.pack("3H", 80, 24, 64))


FORGED = {0: (filled_in,)}


def made(m: Caller) -> Calls:
    """What a program of its own is told."""
    out = m.at(b"\xaa" * 64)
    for option in (2, 16, 25, 37, 40):
        yield "prctl", (option, out)
    for option in (3, 7, 13, 21, 27, 30, 5, 9):
        yield "prctl", (option, out, 0, 0, 0)
    yield "prctl", (52, 0, 0, 0, 0)
    yield "prctl", (47, 1, 5, 0, 0)
    yield "prctl", (23, 1, 0, 0, 0)
    yield "prctl", (1, 9)
    yield "prctl", (2, out)
    yield "prctl", (15, m.text("other"))
    yield "prctl", (16, out)
    for operation in (0x1003, 0x1004, 0x1011, 0x1021, 0x1022):
        yield "arch_prctl", (operation, out)
    yield "seccomp", (3, 0, out)
    yield "seccomp", (2, 0, m.pack("I", 0x7FC00000))


MADE = (made,)
