"""A system call as C programmers write it: `int openat(int dirfd, const char *pathname, int flags, mode_t mode);`.

Made from the table of prototypes: names are its names, types stand for its kinds.
"""

from __future__ import annotations

from functools import cache

from . import prototypes
from .prototypes import Argument

_VALUES = {
    "dev": "dev_t",
    "file_mode": "mode_t",
    "gid": "gid_t",
    "hex": "unsigned long",
    "kexec_flags": "unsigned long",
    "key": "key_serial_t",
    "ioctl_request": "unsigned long",
    "clone_flags": "unsigned long",
    "long": "long",
    "mode": "mode_t",
    "moved_to": "void *",
    "offset": "off_t",
    "offset_high_low": "off_t",
    "ipc_key": "key_t",
    "memfd_flags": "unsigned int",
    "mount_flags": "unsigned long",
    "hex32": "unsigned int",
    "offset_pair": "off_t",
    "page_offset": "off_t",
    "persona": "unsigned long",
    "pid": "pid_t",
    "ptr": "void *",
    "raw": "unsigned long",
    "signal_handler": "sighandler_t",
    "sigset_word": "unsigned long",
    "size": "size_t",
    "uid": "uid_t",
    "uid16": "unsigned short",
    "uint": "unsigned int",
    "wide": "off_t",
    "wide_flags": "uint64_t",
}
"""Types of values, by kind; all others are int."""
_SETS = {
    "clockid": "clockid_t",
    "perf_flags": "unsigned long",
    **dict.fromkeys(
        (
            "close_range",
            "delete_module",
            "fsmount",
            "fsopen",
            "fspick",
            "getrandom",
            "io_uring_enter",
            "io_uring_register",
            "landlock_create",
            "landlock_restrict",
            "lsm_attr",
            "lsm_flags",
            "mlock2",
            "mount_attr",
            "move_mount",
            "open_tree",
            "pidfd_open",
            "renameat2",
            "seccomp",
            "splice",
            "statx_all",
            "sync_file_range",
        ),
        "unsigned int",
    ),
}
"""Types of flags and enumerations that are not int, by the set of constants."""
_MEMORY = {
    "attribute_names": "char",
    "attribute_value": "void",
    "bytes": "void",
    "cap_data": "struct __user_cap_data_struct",
    "cap_header": "struct __user_cap_header_struct",
    "child_rusage": "struct rusage",
    "cpu_set": "cpu_set_t",
    "dirent": "struct old_linux_dirent",
    "dirents": "struct linux_dirent",
    "dirents64": "struct linux_dirent64",
    "enum_value": "int",
    "epoll_events": "struct epoll_event",
    "fd_set": "fd_set",
    "file_handle_to_fill": "struct file_handle",
    "futex_waitv": "struct futex_waitv",
    "futex_waitv_pair": "struct futex_waitv",
    "gid16_list": "unsigned short",
    "gid_list": "gid_t",
    "hex_array": "uint64_t",
    "int_changed": "socklen_t",
    "int_list": "int",
    "int_value": "int",
    "io_uring_params": "struct io_uring_params",
    "iocb_head": "struct iocb",
    "itimerspec64": "struct itimerspec",
    "kexec_segments": "struct kexec_segment",
    "landlock_ruleset_attr": "struct landlock_ruleset_attr",
    "listmount_req": "struct mnt_id_req",
    "lsm_contexts": "struct lsm_ctx",
    "lsm_ctx": "struct lsm_ctx",
    "lsm_ids": "uint64_t",
    "mount_data": "void",
    "mq_attr_to_open": "struct mq_attr",
    "mount_type": "char",
    "msghdr_to_fill": "struct msghdr",
    "node_mask": "unsigned long",
    "offset_given": "off_t",
    "offset_moved": "off_t",
    "offset_value64": "off_t",
    "old_sigaction": "struct sigaction",
    "oldstat": "struct __old_kernel_stat",
    "old_sigset": "unsigned long",
    "page_status": "int",
    "page_vector": "unsigned char",
    "path": "char",
    "perf_event_attr_sized": "struct perf_event_attr",
    "pointer_list": "void *",
    "pointer_value": "void *",
    "ptr": "void",
    "remote_iovec": "struct iovec",
    "rlimit64": "struct rlimit",
    "siginfo": "siginfo_t",
    "sigset": "sigset_t",
    "size_value": "size_t",
    "sockaddr_filled": "struct sockaddr",
    "stat_generic": "struct stat",
    "socket_option_value": "void",
    "stack_t": "stack_t",
    "string": "char",
    "sysctl_args": "struct __sysctl_args",
    "time_left": "struct timespec",
    "time_value": "time_t",
    "timespec64": "struct timespec",
    "timex64": "struct timex",
    "uid16_value": "unsigned short",
    "uid_value": "uid_t",
    "uint_value": "unsigned int",
    "user_desc_to_fill": "struct user_desc",
    "wait_status": "int",
    "xattr_args_to_fill": "struct xattr_args",
}
"""What memory of a kind holds."""
_STRUCTS = frozenset(
    [
        "cachestat",
        "cachestat_range",
        "clone_args",
        "epoll_event",
        "file_attr",
        "file_handle",
        "io_event",
        "iovec",
        "itimerspec",
        "itimerval",
        "mmsghdr",
        "mnt_id_req",
        "mount_attr",
        "mq_attr",
        "msghdr",
        "ns_id_req",
        "open_how",
        "pollfd",
        "rlimit",
        "rusage",
        "sched_attr",
        "sched_param",
        "sembuf",
        "sigaction",
        "sigevent",
        "sockaddr",
        "stat",
        "stat64",
        "statfs",
        "statfs64",
        "statmount",
        "statx",
        "sysinfo",
        "timespec",
        "timeval",
        "timex",
        "timezone",
        "tms",
        "user_desc",
        "utimbuf",
        "utsname",
        "xattr_args",
    ]
)
"""Kinds that are called as the structure in C is."""
_DECLARATORS = {
    "argv": "char *const {}[]",
    "envp": "char *const {}[]",
    "fd_pair": "int {}[2]",
    "iocb_list": "struct iocb **{}",
    "module_fd": "int {}",
    "timespec_pair": "const struct timespec {}[2]",
    "timespec64_pair": "const struct timespec {}[2]",
    "timeval_pair": "const struct timeval {}[2]",
}
"""Whole declarators, by kind."""
_EXCEPTIONS = {
    "ctx_id: ptr": "aio_context_t",
    "entry: ptr": "unsigned long",
    "flags: hex": "unsigned int",
    "addrlen: int": "socklen_t",
    "addrlen: uint": "socklen_t",
    "optlen: int": "socklen_t",
    "timerid: int": "timer_t",
    "timerid: int_value": "timer_t",
    "cookie: wide": "uint64_t",
    "offset: hex": "off_t",
    "protocol: uint": "int",
    "offset: long": "off_t",
}
"""Types by name and kind: the kind says how they print, the name what they are."""
_RESULTS = {
    "addr": "void *",
    "fd": "int",
    "gid": "gid_t",
    "int": "int",
    "key": "key_serial_t",
    "offset": "off_t",
    "pid": "pid_t",
    "size": "ssize_t",
    "uid": "uid_t",
    "": "void",
}
"""Types of results, by kind; all others are long, which is what every system call returns."""


