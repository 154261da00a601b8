"""Runs a command on a kernel that refuses things, as an older one does: a seccomp filter around it answers with errnos.

As a script: `refusing.py '[["ioctl", 22, [[1, VALUE]]], ..]' COMMAND..`: the call fails with the errno where its
arguments have these values or, with a third number, these bits.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from seccomp_tui.kernel import abi

Refusal = tuple[str, int, list[list[int]]]

NO_WAIT_KILLABLE: Refusal = ("seccomp", errno.EINVAL, [[1, 32, 32]])
NO_SYNC_WAKE_UP: Refusal = ("ioctl", errno.EINVAL, [[1, abi.IOCTL_SET_FLAGS]])
NO_ADDFD: Refusal = ("ioctl", errno.EINVAL, [[1, abi.IOCTL_ADDFD]])
NO_THREAD_PIDFD: Refusal = ("pidfd_open", errno.EINVAL, [[1, os.O_EXCL, os.O_EXCL]])
NO_SETNS_BY_PIDFD: Refusal = ("setns", errno.EINVAL, [])
NO_VM_READ: Refusal = ("process_vm_readv", errno.ENOSYS, [])
NO_VM_WRITE: Refusal = ("process_vm_writev", errno.ENOSYS, [])
NO_PERF: Refusal = ("perf_event_open", errno.EACCES, [])
NO_PIDFD_GETFD: Refusal = ("pidfd_getfd", errno.ENOSYS, [])
NO_SECCOMP: Refusal = ("seccomp", errno.ENOSYS, [])

LINUX_5_6 = (NO_WAIT_KILLABLE, NO_SYNC_WAKE_UP, NO_ADDFD, NO_THREAD_PIDFD, NO_SETNS_BY_PIDFD)
"""What Linux 5.6 does not have of what we use."""


def refusing(refusals: Sequence[Refusal], command: Sequence[str | Path]) -> list[str]:
    """Return the command line that runs `command` so."""
    return [sys.executable, "-m", "tests.refusing", json.dumps(list(refusals)), *map(str, command)]


def _main(refusals: list[Refusal], command: list[str]) -> None:
    import pyseccomp

    program = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name, number, conditions in refusals:
        arguments = [
            pyseccomp.Arg(at, pyseccomp.MASKED_EQ, bits[0] if bits else 0xFFFF_FFFF, value)
            for at, value, *bits in conditions
        ]
        program.add_rule(pyseccomp.ERRNO(number), name, *arguments)
    program.load()
    os.execvp(command[0], command)


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]), sys.argv[2:])
