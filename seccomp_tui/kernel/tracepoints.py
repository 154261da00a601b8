"""Numbers of the kernel's tracepoints, which only tracefs tells.

Where tracefs is not mounted, it is mounted for a moment in a mount namespace that nobody else sees.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Sequence
from pathlib import Path

_PLACES = ("/sys/kernel/tracing", "/sys/kernel/debug/tracing")
_CLONE_NEWNS = 0x00020000
_MS_REC_PRIVATE = 0x4000 | 0x40000


def ids(names: Sequence[str]) -> list[int]:
    """Return the numbers of tracepoints, named as `raw_syscalls/sys_exit`.

    Raises:
        OSError: EACCES or EPERM without the right to read or to mount tracefs, ENOENT where the kernel has none.
    """
    failure: OSError | None = None
    for place in _PLACES:
        try:
            return _read(place, names)
        except OSError as error:
            failure = error if failure is None or not isinstance(error, FileNotFoundError) else failure
    if os.geteuid() == 0:
        return _from_own_mount(names)
    assert failure is not None
    raise failure


def _read(place: str, names: Sequence[str]) -> list[int]:
    return [int(Path(place, "events", name, "id").read_text()) for name in names]


def _from_own_mount(names: Sequence[str]) -> list[int]:
    """Read them in a child process with a mount of its own, which ends with it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = b""
        try:
            _mount_privately()
            answer = " ".join(map(str, _read(_PLACES[0], names))).encode()
        except OSError as error:
            answer = f"-{error.errno}".encode()
        finally:
            os.write(writing, answer)
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(child, 0)
    if not told or told.startswith("-"):
        number = int(told[1:] or 0)
        raise OSError(number, os.strerror(number))
    return [int(word) for word in told.split()]


def _mount_privately() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    place = _PLACES[0].encode()
    _checked(libc.unshare(_CLONE_NEWNS))
    _checked(libc.mount(None, b"/", None, ctypes.c_ulong(_MS_REC_PRIVATE), None))
    _checked(libc.mount(b"tracefs", place, b"tracefs", ctypes.c_ulong(0), None), unless=errno.EBUSY)  # it is there


def _checked(failed: int, unless: int = 0) -> None:
    if failed and (number := ctypes.get_errno()) != unless:
        raise OSError(number, os.strerror(number))
