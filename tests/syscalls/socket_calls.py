"""Calls on sockets that are compared with strace: protocols, messages with their control data, what is received."""

from __future__ import annotations

import struct

from tests.syscalls.caller import BAD, Caller
from tests.syscalls.file_calls import Calls

UNIX, INET, STREAM, DATAGRAM = 1, 2, 1, 2
CLOEXEC, MSG_DONTWAIT, MSG_TRUNC, MSG_CMSG_CLOEXEC = 0x80000, 0x40, 0x20, 0x40000000
LOCALHOST = struct.pack("<HH4s8x", INET, 0, bytes([127, 0, 0, 1]))


def message(
    m: Caller,
    name: int = 0,
    name_length: int = 0,
    iov: int = 0,
    buffers: int = 0,
    control: int = 0,
    control_length: int = 0,
    flags: int = 0,
) -> int:
    """Return the address of a struct msghdr."""
    return m.at(header(m, name, name_length, iov, buffers, control, control_length, flags))


def header(m: Caller, *fields: int) -> bytes:
    """Return a struct msghdr."""
    return struct.pack("<Qi4xQQQQI4x" if m.word == 8 else "<IiIIIII", *fields)


def control(m: Caller, level: int, kind: int, data: bytes, length: int | None = None) -> bytes:
    """Return a control message."""
    start = struct.pack(
        "<Qii" if m.word == 8 else "<Iii", m.word + 8 + len(data) if length is None else length, level, kind
    )
    return start + data + bytes(-len(data) % m.word)


def pair(m: Caller, where: int) -> tuple[int, int]:
    """Return two descriptors that a call has made."""
    first, second = struct.unpack("<ii", m.read(where, 8))
    return first, second


# --- refused ---


def families_and_protocols(m: Caller) -> Calls:
    """Each family with its protocols; types and their flags."""
    out = m.room(8)
    for family in range(48):
        if family == 23:
            continue  # strace mistakes infrared light for CAN
        for protocol in (*range(40), 47, 50, 58, 92, 98, 103, 108, 115, 132, 136, 137, 143, 255, 256, 262):
            yield "socket", (family, STREAM, protocol)
        yield "socket", (family, STREAM, -1)
        yield "socketpair", (family, STREAM, 1, out)
    for order in range(0, 1 << 16, 1 << 8):
        yield "socket", (17, 3, order)
    for low in (1, 2, 3, 4, 8, 0x81, 0xF5, 0x0608, 0xDD86, 0x10008, 0xFFFF):
        yield "socket", (17, 3, low)
    for kind in (
        *range(17),
        0x8000B,
        0x1000B,
        0x10001,
        0x81000B,
        0x90801,
        *[1 << bit for bit in range(32)],
        0x80802,
        0xFFFFFFFF,
    ):
        yield "socket", (UNIX, kind, 0)
    yield "socketpair", (UNIX, STREAM | CLOEXEC, 0, 0)


def flags_of_messages(m: Caller) -> Calls:
    """Flags of sending and receiving; how to shut down, how many may wait."""
    buffer = m.text("hello")
    for bit in range(32):
        yield "sendto", (3, buffer, 5, 1 << bit, 0, 0)
        yield "recvmsg", (3, message(m, flags=1 << bit), 1 << bit)
        yield "sendmsg", (3, message(m, flags=1 << bit), 1 << bit)
        yield "accept4", (3, 0, 0, 1 << bit)
    for how in range(4):
        yield "shutdown", (3, how)
    yield "listen", (3, -1)


