"""What this kernel and this user allow: tried where it can be tried, and asked of the kernel where not."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seccomp_tui.kernel import abi, rawcalls, results, tracepoints, trial
from seccomp_tui.kernel.privileges import (
    CAP_IPC_LOCK,
    CAP_PERFMON,
    CAP_SYS_ADMIN,
    CAP_SYS_PTRACE,
    YAMA,
    has,
    may_change_user,
    yama_scope,
)

_CLONE_NEWUTS, _CLONE_NEWUSER = 0x04000000, 0x10000000
_PERF_PARANOID = Path("/proc/sys/kernel/perf_event_paranoid")
_SANDBOX = "a container or sandbox may forbid it: allow it in its seccomp profile"


@dataclass(frozen=True)
class Feature:
    """One thing that may be there or not.

    Attributes:
        group: "kernel", "rights", "libraries", "programs" or "runtimes".
        needed: without it nothing works.
        detail: what was found, or what it means that it is absent.
        fix: the way to get it; empty where it is present.
    """

    group: str
    name: str
    present: bool
    detail: str
    fix: str = ""
    needed: bool = False


def probe() -> list[Feature]:
    """Return what the kernel and our rights decide, the necessary first."""
    tried = trial.run()
    return [*_kernel(tried), *_rights(tried)]


# --- the kernel ---


def _kernel(tried: trial.Trial) -> list[Feature]:
    first = (_user_notification(), _pidfd_getfd(), _listener(tried))
    return [*first, *(_from_trial(row, tried) for row in _TRIED), _namespaces_by_pidfd()]


def _user_notification() -> Feature:
    name = "user notification"
    action = ctypes.create_string_buffer(struct.pack("=I", abi.RET_USER_NOTIF), 4)
    try:
        abi.seccomp(abi.GET_ACTION_AVAIL, 0, action)
    except OSError as error:
        fix = f"Linux 5.6 or newer with CONFIG_SECCOMP_FILTER; {_SANDBOX}"
        return Feature("kernel", name, False, f"seccomp(2): {error.strerror}", fix, True)
    notif, resp, data = abi.notif_sizes()
    sizes = f"SECCOMP_RET_USER_NOTIF, notif {notif}, resp {resp}, data {data} bytes"
    return Feature("kernel", name, True, sizes, needed=True)


def _pidfd_getfd() -> Feature:
    try:
        abi.pidfd_getfd(-1, 0)
        number = errno.EBADF
    except OSError as error:
        number = error.errno or 0
    if number == errno.EBADF:
        return Feature("kernel", "pidfd_getfd", True, "takes the listener from the program", needed=True)
    fix = f"Linux 5.6 or newer; {_SANDBOX}"
    return Feature("kernel", "pidfd_getfd", False, f"can't be called: {os.strerror(number)}", fix, True)


def _listener(tried: trial.Trial) -> Feature:
    if not tried.why:
        return Feature("kernel", "a listener of our own", True, "a program was put under a filter", needed=True)
    fix = "start it where no other listener is at work (outside the container, in another shell); see the lines above"
    return Feature("kernel", "a listener of our own", False, tried.why, fix, True)


@dataclass(frozen=True)
class _Tried:
    """What the trial tells, and in which words."""

    name: str
    key: str
    good: str
    bad: str
    fix: str
    needed: bool = False


_NO_MEMORY = "run as the program's user or as root, in a sandbox with CAP_SYS_PTRACE; sysctl kernel.yama.ptrace_scope=1"
_TRIED = (
    _Tried("allowing a call", "continue", "CONTINUE", "no call can be let go on", "Linux 5.5 or newer", True),
    _Tried(
        "check of a call", "id valid", "ID_VALID", "what was read can't be proved", "a kernel with NOTIF_ID_VALID", True
    ),
    _Tried(
        "wait killable",
        "wait killable",
        "WAIT_KILLABLE_RECV: held calls are safe from signals",
        "a signal with a handler ends a held call",
        "Linux 5.19 or newer",
    ),
    _Tried(
        "synchronous wake-up",
        "synchronous wake-up",
        "SYNC_WAKE_UP: fast answers",
        "answers cost more on a busy machine",
        "Linux 6.6 or newer",
    ),
    _Tried("ADDFD", "two steps", "descriptors for the program", "no answer gives a descriptor", "Linux 5.9 or newer"),
    _Tried(
        "ADDFD with SEND",
        "one step",
        "descriptor and answer in one step",
        "two steps: a signal between them leaves a descriptor in the program",
        "Linux 5.14 or newer",
    ),
    _Tried(
        "pidfd of a thread",
        "pidfd of a thread",
        "PIDFD_THREAD: ends of threads are seen",
        "threads are looked up at every call, which costs time",
        "Linux 6.9 or newer",
    ),
    _Tried(
        "/proc/PID/mem", "proc mem", "arguments are read", "process_vm_readv is used, which costs time", "mount /proc"
    ),
    _Tried(
        "process_vm_readv",
        "process_vm_readv",
        "memory of threads that come and go",
        "arguments of threads without a pidfd show as pointers",
        f"CONFIG_CROSS_MEMORY_ATTACH, or {_NO_MEMORY}",
    ),
    _Tried(
        "process_vm_writev",
        "process_vm_writev",
        "fill, poke and the memory view can write",
        "fill, poke and the memory view can't write",
        f"CONFIG_CROSS_MEMORY_ATTACH, or {_NO_MEMORY}",
    ),
)


def _from_trial(row: _Tried, tried: trial.Trial) -> Feature:
    present = tried.works.get(row.key, False)
    if tried.why and row.key not in tried.works:
        return Feature("kernel", row.name, False, "not tried, without a listener", "see above", row.needed)
    return Feature(
        "kernel", row.name, present, row.good if present else row.bad, "" if present else row.fix, row.needed
    )


def _namespaces_by_pidfd() -> Feature:
    name = "setns by pidfd"
    own = os.pidfd_open(os.getpid())
    try:
        rawcalls.setns(own, _CLONE_NEWUTS)
        number = 0
    except OSError as error:
        number = error.errno or 0
    finally:
        os.close(own)
    if number in (0, errno.EPERM):
        return Feature("kernel", name, True, "`perform` enters the program's namespaces, where we may")
    return Feature("kernel", name, False, "`perform` works in our own namespaces only", "Linux 5.8 or newer")


# --- rights ---


def _rights(tried: trial.Trial) -> list[Feature]:
    return [_setuid_programs(tried), _memory(tried), _others(), _users(), _user_namespaces(), _tracefs(), _results()]


def _setuid_programs(tried: trial.Trial) -> Feature:
    name = "setuid programs"
    if has(CAP_SYS_ADMIN) and not tried.no_new_privs:
        return Feature("rights", name, True, "CAP_SYS_ADMIN: they keep their rights under the filter")
    return Feature("rights", name, False, "no_new_privs is set: they run without their rights", "run as root")


def _memory(tried: trial.Trial) -> Feature:
    scope, name = yama_scope(), "memory of the target"
    if not tried.why and not (tried.works["proc mem"] or tried.works["process_vm_readv"]) and scope < 2:
        return Feature("rights", name, False, "it can't be read: arguments show as pointers", _SANDBOX)
    if scope < 2 or (scope == 2 and has(CAP_SYS_PTRACE)):
        found = f"Yama scope {scope}: descendants can be read" if YAMA.exists() else "no Yama: same user is enough"
        return Feature("rights", name, True, found)
    fix = "sysctl kernel.yama.ptrace_scope=1" if scope == 2 else "kernel.yama.ptrace_scope=1 at boot: 3 can't be undone"
    return Feature("rights", name, False, f"Yama scope {scope} forbids it: arguments show as pointers", fix)


def _others() -> Feature:
    """Whether another process's listener or memory can be had, as a debugger would."""
    name, scope = "other processes", yama_scope()
    if has(CAP_SYS_PTRACE) and scope < 3:
        return Feature("rights", name, True, "CAP_SYS_PTRACE: of all users")
    if scope == 0:
        return Feature("rights", name, True, "those of the same user")
    fix = "run as root, or sysctl kernel.yama.ptrace_scope=0" if scope < 3 else "kernel.yama.ptrace_scope=0 at boot"
    return Feature("rights", name, False, f"Yama scope {scope}: a debugger may attach to descendants only", fix)


