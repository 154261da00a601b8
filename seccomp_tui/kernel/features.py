"""What this kernel and this user allow: asked without installing anything."""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from seccomp_tui.kernel import abi, results, tracepoints

_CAP_SETGID, _CAP_SETUID = 6, 7
_CAP_IPC_LOCK, _CAP_SYS_PTRACE, _CAP_SYS_ADMIN, _CAP_PERFMON = 14, 19, 21, 38


@dataclass(frozen=True)
class Feature:
    """One thing that may be there or not.

    Attributes:
        needed: without it nothing works.
        detail: what was found, and what it means when absent, with the way to get it.
    """

    name: str
    present: bool
    needed: bool
    detail: str


def probe() -> list[Feature]:
    """Return everything that decides what can be done here, the necessary first."""
    return [
        _user_notification(),
        _pidfd_getfd(),
        _filter_rights(),
        _wait_killable(),
        _sync_wake_up(),
        _add_fd(),
        _thread_pidfd(),
        _yama(),
        _results(),
        _libdw(),
    ]


def effective_capabilities() -> int:
    """Return the effective capability mask of this process; capabilities(7)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def kernel_version() -> tuple[int, int]:
    """Return the running kernel's version, as far as it says one."""
    numbers = os.uname().release.split(".")
    return int(numbers[0]), int("".join(filter(str.isdigit, numbers[1])) or 0)


def may_change_user() -> bool:
    """Tell whether a program can be run as another user."""
    return os.geteuid() == 0 and _has(_CAP_SETUID) and _has(_CAP_SETGID)


def _has(capability: int) -> bool:
    return bool(effective_capabilities() >> capability & 1)


def _user_notification() -> Feature:
    action = ctypes.create_string_buffer(struct.pack("=I", abi.RET_USER_NOTIF), 4)
    try:
        abi.seccomp(abi.GET_ACTION_AVAIL, 0, action)
        present, detail = True, "SECCOMP_RET_USER_NOTIF"
    except OSError as error:
        present, detail = False, f"{error.strerror}: needs Linux 5.0 with CONFIG_SECCOMP_FILTER"
    if present:
        notif, resp, data = abi.notif_sizes()
        detail += f", notif {notif}, resp {resp}, data {data} bytes"
    return Feature("user notification", present, True, detail)


def _pidfd_getfd() -> Feature:
    try:
        abi.pidfd_getfd(-1, 0)
    except OSError as error:
        present = error.errno == errno.EBADF
    else:
        present = True
    return Feature("pidfd_getfd", present, True, "takes the listener" if present else "needs Linux 5.6")


def _filter_rights() -> Feature:
    if _has(_CAP_SYS_ADMIN):
        return Feature("setuid programs", True, False, "CAP_SYS_ADMIN: they keep their rights under the filter")
    return Feature(
        "setuid programs", False, False, "no_new_privs is set: they run without their rights; as root they keep them"
    )


def _flag_known(flag: int) -> bool:
    """Ask whether seccomp(2) knows the flags; a NULL program keeps anything from being installed."""
    try:
        abi.seccomp(abi.SET_MODE_FILTER, flag | abi.FILTER_NEW_LISTENER, None)
    except OSError as error:
        return error.errno == errno.EFAULT
    return False


def _wait_killable() -> Feature:
    present = _flag_known(abi.FILTER_WAIT_KILLABLE_RECV)
    detail = "held calls are safe from signals" if present else "needs Linux 5.19: a handled signal ends a held call"
    return Feature("wait killable", present, False, detail)


def _version_feature(name: str, needed: tuple[int, int], good: str, bad: str) -> Feature:
    present = kernel_version() >= needed
    return Feature(name, present, False, good if present else f"needs Linux {needed[0]}.{needed[1]}: {bad}")


def _sync_wake_up() -> Feature:
    return _version_feature("synchronous wake-up", (6, 6), "fast answers", "answers cost more on a busy machine")


def _add_fd() -> Feature:
    return _version_feature("ADDFD with SEND", (5, 14), "descriptors in one step", "two steps instead of one")


def _thread_pidfd() -> Feature:
    return _version_feature("pidfd of a thread", (6, 9), "ends of threads are seen", "ends of threads are seen late")


def _yama() -> Feature:
    try:
        scope = int(Path("/proc/sys/kernel/yama/ptrace_scope").read_text())
    except (OSError, ValueError):
        return Feature("memory of the target", True, False, "no Yama: same user and dumpable is enough")
    if scope < 2 or (scope == 2 and _has(_CAP_SYS_PTRACE)):
        return Feature("memory of the target", True, False, f"Yama scope {scope}: descendants can be read")
    return Feature(
        "memory of the target",
        False,
        False,
        f"Yama scope {scope} forbids it: arguments show as pointers; sysctl kernel.yama.ptrace_scope=1",
    )


def _results() -> Feature:
    try:
        paranoid = int(Path("/proc/sys/kernel/perf_event_paranoid").read_text())
    except (OSError, ValueError):
        return Feature("results of allowed calls", False, False, "this kernel has no perf events")
    try:
        results.close_events(results.open_events(os.getpid(), tracepoints.ids(results.EVENTS)))
    except OSError as error:
        may = (_has(_CAP_PERFMON) or _has(_CAP_SYS_ADMIN) or paranoid < 0) and _has(_CAP_IPC_LOCK)
        why = (
            os.strerror(error.errno or 0)
            if may
            else "needs root, or CAP_PERFMON and CAP_IPC_LOCK and tracefs that can be read"
        )
        return Feature("results of allowed calls", False, False, f"{why}; they show as ?")
    return Feature("results of allowed calls", True, False, "from tracepoints, without ptrace")


def _libdw() -> Feature:
    try:
        ctypes.CDLL("libdw.so.1")
    except OSError:
        return Feature("libdw", False, False, "not installed; will be used for stacks (Debian: libdw1)")
    return Feature("libdw", True, False, "found; not used by this version yet")
