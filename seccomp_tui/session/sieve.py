"""Sinks that hand on only some of the calls to the sink that they wrap; what happens to processes it always hears."""

from __future__ import annotations

from seccomp_tui.session.happenings import Happening
from seccomp_tui.session.recorder import Line, Sink
from seccomp_tui.supervisor.records import Event


class Sieve:
    """Hands on all calls; to be derived from.

    Args:
        sink: what it wraps.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def passes(self, line: Line) -> bool:
        """Tell whether a call that has its result, or will never have one, is handed on."""
        return True

    def call(self, line: Line, /) -> None:
        """Hand the call on: it is chosen when it has returned."""
        self._sink.call(line)

    def returned(self, line: Line, /) -> None:
        """Hand the call on, if it is one of those."""
        if self.passes(line):
            self._sink.returned(line)

    def event(self, event: Event | Happening, /) -> None:
        """Hand the event on."""
        self._sink.event(event)

    def flush(self) -> None:
        """Keep nothing back."""
        self._sink.flush()

    def close(self) -> None:
        """Nothing more comes."""
        self._sink.close()
