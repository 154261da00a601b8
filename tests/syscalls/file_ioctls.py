"""ioctl(2) on files, block devices, clocks and the random number generator, compared with strace."""

from __future__ import annotations

from tests.syscalls.caller import BAD, Call, Caller
from tests.syscalls.file_calls import CWD, DIRECTORY, LOW, Calls, wide

NONE, WRITE, READ, BOTH = range(4)
GET_FLAGS, FIEMAP = (READ, "f", 1), (BOTH, "f", 11, 32)
WHOLE = LOW << 32 | LOW


def request(direction: int, group: str | int, number: int, size: int = 0) -> int:
    """Return a request as the kernel's headers put it together."""
    return direction << 30 | size << 16 | (ord(group) if isinstance(group, str) else group) << 8 | number


def on(descriptor: int, asked: int, argument: int = 0) -> Call:
    """Return a call of ioctl."""
    return "ioctl", (descriptor, asked, argument)


def ranges(count: int, given: int) -> tuple[str, tuple[int, ...]]:
    """Return a FIDEDUPERANGE's layout and values, with `given` targets where `count` are promised."""
    return "QQHHI" + "qQQiI" * given, (1, 2, count, 0, 0, *[5, 6, 7, -8, 0] * given)


def of_files(m: Caller) -> Calls:
    """Flags, extents, clones, labels."""
    out, word = m.room(512), m.word
    clone, dedupe = request(WRITE, 0x94, 13, 32), request(BOTH, 0x94, 54, 24)
    for address in (m.pack("qQQQ", 5, 1, 2, 3), 0, BAD):
        yield on(3, clone, address)
    for descriptor in (5, -1):
        yield on(3, request(WRITE, 0x94, 9, 4), descriptor)
    for count, given in ((2, 2), (0, 2), (40, 40), (3, 3)):
        layout, values = ranges(count, given)
        yield on(3, dedupe, m.pack(layout, *values))
    yield on(3, dedupe, BAD)
    for start, length, flags, count in ((1, LOW, 1, 10), (1, WHOLE, LOW, 0)):
        yield on(3, request(*FIEMAP), m.pack("QQIIII", start, length, flags, 5, count, 7))
    yield on(3, request(*FIEMAP), BAD)
    for name in ("label", "label" * 60):
        yield on(3, request(WRITE, 0x94, 50, 256), m.text(name))
    yield on(3, request(READ, 0x94, 49, 256), out)
    for number in (119, 120):
        yield on(3, request(BOTH, "X", number, 4), m.pack("i", 1))
    yield on(3, request(BOTH, "X", 121, 24), m.pack("QQQ", 0x1000, WHOLE, 4096))
    yield on(3, request(READ, "X", 31, 28), out)
    for flags in (LOW, 0):
        yield on(3, request(WRITE, "X", 32, 28), m.pack("IIIII8s", flags, 1, 2, 3, 4, b"x"))
    for bit in range(32):
        yield on(3, request(WRITE, "f", 2, word), m.pack("I", 1 << bit))
    for flags in (LOW, 0):
        yield on(3, request(WRITE, "f", 2, word), m.pack("I", flags))
    yield on(3, request(READ, "f", 1, word), out)
    for number in (1, 2):
        yield on(3, request(READ if number == 1 else WRITE, "v", number, word), out)
        yield on(3, number, m.pack("i", 5))
        yield on(3, number, 0)


