"""User time of a running process, without its children's, finer than the kernel's own count.

The kernel counts user time at its clock's ticks, a few milliseconds apart: too few for a process that does little at a
time, as a tracer does. So its perf events look every 50 microseconds whether it is in user mode.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
from pathlib import Path

_PERIOD_NS = 50_000
_PERF_EVENT_OPEN = 298
_SOFTWARE, _CPU_CLOCK, _SIZE = 1, 0, 128
_EXCLUDE_KERNEL, _EXCLUDE_HV = 1 << 5, 1 << 6
_FLAGS_AT, _HEAD_AT, _RECORD = 40, 1024, 8
_CLOEXEC = 8
_UTIME = 11
"""Place of the user time in /proc/PID/stat behind the name."""


class UserTime:
    """Measures from construction on; without perf events the kernel's ticks must do."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._event, self._ring = _open(pid)

    def __enter__(self) -> UserTime:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ring is not None:
            self._ring.close()
            os.close(self._event)

    def seconds(self) -> float:
        """Return the user time so far. The process may have ended, but must not have been waited for."""
        if self._ring is not None:
            (head,) = struct.unpack_from("=Q", self._ring, _HEAD_AT)
            return float(head // _RECORD * _PERIOD_NS / 1e9)
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[_UTIME]) / os.sysconf("SC_CLK_TCK")


def _open(pid: int) -> tuple[int, mmap.mmap | None]:
    """Return an event whose records are heads only, and its ring, mapped so that old records are overwritten."""
    if os.uname().machine != "x86_64":
        return -1, None
    attributes = bytearray(_SIZE)
    struct.pack_into("=IIQQ", attributes, 0, _SOFTWARE, _SIZE, _CPU_CLOCK, _PERIOD_NS)
    struct.pack_into("=Q", attributes, _FLAGS_AT, _EXCLUDE_KERNEL | _EXCLUDE_HV)
    given = (ctypes.c_char * _SIZE).from_buffer(attributes)
    event = ctypes.CDLL(None).syscall(_PERF_EVENT_OPEN, given, pid, -1, -1, _CLOEXEC)
    if event < 0:
        return -1, None
    try:
        return event, mmap.mmap(event, 2 * mmap.PAGESIZE, mmap.MAP_SHARED, mmap.PROT_READ)
    except OSError:
        os.close(event)
        return -1, None
