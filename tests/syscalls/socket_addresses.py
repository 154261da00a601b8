"""Addresses of sockets, of all families, that are compared with strace."""

from __future__ import annotations

import struct

from tests.syscalls.caller import BAD, Caller
from tests.syscalls.file_calls import Calls

KNOWN = (1, 2, 3, 4, 9, 10, 16, 17, 30, 31, 33, 36, 38, 39, 40, 42, 44, 45)
"""AF_*: those whose addresses have a layout of their own."""
PORT_AND_HOST = struct.pack(">HH", 0x0200, 80) + bytes([1, 2, 3, 4]) + bytes(8)


def inet6(address: bytes, scope: int = 1) -> bytes:
    """Return a sockaddr_in6."""
    port = struct.pack(">HI", 53, 5)
    return struct.pack("<H", 10) + port + address.ljust(15, b"\0") + b"\1" + scope.to_bytes(4, "little")


def callsign(text: str, ssid: int) -> bytes:
    """Return an address of AX.25."""
    return bytes(ord(char) << 1 for char in text.ljust(6)) + bytes([ssid])


def _bind(m: Caller, address: bytes) -> tuple[str, tuple[int, ...]]:
    return "bind", (3, m.at(address), len(address))


def every_family(m: Caller) -> Calls:
    """Each family, with bytes of all kinds behind it, and with none."""
    for family in range(50):
        yield _bind(m, struct.pack("<H", family) + bytes(range(0x41, 0x41 + 126)))
        yield _bind(m, struct.pack("<H", family) + bytes(126))
    yield _bind(m, struct.pack("<H", 0xFFFF) + bytes(14))


def every_length(m: Caller) -> Calls:
    """Addresses that are too short, right, and too long."""
    for family in KNOWN:
        address = m.at(struct.pack("<H", family) + bytes(range(1, 127)))
        for length in (*range(48), 95, 96, 97, 100, 109, 110, 111, 127, 128):
            yield "bind", (3, address, length)
    for length in (-1, 129, 1 << 31):
        yield "connect", (3, address, length)
    for pointer in (0, BAD):
        yield "connect", (3, pointer, 16)


def of_the_internet(m: Caller) -> Calls:
    """IPv6, with and without a scope; what transports of RxRPC have inside."""
    for start in (b"", b"\xfe\x80", b"\xff\x02", b"\xff\x05", b"\xfe\xc0", b"\xfd"):
        for scope in (0, 1, 77):
            yield _bind(m, inet6(start, scope))
    for kind, length, inside in (
        (1, 16, PORT_AND_HOST + bytes(12)),
        (1, 8, PORT_AND_HOST),
        (2, 28, inet6(b"")),
        (1, 28, inet6(b"\xfe\x80")),
        (1, 200, inet6(b"")),
        (5, 0, inet6(b"")),
        (1, 8, b"\1\0/tmp/x" + bytes(20)),
        (1, 5, b"\5\0" + bytes(20) + b"/tmp/x" + bytes(6)),
    ):
        for service in (0, 1, 2500, 2501, 2502, 2503, 3):
            yield _bind(m, struct.pack("<HHHH", 33, service, kind, length) + inside)


def of_unix(m: Caller) -> Calls:
    """Names: none, abstract, not terminated, too long."""
    for name in (
        b"",
        b"/a\0b",
        bytes(20),
        b"\0" + b"a" * 50 + b"\0\0",
        b"/" * 108,
        b"/" * 107 + b"\0",
        b"\0" + b"/" * 120,
        b'"\n\xff',
    ):
        yield _bind(m, b"\1\0" + name)


def of_links(m: Caller) -> Calls:
    """Packets, netlink, IPX, X.25, XDP, VSOCK, MCTP, IEEE 802.15.4."""
    for protocol in (0x0008, 0x0300, 0xFFFF, 0x0100, 0xDD86):
        for index, kind, length in ((1, 0, 6), (0, 1, 0), (-1, 6, 40), (77, 99, 255)):
            start = struct.pack("<HHiHBB8s", 17, protocol, index, length & 3, kind, length, b"abcdef")
            yield _bind(m, start + bytes(12))
    for hardware in range(1300):
        if hardware % 13 == 0 or hardware in (1, 256, 270, 280, 512, 519, 768, 769, 772, 776, 801, 824):
            yield _bind(m, struct.pack("<HHiHBB8s", 17, 0, 0, hardware, 0, 0, b""))
    for pid, groups, pad in ((-5, 0xFFFFFFFF, 0), (1, 0x10000, 7), (0, 0, 0)):
        yield _bind(m, struct.pack("<HHiI", 16, pad, pid, groups))
    for digits in (b"12345", b"1" * 15, b"1" * 16 + b"aaa"):
        yield _bind(m, struct.pack("<H16s", 9, digits))
    for zero in (0, 1):
        yield _bind(m, struct.pack("<HHI6sBB", 4, 0x5000, zero * 7, b"abcdef", zero, zero) + b"ddd"[:zero])
    for flags in (0, 1, 2, 4, 8, 0x10, 0xFFFF):
        yield _bind(m, struct.pack("<HHIIII", 44, flags, 1, 0, 3, 0))
    any_one = 0xFFFFFFFF
    for reserved, port, cid, more in (
        (0, 5, 6, b"\1\0\0\0"),
        (7, any_one, any_one, b"\3\0\0\1"),
        (0, 1, 2, b"\0\0\0\0"),
    ):
        yield _bind(m, struct.pack("<HHII", 40, reserved, port, cid) + more)
    for network, address, pad in ((0, 0, 0), (0xFFFFFFFF, 0xFF, 0), (1, 8, 1)):
        yield _bind(m, struct.pack("<HHIBBBB", 45, pad, network, address, 1, 2, pad))
    for mode in range(5):
        for pan in (0xFFFF, 0x12):
            for inside in (b"\1\2\3\4\5\6\7\x08\0\0", b"\xff\xff" + bytes(8), b"\xfe\xff" + bytes(8), bytes(range(10))):
                yield _bind(m, struct.pack("<HHiH", 36, mode, mode, pan) + inside)


