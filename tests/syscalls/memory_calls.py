"""Calls on memory that are compared with strace."""

from __future__ import annotations

from collections.abc import Generator

from tests.syscalls.caller import BAD, Call, Caller

Calls = Generator[Call, int, None]
LOW, MASK = 0xFFFFFFFF, (1 << 64) - 1
UFFDIO_API, UFFDIO_REGISTER, UFFDIO_UNREGISTER, UFFDIO_WAKE = 0xC018AA3F, 0xC020AA00, 0x8010AA01, 0x8010AA02
UFFDIO_COPY, UFFDIO_ZEROPAGE = 0xC028AA03, 0xC020AA04


def mappings(m: Caller) -> Calls:
    """Mapping memory, and what is done with mappings."""
    for bit in range(32):
        yield "mprotect", (0x10000, 4096, 1 << bit)
        yield "msync", (0, 4096, 1 << bit)
        yield "mlockall", (1 << bit,)
        yield "mlock2", (0x10000, 4096, 1 << bit)
        yield "mremap", (0x10000, 1, 2, 1 << bit, 5)
        if bit != 3:  # MAP_DROPPABLE is newer
            yield mapping(m), (0, 8192, 3, 1 << bit, -1, 0)
            yield "remap_file_pages", (0x1000, 4096, 1, 3, 1 << bit)
    for flags in (0, 3, 15, 0x22, 0x4012, 0x802, 0x100022, 0x40022 | 21 << 26, LOW & ~8):
        yield mapping(m), (0x10000, 8192, LOW, flags, 3, 0x3000)
        yield "remap_file_pages", (0, 4096, 0, 3, flags)
        yield "msync", (0x10000, -1, flags)
        yield "mlockall", (flags,)
        yield "mremap", (0, -1, 2, flags, 0)
    yield "mmap", (m.words(0, 8192, 3, 0x22, -1, 0x1000),)
    yield "mmap", (BAD,)
    for advice in (*range(27), 100, 101, 104, -1):
        yield "madvise", (0x1000, 4096, advice)
        yield "process_madvise", (3, m.iov(b"abc", None), 2, advice, 0)
    for address in (0, BAD, 0x5555):
        yield "brk", (address,)
        yield "munmap", (address, -1)
        yield "munlock", (address, 4096)
        yield "pkey_mprotect", (address, 4096, 1, -1)
        yield "process_madvise", (3, address, 2, 4, 1)
    yield "munlockall", ()
    for length in (0, 1, 4096, 4097, 1 << 20):
        yield "mincore", (0x1000, length, m.room())
    yield "mincore", (0, 0, 0)


def mapping(m: Caller) -> str:
    """Return the call that maps memory with six arguments."""
    return "mmap" if m.word == 8 else "mmap2"


def nodes(m: Caller) -> Calls:
    """Nodes of memory."""
    mask = m.at(bytes(range(1, 100)) + bytes(1000))
    for bits in (0, 1, 2, 63, 64, 65, 66, 128, 129, 130, 192, 1024, 1025, 1026, 2049, 4096):
        yield "set_mempolicy", (1, mask, bits)
        yield "mbind", (0x10000, 8192, 2, mask, bits, 1)
        yield "migrate_pages", (123, bits, mask, mask + 8)
    for mode in (
        0,
        1,
        2,
        3,
        4,
        5,
        7,
        8,
        0x1000,
        0x2003,
        0x4003,
        0x8000,
        0x8001,
        0x8009,
        0xA000,
        0xE002,
        0xF00F,
        0x18000,
    ):
        yield "set_mempolicy", (mode, 0, 0)
        yield "mbind", (0, 0, mode, 0, 0, 0)
    for flag in (0, 1, 2, 3, 4, 6, 7, 8, 15, 16, 0x13, LOW):
        yield "mbind", (0x10000, 8192, 2, BAD, 64, flag)
        yield "get_mempolicy", (mask, mask, 64, 0x10000, flag)
        yield "move_pages", (123, 0, 0, 0, 0, flag)
        yield "set_mempolicy_home_node", (0x1000, 4096, 1, flag)
    for address in (0, BAD):
        yield "get_mempolicy", (address, address, 64, 0, 0)
        yield "migrate_pages", (0, 64, address, address)
        yield "move_pages", (0, 2, address, address, address, 2)
    pages = m.words(0, *range(0x1000, 0x1030))
    numbers = m.pack("40i", *range(-1, 39))
    for count in (0, 1, 2, 32, 33, 40):
        yield "move_pages", (123, count, pages, numbers, m.room(), 2)
        yield "move_pages", (-1, count, pages, 0, m.room(), 4)


