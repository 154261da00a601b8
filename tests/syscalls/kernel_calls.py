"""Calls on facilities of the kernel that are compared with strace: rings, aio, keys, landlock, the old ones."""

from __future__ import annotations

from collections.abc import Generator

from seccomp_tui.syscalls import constants
from tests.syscalls.caller import BAD, Call, Caller

Calls = Generator[Call, int, None]
BLOCK = "QIiHhiQQqQII"
"""struct iocb."""
PARAMS = "30I"
PATTERN = (1, 2, 0xFFF, 3, 4, 0xFFFF, 5, 6, 7, 8)
PROC = (1, 2, 3, 4, 5, 6)
OLD = "_sysctl afs_syscall create_module get_kernel_syms nfsservctl query_module bdflush olduname oldolduname"
OLDER = "tuxcall epoll_ctl_old epoll_wait_old"
CTX = 0x7F0000


def old_calls(c: Caller) -> Calls:
    """Those that the kernel has no more."""
    for name in f"{OLD} {OLDER}".split():
        yield name, PROC
    for address in (c.words(c.room(), 1, 2, 3, 4, 5), 0, BAD):
        yield "_sysctl", (address,)


def keys(c: Caller) -> Calls:
    """Keys that are added and asked for."""
    kind, name = c.text("user"), c.text("desc")
    for keyring in (*range(-9, 0), 0, 12345):
        yield "request_key", (kind, name, c.text("callout"), keyring)
    yield "request_key", (kind, name, 0, -4)
    yield "add_key", (kind, name, c.text("pay\0load\377"), 10, 12345)
    yield "add_key", (kind, name, 0, 0, -9)
    yield "add_key", (0, BAD, c.text("x" * 40), 40, -1)


def key_operations(c: Caller) -> Calls:
    """Every operation, with numbers and with addresses."""
    for operation in (*range(36), 99):
        yield "keyctl", (operation, -3, c.text("abc"), 3, -4)
        if operation != 20:  # its count would be an address
            yield "keyctl", (operation, c.room(), c.text("abc"), c.text("def"), 5)
        yield "keyctl", (operation, 7, 1, 2, 3)
    yield "keyctl", (20, 5, c.iov(b"abc", b"de"), 2, 4)
    yield "keyctl", (5, 7, 0xFF3F1F2F)
    for error in (0, 4, 126, 133, 4096):
        yield "keyctl", (19, 7, 10, error, -2)
    for where in (-2, -1, *range(9)):
        yield "keyctl", (14, where)
    kdf = c.pack("PPI9I", c.text("sha"), c.text("info"), 4, *[0] * 9)
    yield "keyctl", (23, c.pack("iii", 1, -2, 3), c.room(), 4, kdf)
    for spare in (0, 1):
        params = c.pack("iII7I", -3, 3, 4, *[spare] * 7)
        for operation in (25, 26, 27, 28):
            yield "keyctl", (operation, params, c.text("enc=raw"), c.text("abc"), c.text("abcd"))


def made_keys(c: Caller) -> Calls:
    """A key, and what is told of it."""
    yield "keyctl", (1, 0)
    kind, name, room = c.text("user"), c.text("desc"), c.room(4096)
    key = yield "add_key", (kind, name, c.text("payload"), 7, -3)
    for operation, size in ((11, 100), (11, 3), (6, 100), (6, 5), (17, 100)):
        yield "keyctl", (operation, key, room, size)
    yield "keyctl", (11, key, 0, 0)
    yield "keyctl", (0, -3, 0)
    yield "keyctl", (10, -3, kind, name, 0)
    yield "request_key", (kind, name, 0, 0)
    for size in (1, 10):
        yield "keyctl", (31, room, size)
    yield "keyctl", (3, key)


def control_blocks(c: Caller) -> Calls:
    """Requests of aio."""
    text, vector = c.text("hello"), c.iov(b"abc", b"defg")
    for command in range(11):
        for flags, priority in ((1, 3), (3, -3), (0, 0), (2, 0), (4, 1 << 13 | 4)):
            buffer, count = (vector, 2) if command in (7, 8) else (0x41 if command == 5 else text, 5)
            block = c.pack(BLOCK, 7, flags, flags, command, priority, 4, buffer, count, -6, 1, flags, 9)
            yield "io_submit", (CTX, 1, c.words(block))
            yield "io_cancel", (CTX, block, c.room())
    for count, address in ((0, 1), (3, c.words(BAD, 0, 1)), (3, 0), (3, BAD), (-1, c.words(1))):
        yield "io_submit", (CTX, count, address)
    yield "io_cancel", (CTX, BAD, 0)


