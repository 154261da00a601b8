"""The processes that the keeper forks: how each begins, and how it ends before the kernel is done with it.

The end of a process that holds perf events takes the kernel a tenth of a second. Nobody has to wait for that: a role
that has returned lets go of all that others may wait for, tells the keeper, and only then exits. One that was killed,
or has crashed, tells nothing.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

OWN_FAILURE = 125
_ENDED = struct.Struct("=ii")
_EVENTS = "anon_inode:[perf_event]"
_AT_ONCE = 64


def become(role: Callable[[], int], close: Iterable[int], ended: int) -> NoReturn:
    """Run a role in this process, which was forked for it.

    Args:
        close: descriptors that belong to other roles.
        ended: the pipe to tell the keeper by, which reads it with `endings`.
    """
    code = OWN_FAILURE
    try:
        for fd in close:
            os.close(fd)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        code = int(role())
        for stream in filter(None, (sys.stdout, sys.stderr)):  # None: closed from the start
            stream.flush()
        _let_go(ended)
        os.write(ended, _ENDED.pack(os.getpid(), code))
    except BaseException:  # noqa: BLE001  the end of a process, whatever was raised
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def settle() -> None:
    """Look for garbage again, after a start without it; only in what comes from now on: what was loaded stays."""
    gc.freeze()
    gc.enable()


def endings(pipe: int) -> Iterator[tuple[int, int]]:
    """Yield the process id and the exit code of each role that has told its end; `pipe` does not block."""
    with contextlib.suppress(BlockingIOError):
        while data := os.read(pipe, _AT_ONCE * _ENDED.size):
            yield from _ENDED.iter_unpack(data)


def _let_go(kept: int) -> None:
    """Close what the user gave us, or another may wait for: ends of pipes, files, the folder that we are in.

    Events stay: to close their last descriptor is what takes so long.
    """
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    for fd in map(int, os.listdir("/proc/self/fd")):
        if fd > 2 and fd != kept:
            with contextlib.suppress(OSError):  # the one that has listed them
                if os.readlink(f"/proc/self/fd/{fd}") != _EVENTS:
                    os.close(fd)