def odd_messages(m: Caller) -> Calls:
    """Messages with parts that can't be read, or that lie."""
    address = m.at(LOCALHOST)
    for name, length in ((address, 16), (address, 1), (address, -1), (BAD, 16), (0, 5)):
        yield "sendmsg", (3, message(m, name, length), 0)
        yield "recvmsg", (3, message(m, name, length), 0)
    for iov, count in ((BAD, 1), (0, 1), (m.iov(b"a", None, b"c"), 3), (m.iov(b"a" * 40), 1), (m.iov(b"a"), 1)):
        yield "sendmsg", (3, message(m, 0, 0, iov, count), 0)
    for at, length in ((BAD, 16), (0, 16), (m.room(64), 64), (m.room(8), 8), (m.room(16), 0)):
        yield "sendmsg", (3, message(m, 0, 0, 0, 0, at, length), 0)
    for where in (0, BAD):
        yield "sendmsg", (3, where, 0)
        yield "recvmsg", (3, where, 0)
        yield "sendmmsg", (3, where, 1, 0)
        yield "recvmmsg", (3, where, 1, 0, 0)
    one = header(m, address, 16, m.iov(b"abc"), 1, 0, 0, 0).ljust((56 if m.word == 8 else 28) + m.word, b"\0")
    for count in (0, 1, 2, 3):
        yield "sendmmsg", (3, m.at(one * min(count, 3)), count, 0x4000)
        yield "recvmmsg", (3, m.at(one * min(count, 3)), count, 0x10000, m.words(1, 2))
    yield "recvmmsg_time64", (3, m.at(one), 1, 0, m.pack("QQ", 1, 2))


def control_messages(m: Caller) -> Calls:
    """Control messages of each type, too short, right and too long."""
    data = bytes(range(1, 140))
    kinds = [(0, kind) for kind in (*range(24), 99)] + [(1, kind) for kind in (*range(4), *range(5, 80), 99)]
    kinds += [(17, 103), (41, 50), (6, 1), (263, 8), (279, 1), (282, 1), (300, 1)]
    for level, kind in kinds:
        for length in (0, 1, 3, 4, 7, 8, 12, 15, 16, 17, 24, 31, 32, 48, 64):
            whole = control(m, level, kind, data[:length])
            yield "sendmsg", (3, message(m, 0, 0, 0, 0, m.at(whole), m.word + 8 + length), 0)
    for inet in (LOCALHOST, struct.pack("<HHI16sI", 10, 0x5000, 0, b"\xfe\x80" + bytes(13) + b"\1", 1)):
        for length in (15, 16, 20, 28):
            whole = control(m, 0, 20, inet.ljust(28, b"\0")[:length])
            yield "sendmsg", (3, message(m, 0, 0, 0, 0, m.at(whole), len(whole)), 0)
    several = control(m, 1, 1, data[:4]) + control(m, 1, 2, data[:12]) + control(m, 0, 2, data[:8])
    for length in (len(several), len(several) - 1, len(several) - 8, len(several) - 20, m.word + 9):
        yield "sendmsg", (3, message(m, 0, 0, 0, 0, m.at(several), length), 0)
    for said in (0, 1, 7, 8, m.word + 7, m.word + 8, 1000, 0xFFFFFFFF):
        whole = control(m, 1, 1, data[:8], said) + control(m, 1, 2, data[:12])
        yield "sendmsg", (3, message(m, 0, 0, 0, 0, m.at(whole), len(whole)), 0)
    many = control(m, 1, 1, bytes(200))
    yield "sendmsg", (3, message(m, 0, 0, 0, 0, m.at(many), len(many)), 0)


def those_that_are_no_more(m: Caller) -> Calls:
    """What the kernel does not have."""
    for name in ("getpmsg", "putpmsg", "gtty", "stty"):
        yield name, (0, 1, -1, 0x100000005, 0, 6)


def by_socketcall(m: Caller) -> Calls:
    """The same calls through socketcall(2), and wrong ones."""
    inet = m.at(LOCALHOST)
    for call in (*range(22), -1):
        yield "socketcall", (call, m.words(3, inet, 16, 0, inet, 16))
        yield "socketcall", (call, BAD)
        yield "socketcall", (call, 0)
    for call, args in (
        (1, (UNIX, STREAM, 0)),
        (8, (UNIX, STREAM, 0, m.room(8))),
        (9, (3, inet, 5, 0x4000)),
        (10, (3, inet, 5, 0x40)),
        (11, (3, inet, 5, 0x40, inet, 16)),
        (14, (3, 1, 13, m.pack("ii", 1, 2), 8)),
        (16, (3, message(m, inet, 16, m.iov(b"a"), 1), 0)),
    ):
        yield "socketcall", (call, m.words(*args))


# --- made ---


