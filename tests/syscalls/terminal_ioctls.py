"""Requests of ioctl(2) on terminals and consoles, input devices and seccomp's listener, compared with strace."""

from __future__ import annotations

import struct

from seccomp_tui.syscalls import ioctls, operations
from tests.syscalls.caller import BAD, Caller
from tests.syscalls.file_calls import Calls

TCGETS, TCSETS, TCSETA, TCSETS2, KDSIGACCEPT = 0x5401, 0x5402, 0x5406, 0x402C542B, 0x4B4E
SOME = struct.pack("<IIIIB", 0x500, 5, 0xBF, 0x8A3B, 0) + bytes.fromhex("031c7f150400010011131aff120f1716ff0000")
"""A struct termios as it mostly is."""
NUMBERS = (0, 1, 2, 3, 4, 5, 7, 8, 99, 0x100, 0x50000, 0x12345678, 0xFFFF, 0xFFFFFFFF)
KEYS = {0x80284504, 0x40284504}
"""EVIOCGKEYCODE_V2 and EVIOCSKEYCODE_V2: we have no names for keys."""
PATTERNS = (
    bytes(600),
    bytes(index * 7 + 1 & 0xFF for index in range(600)),
    b"\xff" * 600,
    struct.pack("<150I", *[1 << index % 32 for index in range(150)]),
)


def requests(m: Caller, *starts: str) -> list[int]:
    """Return the described requests whose names begin so."""
    described = operations.find("ioctl", "request", m.arch.token).lines
    return sorted(
        {value for name, value in ioctls.numbers(m.arch.token).items() if name.startswith(starts)} & {*described} - KEYS
    )


def flags_of_modes(m: Caller) -> Calls:
    """Each bit of the modes of a terminal, and what characters mean."""
    for bit in range(32):
        for word in range(4):
            modes = [0, 0, 0, 0]
            modes[word] = 1 << bit
            yield "ioctl", (3, TCSETS, m.at(struct.pack("<IIIIB", *modes, 0) + bytes(19)))
            if bit < 16:
                yield "ioctl", (3, TCSETA, m.at(struct.pack("<HHHHB", *modes, 0) + bytes(9)))
    for speed in (*range(16), *range(0x1000, 0x1010)):
        yield "ioctl", (3, TCSETS2, m.at(struct.pack("<IIIIB", 0, 0, speed | speed << 16, 2, 0) + bytes(19) + bytes(8)))
        yield "ioctl", (3, TCSETS, m.at(struct.pack("<IIIIB", 0, 0, speed, 0, speed & 31) + bytes(19)))
    for local in (0x8A3B, 0x8A39, 0x8A38, 0):
        changed = SOME[:12] + struct.pack("<I", local) + SOME[16:]
        for request in (TCSETS, TCSETA):
            yield "ioctl", (3, request, m.at(changed))
        yield "ioctl", (3, TCSETS2, m.at(changed + struct.pack("<II", 9600, 1234)))


def whatever_is_there(m: Caller) -> Calls:
    """Every request, on memory of all kinds, and with a number."""
    where = [m.at(pattern) for pattern in PATTERNS]
    for request in requests(m, "T", "FIO", "KD", "VT", "EVIOC", "NS_", "SECCOMP_", "PIO_UNIMAPCLR"):
        for argument in (*where, *NUMBERS[1:], 0, BAD):
            if (request, argument) != (KDSIGACCEPT, 0xFFFFFFFF):  # no signal, printed without its sign
                yield "ioctl", (3, request, argument)


def maps_and_fonts(m: Caller) -> Calls:
    """What is larger."""
    direct = m.at(struct.pack("<1024H", *range(0xEFF8, 0xF3F8)) + bytes(8000))
    large = m.at(bytes(index * 5 & 0xFF for index in range(9000)))
    for request in requests(m, "GIO_", "PIO_"):
        for argument in (large, direct, 0, BAD):
            yield "ioctl", (3, request, argument)
    sizes = ((8, 16, 256), (8, 16, 1), (9, 32, 1), (1, 1, 1), (0, 0, 0), (8, 0, 4))
    for fields in [(op, 1, *size, data) for op in range(6) for size in sizes for data in (large, 0, BAD)]:
        yield "ioctl", (3, 0x4B72, m.at(struct.pack("<IIIII4xQ" if m.word == 8 else "<IIIIII", *fields)))


def answers_to_a_listener(m: Caller) -> Calls:
    """What goes between seccomp and whoever listens to it."""
    for error in (0, -1, 1, -2, -38, -133, -4096, 38):
        yield "ioctl", (3, 0xC0182101, m.pack("Qqii", 5, -1, error, 1))
    yield "ioctl", (3, 0x40182103, m.pack("QIIII", 5, 3, 7, 0xFFFFFFFF, 0o2000000))
    for token in (0xC000003E, 0x40000003, 0xC00000B7, 0x12345):
        for number in (0, 7, 1000):
            yield "ioctl", (3, 0xC0502100, m.pack("QIIiIQQQQQQQ", 1, 2, 3, number, token, 7, 1, 2, 3, 4, 5, 6))


def a_terminal(m: Caller) -> Calls:
    """A pair of terminals."""
    fd = yield "openat", (-100, m.text("/dev/ptmx"), 0o402, 0)
    out = m.room(100)
    for request in (TCGETS, 0x802C542A, 0x5405, 0x5413, 0x80045430, 0x80045432, 0x80045438, 0x80045439, 0x5411, 0x5424):
        yield "ioctl", (fd, request, out)
    yield "ioctl", (fd, 0x40045431, m.pack("i", 0))
    yield "ioctl", (fd, 0x5414, m.pack("HHHH", 24, 80, 0, 0))
    yield "ioctl", (fd, 0x5413, out)
    yield "ioctl", (fd, TCSETS, m.at(SOME))
    yield "ioctl", (fd, TCGETS, out)
    yield "ioctl", (fd, 0x5421, m.pack("i", 1))
    yield "ioctl", (fd, 0x540B, 2)


REFUSED = (flags_of_modes, whatever_is_there, maps_and_fonts, answers_to_a_listener)
MADE = (a_terminal,)
FORGED = {0: (whatever_is_there, maps_and_fonts, answers_to_a_listener)}