def aio(c: Caller) -> Calls:
    """The other calls of aio."""
    for address in (0, c.words(0x1234)):
        yield "io_setup", (128, address)
        yield "io_destroy", (address,)
    mask = c.words(c.words(2), 8)
    for time, signals in ((c.words(1, 2), mask), (0, 0), (BAD, c.words(0, 0))):
        yield "io_getevents", (CTX, 1, -10, c.room(), time)
        yield "io_pgetevents", (CTX, -1, 10, c.room(), time, signals)
    yield "io_pgetevents_time64", (CTX, 1, 10, c.room(), c.pack("qq", 1, 2), mask)


def made_aio(c: Caller) -> Calls:
    """Requests that are really made."""
    context = c.words(0)
    yield "io_setup", (8, context)
    handle = int.from_bytes(c.read(context, c.word), "little")
    fd = yield "memfd_create", (c.text("x"), 0)
    writes = c.pack(BLOCK, 7, 0, 0, 1, 0, fd, c.text("hello"), 5, 0, 0, 0, 0)
    reads = c.pack(BLOCK, 8, 0, 0, 0, 0, fd, c.room(16), 5, 0, 0, 0, 0)
    yield "io_submit", (handle, 2, c.words(writes, reads))
    yield "io_getevents", (handle, 2, 10, c.room(), c.words(5, 0))
    yield "io_pgetevents", (handle, 0, 10, c.room(), c.words(0, 0), 0)
    yield "io_cancel", (handle, writes, c.room())
    yield "io_destroy", (handle,)


def rings(c: Caller) -> Calls:
    """Rings to be made and entered."""
    for values in ((0,) * 10, PATTERN, (0, 0, 2, 1, 4, 0, 9, 0, 0, 0), (0, 0, 0x22, 1, 4, 0, 9, 0, 0, 0)):
        yield "io_uring_setup", (8, c.pack(PARAMS, *values, *[0] * 20))
    for address in (0, BAD):
        yield "io_uring_setup", (8, address)
    for flags, address, size in ((0x1F, c.words(2), 8), (0, 0, 8), (7, c.words(2, 0), 8), (1, c.words(2, 0), 3)):
        yield "io_uring_enter", (3, 1, 2, flags, address, size)
    yield "io_uring_enter", (3, 1, 2, 9, c.words(1, 2, 3, 4, 5, 6), 24)


def registrations(c: Caller) -> Calls:
    """What is registered with a ring."""
    fds, vector, tags, room = c.pack("iii", 3, -1, 4), c.iov(b"abc", b"de", b"f"), c.pack("QQQ", 5, 6, 0), c.room(512)
    for opcode in (*range(8), *range(9, 11), *range(12, 17), *range(18, 24), 99):
        yield "io_uring_register", (3, opcode, room, 2)
        yield "io_uring_register", (3, opcode, BAD, 1)
    yield "io_uring_register", (3, 0, vector, 2)
    for opcode in (2, 4, 7):
        yield "io_uring_register", (3, opcode, fds, 3)
    for unused in (0, 7):
        yield "io_uring_register", (3, 6, c.pack("IIQ", 5, unused, fds), 3)
        yield "io_uring_register", (3, 13, c.pack("IIQQQ", 3, unused & 1, unused, fds, tags), 32)
        yield "io_uring_register", (3, 15, c.pack("IIQQQ", 2, unused & 1, unused, vector, tags), 32)
        yield "io_uring_register", (3, 14, c.pack("IIQQII", 3, unused, fds, tags, 2, unused), 32)
        yield "io_uring_register", (3, 16, c.pack("IIQQII", 3, unused, vector, tags, 2, unused), 32)
        yield "io_uring_register", (3, 20, c.pack("iIQiIQ", -1, unused, 7, 5, 0, 7), 2)
        yield "io_uring_register", (3, 21, c.pack("iIQiIQ", -1, unused, unused, 5, 0, 0), 2)
        yield "io_uring_register", (3, 22, c.pack("QIHH3Q", 0x1000, 8, 2, 0, unused, unused, 0), 1)
    yield "io_uring_register", (3, 8, c.pack("BBHI3QBBHI", 1, 3, 4, 5, 0, 0, 0, 9, 1, 1, 0), 2)
    for opcode in range(8):
        yield "io_uring_register", (3, 11, c.pack("HBBIII", opcode, 7, 0, opcode, 0, 3), 1)
    for operation in range(47):
        yield "io_uring_register", (3, 11, c.pack("HBBIII", 1, operation, operation & 1, 0, 0, 0), 1)
    yield "io_uring_register", (3, 17, c.pack("QQ", 5, 6), 16)
    yield "io_uring_register", (3, 19, c.pack("II", 5, 6), 2)


