"""Lines, as the recorder gives them to its sinks, made by hand."""

from __future__ import annotations

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.session.recorder import Line, Result
from seccomp_tui.supervisor.records import CallRecord, pack_segments
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import Segment

X86_64, I386 = 0xC000003E, 0x40000003
READ, CLOSE, OPENAT, RENAME = 0, 3, 257, 82
PATH = 0x7FFF_0000


def made(
    nr: int = OPENAT,
    result: int | None = None,
    *,
    time: int = 100,
    took: int = 1000,
    tid: int = 8,
    arch: int = X86_64,
    kind: int = Kind.ALLOW,
    args: tuple[int, ...] = (0xFFFFFF9C, PATH),
    segments: tuple[Segment, ...] = ((PATH, b"/etc/hosts\0"),),
) -> Line:
    """Return a call that has its result, if any."""
    words = (*args, *[0] * (6 - len(args)))
    memory = pack_segments(segments)
    record = CallRecord(
        1, time, 7, tid, arch, nr, 0x1234, words, State.ANSWERED, kind, 5, By.UNHELD, 0, memory
    )  # fmt: skip
    line = Line(record, Decoder())
    line.result = None if result is None else Result(result, time + took, (0, b""))
    return line


class Kept:
    """An output, and a sink, that remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.returns: list[Line] = []
        self.heard: list[str] = []

    def line(self, text: str, _tid: int = 0, /) -> None:
        self.lines.append(text)

    def call(self, _line: Line, /) -> None:
        self.heard.append("call")

    def returned(self, line: Line, /) -> None:
        self.returns.append(line)

    def event(self, _event: object, /) -> None:
        self.heard.append("event")

    def flush(self) -> None:
        self.heard.append("flush")

    def close(self) -> None:
        self.heard.append("close")
