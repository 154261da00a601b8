"""Calls on the kernel's machines that are compared with strace: bpf(2), seccomp(2), perf_event_open(2)."""

from __future__ import annotations

import struct
from collections.abc import Generator

from tests.syscalls.caller import BAD, Call, Caller

Calls = Generator[Call, int, None]
BPF_COMMANDS = (*range(32), 99)
"""Those that strace 6.1 tells of."""
MAP_CREATE, MAP_UPDATE, PROG_LOAD, OBJ_PIN, PROG_ATTACH, TEST_RUN, INFO, QUERY = 0, 2, 5, 6, 8, 10, 15, 16
MAP_LOOKUP, MAP_NEXT, PROG_IDS, MAP_IDS, RAW_TRACEPOINT, BTF_LOAD, TASK_FD, BATCH = 1, 4, 11, 12, 17, 18, 20, 24
LINK_CREATE, LINK_UPDATE = 28, 29
INSTRUCTION = "BBhi"
OPCODES = (
    *(0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x18, 0x20, 0x28, 0x30, 0x38, 0x40, 0x60, 0x61, 0x69, 0x71, 0x79),
    *(0x62, 0x6A, 0x72, 0x7A, 0x63, 0x6B, 0x73, 0x7B, 0xC3, 0xDB, 0x80, 0xA0, 0xE0, 0x81, 0x0F, 0x07, 0x0C, 0x1F, 0x2F),
    *(0x3F, 0x4F, 0x5F, 0x6F, 0x7F, 0x87, 0x84, 0x9F, 0xAF, 0xBF, 0xB4, 0xCF, 0xDC, 0xD4, 0xD7, 0xE7, 0xF7, 0x15, 0x1D),
    *(0x2D, 0x35, 0x45, 0x55, 0x65, 0x75, 0x85, 0x8D, 0x95, 0xA5, 0xB5, 0xC5, 0xD5, 0xE5, 0xF5, 0x16, 0x1E, 0xDE, 0xFF),
)


def bpf_sizes(c: Caller) -> Calls:
    """Every command, with attributes that are long, short, cleared, missing."""
    cleared, full = c.room(152), c.at(struct.pack("<36I", *range(1, 37)))
    for command in BPF_COMMANDS:
        for address, size in ((cleared, 128), (cleared, 152), (full, 144)):
            if (command, address) != (LINK_CREATE, full):  # an attach type that has other fields
                yield "bpf", (command, address, size)
    for size in (0, 3, 4, 7, 8, 12, 15, 16, 20, 32, 48, 72, 144, 4097):
        yield "bpf", (MAP_CREATE, full, size)
        yield "bpf", (MAP_UPDATE, full, size)
        yield "bpf", (MAP_NEXT, full, size)
    for command in (MAP_CREATE, MAP_LOOKUP, PROG_LOAD, 99):
        for address in (0, BAD):
            yield "bpf", (command, address, 48)


def bpf_names(c: Caller) -> Calls:
    """Types and flags."""
    for kind in range(32):
        yield "bpf", (MAP_CREATE, c.pack("6I", kind, 4, 8, 100, 1 << kind % 13, -3 & 0xFFFFFFFF), 24)
        yield "bpf", (PROG_LOAD, c.pack("2I", kind, 4), 8)
    for kind in range(44):
        yield "bpf", (PROG_ATTACH, c.pack("5I", 3, 4, kind, 7, 5), 20)
    for flags in (0, 1, 2, 3, 4, 5, 8, 99):
        for command in (MAP_LOOKUP, MAP_UPDATE):
            yield "bpf", (command, c.pack("IIQQQ", 3, 0, c.room(), c.room(), flags), 32)


