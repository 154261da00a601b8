"""A recording played back: everything in the order in which it happened, whatever the order of the rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.expression import parse
from seccomp_tui.session.database import Database
from seccomp_tui.session.happenings import Happening, SignalTaken, ThreadEnded
from seccomp_tui.session.recorder import Line, Result
from seccomp_tui.session.store import Store
from seccomp_tui.supervisor.records import CallRecord, Event, ProcessSeen, Session, TargetEnded, ThreadGone
from seccomp_tui.syscalls.decode import Decoder

X86_64 = 0xC000003E
CLOSE = 3


class Heard:
    """A sink that notes what it is given, in a few letters."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.lines: list[Line] = []

    def call(self, line: Line, /) -> None:
        self.lines.append(line)

    def returned(self, line: Line, /) -> None:
        assert self.lines[-1] is line
        self.said.append(f"{line.text} {line.result.value if line.result else '?'}")

    def event(self, event: Event | Happening, /) -> None:
        self.said.append(type(event).__name__)

    def flush(self) -> None:
        self.said.append("flush")

    def close(self) -> None:
        self.said.append("close")


def called(seq: int, time: int, returned: int | None, tid: int = 8, state: State = State.ANSWERED) -> Line:
    """Return a close(seq) of a thread."""
    kind = Kind.NONE if state == State.HELD else Kind.ALLOW
    record = CallRecord(seq, time, 7, tid, X86_64, CLOSE, 0, (seq, 0, 0, 0, 0, 0), state, kind, 0, By.UNHELD, 0, b"")
    line = Line(record, Decoder())
    line.result = None if returned is None else Result(0, returned, (0, b""))
    return line


def recorded(path: Path, *items: Line | Event | Happening) -> Store:
    database = Database(path)
    for item in items:
        if isinstance(item, Line):
            database.call(item)
        else:
            database.event(item)
    database.close()
    return Store(path)


def played(store: Store, expression: str = "") -> list[str]:
    heard = Heard()
    numbers = list(store.replay(heard, Decoder(), parse(expression) if expression else None))
    assert numbers == [line.call.seq for line in heard.lines]
    return heard.said


def test_calls_come_when_they_returned_and_events_between_them(tmp_path: Path) -> None:
    store = recorded(
        tmp_path / "s.db",
        Session([b"a"], b"/", 5, 6, 7),
        ProcessSeen(10, 8, 7, 1, b"a", b"/a"),
        called(1, 10, 90),
        ProcessSeen(20, 9, 7, 1, b"a", b"/a"),
        called(2, 20, 30, tid=9),
        called(3, 40, 100, tid=9),
        SignalTaken(95, 7, 8, 17, 1, 0),
        ThreadEnded(101, 7, 9, False, 0, 0),
        ThreadGone(102, 9),
        TargetEnded(110, 7, 0),
    )
    assert played(store) == [
        *("Session", "ProcessSeen", "ProcessSeen", "close(2) 0", "close(1) 0", "SignalTaken", "close(3) 0"),
        *("ThreadEnded", "ThreadGone", "TargetEnded"),
    ]


def test_calls_without_results_come_when_they_were_received_or_settled(tmp_path: Path) -> None:
    store = recorded(
        tmp_path / "s.db", called(1, 10, None), called(2, 20, None, 9, State.HELD), called(3, 30, None, 10)
    )
    assert played(store) == ["close(1) ?", "close(2) ?", "close(3) ?"]


def test_many_calls_of_which_some_match(tmp_path: Path) -> None:
    store = recorded(tmp_path / "s.db", *(called(seq, seq * 10, seq * 10 + 5) for seq in range(1, 2001)))
    assert len(played(store)) == 2000
    assert played(store, "fd < 1200 and not fd == 3") == [f"close({seq}) 0" for seq in range(1, 1200) if seq != 3]


def test_lines_are_as_recorded_with_all_that_is_known(tmp_path: Path) -> None:
    line = called(1, 10, 20)
    line.late = True
    store = recorded(tmp_path / "s.db", line)
    heard = Heard()
    list(store.replay(heard, Decoder()))
    (back,) = heard.lines
    assert back.call[:-5] == line.call[:-5]
    assert (back.text, back.late, back.result, back.path()) == ("close(1)", True, Result(0, 20, (0, b"")), None)


@pytest.mark.parametrize(("time", "seq"), [(9, 0), (10, 1), (19, 1), (20, 2), (1000, 3)])
def test_the_call_at_a_moment(tmp_path: Path, time: int, seq: int) -> None:
    store = recorded(tmp_path / "s.db", called(1, 10, 11), called(2, 20, 21), called(3, 30, 31))
    assert store.seq_at(time) == seq