def _users() -> Feature:
    if may_change_user():
        return Feature("rights", "other users", True, "-u NAME runs the program as another user")
    return Feature("rights", "other users", False, "-u NAME needs CAP_SETUID and CAP_SETGID", "run as root")


def _user_namespaces() -> Feature:
    name = "user namespaces"
    number = _errno_of_child(lambda: rawcalls.unshare(_CLONE_NEWUSER))
    if number == 0:
        return Feature("rights", name, True, "a program may make one")
    return Feature("rights", name, False, f"unshare(2): {os.strerror(number)}", _userns_fix(number))


def _userns_fix(number: int) -> str:
    if number == errno.ENOSPC:
        return "sysctl user.max_user_namespaces=10000"
    if number == errno.EINVAL:
        return "a kernel with CONFIG_USER_NS"
    for switch, value in (("unprivileged_userns_clone", 1), ("apparmor_restrict_unprivileged_userns", 0)):
        if Path("/proc/sys/kernel", switch).exists():
            return f"sysctl kernel.{switch}={value}"
    return f"run as root; {_SANDBOX}"


def _errno_of_child(act: Callable[[], object]) -> int:
    """Do it in a child process, which it changes, and return the errno; 0 when it succeeded."""
    child = os.fork()
    if child == 0:
        number = errno.EIO
        try:
            act()
            number = 0
        except OSError as error:
            number = error.errno or errno.EIO
        finally:
            os._exit(number)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _tracefs() -> Feature:
    name = "tracefs"
    try:
        tracepoints.ids(results.EVENTS)
    except OSError as error:
        fix = "run as root, or: mount -t tracefs -o gid=GROUP,mode=750 tracefs /sys/kernel/tracing"
        if error.errno == errno.ENOENT:
            fix = "mount -t tracefs tracefs /sys/kernel/tracing, of a kernel with CONFIG_FTRACE_SYSCALLS"
        return Feature("rights", name, False, f"tracepoints can't be looked up: {os.strerror(error.errno or 0)}", fix)
    return Feature("rights", name, True, "tracepoints can be looked up")


def _results() -> Feature:
    name = "results of allowed calls"
    try:
        paranoid = int(_PERF_PARANOID.read_text())
    except (OSError, ValueError):
        return Feature("rights", name, False, "no perf events: results show as ?", "a kernel with CONFIG_PERF_EVENTS")
    try:
        results.close_events(results.open_events(os.getpid(), tracepoints.ids(results.EVENTS)))
    except OSError as error:
        lacks = [cap for cap, bit in (("CAP_PERFMON", CAP_PERFMON), ("CAP_IPC_LOCK", CAP_IPC_LOCK)) if not has(bit)]
        fix = "run as root, or with CAP_PERFMON, CAP_IPC_LOCK and a tracefs that can be read"
        if error.errno in (errno.ENOSYS, errno.EPERM, errno.EACCES) and not lacks:
            fix = _SANDBOX
        detail = f"perf_event_open(2): {error.strerror} (perf_event_paranoid {paranoid}); results show as ?"
        return Feature("rights", name, False, detail, fix)
    return Feature("rights", name, True, f"from tracepoints, without ptrace (perf_event_paranoid {paranoid})")
