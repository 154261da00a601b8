"""The calls that nearly every program makes, those of its loader first: what is worth having ready before it starts."""

from __future__ import annotations

from . import constants, numbers, operations, prototypes, structs

_NAMES = """
execve brk mmap access openat newfstatat close read pread64 mprotect arch_prctl set_tid_address set_robust_list rseq
prlimit64 munmap getrandom ioctl futex write exit_group
rt_sigaction rt_sigprocmask fcntl lseek fstat stat lstat readlink readlinkat getcwd getdents64 statfs statx faccessat2
clone clone3 vfork wait4 pipe2 dup2 dup3 poll ppoll pselect6 sysinfo uname getpid getppid gettid getuid geteuid getgid
getegid unlink unlinkat rename chdir mkdir socket connect sendto recvfrom madvise sched_getaffinity clock_nanosleep
"""


def usual(arch: int) -> list[int]:
    """Return the numbers of these calls, as far as the architecture has them."""
    return [nr for name in _NAMES.split() if (nr := numbers.number(arch, name)) is not None]


def read_tables(arch: int) -> None:
    """Read what the tables say of these calls, which is then kept."""
    for nr in usual(arch):
        prototypes.find(numbers.name(arch, nr), arch)
    operations.find("ioctl", "request", arch)
    structs.names()
    constants.set_names()
