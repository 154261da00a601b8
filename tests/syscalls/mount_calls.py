"""Calls on mounts and quotas that are compared with strace."""

from __future__ import annotations

from tests.syscalls.caller import BAD, Caller
from tests.syscalls.file_calls import CWD, Calls, bits


def flags_of_mounting(m: Caller) -> Calls:
    """Each flag of the calls on mounts."""
    path, other = m.text("/a"), m.text("b")
    for flag in bits(0xF3FFFDFF):
        yield "mount", (other, path, other, flag, other)
    for flag in (0xC0ED0000, 0xC0ED0001, 0xC0ED1000, 0xC0ED0020, 0xC0FD0000, 0xC0ED0200):
        yield "mount", (other, path, other, flag, other)
    yield "mount", (0, path, 0, 0, m.at(b"\1\2\3\0"))
    for flag in bits(0xF):
        yield "umount2", (path, flag)
        yield "fspick", (CWD, path, flag)
    for flag in bits(0x89F01):
        yield "open_tree", (CWD, path, flag)
    for flag in bits(0x177):
        yield "move_mount", (CWD, path, 5, other, flag)
    for flag in bits(0xBF):
        yield "fsmount", (3, flag & 1, flag)
    yield "fsopen", (path, 1)


def settings(m: Caller) -> Calls:
    """Parameters of a file system, attributes of mounts."""
    for command in (*range(8), 9):
        yield "fsconfig", (3, command, m.text("key"), m.at(b"value\0" + bytes(30)), 6)
        yield "fsconfig", (3, command, 0, 0, CWD)
        yield "fsconfig", (3, command, BAD, BAD, 5)
    for size in (40, 0):
        yield "fsconfig", (3, 2, m.text("k" * 50), m.at(b"x" * 50), size)
    attributes = m.pack("QQQQQ", 1, 0x100002, 0x40000, 5, 0)
    for size in (32, 31, 40, 0):
        yield "mount_setattr", (CWD, m.text("a"), 0x9100, attributes, size)
    for size in (40, 100):
        yield "mount_setattr", (CWD, m.text("a"), 0, m.pack("QQQQQ", 0x2000F1, 0x70, 4, 8, 5), size)
    for address in (0, BAD):
        yield "mount_setattr", (3, m.text("a"), 0x8000, address, 32)


def quotas(m: Caller) -> Calls:
    """Each command, of each kind of owners."""
    device = m.text("/dev/sda1")
    block = m.pack("QQQQQQQQI", *range(1, 9), 0x3F)
    for command in (*range(0x800001, 0x80000B), *range(0x5801, 0x580A)):
        for owners in (0, 1, 2, 3):
            yield "quotactl", (command << 8 | owners, device, 3, block)
            yield "quotactl_fd", (3, command << 8 | owners, 1000, block)
        yield "quotactl", (command << 8, 0, -1, device)
    for kind in range(5):
        yield "quotactl", (0x80000200, device, kind, device)
    yield "quotactl", (0x80000600, device, 0, m.pack("QQII", 7, 8, 0x1FFFF, 0xFF))
    layout = "bBHIQQQQQQiiHH4xQQQiH2x8s"
    yield (
        "quotactl",
        (0x580400, device, 77, m.pack(layout, 1, 1, 0xFFFF, 5, *range(6, 12), 3, 4, 5, 6, 7, 8, 9, 10, 11, b"")),
    )
    for command in (0x580100, 0x580200, 0x580600):
        yield "quotactl", (command, device, 77, m.pack("I", 0x3F if command < 0x580600 else 7))
        yield "quotactl", (command, device, 77, BAD)


def mounting(m: Caller) -> Calls:
    """Mounts in a namespace of the program's own."""
    out = m.room(4096)
    yield "unshare", (0x20000,)
    yield "mount", (m.text("none"), m.text("/"), 0, 0x44000, 0)
    yield "mkdir", (m.text("t"), 0o755)
    yield "mount", (m.text("tmpfs"), m.text("t"), m.text("tmpfs"), 0xC0ED0006, m.text("size=1m,mode=700"))
    yield "mount", (m.text("none"), m.text("t"), 0, 0x21, 0)
    context = yield "fsopen", (m.text("tmpfs"), 1)
    yield "fsconfig", (context, 1, m.text("size"), m.text("2m"), 0)
    yield "fsconfig", (context, 0, m.text("ro"), 0, 0)
    yield "fsconfig", (context, 6, 0, 0, 0)
    mount = yield "fsmount", (context, 1, 0x10)
    yield "move_mount", (mount, m.text(""), CWD, m.text("t"), 4)
    yield "fspick", (CWD, m.text("t"), 2)
    tree = yield "open_tree", (CWD, m.text("t"), 0x80001)
    yield "mount_setattr", (tree, m.text(""), 0x1000, m.pack("QQQQ", 1, 0x10, 1 << 18, 0), 32)
    for place in ("t", "/proc", "/sys", "/dev/pts"):
        yield "statfs", (m.text(place), out)
    yield "fstatfs", (tree, out)
    yield "quotactl", (0x80000700, m.text("t"), 0, out)
    yield "umount2", (m.text("t"), 2 | 8)
    yield "pivot_root", (m.text("."), m.text("t"))


REFUSED = (flags_of_mounting, settings, quotas)
MADE_BY_ROOT = (mounting,)