def others(m: Caller) -> Calls:
    """Other processes, keys, barriers, user faults."""
    here, there = m.iov(b"abc", None, b"x" * 40), m.iov(b"abc", b"defg")
    for address in (0, BAD):
        yield "process_vm_readv", (1, address, 2, address, 2, 0)
        yield "process_vm_writev", (1, address, 2, address, 2, 0)
    for count in (0, 1, 2, 3):
        yield "process_vm_readv", (1, here, count, there, count, 0)
        yield "process_vm_writev", (-1, here, count, there, count, 3)
    for bit in range(32):
        if bit != 9:  # MEMBARRIER_CMD_GET_REGISTRATIONS is newer
            yield "membarrier", (1 << bit, 0, 0)
        yield "userfaultfd", (1 << bit,)
        yield "memfd_secret", (1 << bit,)
        if bit != 3:  # PKEY_DISABLE_READ is newer
            yield "pkey_alloc", (0, 1 << bit)
        yield "pkey_alloc", (1 << bit, 1 << bit & ~8)
    for flags in (0, 1, 2, 3, 0x80801, 0x80803, 7, LOW & ~8):
        yield "membarrier", (0, flags, 3)
        yield "userfaultfd", (flags,)
        yield "memfd_secret", (flags,)
        yield "pkey_alloc", (flags, flags)
        yield "pkey_free", (flags,)
        yield "process_mrelease", (3, flags)


def user_faults(m: Caller) -> Calls:
    """What userfaultfd(2) is asked for; the calls that strace 6.1 does not show are not here."""
    for bit in (*range(13), 17, 40, 63):  # features from 13 on are newer
        features = m.pack("3Q", 0xAA, 1 << bit, 1 << bit)
        yield "ioctl", (3, UFFDIO_API, features)
    for bit in (0, 1, 2, 3, 4, 6, 7, 9, 63):
        yield "ioctl", (3, UFFDIO_REGISTER, m.pack("4Q", 0x1000, 4096, 1 << bit, 1 << bit))
    for bits in (0, 1, 2, 3, 4, 0x83, 1 << 63):
        yield "ioctl", (3, UFFDIO_COPY, m.pack("5Q", 0x1000, 0x2000, 4096, bits, bits))
        yield "ioctl", (3, UFFDIO_ZEROPAGE, m.pack("4Q", 0x1000, 4096, bits, bits))
        yield "ioctl", (3, UFFDIO_REGISTER, m.pack("4Q", 0, 0, bits, bits << 2 & MASK))
        yield "ioctl", (3, UFFDIO_API, m.pack("3Q", bits, 0, bits))
    for request in (UFFDIO_UNREGISTER, UFFDIO_WAKE):
        yield "ioctl", (3, request, m.pack("2Q", 0x1000, MASK))
    for request in (UFFDIO_API, UFFDIO_REGISTER, UFFDIO_UNREGISTER, UFFDIO_WAKE, UFFDIO_COPY, UFFDIO_ZEROPAGE):
        yield "ioctl", (3, request, 0)
        yield "ioctl", (3, request, BAD)


REFUSED = (mappings, nodes, others, user_faults)


def filled_in(m: Caller) -> Calls:
    """What calls fill in, whatever it is."""
    for mode in (0, 1, 0x8002, 7, 0x18000):
        yield "get_mempolicy", (m.pack("i", mode), m.words(5, 0, 1), 3 * 8 * m.word, 0, 0)
        yield "get_mempolicy", (m.pack("i", mode), m.words(5, 0, 1), 0, 0, 0)
    pages, numbers = m.words(*range(0x1000, 0x1040)), m.pack("64i", *range(64))
    status = m.pack("40i", 0, 1, -1, -2, -14, -133, -4095, -4096, -5000, *range(31))
    for count in (0, 1, 9, 32, 33, 40):
        yield "move_pages", (1, count, pages, numbers, status, 0)
    vector = m.at(bytes(range(256)))
    for length in (0, 1, 4096, 4097, 32 * 4096, 32 * 4096 + 1, 33 * 4096):
        yield "mincore", (0x1000, length, vector)
    yield "mincore", (0x1000, 4096, BAD)
    yield "get_mempolicy", (BAD, BAD, 64, 0, 0)


FORGED = {0: (filled_in, user_faults)}


def made(m: Caller) -> Calls:
    """Memory of a program of its own."""
    out = m.at(b"\xaa" * 256)
    page = m.room() & -4096
    yield "mincore", (page, 3 * 4096, out)
    yield "get_mempolicy", (out, out + 64, 1024, 0, 0)
    yield "get_mempolicy", (out, out + 64, 64, page, 2)
    yield "get_mempolicy", (0, 0, 0, 0, 0)
    yield "move_pages", (0, 2, m.words(page, 0x1000), 0, out, 0)
    yield "process_vm_readv", (m.pid, m.iov(b"abc", b"defg"), 2, m.iov(b"ABC", b"DEFG"), 2, 0)
    yield "process_vm_writev", (m.pid, m.iov(b"abc", b"defg"), 2, m.iov(b"ABC", b"DEFG"), 2, 0)
    yield "process_vm_readv", (m.pid, m.iov(b"abc", b"defg"), 2, m.words(BAD, 7), 1, 0)
    address = yield mapping(m), (0, 8192, 3, 0x22, -1, 0)
    yield "mprotect", (address, 4096, 1)
    yield "madvise", (address, 8192, 4)
    yield "msync", (address, 4096, 4)
    yield "mlock2", (address, 4096, 1)
    yield "munlock", (address, 4096)
    yield "mremap", (address, 8192, 4096, 0)
    yield "munmap", (address, 8192)
    yield "membarrier", (0, 0, 0)
    yield "brk", (0,)


MADE = (made,)