def bpf_pointers(c: Caller) -> Calls:
    """What attributes point to."""
    text, name = c.text, b"a" * 16
    program = c.at(b"".join(struct.pack(f"<{INSTRUCTION}", code, 0xBA, -7, 0x10) for code in OPCODES))
    yield "bpf", (PROG_LOAD, c.pack("IIQQ", 1, len(OPCODES), program, text("GPL" * 20)), 24)
    for count, address, log, size in (
        (0, program, "key", 0),
        (2, BAD, "key", 2),
        (1, program, "key", 3),
        (1, 0, "k", 9),
    ):
        yield "bpf", (PROG_LOAD, c.pack("IIQQIIQ", 1, count, address, BAD, 1, size, text(log)), 40)
    whole = c.pack(
        "IIQQIIQII16sIIIIQIIQIIIIQ",
        *(
            2,
            1,
            program,
            text("GPL"),
            2,
            100,
            text("log"),
            0x50100,
            0x1F,
            name,
            0,
            1,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            0,
            14,
        ),
    )
    yield "bpf", (PROG_LOAD, whole, 128)
    yield "bpf", (OBJ_PIN, c.pack("QiI", text("/sys/fs/bpf/" + "y" * 300), 3, 0x18), 16)
    yield "bpf", (MAP_CREATE, c.pack("7I16sIIIIIQ", 1, 4, 8, 100, 4, 3, 6, name, 0, 2, 3, 4, 5, 7), 72)
    yield "bpf", (BTF_LOAD, c.pack("QQIII", text("btf\1\2" * 9), text("log"), 45, 3, 1), 28)
    yield "bpf", (RAW_TRACEPOINT, c.pack("QI", text("sched_switch" * 20), 7), 12)
    for size in (2, 4, 20):
        yield "bpf", (TASK_FD, c.pack("IIIIQIIQQ", 1, 3, 1, size, text("buf"), 1, size % 7, 3, 4), 48)
    yield "bpf", (INFO, c.pack("IIQ", 3, 80, c.room()), 16)
    for command in range(BATCH, BATCH + 4):
        yield "bpf", (command, c.pack("QQQQIIQQ", 0, 2, c.room(), c.room(), 4, 5, 4, 1), 56)
    yield "bpf", (QUERY, c.pack("IIIIQI", 3, 4, 1, 2, c.pack("II", 1, 2), 2), 28)
    yield "bpf", (TEST_RUN, c.pack("IIIIQQIIIIQQIII", 3, 4, 5, 5, BAD, BAD, 1, 2, 3, 4, BAD, BAD, 1, 2, 3), 76)


def bpf_links(c: Caller) -> Calls:
    """Links of each type; some have fields of their own."""
    for kind in range(44):
        yield "bpf", (LINK_CREATE, c.pack("4I4Q", 3, 4, kind, 7, 0, 0, 0, 0), 48)
    for size in (12, 16, 20, 24, 32, 48):
        for kind in (0, 1, 41, 43):
            yield "bpf", (LINK_CREATE, c.pack("4IIIQQQ", 3, 4, kind, 7, 5, 0, 0, 2, 0), size)
    names, numbers = c.words(c.text("sym1"), c.text("sym2")), c.pack("QQ", 7, 8)
    for flags in (0, 1, 3):
        yield "bpf", (LINK_CREATE, c.pack("4IIIQQQ", 3, 4, 42, 7, flags, 2, names, numbers, numbers), 48)
    yield "bpf", (LINK_CREATE, c.pack("4IIIQQQ", 3, 4, 42, 7, 0, 2, BAD, BAD, BAD), 48)
    for count in (0, 2, 8):
        yield "bpf", (LINK_CREATE, c.pack("4IQI", 3, 4, 28, 7, c.pack("8I", *range(8)), count), 28)
    for flags in (0, 3, 4):
        yield "bpf", (LINK_UPDATE, c.pack("4I", 1, 2, flags, 5), 16)
        yield "bpf", (LINK_UPDATE, c.pack("4I", 1, 2, flags, 5), 12)


def made_bpf(c: Caller) -> Calls:
    """Maps and programs that are really made."""
    fd = yield "bpf", (MAP_CREATE, c.pack("IIII", 2, 4, 8, 4), 16)
    key, value = c.pack("I", 1), c.pack("Q", 77)
    for command in (MAP_LOOKUP, MAP_UPDATE, MAP_NEXT):
        yield "bpf", (command, c.pack("iIQQQ", fd, 0, key, value, 0), 32)
    yield "bpf", (MAP_IDS, c.pack("III", 0, 0, 0), 12)
    program = c.pack(2 * INSTRUCTION, 0xB7, 0, 0, 0, 0x95, 0, 0, 0)
    for count in (2, 1):  # the verifier refuses the second
        loaded = c.pack("IIQQIIQI", 1, count, program, c.text("GPL"), 1, 500, c.room(500), 0)
        yield "bpf", (PROG_LOAD, loaded, 48)
    yield "bpf", (PROG_IDS, c.pack("III", 0, 0, 0), 12)


