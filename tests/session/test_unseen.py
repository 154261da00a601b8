"""What of a program can't be seen is noticed by the calls that bring it, and only when they were done."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.unseen import EXPLAINED, FILTER, LISTENER, NOTICED, RING, asks_for
from seccomp_tui.session.recorder import Line, Result
from seccomp_tui.session.unseen import TOLD, noticed
from seccomp_tui.supervisor.records import CallRecord
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native
from seccomp_tui.syscalls.decode import Decoder

ARCH = native().token
PROGRAM = 0x7000


def line(name: str, *args: int, kind: Kind = Kind.ALLOW, result: int | None = None) -> Line:
    nr = numbers.number(ARCH, name)
    assert nr is not None
    words = (*args, *[0] * (6 - len(args)))
    one = Line(CallRecord(5, 1, 7, 8, ARCH, nr, 0, words, State.ANSWERED, kind, 0, By.UNHELD, 0, b""), Decoder())
    one.result = None if result is None else Result(result, 9, (0, b""))
    return one


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (line("io_uring_setup", 8, 1, result=3), RING),
        (line("io_uring_setup", 8, 1), RING),
        (line("io_uring_setup", 8, 1, result=-38), None),
        (line("io_uring_setup", 8, 1, kind=Kind.ERRNO), None),
        (line("seccomp", 1, 0, PROGRAM, result=0), FILTER),
        (line("seccomp", 0, 0, 0), FILTER),
        (line("seccomp", 1, 0, 0, result=-14), None),
        (line("seccomp", 2, 0, PROGRAM, result=0), None),
        (line("seccomp", 1, 8, PROGRAM, result=-16), LISTENER),
        (line("seccomp", 1, 8, PROGRAM), LISTENER),
        (line("seccomp", 1, 8, PROGRAM, result=-13), None),
        (line("prctl", 22, 2, PROGRAM, result=0), FILTER),
        (line("prctl", 22, 2, PROGRAM, result=-14), None),
        (line("prctl", 38, 1, result=0), None),
        (line("read", 3, PROGRAM, 9, result=0), None),
    ],
)
def test_what_a_call_brings(call: Line, what: str | None) -> None:
    found = noticed(call)
    assert (found and found.what) == what
    if found is not None:
        assert (found.seq, found.pid, found.tid) == (5, 7, 8)


def test_each_is_explained_and_told() -> None:
    assert EXPLAINED.keys() == TOLD.keys()
    assert {asks_for(name, (22, 2, 1)) for name in NOTICED} <= {*EXPLAINED, ""}
