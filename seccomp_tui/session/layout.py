"""What stands before a call in strace's lines, and behind its result."""

from __future__ import annotations

import time
from collections.abc import Callable

from seccomp_tui.policy.answers import Kind
from seccomp_tui.session.recorder import Line
from seccomp_tui.session.wanted import Layout
from seccomp_tui.supervisor.records import CallRecord
from seccomp_tui.syscalls.arch import ARCHES

_SECOND, _MICROSECOND = 1_000_000_000, 1000
_TIME_OF_DAY, _MICROSECONDS, _EPOCH = 1, 2, 3
_WORD = 8
_NO_NUMBER = "[????] "
_NO_POINTER = f"[{'?' * 16}] "


class Lead:
    """Makes what stands before calls and events.

    Attributes:
        wall: nanoseconds from the monotonic clock to the wall clock.
        empty: nothing stands there, whatever comes.
    """

    def __init__(self, layout: Layout) -> None:
        self.wall = 0
        self._second = -1
        self._clock = ""
        self._latest = 0
        self._absolute = layout.absolute
        self._relative = layout.relative
        self._number = layout.number
        self._pointer = layout.pointer
        self._elsewhere = (_NO_NUMBER if layout.number else "") + (_NO_POINTER if layout.pointer else "")
        self.empty = not (layout.absolute or layout.relative or layout.number or layout.pointer)

    def call(self, call: CallRecord) -> str:
        """Return what stands before a call."""
        text = self._times(call.time)
        if self._number:
            text += f"[{call.nr:4d}] "
        if self._pointer:
            arch = ARCHES.get(call.arch)
            text += f"[{call.ip:0{2 * (arch.word if arch else _WORD)}x}] "
        return text

    def event(self, moment: int) -> str:
        """Return what stands before an event; in which call it came is not known."""
        return self._times(moment) + self._elsewhere

    def _times(self, moment: int) -> str:
        text = self._wall_clock(moment + self.wall) if self._absolute else ""
        if not self._relative:
            return text
        # Since the latest beginning that was printed: one that began earlier and took longer follows at once.
        since = max(0, moment - (self._latest or moment))
        self._latest = max(self._latest, moment)
        seconds, rest = divmod(since, _SECOND)
        shown = f"{seconds:6d}.{rest // _MICROSECOND:06d}"
        return f"{text}(+{shown}) " if text else f"{shown} "

    def _wall_clock(self, moment: int) -> str:
        second, rest = divmod(moment, _SECOND)
        if second != self._second:
            self._second = second
            self._clock = str(second)
            if self._absolute < _EPOCH:
                self._clock = time.strftime("%H:%M:%S", time.localtime(second))
        if self._absolute == _TIME_OF_DAY:
            return f"{self._clock} "
        return f"{self._clock}.{rest // _MICROSECOND:06d} "


def trail(layout: Layout) -> Callable[[Line], str] | None:
    """Return what makes the text behind a result; None where there never is any."""
    late, took = layout.late, layout.took
    if not late and not took:
        return None

    def text(line: Line) -> str:
        mark = " (late)" if late and line.late else ""
        if not took or line.result is None or line.call.kind != Kind.ALLOW:
            return mark
        seconds, rest = divmod(max(0, line.result.time - line.began), _SECOND)
        return f"{mark} <{seconds}.{rest // _MICROSECOND:06d}>"

    return text