def between_two(m: Caller) -> Calls:
    """Messages, descriptors and credentials between two ends."""
    made, room, name = m.room(8), m.room(200), m.room(128)
    yield "socketpair", (UNIX, DATAGRAM, 0, made)
    a, b = pair(m, made)
    hello = m.text("hello")
    for where, length, iov, buffers in (
        (name, 128, m.words(room, 3, room + 50, 10), 2),
        (0, 0, m.words(room, 3), 1),
        (0, 7, 0, 0),
        (name, 7, m.words(room, 3, 0, 5), 1),
    ):
        yield "sendto", (a, hello, 5, 0, 0, 0)
        yield "recvmsg", (b, message(m, where, length, iov, buffers, m.room(64), 64), 0)
    yield "recvmsg", (b, message(m), MSG_DONTWAIT)
    yield "sendto", (a, m.text("hello" * 20), 100, 0, 0, 0)
    yield "recvmsg", (b, message(m, 0, 0, m.words(room, 200), 1), 0)
    passed = control(m, 1, 1, struct.pack("<ii", a, b))
    for length, flags in ((100, MSG_CMSG_CLOEXEC), (m.word + 12, 0), (8, 0)):
        yield "sendmsg", (a, message(m, 0, 0, m.iov(b"x"), 1, m.at(passed), len(passed)), 0)
        yield "recvmsg", (b, message(m, 0, 0, m.words(room, 200), 1, m.room(128), length), flags)
    yield "setsockopt", (b, 1, 16, m.pack("i", 1), 4)
    yield "sendto", (a, hello, 5, 0, 0, 0)
    yield "recvmsg", (b, message(m, 0, 0, m.words(room, 200), 1, m.room(100), 100), 0)
    for option, length in ((17, 12), (17, 20), (17, 5), (3, 20)):
        yield "getsockopt", (b, 1, option, room, m.pack("i", length))
    yield "socketpair", (UNIX, STREAM | CLOEXEC | 0x800, 0, made)


def datagrams(m: Caller) -> Calls:
    """Datagrams over the loopback interface, with what IP says of them."""
    s, t = (yield "socket", (INET, DATAGRAM, 0)), (yield "socket", (INET, DATAGRAM, 0))
    bound, me, name, room = m.at(LOCALHOST), m.room(128), m.room(128), m.room(200)
    yield "bind", (s, bound, 16)
    for length in (128, 16, 5, 0):
        yield "getsockname", (s, me, m.pack("i", length))
    yield "getsockname", (s, me, m.pack("i", 16))
    yield "getpeername", (s, me, m.pack("i", 5))
    yield "bind", (t, bound, 16)
    yield "connect", (t, me, 16)
    yield "getpeername", (t, name, m.pack("i", 50))
    for level, option in ((0, 12), (0, 13), (0, 8)):
        yield "setsockopt", (s, level, option, m.pack("i", 1), 4)
    yield "write", (t, m.text("abc"), 3)
    yield "recvmsg", (s, message(m, name, 128, m.words(room, 200), 1, m.room(200), 200), 0)
    for size, flags, where, length in (
        (3, MSG_TRUNC, name, 128),
        (100, 0, name, 16),
        (100, 0, name, 4),
        (100, 0, 0, None),
        (0, 0, name, 50),
    ):
        yield "sendto", (t, m.text("abcdef"), 6, 0, 0, 0)
        yield "recvfrom", (s, room, size, flags, where, m.pack("i", length) if length is not None else 0)
    yield "recvfrom", (s, room, 100, MSG_DONTWAIT, name, m.pack("i", 16))


