"""The recorder process: everything that can wait until the target runs again.

Takes frames from the pipe, turns them into text, and hands them to its sinks: the database, the printed lines.
"""

from __future__ import annotations

import os
import select
from collections.abc import Sequence
from typing import Protocol

from seccomp_tui.supervisor.records import CallRecord, Event, Frames
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory

_READ = 1 << 20
_QUIET_MS = 20
"""A sink may keep things back this long while nothing new comes."""


class Line:
    """A call with its text, decoded once for all sinks."""

    __slots__ = ("_decoder", "_memory", "call", "name", "text")

    def __init__(self, call: CallRecord, decoder: Decoder) -> None:
        self.call = call
        self.name = numbers.name(call.arch, call.nr)
        self._decoder = decoder
        self._memory = RecordedMemory(call.segments)
        self.text = decoder.call(call.arch, call.nr, call.args, self._memory)

    def path(self) -> bytes | None:
        """Return the first path that the call names, without its NUL."""
        return self._decoder.path(self.call.arch, self.call.nr, self.call.args, self._memory)


class Sink(Protocol):
    """Where calls and events go."""

    def call(self, line: Line, /) -> None:
        """Take one call."""
        ...

    def event(self, event: Event, /) -> None:
        """Take one of the rarer events."""
        ...

    def flush(self) -> None:
        """Nothing more has come for a while, or somebody waits: keep nothing back."""
        ...

    def close(self) -> None:
        """The supervisor is done, or dead."""
        ...


def record(pipe: int, sinks: Sequence[Sink], decoder: Decoder) -> None:
    """Feed `sinks` from `pipe` until its end.

    Args:
        pipe: read end of the record pipe.
    """
    frames = Frames()
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    kept_back = False
    while True:
        if not poll.poll(_QUIET_MS if kept_back else None):
            _flush(sinks)
            kept_back = False
            continue
        data = os.read(pipe, _READ)
        if not data:
            break
        for item in frames.feed(data):
            if isinstance(item, CallRecord):
                line = Line(item, decoder)
                for sink in sinks:
                    sink.call(line)
            else:
                for sink in sinks:
                    sink.event(item)
        kept_back = True
    for sink in sinks:
        sink.close()


def _flush(sinks: Sequence[Sink]) -> None:
    for sink in sinks:
        sink.flush()