def of_block_devices(m: Caller) -> Calls:
    """Sizes, partitions, discards, tracing."""
    out, word = m.room(512), m.word
    for number in (*range(93, 106), *range(116, 128)):
        for argument in (m.pack("QQ", 5, 1 << 40), 5, -1):
            yield on(3, request(NONE, 0x12, number), argument)
    yield on(3, request(READ, 0x12, 112, word), out)
    yield on(3, request(WRITE, 0x12, 113, word), m.pack("i", 4096))
    yield on(3, request(READ, 0x12, 114, word), out)
    yield on(3, request(READ, 0x12, 128, 8), out)
    partition = m.pack("qqi64s64s4x", 5, 6, 7, b"dev", b"v" * 64)
    for operation in range(5):
        for address in (partition, 0, BAD):
            yield on(3, 0x1269, m.pack("iii4xP" if word == 8 else "iiiP", operation, 3, 152, address))
    traced = m.pack("32sH2xIIQQI4x" if word == 8 else "32sH2xIIQQI", b"name", 3, 1024, 4, 5, 6, 7)
    yield on(3, request(BOTH, 0x12, 115, 72 if word == 8 else 64), traced)
    for number in range(130, 137):
        yield on(3, request(WRITE, 0x12, number, 16), m.pack("QQ", 1, 2))
    for number in range(12):
        yield on(3, request(NONE, 0xAB, number), 0xFFFF + number)
    if word == 8:
        for bit in range(11):
            yield on(3, 0xAB0A, 1 << bit)


def of_loop_devices(m: Caller) -> Calls:
    """All requests of loop devices."""
    for number in (*range(11), 0x80, 0x81, 0x82):
        for argument in (5, -1):
            yield on(3, 0x4C00 + number, argument)
    layout = "iHIHiiii64s32sLL4s" if m.word == 4 else "i4xQQQiiii64s32sQQ4s4x"
    for kind, size in ((0, 20), (18, 30), (7, 0), (10, -1)):
        name, key = b"n" * 64, b"key" * 10
        status = m.pack(layout, 1, 0x701, 0x1234, 0x702, 5, kind, size, 0x1D, name, key, 8, 9, b"resv")
        yield on(3, 0x4C02, status)
    layout = "QQQQQIIII64s64s32sQQ"
    for kind, size in ((0, 20), (18, 33), (7, 0)):
        status64 = (0x701, 0x1234, 0x702, 5, 6, 7, kind, size, LOW, b"file" * 16, b"crypt", b"k" * 32, 10, 11)
        yield on(3, 0x4C04, m.pack(layout, *status64))
        for reserved in (0, 1):
            yield on(3, 0x4C0A, m.pack("II" + layout + "8Q", 3, 512, *status64, *[0] * 7, reserved))


def of_disks(m: Caller) -> Calls:
    """HDIO_*: strace reads them on machines of 64 bits only."""
    if m.word == 4:
        return
    out = m.room(512)
    for number in (*range(0x301, 0x310), *range(0x31A, 0x330)):
        for argument in (out, 5):
            yield on(3, number, argument)
    for command in range(256):
        yield on(3, 0x31F, m.pack("4B", command, 1, 2, 3))
    for value in (*range(5), 8, 16, 31, 32, LOW):
        yield on(3, 0x32D, value)
        yield on(3, 0x329, value)


def of_clocks(m: Caller) -> Calls:
    """RTC_*, RND*, inotify's."""
    out, word = m.room(512), m.word
    for number in (*range(1, 7), 0xF, 0x10):
        yield on(3, request(NONE, "p", number), 5)
    time = m.pack("9i", *range(1, 10))
    for direction, number in ((WRITE, 7), (READ, 8), (READ, 9), (WRITE, 10)):
        yield on(3, request(direction, "p", number, 36), time)
    for direction, number in ((READ, 0xB), (WRITE, 0xC), (READ, 0xD), (WRITE, 0xE)):
        yield on(3, request(direction, "p", number, word), -1)
    yield on(3, request(WRITE, "p", 0xF, 40), m.pack("BB2x9i", 1, 2, *range(1, 10)))
    yield on(3, request(READ, "p", 0x10, 40), out)
    yield on(3, request(WRITE, "p", 0x12, 32 if word == 8 else 28), m.pack("6il", *range(1, 8)))
    for parameter in range(4):
        for value in (0, 2, 9, WHOLE):
            yield on(3, request(WRITE, "p", 0x13, 24), m.pack("QQII", parameter, value, 1, 0))
            yield on(3, request(WRITE, "p", 0x14, 24), m.pack("QQII", parameter, value, 1, 7))
    yield on(3, request(READ, "p", 0x13, 4), out)
    yield on(3, request(NONE, "p", 0x14), out)
    yield on(3, request(READ, "R", 0, 4), out)
    yield on(3, request(WRITE, "R", 1, 4), m.pack("i", -5))
    for size in (16, 100, 0, -1):
        yield on(3, request(WRITE, "R", 3, 8), m.pack("ii100s", 8, size, b"a\0" * 50))
    for number in (4, 6, 7):
        yield on(3, request(NONE, "R", number), out)
    yield on(3, request(WRITE, "I", 0, 4), -5)