def several_at_once(m: Caller) -> Calls:
    """Calls for several messages."""
    s, t = (yield "socket", (INET, DATAGRAM, 0)), (yield "socket", (INET, DATAGRAM, 0))
    me, name, room = m.room(128), m.room(128), m.room(200)
    yield "bind", (s, m.at(LOCALHOST), 16)
    yield "getsockname", (s, me, m.pack("i", 16))
    yield "connect", (t, me, 16)
    pad = bytes(4) if m.word == 8 else b""

    def one(fields: tuple[int, ...], length: int) -> bytes:
        return header(m, *fields) + length.to_bytes(4, "little") + pad

    sent = one((0, 0, m.iov(b"m1"), 1, 0, 0, 0), 0) + one((me, 16, m.iov(b"m22"), 1, 0, 0, 0), 77)
    yield "sendmmsg", (t, m.at(sent), 2, 0)
    received = one((name, 128, m.words(room, 20), 1, 0, 0, 0), 99)
    received += one((name, 128, m.words(room + 50, 20), 1, m.room(50), 50, 0), 77)
    received += one((name, 0, 0, 0, 0, 0, 0), 0)
    yield "recvmmsg", (s, m.at(received), 3, MSG_DONTWAIT, 0)
    yield "sendmmsg", (t, m.at(sent[: len(sent) // 2]), 1, 0)
    yield "recvmmsg", (s, m.at(received), 3, MSG_DONTWAIT | 0x10000, m.words(1, 2))
    yield "recvmmsg", (s, m.at(received), 3, MSG_DONTWAIT, m.words(1, 2))
    yield "recvmmsg_time64", (s, m.at(received), 3, MSG_DONTWAIT, m.pack("QQ", 1, 2))
    yield "sendmmsg", (t, 0, 1, 0)
    yield "sendmmsg", (t, m.at(sent), 0, 0)


def connections(m: Caller) -> Calls:
    """Connections, by TCP and by a name."""
    s = yield "socket", (INET, STREAM, 0)
    me, name = m.room(128), m.room(128)
    yield "bind", (s, m.at(LOCALHOST), 16)
    yield "listen", (s, 5)
    yield "getsockname", (s, me, m.pack("i", 128))
    for call, args in (
        ("accept", (name, m.pack("i", 128))),
        ("accept4", (name, m.pack("i", 16), 0x800)),
        ("accept", (name, m.pack("i", 3))),
        ("accept", (0, 0)),
    ):
        t = yield "socket", (INET, STREAM, 0)
        yield "connect", (t, me, 16)
        u = yield call, (s, *args)
    yield "shutdown", (u, 2)
    abstract = b"\1\0\0seccomp-tui-%d" % m.pid
    s = yield "socket", (UNIX, STREAM, 0)
    yield "bind", (s, m.at(abstract), len(abstract))
    yield "listen", (s, 5)
    t = yield "socket", (UNIX, STREAM, 0)
    for fd in (s, t):
        yield "getsockname", (fd, me, m.pack("i", 128))
    yield "connect", (t, m.at(abstract), len(abstract))
    yield "accept", (s, me, m.pack("i", 128))
    yield "getpeername", (t, me, m.pack("i", 128))


def through_socketcall(m: Caller) -> Calls:
    """Sockets made and used by socketcall(2)."""
    made, room, name = m.room(8), m.room(200), m.room(128)
    yield "socketcall", (8, m.words(UNIX, DATAGRAM, 0, made))
    if not m.number("socketcall"):
        return
    a, b = pair(m, made)
    yield "socketcall", (9, m.words(a, m.text("hello"), 5, 0))
    yield "socketcall", (10, m.words(b, room, 3, 0))
    yield "socketcall", (11, m.words(a, m.text("hello"), 5, 0, 0, 0))
    yield "socketcall", (12, m.words(b, room, 100, 0, name, m.pack("i", 128)))
    yield "socketcall", (6, m.words(b, name, m.pack("i", 128)))
    yield "socketcall", (16, m.words(a, message(m, 0, 0, m.iov(b"abc"), 1), 0))
    yield "socketcall", (17, m.words(b, message(m, name, 100, m.words(room, 100), 1), 0))
    yield "socketcall", (15, m.words(b, 1, 3, room, m.pack("i", 4)))
    yield "socketcall", (13, m.words(b, 2))
    yield "socketcall", (1, m.words(99, 1, 0))


REFUSED = (
    families_and_protocols,
    flags_of_messages,
    odd_messages,
    control_messages,
    those_that_are_no_more,
    by_socketcall,
)
MADE = (between_two, datagrams, several_at_once, connections, through_socketcall)
FORGED = {0: (odd_messages, control_messages)}
