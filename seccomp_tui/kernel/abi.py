"""Numbers and structures of the kernel's interface, and the few calls that Python does not wrap.

Source: linux/seccomp.h, linux/audit.h, linux/prctl.h; seccomp(2), seccomp_unotify(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import NamedTuple

# The launcher runs on its own, without us; what both need is written there.
from seccomp_tui.kernel.launcher import FILTER_WAIT_KILLABLE_RECV as FILTER_WAIT_KILLABLE_RECV
from seccomp_tui.kernel.launcher import SECCOMP_NR
from seccomp_tui.kernel.launcher import SET_MODE_FILTER as SET_MODE_FILTER

NOTIF = struct.Struct("=QIIiIQ6Q")
"""struct seccomp_notif: id, pid, flags, then struct seccomp_data: nr, arch, instruction pointer, args[6]."""
RESP = struct.Struct("=QqiI")
"""struct seccomp_notif_resp: id, val, error, flags."""
ADDFD = struct.Struct("=QIIII")
"""struct seccomp_notif_addfd: id, flags, srcfd, newfd, newfd_flags."""
SIZES = struct.Struct("=HHH")
"""struct seccomp_notif_sizes: notif, resp, data."""

IOCTL_RECV = 0xC0502100
IOCTL_SEND = 0xC0182101
IOCTL_ID_VALID = 0x40082102
IOCTL_ADDFD = 0x40182103
IOCTL_SET_FLAGS = 0x40082104

RESP_CONTINUE = 1
FD_SYNC_WAKE_UP = 1
ADDFD_SETFD = 1
ADDFD_SEND = 2

GET_ACTION_AVAIL = 2
GET_NOTIF_SIZES = 3
FILTER_NEW_LISTENER = 8

RET_USER_NOTIF = 0x7FC00000
RET_ALLOW = 0x7FFF0000

AUDIT_ARCH_X86_64 = 0xC000003E
AUDIT_ARCH_I386 = 0x40000003
AUDIT_ARCH_AARCH64 = 0xC00000B7

PR_SET_CHILD_SUBREAPER = 36
PR_SET_NAME = 15

_PIDFD_GETFD_NR = 438
_TGKILL_NR = {"x86_64": 234, "aarch64": 131}
_KCMP_NR = {"x86_64": 312, "aarch64": 272}
_KCMP_FILE = 0

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong)


def seccomp(operation: int, flags: int, argument: ctypes.Array[ctypes.c_char] | None) -> int:
    """Call seccomp(2).

    Raises:
        OSError: with the kernel's errno; ENOSYS on a machine whose number we don't know.
    """
    number = SECCOMP_NR.get(os.uname().machine)
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    result: int = _libc.syscall(ctypes.c_long(number), ctypes.c_uint(operation), ctypes.c_uint(flags), argument)
    if result < 0:
        raise _last_error()
    return result


def notif_sizes() -> tuple[int, int, int]:
    """Return the sizes the kernel uses for notif, resp and data, in bytes; ours where it can't tell."""
    buffer = ctypes.create_string_buffer(SIZES.size)
    try:
        seccomp(GET_NOTIF_SIZES, 0, buffer)
    except OSError:
        return NOTIF.size, RESP.size, 64
    notif, resp, data = SIZES.unpack(buffer.raw)
    return notif, resp, data


def pidfd_getfd(pidfd: int, target: int) -> int:
    """Return our own (close-on-exec) duplicate of descriptor `target` of the process behind `pidfd`.

    Raises:
        OSError: EPERM without ptrace-attach rights, EBADF, ESRCH once it is dead; pidfd_getfd(2).
    """
    result: int = _libc.syscall(
        ctypes.c_long(_PIDFD_GETFD_NR), ctypes.c_int(pidfd), ctypes.c_int(target), ctypes.c_uint(0)
    )
    if result < 0:
        raise _last_error()
    return result


def tgkill(pid: int, tid: int, number: int) -> None:
    """Send a signal to one thread of a process.

    Raises:
        OSError: ESRCH, EPERM; tgkill(2).
    """
    arguments = (ctypes.c_int(pid), ctypes.c_int(tid), ctypes.c_int(number))
    if _libc.syscall(ctypes.c_long(_TGKILL_NR[os.uname().machine]), *arguments) < 0:
        raise _last_error()


