"""Captures all that the recorder is given in a real run: what comes through the pipe, and what the rings hold.

`python -m benchmarks.capture FILE on|off PROGRAM [ARGS]` runs a program under `seccomp-tui log`, with or without
results, and writes it to FILE, in place of recording.
"""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from seccomp_tui.cli import main
from seccomp_tui.kernel.results import Ring, receive_rings
from seccomp_tui.session import recorder

_READ = 1 << 20
_EVERY_MS = 2


class Step(msgspec.Struct, array_like=True):
    """What was there at one moment: in each ring, and in the pipe."""

    rings: list[bytes]
    frames: bytes


class Captured(msgspec.Struct):
    """What a recorder was given in a run.

    Attributes:
        types: the numbers of the tracepoints; none where there were no results.
        steps: in the order of time.
    """

    types: list[int]
    steps: list[Step]


def load(path: Path) -> Captured:
    """Return what was captured."""
    return msgspec.msgpack.decode(path.read_bytes(), type=Captured)


class _Capturing:
    """Stands in for the recorder."""

    def __init__(self, path: Path, pipe: int, offer: int) -> None:
        self._path = path
        self._pipe = pipe
        self._offer = socket.socket(fileno=offer)
        self._rings: list[Ring] = []

    def run(self) -> int:
        """Capture until the end."""
        captured = Captured([], [])
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        poll.register(self._offer, select.POLLIN)
        while True:
            ready = [fd for fd, _ in poll.poll(_EVERY_MS)]
            if self._offer.fileno() in ready:
                poll.unregister(self._offer)
                self._rings, captured.types = receive_rings(self._offer) or ([], [])
            data = os.read(self._pipe, _READ) if self._pipe in ready else b""
            drained = [ring.drain() for ring in self._rings]
            captured.steps.append(Step(drained, data))
            if self._pipe in ready and not data:
                self._path.write_bytes(msgspec.msgpack.encode(captured))
                return 0


def _stand_in(path: Path) -> Callable[..., _Capturing]:
    def made(pipe: int, sinks: Any, decoder: Any, tell: Any, offer: int, accept: Any) -> _Capturing:
        return _Capturing(path, pipe, offer)

    return made


if __name__ == "__main__":
    file, results, *program = sys.argv[1:]
    recorder.Recorder = _stand_in(Path(file))  # type: ignore[assignment, misc]
    sys.argv = ["seccomp-tui", "log", "-o", os.devnull, "--results", results, *program]
    main()