def made_ring(c: Caller) -> Calls:
    """A ring, and what is registered with it."""
    fd = yield "io_uring_setup", (0, c.pack(PARAMS, *PATTERN, *[0] * 20))
    fd = yield "memfd_create", (c.text("x"), 0)
    room = c.room(64)
    yield "io_uring_register", (fd, 8, room, 3)


def landlock(c: Caller) -> Calls:
    """Rules for what may be done."""
    for access, size in ((0x3FFF, 8), (1 << 40, 8), (0, 8), (3, 7)):
        yield "landlock_create_ruleset", (c.pack("Q", access), size, 0)
    for address in (0, BAD):
        yield "landlock_create_ruleset", (address, 8, 1)
        yield "landlock_add_rule", (3, 1, address, 0)
    yield "landlock_create_ruleset", (0, 0, 0x11)
    for access, fd, flags in ((0x1003, 4, 0), (0, -1, 5)):
        yield "landlock_add_rule", (3, 1, c.pack("Qi", access, fd), flags)
    yield "landlock_add_rule", (3, 0, c.room(), 0)
    yield "landlock_restrict_self", (3, 0)


def made_landlock(c: Caller) -> Calls:
    """A set of rules."""
    yield "landlock_create_ruleset", (0, 0, 1)
    fd = yield "landlock_create_ruleset", (c.pack("Q", 3), 8, 0)
    yield "landlock_add_rule", (fd, 1, c.pack("Qi", 1, 0), 0)


def ends(c: Caller) -> Calls:
    """Restarting, other kernels, the kernel's log."""
    for first in (0xFEE1DEAD, 5, 672274793):
        for second in (672274793, 85072278, 369367448, 537993216, 3):
            yield "reboot", (first, second, 0x01234567)
    for command in (0x89ABCDEF, 0, 0xCDEF0123, 0x4321FEDC, 0xD000FCE2, 0x45584543, 9):
        yield "reboot", (0xFEE1DEAD, 672274793, command, 5)
    yield "reboot", (0xFEE1DEAD, 672274793, 0xA1B2C3D4, c.text("cmd"))
    for action in range(12):
        yield "syslog", (action, c.room(), 100)
        yield "syslog", (action, c.room(), 7)
        yield "syslog", (action, 0, -1)
    segments = c.words(c.room(), 10, 0x1000, 20, 0, 0, 0x2000, 4096)
    for count, address in ((2, segments), (0, segments), (0, 0), (17, segments), (1, BAD)):
        yield "kexec_load", (0x100, count, address, 0x3E0001)
    for flags in (0, 1, 2, 3, 0x30003, 0x990001, 0xB70000, 0x140010, 0x10):
        yield "kexec_load", (0, 0, 0, flags)


BOTH = "KVM_CHECK_EXTENSION KVM_CREATE_VCPU KVM_CREATE_VM KVM_GET_API_VERSION KVM_RUN KVM_SET_TSS_ADDR KVM_NMI"
NAMES = "SNAP_CREATE RESIZE SCAN_DEV FORGET_DEV ADD_DEV RM_DEV SUBVOL_CREATE SNAP_DESTROY DEVICES_READY"
NOTHING = "DEFRAG TRANS_START TRANS_END SYNC BALANCE SCRUB_CANCEL QUOTA_RESCAN_WAIT START_SYNC"
NUMBER = "DEFAULT_SUBVOL WAIT_SYNC"
MAPPER = "DM_VERSION DM_LIST_DEVICES DM_DEV_CREATE DM_TABLE_LOAD"


def ioctls(c: Caller) -> Calls:
    """Requests to virtual machines, btrfs, and the device mapper."""
    requests = constants.table("ioctl", c.arch.token).names
    numbers = c.pack("16I", *range(1, 17))
    for name in BOTH.split():
        for argument in (3, BAD, 0):
            yield "ioctl", (4, requests[name], argument)
    for flags in (0, 3, 4):
        yield "ioctl", (4, requests["KVM_SET_USER_MEMORY_REGION"], c.pack("IIQQQ", 1, flags & 3, 0x1000, 4096, 0x7000))
    for name in f"{NAMES} {NOTHING} {NUMBER}".split():
        for argument in (c.pack("q4088s", 3, b"name"), BAD, 0):
            yield "ioctl", (4, requests[f"BTRFS_IOC_{name}"], argument)
    for name in MAPPER.split():
        yield "ioctl", (4, requests[name], numbers)


def made_log(c: Caller) -> Calls:
    """The kernel's log."""
    yield "syslog", (10, 0, 0)
    yield "syslog", (3, c.room(), -1)


REFUSED = (old_calls, keys, key_operations, control_blocks, aio, rings, registrations, landlock, ends, ioctls)
MADE = (made_keys, made_aio, made_landlock, made_ring)
MADE_BY_ROOT = (made_log,)