def classic(*lines: tuple[int, int, int, int]) -> bytes:
    """Return a program of the old machine."""
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def filters(c: Caller) -> Calls:
    """Filters for system calls."""
    actions = (0x7FFF0000, 0x50001, 0x30001, 0x7FF00005, 0, 0x80000000, 0x7FC00000, 0x7FFC0000)
    jumps = [(code, 1, 2, 3) for code in (0x15, 0x25, 0x35, 0x45, 0x1D, 0x55, 0x81, 0x13, 0x17, 0xF5, 0x0D)]
    codes = [0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x61, 0x80, 0xB0, 0xB1, 0xC0, 0xE0, 0x02, 0x03, 0x07, 0x87, 0x97]
    codes += [
        0x04,
        0x0C,
        0x14,
        0x24,
        0x34,
        0x54,
        0x64,
        0x74,
        0x84,
        0x94,
        0xA4,
        0xB4,
        0xC4,
        0xD4,
        0xE4,
        0xF4,
        0x05,
        0x16,
    ]
    codes += [0x0E, 0x1E, 0xB6, 0x52, 0x53, 0xFFFF, 0x100, 0x5207]
    program = classic(*[(6, 0, 0, action) for action in actions], *jumps, *[(code, 0, 0, 4) for code in codes])
    lines = len(program) // 8
    address = c.at(program)
    aligned = "HxxxxxxQ" if c.word == 8 else "HxxI"
    for count, where in ((lines, address), (0, address), (2, BAD), (2, 0)):
        header = c.pack(aligned, count, where)
        yield "seccomp", (1, 0, header)
        yield "prctl", (22, 2, header)
    for where in (0, BAD):
        yield "seccomp", (1, 0x1F, where)
    for operation in (0, 3, 9):
        yield "seccomp", (operation, 1, c.room())


def made_filters(c: Caller) -> Calls:
    """What the kernel says of filters."""
    yield "seccomp", (3, 0, c.room(16))
    yield "seccomp", (2, 0, c.pack("I", 0x7FC00000))


REST = "c1 c2 regs stack clock intr aux max asz sig wake period"


def event(c: Caller, **given: int) -> int:
    """Return the address of a struct perf_event_attr."""
    names = "type size config period sample read bits wake bp c1 c2 branch regs stack clock intr aux max r2 asz r3 sig"
    values = {"size": 128} | given
    return c.pack("IIQQQQQIIQQQQIiQIHHIIQ64x", *[values.get(name, 0) for name in names.split()])


def events(c: Caller) -> Calls:
    """Events of all types, in all sizes."""
    yield "perf_event_open", (event(c), 0, -1, -1, 0)
    for kind in range(8):
        for config in (0, 3, 9, 99, 0x10201, 0x1020304, 0x600000001):
            yield "perf_event_open", (event(c, type=kind, config=config, size=64), -1, 2, -1, kind * 2)
    rest = dict.fromkeys(REST.split(), 7)
    for size in (0, 8, 63, 64, 65, 72, 80, 88, 92, 96, 104, 108, 110, 112, 116, 120, 128, 129, 200, 4096):
        yield "perf_event_open", (event(c, type=6, size=size, r2=1, r3=2, **rest), 0, -1, 5, 0)
    for bit in range(42):
        yield "perf_event_open", (event(c, bits=1 << bit, **rest), 0, -1, -1, 0)
    for kind in range(5):
        yield "perf_event_open", (event(c, type=5, bp=kind, bits=0x18000, **rest), 0, -1, -1, 0x18)
    everything = (1 << 25) - 1
    yield (
        "perf_event_open",
        (event(c, type=1, sample=everything, read=31, branch=0x7FFFF, bits=1 << 25, **rest), 0, 0, 0, 0),
    )
    yield "perf_event_open", (event(c, sample=1 << 63 | 1, read=1 << 40, branch=1, **rest), 0, 0, 0, 0)
    for address in (0, BAD):
        yield "perf_event_open", (address, 0, -1, -1, 0)


def made_events(c: Caller) -> Calls:
    """An event that is counted, and what can be asked of it."""
    fd = yield "perf_event_open", (event(c, type=1, config=1, bits=0x21), 0, -1, -1, 8)
    yield "perf_event_open", (event(c, type=1, size=1280), 0, -1, -1, 8)
    number = 8 if c.word == 8 else 4
    for request, argument in (
        *((0x2400, 0), (0x2401, 1), (0x2402, 5), (0x2403, 0), (0x2405, -1), (0x40042408, -1), (0x40042409, 1)),
        *(
            (0x40082404, c.pack("Q", 7)),
            (0x40002406 | number << 16, c.text("id==1")),
            (0x80002407 | number << 16, c.room()),
        ),
        *((0xC000240A | number << 16, c.pack("II", 2, 0)), (0x4000240B | number << 16, 0)),
    ):
        yield "ioctl", (fd, request, argument)


REFUSED = (bpf_sizes, bpf_names, bpf_pointers, bpf_links, filters, events)
MADE = (made_filters,)
MADE_BY_ROOT = (made_bpf, made_events)
