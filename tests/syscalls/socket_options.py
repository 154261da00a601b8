"""Options of sockets that are compared with strace: their names by level, and their values."""

from __future__ import annotations

import struct

from seccomp_tui.syscalls import constants
from tests.syscalls.caller import BAD, Caller
from tests.syscalls.file_calls import Calls

LENGTHS = (-1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 15, 16, 17, 20, 28, 29, 32, 40, 104, 128, 132, 136, 144, 264)
VALUED = (
    *[(1, option) for option in (1, 2, 3, 4, 7, 13, 16, 17, 20, 26, 27, 28, 29, 30, 36, 50, 51, 56, 66, 72, 74)],
    *[(0, option) for option in (1, 4, 8, 32, 33, 35, 36, 37, 39, 41, 42, 43, 45, 46, 47, 49)],
    *[(41, option) for option in (2, 6, 9, 16, 17, 20, 21, 25, 27, 28, 34, 42, 45, 50, 61, 72)],
    *[(6, option) for option in (1, 11, 13, 14, 19, 31, 35)],
    *[(17, option) for option in (1, 103)],
    *[(58, 1), (255, 1)],
    *[(263, option) for option in (5, 6, 8, 13, 18)],
    *[(270, option) for option in (1, 2, 3, 9, 12)],
    *[(279, 1), (282, 1), (283, 4), (101, 1)],
)
"""Levels and options."""
VALUES = (
    bytes(range(1, 200)),
    struct.pack("<4sI4s", bytes([224, 0, 0, 1]), 1, bytes(4)) + bytes(120),
    struct.pack("<I4xH2s4s", 1, 2, bytes(2), bytes([224, 0, 0, 1])) + bytes(120),
    b"\xff" * 200,
    b"lo" + bytes(198),
)


def levels() -> list[int]:
    """Return the levels that strace has names for, and one that it has none for."""
    return sorted({*constants.table("sol").names.values(), 3})


def names_that_are_set(m: Caller) -> Calls:
    """The names of all options of all levels."""
    for level in levels():
        for option in (*range(140), 0x107, 255, 256):
            yield "setsockopt", (3, level, option, 0, 4)


def names_that_are_got(m: Caller) -> Calls:
    """The same, as far as there are others."""
    for level in levels():
        for option in (*range(140), 0x107, 255, 256):
            yield "getsockopt", (3, level, option, 0, 0)


def values_that_are_set(m: Caller) -> Calls:
    """Values of all kinds and lengths."""
    where = [m.at(value) for value in VALUES]
    for level, option in VALUED:
        for address in where:
            for length in LENGTHS:
                yield "setsockopt", (3, level, option, address, length)
        yield "setsockopt", (3, level, option, BAD, 16)


def addresses_and_filters(m: Caller) -> Calls:
    """What has an address inside, or a pointer."""
    inet = struct.pack("<HH4s8x", 2, 0x5000, bytes([224, 0, 0, 1]))
    inet6 = struct.pack("<HHI16sI", 10, 0x5000, 0, b"\xff\x02" + bytes(13) + b"\1", 1)
    pad = b"" if m.word == 4 else bytes(4)
    for level in (0, 41):
        for option in (42, 45):
            for address in (inet, inet6, b"\1\0/a"):
                whole = struct.pack("<I", 1) + pad + address.ljust(128, b"\0")
                for length in (len(whole) - 1, len(whole), len(whole) + 4):
                    yield "setsockopt", (3, level, option, m.at(whole), length)
    for length in (1, 6, 8, 9):
        member = m.at(struct.pack("<IHH8s", 1, length & 3, length, bytes(range(8))))
        for size in (15, 16, 17):
            yield "setsockopt", (3, 263, 1 + (length & 1), member, size)
    program = m.at(struct.pack("<HBBIHBBI", 0x28, 0, 0, 12, 6, 0, 0, 0xFFFF))
    for count in (0, 1, 2, 5):
        layout = "<HxxxxxxQ" if m.word == 8 else "<HxxI"
        for address in (program, 0, BAD):
            filters = m.at(struct.pack(layout, count, address))
            for option in (26, 51):
                for length in (8, 12, 16, 20):
                    yield "setsockopt", (3, 1, option, filters, length)


def values_that_are_got(m: Caller) -> Calls:
    """Values of all kinds and lengths."""
    where = [m.at(value) for value in VALUES]
    lengths = [m.pack("i", length) for length in LENGTHS]
    for level, option in (*VALUED, (1, 26), (1, 4), (1, 59)):
        for address in where[:2]:
            for length in lengths:
                yield "getsockopt", (3, level, option, address, length)
    for address in (0, BAD, where[0]):
        for length in (0, BAD, lengths[4]):
            yield "getsockopt", (3, 1, 7, address, length)


def of_real_sockets(m: Caller) -> Calls:
    """What a socket really tells."""
    stream, datagram = (yield "socket", (2, 1, 0)), (yield "socket", (2, 2, 0))
    room = m.room(300)
    for fd, level, option in (
        (stream, 1, 3),
        (stream, 1, 4),
        (stream, 1, 13),
        (stream, 1, 20),
        (stream, 1, 38),
        (stream, 1, 39),
        (stream, 6, 2),
        (stream, 6, 11),
        (stream, 6, 13),
        (datagram, 0, 2),
        (datagram, 0, 14),
        (datagram, 1, 7),
    ):
        for length in (300, 16, 6, 4, 3, 0):
            yield "getsockopt", (fd, level, option, room, m.pack("i", length))


REFUSED = (names_that_are_set, names_that_are_got, values_that_are_set, addresses_and_filters, values_that_are_got)
MADE = (of_real_sockets,)
FORGED = {0: (values_that_are_got,)}
