"""The recorder process: everything that can wait until the target runs again.

Takes frames from the pipe, turns them into text, and hands them to its sinks: the database, the printed lines.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Sequence
from typing import Protocol

from seccomp_tui.supervisor.records import CallRecord, Event, Frames
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory
from seccomp_tui.syscalls.text import escape

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


class SinkFailed(Exception):
    """A sink can take nothing more; the text is one printable line that says which and why."""

    def __init__(self, text: str) -> None:
        super().__init__(escape(text.encode(errors="surrogateescape")))


class Sink(Protocol):
    """Where calls and events go. Each method may raise `SinkFailed`; it is then called no more."""

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


class _Sinks:
    """The sinks that have not failed."""

    def __init__(self, sinks: Sequence[Sink], tell: Callable[[str], object]) -> None:
        self.left = list(sinks)
        self._tell = tell

    def each(self, work: Callable[[Sink], object]) -> None:
        for sink in tuple(self.left):
            try:
                work(sink)
            except SinkFailed as error:
                self.left.remove(sink)
                self._tell(str(error))

    def take(self, item: CallRecord | Event, decoder: Decoder) -> None:
        if isinstance(item, CallRecord):
            line = Line(item, decoder)
            self.each(lambda sink: sink.call(line))
        else:
            self.each(lambda sink: sink.event(item))


def record(
    pipe: int, sinks: Sequence[Sink], decoder: Decoder, tell: Callable[[str], object] = lambda text: None
) -> int:
    """Feed `sinks` from `pipe` until its end, or until none of them is left, and close it.

    Args:
        pipe: read end of the record pipe; that it is closed early tells the supervisor that nothing is recorded.
        tell: called with a line about each sink that fails; the others go on.

    Returns:
        The exit code: 0, or 1 when no sink is left.
    """
    living = _Sinks(sinks, tell)
    try:
        _feed(living, pipe, decoder)
    finally:
        os.close(pipe)
    living.each(lambda sink: sink.close())
    return 0 if living.left else 1


def _feed(sinks: _Sinks, pipe: int, decoder: Decoder) -> None:
    frames = Frames()
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    kept_back = False
    while sinks.left:
        if not poll.poll(_QUIET_MS if kept_back else None):
            sinks.each(lambda sink: sink.flush())
            kept_back = False
            continue
        data = os.read(pipe, _READ)
        if not data:
            return
        for item in frames.feed(data):
            sinks.take(item, decoder)
            if not sinks.left:
                return
        kept_back = True
