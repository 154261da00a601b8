"""System calls that Python does not wrap, as a performer needs them: any call by its number, and a few by name.

All that libc is asked for is looked up at import: a performer that has entered another root must not load anything.
"""

from __future__ import annotations

import ctypes
import os
import struct

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8

_OPENAT2 = 437
_CAPABILITY_VERSION_3 = 0x20080522
_HOW = struct.Struct("=QQQ")
_PROC_SUPER_MAGIC = 0x9FA0
_STATFS_SIZE = 120
_FLAGS_AT = 80
"""Of f_flags in struct statfs of a 64-bit machine."""
_ST_NOSYMFOLLOW = 0x2000

_libc = ctypes.CDLL(None, use_errno=True)
_syscall, _prctl, _capget, _capset, _fstatfs = (
    _libc.syscall,
    _libc.prctl,
    _libc.capget,
    _libc.capset,
    _libc.fstatfs,
)
_setns, _setfsuid, _setfsgid = _libc.setns, _libc.setfsuid, _libc.setfsgid
_syscall.restype = ctypes.c_long
_prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong)
_c_long, _c_ulong, _get_errno = ctypes.c_long, ctypes.c_ulong, ctypes.get_errno


def call(number: int, words: list[int]) -> int:
    """Make system call `number` with these words and return what it returns: -errno when it failed."""
    result: int = _syscall(_c_long(number), *[_c_ulong(word & 0xFFFF_FFFF_FFFF_FFFF) for word in words])
    return result if result != -1 else -_get_errno()


def _check(result: int) -> int:
    if result < 0:
        number = _get_errno()
        raise OSError(number, os.strerror(number))
    return result


def openat2(folder: int, path: bytes, flags: int, resolve: int) -> int:
    """Call openat2(2).

    Raises:
        OSError: ENOSYS before Linux 5.6.
    """
    how = ctypes.create_string_buffer(_HOW.pack(flags | os.O_CLOEXEC, 0, resolve), _HOW.size)
    return int(_check(_syscall(_c_long(_OPENAT2), ctypes.c_int(folder), ctypes.c_char_p(path), how, _c_ulong(24))))


def prctl(option: int, value: int) -> None:
    """Call prctl(2); nothing that we set can fail."""
    _prctl(option, value, 0, 0, 0)


def setns(pidfd: int, namespaces: int) -> None:
    """Join these namespaces (CLONE_NEW*) of the process behind `pidfd`.

    Raises:
        OSError: EPERM; EINVAL before Linux 5.8; setns(2).
    """
    _check(_setns(ctypes.c_int(pidfd), ctypes.c_int(namespaces)))


def unshare(namespaces: int) -> None:
    """Leave these namespaces (CLONE_NEW*) for new ones.

    Raises:
        OSError: EPERM, ENOSPC, EINVAL; unshare(2).
    """
    _check(_libc.unshare(ctypes.c_int(namespaces)))


def capset(effective: int, permitted: int) -> None:
    """Set the capabilities; those that are inherited matter at an execve only.

    Raises:
        OSError: EPERM; capset(2).
    """
    sets = [each >> shift & 0xFFFFFFFF for shift in (0, 32) for each in (effective, permitted, 0)]
    _check(_capset((ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)(*sets)))


def raise_all() -> None:
    """Make all permitted capabilities effective.

    Raises:
        OSError: never for those that are permitted.
    """
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()
    _check(_capget(head, sets))
    capset(*[sets[1] | sets[4] << 32] * 2)


def file_uid() -> int:
    """Return the id of the user that files are opened as."""
    return int(_setfsuid(ctypes.c_uint(0xFFFFFFFF))) & 0xFFFFFFFF


def set_file_ids(uid: int, gid: int) -> bool:
    """Set the ids that count for files, setfsuid(2), and return whether the kernel let us."""
    _setfsgid(ctypes.c_uint(gid))
    _setfsuid(ctypes.c_uint(uid))
    # It returns what was before, never an error.
    none = ctypes.c_uint(0xFFFFFFFF)
    return (_setfsuid(none) & 0xFFFFFFFF, _setfsgid(none) & 0xFFFFFFFF) == (uid, gid)


class FileSystem:
    """What statfs(2) says of the file system of a descriptor.

    Attributes:
        type: its magic number.
        is_proc: it is a procfs.
        follows_links: it is not mounted with `nosymfollow`.
    """

    __slots__ = ("follows_links", "is_proc", "type")

    def __init__(self, fd: int) -> None:
        buffer = ctypes.create_string_buffer(_STATFS_SIZE)
        _check(_fstatfs(ctypes.c_int(fd), buffer))
        (self.type,) = struct.unpack_from("=Q", buffer)
        (flags,) = struct.unpack_from("=Q", buffer, _FLAGS_AT)
        self.is_proc = self.type == _PROC_SUPER_MAGIC
        self.follows_links = not flags & _ST_NOSYMFOLLOW
