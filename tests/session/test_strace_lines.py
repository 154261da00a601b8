"""strace's lines: what stands around a call, and when."""

from __future__ import annotations

import time

import pytest

from seccomp_tui.policy.answers import Kind
from seccomp_tui.session.happenings import SignalTaken, ThreadEnded
from seccomp_tui.session.strace_lines import StraceLines
from seccomp_tui.session.wanted import Layout
from seccomp_tui.supervisor.records import ContainerSeen, ProcessSeen, Session, TargetEnded, ThreadGone
from tests.session.made import Kept, made

SECOND = 1_000_000_000
OPENED = 'openat(AT_FDCWD, "/etc/hosts", O_RDONLY)'


def printed(layout: Layout, *what: object, threads: str = "several") -> list[str]:
    kept = Kept()
    sink = StraceLines(kept, layout, threads)  # type: ignore[arg-type]
    for each in what:
        if hasattr(each, "call"):
            sink.returned(each)  # type: ignore[arg-type]
        else:
            sink.event(each)  # type: ignore[arg-type]
    return kept.lines


@pytest.mark.parametrize(("contained", "place"), [(True, "[web] "), (False, "")])
def test_calls_and_ends_alike_begin_with_their_container_where_that_is_asked_for(contained: bool, place: str) -> None:
    kept = Kept()
    sink = StraceLines(kept, threads="never", containers=contained)
    sink.event(ContainerSeen(1, 3, "c1", "web"))
    sink.event(ProcessSeen(2, 8, 7, 1, b"sh", b"/bin/sh", 3))
    line = made(result=3)
    sink.call(line)
    sink.returned(line)
    sink.event(ThreadEnded(4, 7, 8, True, 0, 0))
    assert kept.lines[1:] == [f"{place}{OPENED} = 3", f"{place}+++ exited with 0 +++"]


def test_relative_times_are_never_negative_and_add_up() -> None:
    slow, quick, later = made(time=SECOND), made(time=3 * SECOND), made(time=4 * SECOND)
    assert [line[:13] for line in printed(Layout(relative=True), quick, slow, later)] == [
        "     0.000000",
        "     0.000000",
        "     1.000000",
    ]


def test_wall_clocks_are_local_and_count_from_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC-2")
    time.tzset()
    session = Session([], b"/", 5, 1_000_000_005, 7)
    stamps = [printed(Layout(absolute=count), session, made(time=2_123_456_789))[0].split()[0] for count in (1, 2, 3)]
    assert stamps == ["02:00:03", "02:00:03.123456", "3.123456"]
    monkeypatch.undo()
    time.tzset()


def test_what_is_late_or_has_no_time_says_so_or_nothing() -> None:
    late = made(result=3)
    late.late = True
    wanted = Layout(took=True, late=True)
    assert printed(wanted, late, made(), made(result=3), made(kind=Kind.ERRNO)) == [
        f"{OPENED} = 3 (late) <0.000001>",
        f"{OPENED} = ?",
        f"{OPENED} = 3 <0.000001>",
        f"{OPENED} = -1 EIO (Input/output error) (INJECTED)",
    ]
    assert printed(Layout(), late) == [f"{OPENED} = 3"]


def test_an_answer_that_was_not_taken_is_told_with_what_the_call_returned() -> None:
    taken, not_taken = made(kind=Kind.ERRNO, result=-5), made(kind=Kind.ERRNO, result=-4)
    assert printed(Layout(), taken, not_taken) == [
        f"{OPENED} = -1 EIO (Input/output error) (INJECTED)",
        f"{OPENED} = -1 EINTR (Interrupted system call) (INJECTED, but not taken)",
    ]


def test_events_have_times_but_no_call() -> None:
    layout = Layout(relative=True, number=True, pointer=True)
    assert printed(layout, made(time=SECOND), TargetEnded(2 * SECOND, 7, 0)) == [
        f"     0.000000 [ 257] [0000000000001234] {OPENED} = ?",
        "     1.000000 [????] [????????????????] +++ exited with 0 +++",
    ]


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        (Layout(), ["--- SIGUSR1", "+++ killed by SIGUSR1 +++", "+++ killed by ? +++", "+++ exited with 3 +++"]),
        (Layout(quiet=frozenset(("exit",))), ["--- SIGUSR1", "+++ killed by SIGUSR1 +++", "+++ killed by ? +++"]),
        (Layout(signals=frozenset((2,))), ["+++ exited with 3 +++"]),
    ],
)
def test_signals_and_ends_are_printed_unless_they_are_left_out(layout: Layout, expected: list[str]) -> None:
    events = (
        SignalTaken(1, 7, 8, 10, None, 0), SignalTaken(1, 7, 8, 9, None, 0), ThreadEnded(2, 7, 8, True, None, 10),
        ThreadEnded(2, 7, 8, True, None, -1), TargetEnded(3, 7, 3 << 8),
    )  # fmt: skip
    assert [line.split(" {")[0] for line in printed(layout, *events)] == expected


def test_threads_are_named_always_never_or_while_there_are_several() -> None:
    events = (ProcessSeen(1, 8, 7, 1, b"", b""), made(), ProcessSeen(1, 9, 7, 1, b"", b""), made(), ThreadGone(1, 9))
    assert [line[:8] for line in printed(Layout(), *events, made())] == ["openat(A", "[pid    ", "openat(A"]
    assert [line[:8] for line in printed(Layout(), *events, threads="always")] == ["8     op"] * 2
    assert [line[:8] for line in printed(Layout(), *events, threads="never")] == ["openat(A"] * 2
