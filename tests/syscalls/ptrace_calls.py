"""Calls of ptrace(2) that are compared with strace."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Generator

from tests.syscalls.caller import BAD, Call, Caller, build
from tests.syscalls.process_calls import NO_STATUSES
from tests.syscalls.signal_calls import siginfo

Calls = Generator[Call, int, None]
LOW = 0xFFFFFFFF
REQUESTS = (*range(35), *range(0x4200, 0x4210), 0x4213, -1)
NOTES = (
    *range(1, 24),
    *range(0x100, 0x111),
    *range(0x200, 0x203),
    *range(0x300, 0x310),
    *range(0x400, 0x40D),
    0x46E62B7F,
)
"""Those that strace 6.1 knows, and some that there are not."""
PEEKUSER, SETREGS, SETFPREGS, SETFPXREGS, GETREGSET, SETREGSET = 3, 13, 15, 19, 0x4204, 0x4205
ATTACH, DETACH, SYSCALL, SETOPTIONS, SEIZE = 16, 17, 24, 0x4200, 0x4206
GETEVENTMSG, GETSIGINFO, SETSIGINFO, PEEKSIGINFO, GETSIGMASK, SETSIGMASK = (
    0x4201,
    0x4202,
    0x4203,
    0x4209,
    0x420A,
    0x420B,
)
GET_FILTER, GET_METADATA, GET_SYSCALL_INFO = 0x420C, 0x420D, 0x420E


def requests(m: Caller) -> Calls:
    """All requests, with different words."""
    out = m.room()
    for request in REQUESTS:
        if m.word == 8 or request not in (3, 6):  # strace shows a 32-bit tracer the registers of 64 bits
            for words in ((0, 0), (1, 2), (BAD, BAD), (out, out), (8, LOW), (17, 65)):
                yield "ptrace", (request, 123, *words)
                yield "ptrace", (request, -1, *words)
    for bit in range(32):
        yield "ptrace", (SETOPTIONS, 1, 0, 1 << bit)
        yield "ptrace", (SEIZE, 1, 0, 1 << bit)
    for flags in (0x3000FF, 0x7FFFFFFF, (1 << 8 * m.word) - 1):
        yield "ptrace", (SETOPTIONS, 1, 0, flags)
    if m.word == 8:
        for offset in range(0, 936, 4):
            yield "ptrace", (PEEKUSER, 123, offset, 0)


def registers(m: Caller) -> Calls:
    """Sets of registers."""
    data = m.at(bytes(range(1, 256)) * 8)
    for note in NOTES:
        if note not in (0xA, 0x30E, 0x30F, 0x111):
            yield "ptrace", (GETREGSET, 123, note, m.words(data, 100))
            yield "ptrace", (SETREGSET, 123, note, m.words(data, 104))
    for size in (0, 1, 2, 4, 7, 8, 12, 16, 20, 24, 36, 48, 72, 208, 212, 216, 224, 416, 420, 512, 520, -1):
        for note in (1, 2):
            yield "ptrace", (SETREGSET, 123, note, m.words(data, size))
    for address in (0, BAD):
        yield "ptrace", (SETREGSET, 123, 1, m.words(address, 216))
        yield "ptrace", (SETREGSET, 123, 1, address)
        yield "ptrace", (GETREGSET, 123, 1, address)
    for request in (SETREGS, SETFPREGS, SETFPXREGS):
        yield "ptrace", (request, 123, 0, data)


def signals(m: Caller) -> Calls:
    """Signals of a process that is traced."""
    yield "ptrace", (SETSIGINFO, 123, 0, siginfo(m, 10, -1, 0, "iIL", 5, 6, 7))
    for flags in (0, 1, 2, 3):
        yield "ptrace", (PEEKSIGINFO, 123, m.pack("QIi", (1 << 64) - 1, flags, -5), m.room())
    for size in (0, 4, 8, 16):
        for mask in (2, 0x10002, (1 << 64) - 1):
            yield "ptrace", (SETSIGMASK, 123, size, m.pack("Q", mask))
            yield "ptrace", (GETSIGMASK, 123, size, m.pack("Q", mask))


REFUSED = (requests, registers, signals)


def filled_in(m: Caller) -> Calls:
    """What requests fill in, whatever it is."""
    data = m.at(bytes(range(1, 256)) * 8)
    for request in (1, 2, 12, 14, GETEVENTMSG, GETSIGINFO, GETSIGMASK):
        yield "ptrace", (request, 123, 8, data)
        yield "ptrace", (request, 123, 8, BAD)
    for size in (0, 8, 16, 36, 216, 512, 520):
        for note in (1, 2, 0x202):
            yield "ptrace", (GETREGSET, 123, note, m.words(data, size))


def counted(m: Caller) -> Calls:
    """What requests fill in that say how much it is."""
    for flags in (0, 1, 4, 0x3F, 0x80, 1 << 32):
        for size in (8, 12, 16, 32):
            yield "ptrace", (GET_METADATA, 123, size, m.pack("QQ", 3, flags))
    program = m.pack("HBBIHBBIHBBIHBBI", 0x20, 0, 0, 4, 0x15, 1, 0, 0xC000003E, 6, 0, 0, 0x7FFF0000, 0x54, 0, 0, 0xFF)
    for address in (program, 0, BAD):
        yield "ptrace", (GET_FILTER, 123, 5, address)
    infos = m.at(m.read(siginfo(m, 10, -1, 0, "iIL", 5, 6, 7), 128) * 100)
    yield "ptrace", (PEEKSIGINFO, 123, m.pack("QIi", 0, 0, 100), infos)
    for operation in range(5):
        for value in (0, 39, -1, -14, 1 << 40, 1 << 63):
            for error in (0, 1, 2):
                head = struct.pack("<BBHIQQ", operation, 0, 0, 0xC000003E, 0x1234, 0)
                rest = struct.pack("<Q", value & (1 << 64) - 1) + struct.pack("<QQQQQQ", error, 1, 2, 3, 4, 5)
                yield "ptrace", (GET_SYSCALL_INFO, 123, 88, m.at(head + rest + struct.pack("<I", 7) + bytes(40)))
    for size in (1, 4, 7, 8, 9, 16, 20, 24, 25, 31, 32, 33, 40, 47, 48, 72, 80, 82, 84, 88):
        for operation in range(4):
            head = struct.pack("<BBHIQQ", operation, 0, 0, 0x40000003, 0, 0x5678)
            yield "ptrace", (GET_SYSCALL_INFO, 123, size, m.at(head + struct.pack("<8Q", 5, 1, 2, 3, 4, 5, 6, 7)))


def no_statuses(m: Caller) -> Calls:
    """What no child leaves."""
    for status in NO_STATUSES:
        yield "wait4", (-1, m.pack("I", status), 0, 0)
        yield "waitpid", (-1, m.pack("I", status), 0)


FORGED = {0: (filled_in, counted), 7: (no_statuses,), 3: (counted,), 16: (counted,), 24: (counted,), 88: (counted,)}


def made(m: Caller) -> Calls:
    """What a program that is traced is like."""
    with subprocess.Popen([build(m.arch)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as traced:
        assert traced.stdin is not None
        assert traced.stdout is not None
        traced.stdout.read(16)
        yield from _traced(m, traced.pid)
        traced.kill()


def _traced(m: Caller, pid: int) -> Calls:
    out = m.room(4096)
    yield "ptrace", (ATTACH, pid, 0, 0)
    yield "wait4", (pid, out, 0x40000000, m.room())
    for request in (12, 14, 18, GETEVENTMSG, GETSIGINFO):
        yield "ptrace", (request, pid, 0, out)
    for address in (0x401000, 0x8049000, BAD):
        yield "ptrace", (1, pid, address, out)
        yield "ptrace", (2, pid, address, out)
    if m.word == 8:
        yield "ptrace", (PEEKUSER, pid, 8, out)
    for note in (1, 2, 0x200, 0x202, 0x46E62B7F):
        for size in (4096, 16, 24, 0):
            yield "ptrace", (GETREGSET, pid, note, m.words(out, size))
    yield "ptrace", (GETSIGMASK, pid, 8, out)
    yield "ptrace", (PEEKSIGINFO, pid, m.pack("QIi", 0, 0, 4), out)
    yield "ptrace", (GET_METADATA, pid, 16, m.room())
    yield "ptrace", (SETOPTIONS, pid, 0, 1)
    yield "ptrace", (SYSCALL, pid, 0, 0)
    yield "wait4", (pid, out, 0x40000000, m.room())
    for size in (0, 4, 8, 24, 33, 48, 80, 88):
        yield "ptrace", (GET_SYSCALL_INFO, pid, size, out)
    yield "ptrace", (GETSIGINFO, pid, 0, out)
    yield "ptrace", (GETEVENTMSG, pid, 0, out)
    yield "ptrace", (DETACH, pid, 0, 0)


MADE = (made,)