REFUSED = (of_files, of_block_devices, of_loop_devices, of_disks, of_clocks)


def on_a_file(m: Caller) -> Calls:
    """What a file system says of its files."""
    out, word = m.room(4096), m.word
    file = yield "openat", (CWD, m.text("data"), 0o102, 0o640)
    for _ in range(2):
        yield "write", (file, m.at(b"hello world\n" * 400), 4800)
        yield "lseek", (file, 1 << 20, 0)
    yield "fsync", (file,)
    yield on(file, request(READ, "f", 1, word), out)
    yield on(file, request(READ, "X", 31, 28), out)
    yield on(file, request(READ, 0x94, 49, 256), out)
    for count, flags in ((10, 0), (1, 1), (1, 0x80)):
        yield on(file, request(*FIEMAP), m.pack("QQIIII1000s", 0, WHOLE, flags, 0, count, 0, b""))
    for asked in (2, 0x541B, request(READ, "v", 1, word)):
        yield on(file, asked, out)
    layout, values = ranges(1, 1)
    yield on(file, request(BOTH, 0x94, 54, 24), m.pack(layout, *values))
    folder = yield "openat", (CWD, m.text("."), DIRECTORY[word], 0)
    yield on(folder, request(BOTH, "X", 121, 24), m.pack("QQQ", 0, 1 << 20, 0))
    source = yield "openat", (CWD, m.text("/dev/random"), 0)
    yield on(source, request(READ, "R", 0, 4), out)


def on_a_loop_device(m: Caller) -> Calls:
    """A file as a disk, and what it says of itself."""
    out, word = m.room(4096), m.word
    control = yield "openat", (CWD, m.text("/dev/loop-control"), 2)
    number = yield on(control, 0x4C82)
    file = yield "openat", (CWD, m.text("disk"), 0o102, 0o600)
    yield "ftruncate64" if word == 4 else "ftruncate", (file, *wide(m, 4 << 20))
    disk = yield "openat", (CWD, m.text(f"/dev/loop{number}"), 2)
    layout, zeros = "II5Q4I64s64s32s2Q8Q", (0, 0, 0, 0, 0, 0, 0, 0, 8, b"file", b"", b"", *[0] * 10)
    yield on(disk, 0x4C0A, m.pack(layout, file, 512, *zeros))
    for asked in (0x4C05, 0x4C03, 0x4C07, 0x125E, *range(0x1260, 0x1264), 0x1265, 0x1267, 0x1268):
        yield on(disk, asked, out)
    for asked in (0x1278, 0x1279, 0x127A, 0x127B, 0x127C, 0x127E):
        yield on(disk, asked, out)
    for code, size in ((112, word), (114, word), (128, 8)):
        yield on(disk, request(READ, 0x12, code, size), out)
    for asked in (0x1277, 0x127F):
        yield on(disk, asked, m.pack("QQ", 0, 1 << 20))
    partition = m.pack("qqi64s64s4x", 1 << 20, 1 << 20, 1, b"dev", b"volume")
    for operation in (1, 3, 2):
        yield on(disk, 0x1269, m.pack("iii4xP" if word == 8 else "iiiP", operation, 0, 152, partition))
    traced = m.pack("32sH2xIIQQI4x" if word == 8 else "32sH2xIIQQI", b"", 0xFFFF, 65536, 2, 0, 0, 0)
    yield on(disk, request(BOTH, 0x12, 115, 72 if word == 8 else 64), traced)
    yield on(disk, 0x1276)
    yield on(disk, 0x4C01)


MADE = (on_a_file,)
MADE_BY_ROOT = (on_a_loop_device,)
