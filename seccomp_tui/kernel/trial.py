"""Tries on a real target what a listener can do here: the answers of a kernel are better than its version number.

The target is one of our launchers, stopped at its first calls; it never becomes a program of its own.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.filter import trap_everything
from seccomp_tui.kernel.launch import Launched, LaunchError, Program, launch
from seccomp_tui.kernel.listener import Listener

_PATIENCE_MS = 10_000
_NO_SUCH_CALL = 1
"""Notifications are numbered from a random 64-bit number on: this one is nobody's."""


@dataclass(frozen=True)
class Trial:
    """What came of it.

    Attributes:
        why: the reason why there was no target; empty when there was one.
        no_new_privs: had to be set.
        works: what was tried, and whether it worked: see `_TRIED`.
    """

    why: str = ""
    no_new_privs: bool = False
    works: dict[str, bool] = field(default_factory=dict)


def run() -> Trial:
    """Launch a target, try everything on it, and end it."""
    path = os.fsencode(sys.executable)
    try:
        launched = launch(Program(path, [path], []), trap_everything())
    except (LaunchError, OSError) as error:
        return Trial(why=str(error))
    works = {"wait killable": bool(launched.seccomp_flags & abi.FILTER_WAIT_KILLABLE_RECV)}
    with _ended(launched) as listener:
        launched.open_gate()
        works["synchronous wake-up"] = listener.wake_synchronously()
        first = _receive(listener)
        if first is None:
            return Trial("the target's calls did not arrive", launched.no_new_privs, works)
        for name, works_on in _TRIED.items():
            works[name] = works_on(listener, *first)
        works["two steps"] = _is_known(lambda: listener.add_fd(_NO_SUCH_CALL, 0))
        works["one step"] = _is_known(lambda: listener.add_fd(first[0], 0, answer=True))
        listener.give(first[0], 0)  # where ADDFD could not answer it
        second = _receive(listener)
        works["continue"] = second is not None and _is_known(lambda: listener.allow(second[0]))
    return Trial("", launched.no_new_privs, works)


@contextlib.contextmanager
def _ended(launched: Launched) -> Iterator[Listener]:
    listener = Listener(launched.listener)
    try:
        yield listener
    finally:
        launched.process.kill()
        launched.process.wait()
        listener.close()
        os.close(launched.pidfd)


def _receive(listener: Listener) -> tuple[int, int, int] | None:
    """Return the number, the thread and the instruction pointer of the next call."""
    poll = select.poll()
    poll.register(listener.fileno(), select.POLLIN)
    if not poll.poll(_PATIENCE_MS):
        return None
    buffer = listener.receive()
    if buffer is None:
        return None
    number, tid, _, _, _, ip, *_ = abi.NOTIF.unpack_from(buffer)
    return number, tid, ip


def _is_known(ask: Callable[[], object]) -> bool:
    """Tell whether the kernel knows a command or flag: what it does not know is EINVAL."""
    try:
        ask()
    except OSError as error:
        return error.errno != errno.EINVAL
    return True


def _is_valid(listener: Listener, number: int, tid: int, ip: int) -> bool:
    return listener.is_pending(number) and not listener.is_pending(_NO_SUCH_CALL)


def _reads_proc(listener: Listener, number: int, tid: int, ip: int) -> bool:
    try:
        with open(f"/proc/{tid}/mem", "rb", buffering=0) as memory:
            memory.seek(ip)
            return len(memory.read(1)) == 1
    except OSError:
        return False


def _reads_by_call(listener: Listener, number: int, tid: int, ip: int) -> bool:
    try:
        return len(abi.process_vm_readv(tid, ip, 1)) == 1
    except OSError:
        return False


def _may_write(listener: Listener, number: int, tid: int, ip: int) -> bool:
    """The rights are asked for first; the page with the code can't be written, which is EFAULT."""
    try:
        abi.process_vm_writev(tid, ip, b"\0")
    except OSError as error:
        return error.errno == errno.EFAULT
    return True


def _opens_thread(listener: Listener, number: int, tid: int, ip: int) -> bool:
    """O_EXCL is PIDFD_THREAD, which a kernel that does not know it refuses for a process's first thread as well."""
    try:
        os.close(os.pidfd_open(tid, os.O_EXCL))
    except OSError:
        return False
    return True


_TRIED: dict[str, Callable[[Listener, int, int, int], bool]] = {
    "id valid": _is_valid,
    "proc mem": _reads_proc,
    "process_vm_readv": _reads_by_call,
    "process_vm_writev": _may_write,
    "pidfd of a thread": _opens_thread,
}
