"""Calls on files and descriptors that are compared with strace; relative paths lie in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from tests.syscalls.caller import BAD, Call, Caller

Calls = Generator[Call, int, None]
CWD = -100
LOW = 0xFFFFFFFF
DIRECTORY = {8: 0x10000, 4: 0x10000}
"""O_DIRECTORY on x86."""


def wide(m: Caller, value: int) -> tuple[int, ...]:
    """Return the words of a number of 64 bits."""
    return (value & LOW, value >> 32 & LOW) if m.word == 4 else (value,)


def bits(known: int) -> Iterator[int]:
    """Yield a value with all bits that strace knows, each of them by itself, nothing, and an unknown one."""
    yield known
    yield from (1 << bit for bit in range(32) if known >> bit & 1)
    yield 0
    unknown = ~known & LOW
    if unknown:
        yield 1 << unknown.bit_length() - 1


# --- refused: flags and enums ---


def flags_of_opening(m: Caller) -> Calls:
    """Flags of the calls that make descriptors."""
    path, out = m.text("a"), m.room()
    for bit in range(32):
        yield "open", (path, 1 << bit, 0o644)
        yield "openat", (CWD, path, 1 << bit, 0o644)
        yield "pipe2", (out, 1 << bit)
        yield "dup3", (1, 2, 1 << bit)
        yield "fcntl", (3, 4, 1 << bit)
        yield "openat2", (CWD, path, m.pack("QQQ", 1 << bit, 0, 1 << bit), 24)
    for flags in (LOW, 3, 0x410000, 0x101000, 0x1000):
        yield "open", (path, flags, 0o644)
        yield "pipe2", (out, flags)
    for flag in bits(0x80007):
        yield "memfd_create", (path, flag & 7)
    for huge in (0x78000004, 0x70000000, 0x7C000007):
        yield "memfd_create", (path, huge)
    for flag in bits(0x80801):
        yield "eventfd2", (0, flag)
        yield "inotify_init1", (flag & 0x80800,)
    for flag in bits(0xF7007FFF):
        yield "inotify_add_watch", (3, path, flag)
    for flag in bits(6):
        yield "close_range", (3, 4, flag)
    for flag in bits(0xEF):
        yield "flock", (3, flag)


def flags_of_names(m: Caller) -> Calls:
    """Flags of the calls on files by name."""
    path, out = m.text("a"), m.room()
    for flag in bits(0x9F00):
        yield "unlinkat", (CWD, path, flag)
        yield "linkat", (CWD, path, CWD, path, flag)
        yield "newfstatat", (CWD, path, out, flag)
        yield "fstatat64", (CWD, path, out, flag)
        yield "fchownat", (CWD, path, 0, 0, flag)
        yield "utimensat", (CWD, path, 0, flag)
        yield "faccessat2", (CWD, path, 0, flag & 0x1300)
        yield "statx", (CWD, path, flag, 0, out)
    for mask in (0x2000, 0x4000, 0x6000, 0x6100, LOW):
        yield "statx", (CWD, path, mask, 0, out)
    for mask in bits(0x3FFF):
        yield "statx", (CWD, path, 0, mask, out)
    for flag in bits(7):
        yield "renameat2", (CWD, path, CWD, path, flag)
        yield "access", (path, flag)
    for flag in bits(0x7F):
        yield "fallocate", (3, flag, *wide(m, 0), *wide(m, 5))
        yield "sync_file_range", (3, *wide(m, 0), *wide(m, 5), flag & 7)
        yield "splice", (3, 0, 4, 0, 5, flag & 15)
    for flag in bits(0x1F):
        yield "pwritev2", (3, 0, 0, 0, 0, flag)
    for value in range(8):
        yield "lseek", (3, 0, value)
        yield "fadvise64", (3, *wide(m, 0), 5, value)


def flags_of_fanotify(m: Caller) -> Calls:
    """Flags of fanotify, handles, swap and kexec."""
    path = m.text("a")
    for flag in bits(0x1FF3):
        yield "fanotify_init", (flag, 0)
        yield "fanotify_init", (flag | 4, 0x8000)
    yield "fanotify_init", (LOW & ~0x6000, 3)
    for flag in bits(0x7FF):
        yield "fanotify_mark", (3, flag, *wide(m, 0), CWD, path)
    for mask in bits(0x580FDFFF):
        yield "fanotify_mark", (3, 1, *wide(m, mask), -1, path)
    yield "fanotify_mark", (3, 1, *wide(m, 1 << 40 | 1), 5, 0)
    yield "name_to_handle_at", (CWD, path, m.pack("Ii16s", 16, 1, b"abc"), m.room(), 0x1400)
    yield "name_to_handle_at", (5, BAD, BAD, BAD, 0x10)
    for size in (0, 16, 200, 128):
        yield "open_by_handle_at", (3, m.pack("Ii128s", size, -5, bytes(range(128))), 0x80000)
    for handle in (0, BAD):
        yield "open_by_handle_at", (CWD, handle, 0)
    for flag in (*bits(0x78000), 0x8005, 5, 0x70000, 0x78001):
        yield "swapon", (path, flag)
    for flag in bits(7):
        yield "kexec_file_load", (3, 4, 5, path, flag)
    yield "kexec_file_load", (3, 4, 14, m.text("root=/dev/sda"), 0)


def odd_arguments(m: Caller) -> Calls:
    """Lengths, addresses and numbers that no sane program passes."""
    path, out = m.text("a"), m.room()
    for call in ("ftruncate", "truncate"):
        yield call, (3 if call[0] == "f" else path, -1)
    yield "truncate64", (path, -1, -1)
    yield "ftruncate64", (3, 5, -1)
    yield "readlink", (path, out, -1)
    yield "fallocate", (3, 0, *wide(m, -1), *wide(m, -5))
    yield "sync_file_range", (3, *wide(m, -1), *wide(m, 1 << 40), 0)
    yield "fadvise64_64", (3, *wide(m, -1), *wide(m, -5), 0)
    yield "readahead", (3, *wide(m, -1), -1)
    yield "lookup_dcookie", (*wide(m, 1 << 40 | 5), out, -1)
    yield "copy_file_range", (1, BAD, 2, m.pack("q", -7), -1, -1)
    yield "splice", (1, BAD, 2, m.pack("q", 7), -1, 0)
    yield "sendfile", (-1, -2, BAD, -1)
    yield "sendfile64", (1, 2, m.pack("q", 1 << 40), -1)
    yield "getdents64", (3, BAD, -1)
    yield "getcwd", (out, -1)
    yield "mknod", (path, 0o170777, 5)
    yield "mknodat", (CWD, path, 0o20000, 0x123456789)
    yield "ustat", (0x3456789A, out)
    yield "umask", (0o1234567,)
    yield "chown", (path, 0x1FFFF, 0xFFFF)
    yield "writev", (3, m.words(BAD, 5, 0, 5, out, 40), 3)
    yield "writev", (3, m.words(*[out, 1] * 40), 40)
    yield "readv", (3, m.words(BAD, -1, 0, 0, out, 5), 3)
    yield "preadv2", (3, BAD, 5, -1, -1, 0)
    yield "setxattr", (path, m.text("b" * 50), m.at(b"x" * 50), 50, 3)
    yield "utimensat", (CWD, path, m.words(-1, 5, 5, 1 << 31), 0)
    yield "utimes", (path, m.words(5, 1000000, -5, 7))
    yield "memfd_create", (m.text("x" * 300), 0)
    yield "sysfs", (1, path, out)
    yield "readdir", (3, out, 1)
    yield "readdir", (3, out, 100)
    for extra in (b"", bytes(8), b"\1" + bytes(7), bytes(500), bytes(500) + b"\1"):
        yield "openat2", (CWD, path, m.at(bytes(20) + b"\4\0\0\0" + extra), 24 + len(extra))
    for mode in (0o644, 1 << 40):
        yield "openat2", (CWD, path, m.pack("QQQ", 0x42, mode, 0), 24)


def commands_of_fcntl(m: Caller) -> Calls:
    """Each command, with a number, an address, and nothing."""
    for call in ("fcntl", "fcntl64"):
        for command in (*range(11), 15, 16, 17, 36, 37, 38, 1024, 1025, 1026, *range(1029, 1035), 77, -1):
            yield call, (3, command, 5)
            yield call, (3, command, 0)
        lock = m.pack("HHlli", 1, 0, 5, 10, 0) if m.word == 4 else m.pack("HH4xqqi4x", 1, 0, 5, 10, 0)
        for command in (5, 6, 7):
            yield call, (3, command, lock)
        for kind in range(36):
            yield call, (3, 37, m.pack("HHqqi" if m.word == 4 else "HH4xqqi4x", kind, kind, -1, -2, -3))
            yield call, (3, 1024, kind)
        yield call, (3, 15, m.pack("ii", 1, 77))
        yield call, (3, 15, m.pack("ii", 3, -1))
        yield call, (3, 15, BAD)


def modes(m: Caller) -> Calls:
    """Types of files, and what else is no permission."""
    for mode in (
        0o104755,
        0o102755,
        0o107777,
        0o041777,
        0o4755,
        0o1000,
        0o47000,
        0o150777,
        0o171777,
        0o40,
        0,
        0o100000,
    ):
        yield "mknod", (m.text("a"), mode, 0)
        yield "mknodat", (CWD, m.text("a"), mode, 0)
        yield "chmod", (m.text("a"), mode)


REFUSED = (flags_of_opening, flags_of_names, flags_of_fanotify, odd_arguments, commands_of_fcntl, modes)


# --- made ---


def moving_data(m: Caller) -> Calls:
    """Reads, writes, and data between descriptors."""
    out = m.room(4096)
    file = yield "openat", (CWD, m.text("f"), 0o102, 0o640)
    yield "write", (file, m.at(b"hello world\n" * 10), 120)
    other = yield "openat2", (CWD, m.text("g"), m.pack("QQQ", 0o102, 0o600, 0), 24)
    for count in (50, 0):
        yield "sendfile", (other, file, m.words(3), count)
        yield "sendfile64", (other, file, m.pack("q", 7), count)
    yield "sendfile", (other, -1, m.words(0), 50)
    yield "copy_file_range", (file, m.pack("q", 0), other, m.pack("q", 100), 20, 0)
    pair = m.room(8)
    yield "pipe", (pair,)
    yield "pipe2", (pair, 0x80000)
    reading, writing = (int.from_bytes(m.read(pair + at, 4), "little") for at in (0, 4))
    yield "splice", (file, m.pack("q", 3), writing, 0, 20, 0)
    yield "vmsplice", (writing, m.iov(b"abc", b"defg"), 2, 0)
    yield "tee", (reading, writing, 5, 0)
    yield "read", (reading, out, 10)
    yield "readv", (reading, m.words(out, 3, out + 100, 50), 2)
    if m.word == 4:
        yield "_llseek", (file, 1, 5, out, 0)
    for count in (0, 10, 32, 33, 200):
        yield "pread64", (file, out, count, *wide(m, 0))
    yield "preadv", (file, m.words(out, 3, out + 100, 50), 2, 1, 0)
    yield "preadv2", (file, m.words(out, 3, out + 100, 500), 2, 1, 0, 0)
    yield "pwritev2", (file, m.iov(b"abc", b"defg"), 2, 1, 0, 0)
    yield "fallocate", (file, 1, *wide(m, 0), *wide(m, 4096))
    yield "close_range", (50, 60, 0)
    yield "memfd_create", (m.text("mem"), 3)


def looking(m: Caller) -> Calls:
    """What files are; their names, entries, handles."""
    out = m.room(4096)
    file = yield "openat", (CWD, m.text("f"), 0o102, 0o640)
    yield "symlink", (m.text("x" * 100), m.text("link"))
    yield "mknod", (m.text("fifo"), 0o10600, 0)
    yield "utimensat", (CWD, m.text("f"), m.words(0, 0, 1700000000, 5), 0)
    for name in map(m.text, ("f", "link", "fifo", "/dev/null", "nothing")):
        for call in ("stat", "lstat", "stat64", "lstat64", "oldstat", "oldlstat"):
            yield call, (name, out)
        for call in ("newfstatat", "fstatat64"):
            yield call, (CWD, name, out, 0x100)
        for mask in (0x2FFF, 0x17, 0):
            yield "statx", (CWD, name, 0x100, mask, out)
        yield "statfs", (name, out)
        yield "statfs64", (name, 84, out)
    for call in ("fstat", "fstat64", "oldfstat", "fstatfs"):
        yield call, (file, out)
    yield "fstatfs64", (file, 84, out)
    for size in (100, 33, 32, 5, 200):
        yield "readlink", (m.text("link"), out, size)
        yield "readlinkat", (CWD, m.text("link"), out, size)
    for call in ("getdents", "getdents64", "readdir"):
        folder = yield "open", (m.text("."), DIRECTORY[m.word])
        for size in (100, 4096, 4096, 5, 1):
            yield call, (folder, out, size)
    for size in (4096, 3):
        yield "getcwd", (out, size)
    handle = m.pack("Ii128s", 128, 0, b"")
    yield "name_to_handle_at", (file, m.text(""), handle, out, 0x1000)
    yield "name_to_handle_at", (CWD, m.text("nothing"), handle, out, 0)
    yield "sysfs", (3,)


def attributes(m: Caller) -> Calls:
    """Extended attributes, times, modes, watches."""
    out, name = m.room(4096), m.text("f")
    file = yield "openat", (CWD, name, 0o102, 0o640)
    yield "setxattr", (name, m.text("user.a"), m.at(b"value\0\1"), 7, 0)
    yield "lsetxattr", (name, m.text("user.b"), m.at(b"v" * 50), 50, 1)
    yield "fsetxattr", (file, m.text("user.c"), 0, 0, 0)
    for size in (100, 40, 7, 0, 3):
        yield "getxattr", (name, m.text("user.a"), out, size)
        yield "lgetxattr", (name, m.text("user.b"), out, size)
        yield "fgetxattr", (file, m.text("user.c"), out, size)
        yield "listxattr", (name, out, size)
        yield "flistxattr", (file, out, size)
    yield "listxattr", (name, 0, 0)
    yield "removexattr", (name, m.text("user.a"))
    yield "utimes", (name, m.words(1, 2, 3, 4))
    yield "utime", (name, m.words(1000, 2000))
    yield "utimensat", (CWD, name, m.words(0, 0x3FFFFFFF, 0, 0x3FFFFFFE), 0x100)
    yield "utimensat", (CWD, name, m.words(0, 0, 0, 1), 0)
    yield "utimensat_time64", (CWD, name, m.pack("qqqq", 1, 5, 1700000000, 6), 0)
    watch = yield "inotify_init1", (0x800,)
    yield "inotify_add_watch", (watch, name, 0xFFF)
    lock = m.pack("HHlli", 1, 0, 0, 10, 0) if m.word == 4 else m.pack("HH4xqqi4x", 1, 0, 0, 10, 0)
    lock64 = m.pack("HHqqi" if m.word == 4 else "HH4xqqi4x", 1, 0, 0, 10, 0)
    for call in ("fcntl", "fcntl64"):
        for command in (5, 6):
            yield call, (file, command, lock)
        for command in (36, 37):
            yield call, (file, command, lock64)
        yield call, (file, 15, m.pack("ii", 1, m.pid))
        for command in (1, 3, 9, 11, 16, 17, 1025, 1032, 1034):
            yield call, (file, command, out)


MADE = (moving_data, looking, attributes)
