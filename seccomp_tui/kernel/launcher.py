"""The process that becomes the target: puts the filter on itself, shows the listener, waits at the gate, execs.

Run as a script by `launch`, in a fresh interpreter without site-packages (`-I -S`), so that it has one thread and
nothing of ours in it. It therefore imports the standard library only, and little of that: typing and contextlib would
take as long as the interpreter itself. The same file says how the shared memory between the two is laid out.

Between seccomp() and execve() it makes no system call: each would trap, with nobody there yet to answer. The number
of the listener is published by a plain store, and the gate is a byte that is read in a loop. A trapped execve is then
the first notification.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import mmap
import os
import signal
import struct
import sys
import termios

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

LISTENER_AT = 0
"""i32: PENDING, then the listener's number in the launcher, or the negative errno of seccomp(2)."""
GATE_AT = 4
"""u8: set to 1 by the parent once it has the listener."""
EXEC_ERRNO_AT = 8
"""i32: errno of a failed execve."""
SECCOMP_FLAGS_AT = 12
"""u32: flags that seccomp(2) took."""
NO_NEW_PRIVS_AT = 16
"""u8: no_new_privs had to be set."""
USERNS_FAILED_AT = 17
"""u8: the errno is not of seccomp(2), but of a step towards a user namespace of its own: a number from USERNS_STEPS."""
PLAN_AT = 32
PLAN = struct.Struct("=IQBBBxiIIIII")
"""seccomp flags wanted, mask of signals to ignore, own session, die with the parent, own user namespace, the parent's
pid, then in bytes the sizes of the filter, path, argv, environment and user that follow; the user is u32: uid, gid,
supplementary groups, or nothing."""

PENDING = -(1 << 31)

SECCOMP_NR = {"x86_64": 317, "aarch64": 277}
SET_MODE_FILTER = 1
FILTER_WAIT_KILLABLE_RECV = 32
USERNS_STEPS = ("", "unshare", "setgroups", "uid_map", "gid_map")
"""What may fail on the way: the system call, or the file in /proc/self."""
_CLONE_NEWUSER = 0x10000000
_PR_SET_DUMPABLE = 4
_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_SYS_ADMIN = 1 << 21
_EINVAL, _EACCES = 22, 13
_TOUCHED_BY_PYTHON_OR_US = (
    signal.SIGPIPE,
    signal.SIGXFSZ,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGHUP,
    signal.SIGTERM,
    signal.SIGCHLD,
)


class _SockFprog(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_void_p))


def main(descriptor: int) -> NoReturn:
    """Become the target that the plan in the shared memory describes."""
    libc = ctypes.CDLL(None, use_errno=True)
    os.set_inheritable(descriptor, False)
    area = mmap.mmap(descriptor, 0)
    flags, ignored, own_session, die_with_parent, own_userns, parent, *sizes = PLAN.unpack_from(area, PLAN_AT)
    program, path, argv, environment, user = _pieces(area, sizes)
    if own_session:
        os.setsid()
        try:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        except OSError:
            pass  # another session may have it: then it only is our input and output
    if user:
        _become_user(libc, *struct.unpack(f"={len(user) // 4}I", user))
    if own_userns:
        _enter_user_namespace(libc, area)
    # After that: with other ids the kernel forgets it.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(125)  # it died before it could have taken us with it
    for number in _TOUCHED_BY_PYTHON_OR_US:
        signal.signal(number, signal.SIG_IGN if ignored >> number & 1 else signal.SIG_DFL)
    argv_array = _string_array(argv)
    environment_array = _string_array(environment)
    listener = ctypes.c_int32.from_buffer(area, LISTENER_AT)
    gate = ctypes.c_uint8.from_buffer(area, GATE_AT)
    exec_errno = ctypes.c_int32.from_buffer(area, EXEC_ERRNO_AT)
    prctl, execve, get_errno = libc.prctl, libc.execve, ctypes.get_errno
    gc.disable()
    _install(libc, area, program, flags, listener)
    # From here on every system call traps.
    while not gate.value:
        pass
    if not die_with_parent:
        prctl(_PR_SET_PDEATHSIG, 0, 0, 0, 0)
    execve(path, argv_array, environment_array)
    exec_errno.value = get_errno()
    os._exit(127)


def _pieces(area: mmap.mmap, sizes: list[int]) -> list[bytes]:
    offset = PLAN_AT + PLAN.size
    pieces = []
    for size in sizes:
        pieces.append(area[offset : offset + size])
        offset += size
    return pieces


def _become_user(libc: ctypes.CDLL, uid: int, gid: int, *groups: int) -> None:
    """Take a user's ids, and keep the right to install a filter without no_new_privs, so that setuid programs work.

    The execve takes that right away: it is in the permitted and effective sets alone.
    """
    os.setgroups(groups)
    os.setresgid(gid, gid, gid)
    libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setresuid(uid, uid, uid)
    if uid:
        libc.capset((ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)(*[_CAP_SYS_ADMIN] * 2))


def _enter_user_namespace(libc: ctypes.CDLL, area: mmap.mmap) -> None:
    """Go into a user namespace of our own, where who we are is root, and nobody else exists; user_namespaces(7)."""
    maps = {"setgroups": "deny", "uid_map": f"0 {os.geteuid()} 1", "gid_map": f"0 {os.getegid()} 1"}
    libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # to have changed our ids has made these files root's
    step = "unshare"
    try:
        if libc.unshare(_CLONE_NEWUSER) < 0:
            raise OSError(ctypes.get_errno(), "")
        for step, text in maps.items():
            with open(f"/proc/self/{step}", "w") as file:
                file.write(text)
    except OSError as error:
        area[USERNS_FAILED_AT] = USERNS_STEPS.index(step)
        struct.pack_into("=i", area, LISTENER_AT, -(error.errno or _EINVAL))
        os._exit(125)


def _string_array(joined: bytes) -> ctypes.Array[ctypes.c_char_p]:
    strings = joined.split(b"\0")[:-1]
    return (ctypes.c_char_p * (len(strings) + 1))(*strings, None)


def _install(libc: ctypes.CDLL, area: mmap.mmap, program: bytes, flags: int, listener: ctypes.c_int32) -> None:
    """Install the filter and publish its listener, or the negative errno.

    no_new_privs is set only when the kernel asks for it: root without it keeps setuid programs working.
    A kernel before 5.19 does not know WAIT_KILLABLE_RECV.
    """
    code = ctypes.create_string_buffer(program, len(program))
    fprog = _SockFprog(len(program) // 8, ctypes.addressof(code))
    seccomp_flags = ctypes.c_uint32.from_buffer(area, SECCOMP_FLAGS_AT)
    no_new_privs = ctypes.c_uint8.from_buffer(area, NO_NEW_PRIVS_AT)
    number = ctypes.c_long(SECCOMP_NR[os.uname().machine])
    operation = ctypes.c_uint(SET_MODE_FILTER)
    pointer = ctypes.byref(fprog)
    syscall, get_errno = libc.syscall, ctypes.get_errno
    syscall.restype = ctypes.c_long
    while True:
        wanted = ctypes.c_uint(flags)
        seccomp_flags.value = flags
        result = syscall(number, operation, wanted, pointer)
        if result >= 0:
            listener.value = result
            return
        error = get_errno()
        if error == _EACCES and not no_new_privs.value:
            libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            no_new_privs.value = 1
        elif error == _EINVAL and flags & FILTER_WAIT_KILLABLE_RECV:
            flags &= ~FILTER_WAIT_KILLABLE_RECV
        else:
            listener.value = -error
            os._exit(125)


if __name__ == "__main__":
    main(int(sys.argv[1]))