def kcmp_files(pid: int, other: int, fd: int, other_fd: int) -> int:
    """Return 0 when the descriptors of two processes are the same open file, else another number.

    Raises:
        OSError: EPERM, ESRCH, EBADF; ENOSYS: the kernel is without it; kcmp(2).
    """
    words = (_KCMP_NR.get(os.uname().machine, -1), pid, other, _KCMP_FILE, fd, other_fd)
    result: int = _libc.syscall(*map(ctypes.c_long, words))
    if result < 0:
        raise _last_error()
    return result


def set_child_subreaper() -> None:
    """Make orphaned descendants children of this process; PR_SET_CHILD_SUBREAPER(2const).

    Raises:
        OSError: never on the kernels that have user notification.
    """
    if _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise _last_error()


def name_process(name: str) -> None:
    """Set the comm of the calling thread, which threads that it starts inherit; 15 bytes count. PR_SET_NAME(2const)."""
    text = ctypes.create_string_buffer(name.encode())
    _libc.prctl(PR_SET_NAME, ctypes.addressof(text), 0, 0, 0)


class _Iovec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def process_vm_readv(tid: int, address: int, size: int) -> bytes:
    """Return up to `size` bytes of the thread's memory, fewer where a page can't be read.

    The remote range is split at page edges, since the kernel transfers whole elements only.

    Raises:
        OSError: EFAULT, EPERM, ESRCH; process_vm_readv(2).
    """
    buffer = ctypes.create_string_buffer(size)
    got = _transfer(_libc.process_vm_readv, tid, buffer, address, size)
    return buffer.raw[:got]


def process_vm_writev(tid: int, address: int, data: bytes) -> int:
    """Write `data` into the thread's memory and return how many bytes went in; honours page protection.

    Raises:
        OSError: EFAULT, EPERM, ESRCH; process_vm_writev(2).
    """
    buffer = ctypes.create_string_buffer(data, len(data))
    return _transfer(_libc.process_vm_writev, tid, buffer, address, len(data))


class Status(NamedTuple):
    """What the kernel has of a file without asking its file system.

    Attributes:
        links: how many names it has.
        device: major and minor number of the device that it is.
        file_system: major and minor number of its file system.
        mount: number of the mount, as in proc_pid_mountinfo(5).
    """

    mode: int
    links: int
    inode: int
    size: int
    device: tuple[int, int]
    file_system: tuple[int, int]
    mount: int


_STATX = struct.Struct("=16xI8xH2xQQ80xIIIIQ")
"""struct statx: links, mode, inode, size, device, file system, mount."""
_STATX_SIZE = 256
_STATX_WANTED = 0x7FF | 0x1000
"""STATX_BASIC_STATS | STATX_MNT_ID."""
_AT_FDCWD = -100
_AT_NO_AUTOMOUNT = 0x800
_AT_STATX_DONT_SYNC = 0x4000


def statx(path: str) -> Status | None:
    """Return what the kernel has of the file at `path` already: no file server is asked; None without statx(2).

    Raises:
        OSError: statx(2).
    """
    function = getattr(_libc, "statx", None)
    if function is None:
        return None
    buffer = ctypes.create_string_buffer(_STATX_SIZE)
    flags = _AT_STATX_DONT_SYNC | _AT_NO_AUTOMOUNT
    if function(_AT_FDCWD, ctypes.c_char_p(os.fsencode(path)), flags, ctypes.c_uint(_STATX_WANTED), buffer) < 0:
        raise _last_error()
    links, mode, inode, size, *device, major, minor, mount = _STATX.unpack_from(buffer)
    return Status(mode, links, inode, size, (device[0], device[1]), (major, minor), mount)


PAGE = os.sysconf("SC_PAGE_SIZE")


def _transfer(
    function: ctypes._NamedFuncPointer, tid: int, buffer: ctypes.Array[ctypes.c_char], address: int, size: int
) -> int:
    pieces = []
    start = address
    while start < address + size:
        end = min(address + size, (start // PAGE + 1) * PAGE)
        pieces.append(_Iovec(start, end - start))
        start = end
    remote = (_Iovec * len(pieces))(*pieces)
    local = _Iovec(ctypes.addressof(buffer), size)
    function.restype = ctypes.c_ssize_t
    got: int = function(
        ctypes.c_int(tid),
        ctypes.byref(local),
        ctypes.c_ulong(1),
        remote,
        ctypes.c_ulong(len(pieces)),
        ctypes.c_ulong(0),
    )
    if got < 0:
        raise _last_error()
    return got


def _last_error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
