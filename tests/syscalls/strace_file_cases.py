"""Calls on files that are compared with strace."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tests.syscalls.pieces import CWD, Case, at, ints, iov, text, words


def reading() -> Iterator[Case]:
    """Reads, writes and vectors."""
    path = text("/etc/hosts")
    out = at(bytes(256))
    yield "read", (3, out, 832)
    yield "write", (1, at(b"hello\n"), 6)
    yield "write", (1, at(b"x" * 32), 32)
    yield "write", (1, at(b"x" * 33), 33)
    yield "write", (1, at(b'a\0001\x01\xff\x00"\\\r\t\v\f\x1b\x7f9\xc3\xa9'), 19)
    yield "write", (1, 0, 6)
    yield "write", (1, 8, 6)
    yield "write", (1, path, 0)
    yield "pread64", (3, out, 784, 64)
    yield "pwrite64", (3, at(b"abc\0"), 4, -5)
    yield "writev", (1, iov(b"abc", None, b"", b"y" * 40), 4)
    yield "writev", (1, 8, 4)
    yield "writev", (1, 0, 0)
    yield "writev", (1, path, 0)
    yield "pwritev", (1, iov(b"abc"), 1, 77, 0)
    yield "pwritev2", (1, iov(b"abc"), 1, 77, 0, 0x10)
    yield "lseek", (3, -1, 2)
    yield "lseek", (3, 10, 9)


def opening() -> Iterator[Case]:
    """Moving data, opening."""
    path = text("/etc/hosts")
    yield "sendfile", (1, 3, 0, 100)
    yield "splice", (3, 0, 4, 0, 4096, 5)
    yield "copy_file_range", (3, 0, 4, 0, 100, 0)
    yield "fadvise64", (3, 0, 0, 2)
    yield "fallocate", (3, 1, 0, 4096)
    yield "fsync", (3,)
    yield "ftruncate", (3, 1000)
    yield "truncate", (path, 1000)
    yield "open", (path, 0x80000)
    yield "openat", (CWD, path, 0x80000)
    yield "openat", (CWD, path, 0o1102, 0o640)
    yield "openat", (CWD, path, 0o1102, 0)
    yield "openat", (CWD, path, 0x410002, 0o600)
    yield "openat", (CWD, path, 0x210000)
    yield "openat", (-1, 8, 3)
    yield "openat", (7, text("a" * 200), 0x10000001)
    yield "openat", (7, text('a"b\\c\n\x01'), 0x10000001)
    yield "openat", (7, 0, 0)
    yield "openat2", (CWD, path, words(0x80000, 0, 4), 24)
    yield "openat2", (CWD, path, words(0x42, 0o644, 0), 24)
    yield "openat2", (CWD, path, words(0x42), 8)


def descriptors() -> Iterator[Case]:
    """Descriptors."""
    path = text("/etc/hosts")
    out = at(bytes(256))
    yield "creat", (path, 0o4755)
    yield "creat", (path, 7)
    yield "close", (-1,)
    yield "close_range", (3, 0xFFFFFFFF, 4)
    yield "dup", (1,)
    yield "dup2", (1, 2)
    yield "dup3", (1, 2, 0x80000)
    yield "pipe2", (out, 0x80000)
    yield "memfd_create", (text("name"), 3)
    yield "eventfd2", (0, 0x80000)
    yield "epoll_create1", (0x80000,)
    yield "inotify_add_watch", (3, path, 0x2)
    yield "flock", (3, 6)


def controls() -> Iterator[Case]:
    """Ioctl and fcntl."""
    out = at(bytes(256))
    yield "ioctl", (1, 0x5401, out)
    yield "ioctl", (1, 0x5413, out)
    yield "ioctl", (1, 0x5414, at(struct.pack("<4H", 24, 80, 0, 0)))
    yield "ioctl", (1, 0xC0DE1234, 7)
    yield "ioctl", (1, 0x5450)
    yield "ioctl", (1, 0x5451, 5)
    yield "ioctl", (1, 0x541B, out)
    yield "ioctl", (1, 0x5421, ints(1))
    yield "ioctl", (1, 0x5410, ints(77))
    yield "ioctl", (1, 0x540F, out)
    yield "ioctl", (1, 0x80047476, 0)
    for command, argument in ((0, 10), (1, 5), (2, 1), (3, 0), (4, 0x800), (8, -5), (9, 0), (10, 10), (1030, 10)):
        yield "fcntl", (3, command, argument)
    for command, argument in ((1031, 65536), (1032, 0), (1033, 15), (1034, 0), (1024, 1), (1025, 0), (77, 5)):
        yield "fcntl", (3, command, argument)
    lock = at(struct.pack("<hh4xqqi4x", 1, 0, 5, 10, 0))
    for command in (5, 6, 7, 36, 37, 38):
        yield "fcntl", (3, command, lock)
    yield "fcntl", (3, 6, 0)
    yield "fcntl", (3, 6, 8)


def looking_up() -> Iterator[Case]:
    """Looking at files by name."""
    path = text("/etc/hosts")
    out = at(bytes(256))
    for mode in (0, 1, 4, 7, 8):
        yield "access", (path, mode)
    yield "faccessat", (CWD, path, 4)
    yield "faccessat2", (CWD, path, 4, 0x200)
    yield "stat", (path, out)
    yield "lstat", (path, out)
    yield "fstat", (3, out)
    yield "newfstatat", (CWD, path, out, 0)
    yield "newfstatat", (3, text(""), out, 0x1000)
    yield "newfstatat", (3, path, out, 0x100 | 0x20000)
    yield "statx", (CWD, path, 0x100, 0xFFF, out)
    yield "statx", (CWD, path, 0x2900, 0x7FF, out)
    yield "statx", (CWD, path, 0, 0x17, out)
    yield "statfs", (path, out)
    yield "fstatfs", (3, out)
    yield "readlink", (path, out, 256)
    yield "readlinkat", (CWD, path, out, 256)
    yield "getdents64", (3, out, 32768)
    yield "getcwd", (out, 4096)
    yield "chdir", (path,)
    yield "fchdir", (3,)
    yield "chroot", (path,)
    yield "mkdir", (path, 0o777)
    yield "mkdirat", (CWD, path, 0o22)
    yield "rmdir", (path,)
    yield "unlink", (path,)
    yield "unlinkat", (CWD, path, 0)
    yield "unlinkat", (CWD, path, 0x200)
    yield "unlinkat", (CWD, path, 0x4200)


def changing() -> Iterator[Case]:
    """Changing files by name."""
    path, other = text("/etc/hosts"), text("other")
    yield "rename", (path, other)
    yield "renameat", (CWD, path, 5, other)
    yield "renameat2", (CWD, path, 5, other, 1)
    yield "renameat2", (CWD, path, 5, other, 0)
    yield "link", (path, other)
    yield "linkat", (CWD, path, CWD, other, 0x400)
    yield "symlink", (path, other)
    yield "symlinkat", (path, CWD, other)
    yield "chmod", (path, 0o644)
    yield "fchmod", (3, 0)
    yield "fchmodat", (CWD, path, 0o100644)
    yield "chown", (path, 0, -1)
    yield "fchown", (3, 1000, 1000)
    yield "fchownat", (CWD, path, -1, 5, 0x100)
    yield "mknod", (path, 0o20666, 0x103)
    yield "mknodat", (CWD, path, 0o10644, 0)
    yield "mknodat", (CWD, path, 0o60644, 0x80010)
    yield "mknodat", (CWD, path, 0o644, 0)
    yield "umask", (0o22,)
    yield "umask", (0,)


def attributes() -> Iterator[Case]:
    """Times, attributes, mounts."""
    path, other = text("/etc/hosts"), text("other")
    out = at(bytes(256))
    yield "utime", (path, words(1, 2))
    yield "utimes", (path, words(1, 2, 3, 4))
    yield "utimensat", (CWD, path, words(0, 0x3FFFFFFF, 0, 0x3FFFFFFE), 0)
    yield "utimensat", (CWD, path, words(1, 5, 1700000000, 123456789), 0x100)
    yield "utimensat", (CWD, 0, 0, 0)
    yield "getxattr", (path, text("user.a"), out, 100)
    yield "setxattr", (path, text("user.a"), at(b"value"), 5, 1)
    yield "listxattr", (path, out, 100)
    yield "removexattr", (path, text("user.a"))
    yield "mount", (text("none"), text("/mnt"), text("tmpfs"), 0x1003, text("size=1m"))
    yield "mount", (text("a"), text("/mnt"), 0, 0x1000, 0)
    yield "mount", (text("none"), text("/mnt"), text("tmpfs"), 0x3, text("size=1m"))
    yield "mount", (text("none"), text("/mnt"), text("tmpfs"), 0x21, text("size=1m"))
    yield "mount", (text("none"), text("/mnt"), text("tmpfs"), 0x44000, text("size=1m"))
    yield "mount", (text("none"), text("/mnt"), 8, 0, 8)
    yield "umount2", (text("/mnt"), 2)
    yield "pivot_root", (path, other)


GROUPS = (reading, opening, descriptors, controls, looking_up, changing, attributes)
