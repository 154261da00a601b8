"""The sink that lets through what matches."""

from __future__ import annotations

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.expression import parse
from seccomp_tui.session.happenings import Happening
from seccomp_tui.session.recorder import Line, Result
from seccomp_tui.session.where import Where
from seccomp_tui.supervisor.records import CallRecord, Event, ProcessSeen, ThreadGone, pack_segments
from seccomp_tui.syscalls.decode import Decoder

X86_64, OPENAT = 0xC000003E, 257
PATH = 0x7FFF_0000


class Kept:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.returns: list[int] = []
        self.events: list[Event | Happening] = []
        self.ended: list[str] = []

    def call(self, line: Line, /) -> None:
        self.calls.append(line.call.seq)

    def returned(self, line: Line, /) -> None:
        self.returns.append(line.call.seq)

    def event(self, event: Event | Happening, /) -> None:
        self.events.append(event)

    def flush(self) -> None:
        self.ended.append("flush")

    def close(self) -> None:
        self.ended.append("close")


def opened(seq: int, path: bytes = b"/etc/hosts\0", flags: int = 0, by: int = By.UNHELD) -> Line:
    args = (0xFFFFFF9C, PATH, 0, 0, 0, 0)
    memory = pack_segments([(PATH, path)])
    record = CallRecord(
        seq, 100, 7, 8, X86_64, OPENAT, 0, args, State.ANSWERED, Kind.ALLOW, 0, by, flags, memory
    )  # fmt: skip
    return Line(record, Decoder())


def test_only_what_matches_is_handed_on_and_all_events() -> None:
    kept = Kept()
    sink = Where(kept, parse('path glob "/etc/*" and errno == ENOENT and time > 1us'))
    lines = [opened(1), opened(2, b"/lib\0"), opened(3), opened(4)]
    for line, result in zip(lines, [-2, -2, 3, None], strict=True):
        sink.call(line)
        line.result = None if result is None else Result(result, 2100, (0, b""))
        sink.returned(line)
    gone = ThreadGone(1, 8)
    sink.event(gone)
    sink.flush()
    sink.close()
    assert (kept.calls, kept.returns, kept.events, kept.ended) == ([1, 2, 3, 4], [1], [gone], ["flush", "close"])


def test_the_caller_is_who_it_was_when_it_called() -> None:
    kept = Kept()
    sink = Where(kept, parse('comm == "sh" and exe == "/bin/sh"'))
    before, after = opened(1), opened(2)
    sink.event(ProcessSeen(1, 8, 7, 1, b"sh", b"/bin/sh"))
    sink.call(before)
    sink.event(ProcessSeen(2, 8, 7, 1, b"ls", b"/bin/ls"))
    sink.call(after)
    sink.returned(before)
    sink.returned(after)
    assert kept.returns == [1]


def test_what_was_let_through_as_start_up_is_start_up() -> None:
    kept = Kept()
    sink = Where(kept, parse("startup"))
    for line in (opened(1), opened(2, flags=1), opened(3, by=By.STARTUP)):
        sink.call(line)
        sink.returned(line)
    assert kept.returns == [2, 3]
