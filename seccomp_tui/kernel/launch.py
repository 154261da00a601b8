"""Starts the target: the parent's side of `launcher`."""

from __future__ import annotations

import errno
import mmap
import os
import select
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from seccomp_tui.kernel import abi, launcher
from seccomp_tui.kernel.listener import is_listener

_POLL_MS = 0.5


class LaunchError(Exception):
    """The target could not be put under a filter; the text says why."""


class User(NamedTuple):
    """Who a program runs as.

    Attributes:
        groups: supplementary ones.
    """

    uid: int
    gid: int
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """What to run, and how.

    Attributes:
        path: the file to execute, found already.
        argv: arguments, the program's name first.
        environment: `NAME=value` strings.
        ignored: signals that the target shall start with ignored.
        terminal: descriptor of a pty slave that becomes its controlling terminal, in a session of its own.
        devnull: stdin, stdout and stderr are /dev/null.
        die_with_parent: SIGKILL when the supervisor dies; else it goes on and its calls fail with ENOSYS.
        interruptible: a handled signal ends the wait of a held call (the kernel's own behaviour before 5.19).
        user: who it runs as; None: who we are.
        userns: in a user namespace of its own, where it is root.
    """

    path: bytes
    argv: Sequence[bytes]
    environment: Sequence[bytes]
    ignored: frozenset[int] = frozenset()
    terminal: int | None = None
    devnull: bool = False
    die_with_parent: bool = False
    interruptible: bool = False
    user: User | None = None
    userns: bool = False


@dataclass
class Launched:
    """A target that waits at the gate, before its execve.

    Attributes:
        process: the launcher, which becomes the target.
        pidfd: its pidfd.
        listener: our duplicate of the notification descriptor.
        seccomp_flags: what the kernel took.
        no_new_privs: had to be set, so setuid programs run without their rights.
    """

    process: subprocess.Popen[bytes]
    pidfd: int
    listener: int
    seccomp_flags: int
    no_new_privs: bool
    _area: mmap.mmap = field(repr=False)

    def open_gate(self) -> None:
        """Let the target go on to its execve, which is its first notification."""
        self._area[launcher.GATE_AT] = 1

    def exec_errno(self) -> int:
        """Return the errno of a failed execve, 0 if none has failed."""
        (number,) = struct.unpack_from("=i", self._area, launcher.EXEC_ERRNO_AT)
        return int(number)


@dataclass
class Launching:
    """A launcher on its way to the gate; `process` and `pidfd` are as of `Launched`."""

    process: subprocess.Popen[bytes]
    pidfd: int
    _area: mmap.mmap = field(repr=False)

    def wait(self) -> Launched:
        """Wait until it is there, and take its listener.

        Raises:
            LaunchError: the kernel refused the filter or its listener.
        """
        number = _await_listener(self._area, self.pidfd)
        if number < 0:
            self.process.wait()
            step = launcher.USERNS_STEPS[self._area[launcher.USERNS_FAILED_AT]]
            raise LaunchError(_explain_userns(step, -number) if step else _explain(-number))
        listener = _take(self.pidfd, number, self.process)
        (flags,) = struct.unpack_from("=I", self._area, launcher.SECCOMP_FLAGS_AT)
        no_new_privs = bool(self._area[launcher.NO_NEW_PRIVS_AT])
        return Launched(self.process, self.pidfd, listener, flags, no_new_privs, self._area)


def begin(program: Program, bpf: bytes) -> Launching:
    """Start the launcher. Must be called from the main thread, which it is bound to die with.

    Args:
        bpf: the filter, as `struct sock_filter` array.
    """
    descriptor = _write_plan(program, bpf)
    try:
        process = _start(program, descriptor)
        area = mmap.mmap(descriptor, 0)
    finally:
        os.close(descriptor)
    return Launching(process, os.pidfd_open(process.pid), area)


def launch(program: Program, bpf: bytes) -> Launched:
    """Start the launcher and wait for it: `begin` and `Launching.wait`."""
    return begin(program, bpf).wait()


def _write_plan(program: Program, bpf: bytes) -> int:
    flags = abi.FILTER_NEW_LISTENER | (0 if program.interruptible else abi.FILTER_WAIT_KILLABLE_RECV)
    user = (program.user.uid, program.user.gid, *program.user.groups) if program.user else ()
    pieces = [
        bpf,
        program.path,
        b"".join(argument + b"\0" for argument in program.argv),
        b"".join(variable + b"\0" for variable in program.environment),
        struct.pack(f"={len(user)}I", *user),
    ]
    head = bytearray(launcher.PLAN_AT + launcher.PLAN.size)
    struct.pack_into("=i", head, launcher.LISTENER_AT, launcher.PENDING)
    launcher.PLAN.pack_into(
        head,
        launcher.PLAN_AT,
        flags,
        sum(1 << number for number in program.ignored),
        program.terminal is not None,
        program.die_with_parent,
        program.userns,
        os.getpid(),
        *(len(piece) for piece in pieces),
    )
    descriptor = os.memfd_create("seccomp-tui-launch", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(b"".join([bytes(head), *pieces]))
    return descriptor


def _start(program: Program, descriptor: int) -> subprocess.Popen[bytes]:
    os.set_inheritable(descriptor, True)
    stream = program.terminal
    if program.devnull:
        stream = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-I", "-S", launcher.__file__, str(descriptor)],
        stdin=stream,
        stdout=stream,
        stderr=stream,
        close_fds=False,  # the target inherits what the user gave it
        cwd=".",  # any value keeps Popen from posix_spawn(3), whose child is left with signals 32 and 33 ignored
    )


def _await_listener(area: mmap.mmap, pidfd: int) -> int:
    """Return the launcher's listener number, or the negative errno why there is none."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    while True:
        dead = bool(poll.poll(_POLL_MS))
        (number,) = struct.unpack_from("=i", area, launcher.LISTENER_AT)
        if number != launcher.PENDING:
            return int(number)
        if dead:
            raise LaunchError("the launcher died before it had a filter")


def _take(pidfd: int, number: int, process: subprocess.Popen[bytes]) -> int:
    try:
        listener = abi.pidfd_getfd(pidfd, number)
    except OSError as error:
        process.kill()
        process.wait()
        raise LaunchError(f"can't take the listener from the target (pidfd_getfd: {error.strerror})") from error
    if not is_listener(listener):
        process.kill()
        process.wait()
        raise LaunchError(f"descriptor {number} of the target is not a listener")
    return listener


def _explain(error: int) -> str:
    if error == errno.EBUSY:
        return (
            "the kernel allows one listener in a chain of filters, and a filter that this shell runs under"
            " already has one (seccomp: EBUSY)"
        )
    return f"the kernel refused the filter (seccomp: {os.strerror(error)})"


def _explain_userns(step: str, error: int) -> str:
    """Return why there is no user namespace, and what would give one; user_namespaces(7)."""
    causes = {
        errno.ENOSPC: "the limit is reached: sysctl user.max_user_namespaces",
        errno.EUSERS: "32 namespaces are nested already",
        errno.EPERM: "forbidden here: by sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict"
        "_unprivileged_userns, a chroot, or the container that we are in",
        errno.EACCES: "forbidden here, by a security module (AppArmor: kernel.apparmor_restrict_unprivileged_userns)",
        errno.ENOSYS: "this kernel has none (CONFIG_USER_NS)",
        errno.EINVAL: "this kernel has none (CONFIG_USER_NS)",
    }
    why = causes.get(error, os.strerror(error))
    return f"the program gets no user namespace of its own ({step}: {errno.errorcode.get(error, error)}): {why}"
