"""System V IPC and POSIX message queues, compared with strace."""

from __future__ import annotations

import struct

from tests.syscalls.caller import BAD, Caller
from tests.syscalls.file_calls import Calls

CREATE, NO_WAIT, VERSION_64 = 0o1000, 0o4000, 0x100
RMID, SET, STAT, INFO = 0, 1, 2, 3
GETVAL, GETALL, SETVAL, SETALL = 12, 13, 16, 17
OLD = 0x10000
"""Version of a call of ipc(2) that has its arguments elsewhere."""


def message(m: Caller, text: bytes = b"hello\0world", kind: int = 5) -> int:
    """Return the address of a struct msgbuf."""
    return m.at(kind.to_bytes(m.word, "little", signed=True) + text)


def words(m: Caller, count: int = 40) -> int:
    """Return the address of a struct with a value of its own in each field."""
    return m.words(*[0x1000 + 3 * number for number in range(count)])


# --- refused ---


def making(m: Caller) -> Calls:
    """Keys, modes and flags."""
    for flags in (0, *[1 << bit for bit in range(12)], 0o7777, 0xFFFFFFFF, CREATE | 0o600):
        yield "msgget", (0, flags)
        yield "semget", (1234, 3, flags)
        yield "shmget", (-1, 4096, flags)
        yield "shmat", (1, 0x7000000, flags)
    for size in (10, 21, 30, 34, 63):
        yield "shmget", (0, 4096, size << 26 | 0o4600)
    yield "shmdt", (0x7000000,)


def using(m: Caller) -> Calls:
    """Messages and operations on semaphores."""
    for flags in (0, NO_WAIT, 0o10000, 0o20000, 0o40000, 0o77777, 0x80000000):
        yield "msgsnd", (1, message(m), 5, flags)
        yield "msgrcv", (1, m.room(), 10, -3, flags)
    for where in (0, BAD, message(m, b"", -5)):
        yield "msgsnd", (1, where, 0, 0)
    yield "msgsnd", (1, message(m, b"x" * 100), 100, 0)
    operations = m.pack("HhHHhHHhH", 0, -1, NO_WAIT, 1, 0, 0o10000, 2, 5, 0o14001)
    for where in (0, BAD, operations):
        for count in (0, 1, 3):
            yield "semop", (1, where, count)
            yield "semtimedop", (1, where, count, m.words(1, 2))
            yield "semtimedop_time64", (1, where, count, m.pack("QQ", 1, 2))
    yield "semtimedop", (1, operations, 1, 0)


def controlling(m: Caller) -> Calls:
    """Each command, with the version and without."""
    for version in (0, VERSION_64):
        for where in (words(m), 0, BAD):
            for command in (*range(22), 99, 0xFFFFFFFF):
                yield "msgctl", (1, command | version, where)
                yield "shmctl", (1, command | version, where)
                yield "semctl", (1, 2, command | version, where)
    mode = struct.pack("<iIIIIIHHxxxxQQ", 0x1234, 1, 2, 3, 4, 0o4777, 6, 7, 8, 9) + bytes(range(80))
    yield "msgctl", (1, SET | VERSION_64, m.at(mode))


def queues(m: Caller) -> Calls:
    """POSIX message queues."""
    path, attributes = m.text("/x"), m.words(NO_WAIT, 10, 100, 3)
    for flags in (0, 0o102, 0o4102, 0o301, 0o2000001):
        for where in (attributes, 0, BAD):
            yield "mq_open", (path, flags, 0o644, where)
            yield "mq_getsetattr", (3, where, where)
    for priority in (0, 7, -1):
        yield "mq_timedsend", (3, m.text("hello"), 5, priority, m.words(1, 2))
        yield "mq_timedsend_time64", (3, m.text("hello"), 5, priority, m.pack("QQ", 1, 2))
    for where in (0, BAD, m.room()):
        yield "mq_timedreceive", (3, where, 5, where, m.words(1, 2))
        yield "mq_timedreceive_time64", (3, where, 5, where, m.pack("QQ", 1, 2))
    for how in (0, 1, 2, 4, 9):
        yield "mq_notify", (3, m.pack("LiiLL48s", 0x12345, 10, how, 0x1000, 0x2000, bytes(48)))
    yield "mq_notify", (3, 0)
    yield "mq_notify", (3, BAD)
    for where in (path, 0, BAD):
        yield "mq_unlink", (where,)


def by_ipc(m: Caller) -> Calls:
    """The same calls through ipc(2), and wrong ones."""
    where = m.words(77, 78, 79)
    for call in range(26):
        for version in (0, 1, 2):
            if call != 3:
                yield "ipc", (version << 16 | call, 1, 2, 3, where, 5)
    yield "ipc", (-1, 1, 2, 3, 4, 5)
    for value in (m.words(9), 0, m.words(where), m.words(words(m)), BAD):
        for command in (GETVAL, SETVAL, STAT, SET, INFO, 18, 19, 20):
            for version in (0, VERSION_64):
                yield "ipc", (3, 1, 0, command | version, value, 5)
    for call in (14, 24):
        for command in range(15):
            for version in (0, VERSION_64):
                yield "ipc", (call, 1, command | version, 0, words(m), 5)
    for version in (0, OLD):
        for pointer in (m.words(where, -3), BAD, 0):
            yield "ipc", (12 | version, 1, 2, NO_WAIT, pointer, 5)
    operations = m.pack("HhHHhH", 0, -1, NO_WAIT, 1, 2, 0o10000)
    for call in (1, 4):
        yield "ipc", (call, 1, 2, 0, operations, m.words(1, 2))
    for call in (21, 22, 23, 2, 13):
        if call != 13:
            yield "ipc", (call, 1, 0o10000, m.words(5), 0x1000, 0)
        yield "ipc", (call, 1, 0o1600, 0o1600, 0x1000, 0)


