"""Feeds a real recorder with what was captured, and measures what it takes of a CPU.

The pipe, the database and the file of lines are real. The rings are shared memory laid out as the kernel's are, and
are filled here in the kernel's place.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import socket
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.capture import Captured
from seccomp_tui.kernel.interfaces import interface_name
from seccomp_tui.kernel.results import Opened, ring_bytes, send_rings
from seccomp_tui.session.database import Database
from seccomp_tui.session.output import OneOutput
from seccomp_tui.session.recorder import Recorder
from seccomp_tui.session.returns import accept
from seccomp_tui.session.strace_lines import StraceLines
from seccomp_tui.syscalls.decode import Decoder

_HEAD, _TAIL = 1024 // 8, 1032 // 8
_WAIT_SECONDS = 0.001
_PIPE_SIZE = 1 << 20


@dataclass(frozen=True)
class Fed:
    """What came of feeding a recorder.

    Attributes:
        calls: how many it has recorded.
        results: how many of them with a result.
        seconds: CPU time it has taken, from its first to its last.
        size: bytes of the recording, everything checkpointed.
    """

    calls: int
    results: int
    seconds: float
    size: int


class _Ring:
    """The kernel's end of a ring."""

    def __init__(self) -> None:
        self._fd = os.memfd_create("ring")
        os.ftruncate(self._fd, ring_bytes())
        self._map = mmap.mmap(self._fd, 0)
        self._words = memoryview(self._map).cast("Q")
        self._size = len(self._map) - mmap.PAGESIZE
        self._head = 0
        self.opened = Opened(self._fd, self._map, [])

    def put(self, data: bytes) -> None:
        """Append records, when there is room for them."""
        while self._size - (self._head - self._words[_TAIL]) < len(data):
            time.sleep(_WAIT_SECONDS)
        start = self._head % self._size
        first = data[: self._size - start]
        self._map[mmap.PAGESIZE + start : mmap.PAGESIZE + start + len(first)] = first
        rest = data[len(first) :]
        self._map[mmap.PAGESIZE : mmap.PAGESIZE + len(rest)] = rest
        self._head += len(data)
        self._words[_HEAD] = self._head

    def close(self) -> None:
        """Give it back."""
        self._words.release()
        self._map.close()
        os.close(self._fd)


def feed(captured: Captured, folder: Path) -> Fed:
    """Let a recorder of its own process record what was captured, lines and all, into `folder`.

    Raises:
        RuntimeError: it failed.
    """
    out, into = os.pipe2(os.O_CLOEXEC)
    fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
    theirs, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    rings = [_Ring() for _ in captured.steps[0].rings or captured.steps[-1].rings]
    pid = os.fork()
    if not pid:
        os.close(into)
        code = 1
        try:
            code = _record(out, theirs, folder)
        finally:
            os._exit(code)
    os.close(out)
    theirs.close()
    with ours:
        send_rings(ours, [ring.opened for ring in rings], captured.types)
    for step in captured.steps:
        for ring, data in zip(rings, step.rings, strict=False):
            ring.put(data)
        rest = memoryview(step.frames)
        while rest:
            rest = rest[os.write(into, rest) :]
    os.close(into)
    _, status, used = os.wait4(pid, 0)
    for ring in rings:
        ring.close()
    if status:
        raise RuntimeError(f"the recorder ended with wait status {status}")
    session = folder / "session.db"
    with closing(sqlite3.connect(session)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
        calls, results = db.execute("select count(*), count(result) from call").fetchone()
    return Fed(calls, results, used.ru_utime + used.ru_stime, session.stat().st_size)


def _record(pipe: int, offer: socket.socket, folder: Path) -> int:
    """Be the recorder of `seccomp-tui log -o FILE --session FILE`."""
    lines = os.open(folder / "lines", os.O_WRONLY | os.O_CREAT, 0o600)
    sinks = [Database(folder / "session.db"), StraceLines(OneOutput(lines), threads="always")]
    decoder = Decoder(interfaces=interface_name)
    return Recorder(
        pipe, sinks, decoder, offer=offer.fileno(), accept=lambda done, told: accept(offer, done, told)
    ).run()