@cache
def declaration(name: str, arch: int | None = None) -> str:
    """Return the call `name` as a declaration in C, as it is on an architecture (a token).

    A call of which the table has no arguments becomes `name(...);`, a name that it does not have "".
    """
    prototype = prototypes.find(name, arch)
    if prototype is None:
        return ""
    if prototype.arguments is None:
        return f"{name}(...);"
    arguments = ", ".join(_argument(argument) for argument in prototype.arguments) or "void"
    return f"{_joined(_RESULTS.get(prototype.result, 'long'), name)}({arguments});"


def _argument(argument: Argument) -> str:
    if argument.kind == "by":
        return "..."
    if argument.kind in _DECLARATORS:
        return _DECLARATORS[argument.kind].format(argument.name)
    known = _EXCEPTIONS.get(f"{argument.name}: {argument.kind}")
    if argument.direction:
        const = "const " if argument.direction == "in" else ""
        held = known or _held(argument.kind)
        return _joined(const + _joined(held, "*"), argument.name)
    if known is None and argument.options:
        known = _SETS.get(argument.options[0])
    return _joined(known or _VALUES.get(argument.kind, "int"), argument.name)


def _held(kind: str) -> str:
    """Return the type of what memory of a kind holds; void where C has no name for it."""
    return f"struct {kind}" if kind in _STRUCTS else _MEMORY.get(kind, "void")


def _joined(kind: str, name: str) -> str:
    return f"{kind}{name}" if kind.endswith("*") else f"{kind} {name}"
