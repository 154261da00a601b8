"""Messages of netlink, sent and received, that are compared with strace.

None that is sent asks for anything: without NLM_F_REQUEST the kernel passes it over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tests.syscalls.caller import Caller
from tests.syscalls.file_calls import Calls
from tests.syscalls.socket_calls import message

LINK, ADDR, ROUTE, NEIGH, RULE, LABEL = 16, 20, 24, 28, 32, 72
"""RTM_NEWLINK and the others: the first type of each subject."""
HEADERS = {LINK: 16, ADDR: 8, ROUTE: 12, NEIGH: 12, RULE: 12, LABEL: 12}
"""Bytes of the struct behind the header."""
ATTRIBUTES = {LINK: 61, ADDR: 13, ROUTE: 32, NEIGH: 19, RULE: 27, LABEL: 4}
NESTED = {LINK: {12, 18, 22, 24, 25, 26, 43, 54, 55}, ROUTE: {8, 9, 18}, NEIGH: {14}}
"""Attributes that hold others, or what we show as bytes."""
ADDRESSES = {LINK: {1, 2, 54}, NEIGH: {2}}
"""Of hardware: strace takes the family for their type."""
LENGTHS = (0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 20, 24, 28, 31, 32)
DUMP = 0x301


def packed(kind: int, flags: int = 0, body: bytes = b"", length: int | None = None) -> bytes:
    """Return a message."""
    return struct.pack("<IHHII", 16 + len(body) if length is None else length, kind, flags, 1, 0) + body


def attribute(kind: int, data: bytes) -> bytes:
    """Return an attribute."""
    return struct.pack("<HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def headers() -> Iterator[bytes]:
    """Yield messages with headers of all kinds, and with struct behind them that are cut or not."""
    for bit in range(1, 16):
        for kind in (0, 1, 2, 3, LINK, LINK + 1, LINK + 2, LINK + 3, 200):
            yield packed(kind, 1 << bit)
    for kind in (0, 1, 2, 3, 4, 15, *range(16, 95), 200, 1000):
        yield packed(kind, 0xFFFE)
    for first, size in HEADERS.items():
        for family, rest in ((0, bytes(size)), (2, bytes(size)), (10, bytes(range(1, size))), (119, b"\xff" * size)):
            start = bytes([family]) + rest[: size - 1]
            for kind in range(first, first + 3):
                yield packed(kind, 0, start)
                yield packed(kind, 0, start[:-1])
    for kind in (1, 2, 3, 4):
        for size in (0, 3, 4, 5, 20, 36):
            yield packed(kind, 0, struct.pack("<i", -2) + b"x" * size)


def attributes() -> Iterator[bytes]:
    """Yield messages with an attribute each, of all lengths."""
    for first, most in ATTRIBUTES.items():
        for kind in set(range(most)) - NESTED.get(first, set()) - ADDRESSES.get(first, set()):
            for length in LENGTHS:
                family = b"\x0a" if length > 8 else b"\2"
                data = bytes(range(1, 1 + length)) if length < 31 else bytes(length)
                if (first, kind) in {(LINK, 29), (NEIGH, 15), (NEIGH, 16), (NEIGH, 17)} and length > 8:
                    continue
                yield packed(first, 0, family + bytes(HEADERS[first] - 1) + attribute(kind, data))
    for kind in (1, 2):
        yield packed(LINK, 0, b"\2" + bytes(15) + attribute(kind, bytes(range(6))))
    yield packed(NEIGH, 0, bytes(12) + attribute(2, bytes(range(6))))


def nested_attributes() -> Iterator[bytes]:
    """Yield messages with attributes inside others, and with several."""
    link = bytes(16)
    for kind in (18, 43):
        for inner in (
            attribute(1, b"ab\0") + attribute(2, b"\1"),
            attribute(5, struct.pack("<I", 5)) + b"abc",
            attribute(1, b"") * 33,
            b"abc",
        ):
            yield packed(LINK, 0, link + attribute(kind, inner))
    for family in (2, 10):
        for kind in range(11):
            for length in (1, 4, 8, 16, 132, 240):
                if (family, kind) not in {(10, 1), (10, 6), (10, 8)} or length < 16:
                    inner = attribute(family, attribute(kind, bytes(range(length))))
                    yield packed(LINK, 0, link + attribute(26, inner))
    for kind in range(19):
        yield packed(ROUTE, 0, bytes(12) + attribute(8, attribute(kind, bytes(range(4)))))
    for kind in range(9):
        for value in range(8):
            inner = attribute(kind, bytes([value]) if kind == 2 else bytes([value, 0, 0, 0]))
            yield packed(LINK, 0, link + attribute(43, inner))
    marked = attribute(0xC001, b"abcd") + attribute(0x4001, b"abcd") + attribute(0x8001, b"")
    yield packed(ADDR, 0, bytes(8) + marked)
    yield packed(LINK, 0, link + attribute(0, b"") * 34)
    yield packed(LINK, 0, link + b"\3\0\1\0abcd")
    yield packed(LINK, 0, link + b"\x40\0\3\0lo\0\0")


def errors() -> Iterator[bytes]:
    """Yield answers, with the message that they answer, and what is said of it."""
    told = attribute(1, b"hallo\0") + attribute(2, b"abcd") + attribute(3, b"abcdefgh") + attribute(6, b"")
    for flags in (0, 0x100, 0x200, 0x300):
        for error, inner in ((-2, packed(18, 1)), (0, packed(18, 1, bytes(16))), (22, packed(18, 1))):
            yield packed(2, flags, struct.pack("<i", error) + inner + (told if error > 0 else b""))


def sent(m: Caller) -> Calls:
    """Messages of rtnetlink that are sent."""
    address = m.at(struct.pack("<HHiI", 16, 0, 0, 0))
    s = yield "socket", (16, 3, 0)
    several = [packed(18) + packed(22), packed(18) + b"ab", packed(18, 0, b"a") + bytes(3) + packed(22), b"abc", b""]
    several += [packed(18, length=5), packed(18, length=50), packed(18, length=17) + packed(22), packed(18)[:15]]
    for kind in (headers(), attributes(), nested_attributes(), errors(), iter(several)):
        for data in kind:
            yield "sendto", (s, m.at(data), len(data), 0, address, 12)


def of_other_protocols(m: Caller) -> Calls:
    """Headers of other protocols."""
    address = m.at(struct.pack("<HHiI", 16, 0, 0, 0))
    for protocol in (2, 4, 6):
        s = yield "socket", (16, 3, protocol)
        for kind in (0, 1, 2, 3, 15, *range(16, 38)):
            for flags in (0, 0x700, 0xFFFE):
                data = packed(kind, flags, b"abcdefgh" * (protocol != 4 or kind < 16))
                yield "sendto", (s, m.at(data), len(data), 0, address, 12)


def received(m: Caller) -> Calls:
    """What the kernel tells of interfaces, addresses and routes."""
    s = yield "socket", (16, 3, 0)
    address, big = m.at(struct.pack("<HHiI", 16, 0, 0, 0)), m.room(32768)
    for data in (
        packed(18, 1, struct.pack("<BxHiII", 0, 0, 1, 0, 0)),
        packed(22, DUMP, bytes(8)),
        packed(26, DUMP, bytes(12)),
        packed(18, 1, struct.pack("<BxHiII", 0, 0, 9999, 0, 0)),
    ):
        yield "sendmsg", (s, message(m, address, 12, m.iov(data), 1), 0)
        for _ in range(3):
            yield "recvmsg", (s, message(m, m.room(16), 12, m.words(big, 32768), 1), 0x40)
        yield "sendto", (s, m.at(data), len(data), 0, 0, 0)
        for size in (1, 12, 12, 12):
            yield "recvfrom", (s, big, 32768, 0x40, m.room(16), m.pack("i", size * 12 if size > 1 else 12))
        yield "recvfrom", (s, big, 32768, 0x40, 0, 0)


MADE = (sent, of_other_protocols, received)