def of_radio(m: Caller) -> Calls:
    """Bluetooth, NFC, AX.25."""
    for psm in (0, 1, 2, 3, 0x21, 0x23, 0x80, 0x81, 0xFF, 0x100, 0x1000, 0x1001, 0x1002, 0x10FF, 0x1100, 0xFFFF):
        yield _bind(m, struct.pack("<HH6sH", 31, psm, b"abcdef", 0))
        yield _bind(m, struct.pack("<HH6sHB", 31, 0, b"abcdef", psm, psm & 3) + b"\0")
    for cid in (4, 5, 6, 7, 8, 0x3F, 0x40, 0x41, 0x7E, 0x7F):
        yield _bind(m, struct.pack("<HH6sHB", 31, 0, b"abcdef", cid, 9) + b"\0")
    for channel in range(6):
        yield _bind(m, struct.pack("<HHH", 31, channel, channel))
    for length in (4, 6, 8, 10, 12, 14, 16):
        yield _bind(m, (struct.pack("<H", 31) + b"abcdefghijklmnopqrst")[:length])
    for protocol in range(10):
        yield _bind(m, struct.pack("<HHiii", 39, 0, 0, 0, protocol))
    size, fields = ("Q", 88) if m.word == 8 else ("I", 84)
    for length in (0, 1, 5, 62, 63, 64, 1000):
        for sap in (0, 1, 4, 255):
            whole = struct.pack("<HxxIIIBB63s", 39, 9, 2, 3, sap, sap, b"abc\0def").ljust(fields, b"\0")
            yield _bind(m, whole + struct.pack(f"<{size}", length))
    for text, ssid in (
        ("W1AW", 0),
        ("W1AW", 0x7E),
        ("W1AW", 0x9E),
        ("W1AW", 0xFF),
        ("AB1CDE", 30),
        ("", 0),
        (" A", 0),
        ("A B", 4),
        ("A*B", 4),
        ('A"\\', 4),
        ("a-", 2),
        ("~}|{", 2),
        ("A\x01", 2),
    ):
        yield _bind(m, struct.pack("<H", 3) + callsign(text, ssid) + bytes(3) + bytes(4))
    for said in (-1, 0, 1, 2, 7, 8, 9, 100):
        for there in (0, 1, 2, 8):
            whole = struct.pack("<H", 3) + callsign("K1", 4) + bytes(3) + struct.pack("<i", said)
            yield _bind(m, whole + callsign("W1AW", 4) * there + b"ab"[: there & 2])


def of_ciphers(m: Caller) -> Calls:
    """AF_ALG."""
    for bit in (0, 1, 0x1000, 0x2000, 0xFFFFFFFF):
        for name in (b"sha1", b"sha1" + bytes(60), b"s" * 64, b"s" * 70):
            yield _bind(m, struct.pack("<H14sII", 38, b"hash", bit, bit) + name)
    yield _bind(m, struct.pack("<H14sII", 38, b"s" * 14, 0, 0) + b"x" * 64)


def in_other_calls(m: Caller) -> Calls:
    """Where else addresses stand; a length behind a pointer."""
    address = m.at(struct.pack("<H", 2) + PORT_AND_HOST[2:])
    yield "connect", (3, address, 16)
    yield "sendto", (3, m.text("hello"), 5, 0x4000, address, 16)
    yield "sendto", (3, 0, 5, 0, 0, 16)
    length, negative, none = m.pack("i", 16), m.pack("i", -1), m.pack("i", 0)
    for where in (0, address, BAD):
        for size in (0, BAD, length, negative, none):
            yield "getsockname", (3, where, size)
            yield "getpeername", (3, where, size)
            yield "accept", (3, where, size)
            yield "accept4", (3, where, size, 0x80800)
            yield "recvfrom", (3, address, 10, 0x40, where, size)


REFUSED = (
    every_family,
    every_length,
    of_the_internet,
    of_unix,
    of_links,
    of_radio,
    of_ciphers,
    in_other_calls,
)
FORGED = {0: (in_other_calls,)}