# --- made ---


def messages(m: Caller) -> Calls:
    """A queue of messages."""
    out = m.room(512)
    q = yield "msgget", (0, 0o600)
    for flags in (0, NO_WAIT, NO_WAIT):
        yield "msgsnd", (q, message(m), 11, flags)
    for command in (STAT, STAT | VERSION_64, INFO, 12):
        yield "msgctl", (q, command, out)
    for command in (11, 13):
        yield "msgctl", (0, command, out)
    for size, flags in ((100, 0o10000), (3, NO_WAIT), (3, 0o10000 | NO_WAIT), (3, 0o10000), (3, NO_WAIT)):
        yield "msgrcv", (q, out, size, 0, flags)
    yield "msgctl", (q, SET, out)
    yield "msgctl", (q, RMID, out)


def semaphores(m: Caller) -> Calls:
    """A set of semaphores."""
    out = m.room(512)
    s = yield "semget", (0, 3, 0o600)
    yield "semctl", (s, 0, SETVAL, 5)
    yield "semctl", (s, 0, GETVAL, 0)
    yield "semctl", (s, 0, GETALL, out)
    yield "semctl", (s, 0, SETALL, m.pack("HHH", 4, 5, 6))
    for command in (STAT, STAT | VERSION_64, INFO, 19):
        yield "semctl", (s, 0, command, out)
    for command in (18, 20):
        yield "semctl", (0, 0, command, out)
    yield "semctl", (s, 0, SET, out)
    yield "semtimedop", (s, m.pack("HhH", 0, -1, 0), 1, m.words(1, 2))
    yield "semop", (s, m.pack("HhH", 0, -1, 0o14000), 1)
    yield "semctl", (s, 0, RMID, 0)


def memory(m: Caller) -> Calls:
    """Shared memory."""
    out = m.room(512)
    s = yield "shmget", (0, 4096, 0o600)
    at = yield "shmat", (s, 0, 0)
    for command in (STAT, STAT | VERSION_64, INFO, 14):
        yield "shmctl", (s, command, out)
    for command in (13, 15):
        yield "shmctl", (0, command, out)
    yield "shmctl", (s, SET, out)
    for command in (11, 12):
        yield "shmctl", (s, command, 0)
    yield "shmdt", (at,)
    yield "shmctl", (s, RMID, 0)


def a_queue(m: Caller) -> Calls:
    """A POSIX message queue."""
    out, name = m.room(512), m.text(f"seccomp-tui-{m.pid}")
    q = yield "mq_open", (name, 0o102, 0o644, m.words(0, 5, 100, 0))
    yield "mq_timedsend", (q, m.text("hello"), 5, 7, 0)
    yield "mq_timedsend", (q, m.text("hello"), 5, 7, m.words(1, 2))
    yield "mq_getsetattr", (q, m.words(NO_WAIT, 0, 0, 0), out)
    yield "mq_getsetattr", (q, 0, out)
    yield "mq_timedreceive", (q, out, 100, out + 200, m.words(1, 2))
    yield "mq_timedreceive", (q, out, 100, 0, 0)
    yield "mq_timedreceive", (q, out, 100, 0, 0)
    yield "mq_notify", (q, 0)
    yield "mq_unlink", (name,)


def through_ipc(m: Caller) -> Calls:
    """All of them through ipc(2)."""
    if not m.number("ipc"):
        yield "getpid", ()
        return
    out, version = m.room(300), VERSION_64
    s = yield "ipc", (2, 0, 3, 0o600, 0, 0)
    yield "ipc", (3, s, 0, SETVAL | version, m.words(5), 0)
    yield "ipc", (3, s, 0, GETVAL | version, m.words(0), 0)
    yield "ipc", (3, s, 0, GETALL | version, m.words(out), 0)
    for command in (STAT, STAT | version, INFO | version, 18 | version, 19 | version, SET | version, SET):
        yield "ipc", (3, s, 0, command, m.words(out), 0)
    for call in (1, 4):
        yield "ipc", (call, s, 1, 0, m.pack("HhH", 0, 1, 0), m.words(1, 2))
    yield "ipc", (3, s, 0, RMID, m.words(0), 0)
    q = yield "ipc", (13, 0, 0o600, 0, 0, 0)
    for size in (11, 5, 5):
        yield "ipc", (11, q, size, 0, message(m), 0)
    for command in (STAT, STAT | version, INFO | version, 12 | version, 11 | version):
        yield "ipc", (14, q, command, 0, out, 0)
    yield "ipc", (12, q, 100, 0, m.words(out, 5), 0)
    yield "ipc", (12 | OLD, q, 100, 0, out, 5)
    yield "ipc", (12 | OLD, q, 100, NO_WAIT, out, -5)
    yield "ipc", (12, q, 100, NO_WAIT, m.words(out, -5), 0)
    yield "ipc", (14, q, RMID, 0, 0, 0)
    h = yield "ipc", (23, 0, 4096, 0o600, 0, 0)
    at = m.room(8)
    yield "ipc", (21, h, 0, at, 0, 0)
    for command in (STAT, STAT | version, INFO | version, 14 | version, 13 | version):
        yield "ipc", (24, h, command, 0, out, 0)
    yield "ipc", (22, 0, 0, 0, int.from_bytes(m.read(at, 4), "little"), 0)
    yield "ipc", (24, h, RMID, 0, 0, 0)


REFUSED = (making, using, controlling, queues, by_ipc)
MADE = (messages, semaphores, memory, a_queue, through_ipc)
FORGED = {0: (using, controlling, queues), 5: (using,)}
