"""Requests of ioctl(2) about network interfaces and sockets, compared with strace."""

from __future__ import annotations

import struct

from tests.syscalls.caller import BAD, Caller
from tests.syscalls.file_calls import Calls
from tests.syscalls.terminal_ioctls import requests

OF_LOOPBACK = (0x8913, 0x8915, 0x8917, 0x8919, 0x891B, 0x891D, 0x8921, 0x8927, 0x8933, 0x8942, 0x8970, 0x8929)
"""SIOCGIFFLAGS and others that only tell."""
CONF = 0x8912


def request(m: Caller, name: bytes = b"lo", rest: bytes = b"") -> int:
    """Return the address of a struct ifreq."""
    return m.at((name.ljust(16, b"\0") + rest).ljust(40 if m.word == 8 else 32, b"\0"))


def conf(m: Caller, length: int, buffer: int) -> int:
    """Return the address of a struct ifconf."""
    return m.at(struct.pack("<i4xQ" if m.word == 8 else "<iI", length, buffer))


def whatever_is_there(m: Caller) -> Calls:
    """Every request, on names and contents of all kinds."""
    inet = struct.pack("<HHI", 2, 0, 0x0100007F)
    where = [
        request(m),
        request(m, b"eth0", inet),
        request(m, b"\xff" * 16, b"\xff" * 24),
        request(m, b"a" * 15, bytes(range(1, 25))),
        request(m, b"a\nb", b"eth1\0"),
        request(m, b"", struct.pack("<I", 1)),
        request(m, b"lo", struct.pack("<I", 1)),
        m.at(bytes(range(64))),
    ]
    for number in requests(m, "SIOC", "FIO", "TUN"):
        for argument in (*where, 1, 5, 0xFFFFFFFF, 0, BAD):
            yield "ioctl", (3, number, argument)


def hardware(m: Caller) -> Calls:
    """Hardware addresses of each type, flags one by one, indexes."""
    for kind in (*range(40), 256, 270, 513, 768, 769, 772, 776, 801, 803, 804, 805, 820, 0xFFFE, 0xFFFF):
        yield "ioctl", (3, 0x8924, request(m, b"eth0", struct.pack("<H14s", kind, bytes(range(1, 15)))))
    for bit in range(16):
        yield "ioctl", (3, 0x8914, request(m, b"eth0", struct.pack("<H", 1 << bit)))
    for index in (0, 1, 2, 77, -1):
        yield "ioctl", (3, 0x8910, request(m, b"", struct.pack("<i", index)))
        yield "ioctl", (3, 0x89A2, request(m, b"br0", struct.pack("<i", index)))
    for name in ("br0", "a" * 15, "a" * 16, "a" * 17, "a" * 30, ""):
        yield "ioctl", (3, 0x89A0, m.text(name))


def lists(m: Caller) -> Calls:
    """All interfaces, in room of all sizes."""
    size = 40 if m.word == 8 else 32
    there = m.at(b"".join(b"eth%d".ljust(16, b"\0") % number + bytes(size - 16) for number in range(40)))
    for length in (0, 5, size, size + 1, 3 * size, 40 * size, -1):
        for buffer in (there, 0, BAD):
            yield "ioctl", (3, CONF, conf(m, length, buffer))
    yield "ioctl", (3, CONF, BAD)
    yield "ioctl", (3, CONF, 0)


def of_loopback(m: Caller) -> Calls:
    """What is really there."""
    s = yield "socket", (2, 2, 0)
    for number in OF_LOOPBACK:
        yield "ioctl", (s, number, request(m))
    for index in (1, 77):
        yield "ioctl", (s, 0x8910, request(m, b"", struct.pack("<i", index)))
    buffer = m.room(400)
    for length, where in ((0, 0), (100, 0), (400, BAD), *[(size, buffer) for size in (400, 40, 41, 5, 0)]):
        yield "ioctl", (s, CONF, conf(m, length, where))
    yield "ioctl", (s, 0x8913, request(m, b"nosuch"))
    for number in (0x8903, 0x8904, 0x8905, 0x541B, 0x5411, 0x8906, 0x894B):
        yield "ioctl", (s, number, m.room(16))


REFUSED = (whatever_is_there, hardware, lists)
MADE = (of_loopback,)
FORGED = {0: (whatever_is_there, hardware, lists)}
