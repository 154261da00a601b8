"""SQL only narrows: on random calls in a real recording it never loses one that the expression is true of."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.expression import parse
from seccomp_tui.session import schema
from seccomp_tui.session.database import Database
from seccomp_tui.session.matching import matching
from seccomp_tui.session.narrowing import narrow
from seccomp_tui.session.recorder import Line, Result
from seccomp_tui.session.store import Store
from seccomp_tui.supervisor.records import CallRecord, ProcessSeen, Settled, pack_segments
from seccomp_tui.syscalls.decode import Decoder
from tests.policy import expressions
from tests.policy.expressions import Random, view_of

NO_FIXTURE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def signed32(value: int) -> int:
    return struct.unpack("=i", struct.pack("=i", value))[0]


@contextmanager
def recorded(folder: Path, calls: list[Random]) -> Iterator[sqlite3.Connection]:
    """Record calls as the recorder does, and give the recording, open for reading."""
    path = folder / "s.db"
    for old in folder.glob("s.db*"):
        old.unlink()
    database, decoder = Database(path), Decoder()
    for seq, ((arch, nr), args, memory, pid, tid, comm, exe, startup, outcome) in enumerate(calls, start=1):
        if comm or exe:
            database.event(ProcessSeen(outcome.time, tid, pid, 1, comm, exe))
        record = CallRecord(
            seq, outcome.time, pid, tid, arch, signed32(nr), 0, tuple(args), outcome.state, outcome.kind,
            outcome.value, By.STARTUP if startup and seq % 2 else By.UNHELD, int(startup), pack_segments(memory),
            outcome.rule,
        )  # fmt: skip
        line = Line(record, decoder)
        database.call(line)
        if outcome.result is not None and outcome.returned is not None:
            line.result = Result(outcome.result, outcome.returned, (0, b""))
            database.returned(line)
        if outcome.settled is not None:
            state, kind = State(outcome.state), Kind(outcome.kind)
            settled = Settled(outcome.settled, seq, state, kind, outcome.value, By.OPERATOR, outcome.rule)
            line.settle(settled)
            database.event(settled)
    database.close()
    with closing(schema.open_readonly(path)) as db:
        yield db


def each_a_thread(calls: list[Random]) -> list[Random]:
    """Return the calls, those of known callers each from a thread of its own: there is one caller at a time in it."""
    return [
        (*call[:4], seq + 100, *call[5:]) if call[5] or call[6] else call for seq, call in enumerate(calls, start=1)
    ]


@settings(NO_FIXTURE, max_examples=150)
@given(
    calls=st.lists(expressions.calls, min_size=1, max_size=12),
    texts=st.lists(expressions.texts, max_size=8),
)
def test_narrowing_never_loses_a_match(tmp_path: Path, calls: list[Random], texts: list[str]) -> None:
    calls = each_a_thread(calls)
    with recorded(tmp_path, calls) as db:
        for text in texts:
            expression = parse(text)
            condition, parameters, exact = narrow(expression)
            kept = {seq for (seq,) in db.execute(f"select seq from call where {condition}", parameters)}
            wanted = {seq for seq, call in enumerate(calls, start=1) if expression.matches(view_of(call))}
            assert wanted <= kept, (text, condition)
            assert kept == wanted or not exact, (text, condition)
            assert set(matching(db, expression)) == wanted, text


EXACT = [
    "openat", "%file and not connect", "pid == 1", "tid != 1", "state == gone", "answer in (allow, errno)",
    "errno == ENOENT", "errno != ENOENT", "not errno == ENOENT", "return < 0", "not return >= 0", "held > 1s",
    "not time > 1s", 'path == "/etc/hosts"', 'path != "/etc/hosts"', 'path has "etc"', 'path has ""', "startup",
    "return has 1", "answer has allow",
    'text has "etc"', 'path ~ "etc"', 'not text has "AT_"', "not (openat or (pid == 1 and not errno == EIO))",
]  # fmt: skip


@settings(NO_FIXTURE, max_examples=30)
@given(calls=st.lists(expressions.calls, min_size=1, max_size=20))
def test_what_columns_say_is_exact(tmp_path: Path, calls: list[Random]) -> None:
    calls = each_a_thread(calls)
    with recorded(tmp_path, calls) as db:
        for text in EXACT:
            condition, parameters, exact = narrow(parse(text))
            kept = [seq for (seq,) in db.execute(f"select seq from call where {condition} order by seq", parameters)]
            assert exact
            assert kept == [seq for seq, call in enumerate(calls, start=1) if parse(text).matches(view_of(call))], text


@pytest.mark.parametrize(
    ("text", "condition", "parameters"),
    [
        ("openat", "name = ?", ("openat",)),
        ('path ~ "^/etc/"', "(substr(path, 1, ?) = ?) is true", (5, b"/etc/")),
        ('path ~ "^/etc/*"', "(substr(path, 1, ?) = ?) is true", (4, b"/etc")),
        ('path ~ "etc"', "(instr(path, ?) > 0) is true", (b"etc",)),
        ('path ~ "e.c"', "path is not null", ()),
        ('text has "etc"', "(instr(text, ?) > 0) is true", ("etc",)),
        ('path ~ "^/a|^/b"', "path is not null", ()),
        ('path glob "/etc/*.d"', "(substr(path, 1, ?) = ?) is true", (5, b"/etc/")),
        ('comm == "x"', "1", ()),
        ("oldfd == 1 and openat", "(name in (?, ?, ?)) and (name = ?)", ("dup", "dup2", "dup3", "openat")),
        ("not oldfd == 1", "1", ()),
        (f"pid == {1 << 70}", "(nullif(pid, 0)) is not null", ()),
        ('openat or comm == "x"', "1", ()),
    ],
)
def test_conditions(text: str, condition: str, parameters: tuple[object, ...]) -> None:
    assert narrow(parse(text))[:2] == (condition, parameters)


def test_very_long_and_deep_expressions_are_taken(tmp_path: Path) -> None:
    calls = [((0xC000003E, 257), [0] * 6, [], 1, 1, b"", b"", False, view_outcome())]
    many = " or ".join(["read"] * 1200 + ["openat"])
    deep = "(" * 45 + "openat" + " and not close or read)" * 45
    sets = " and ".join(["%file"] * 1000)
    nested = [
        "(" * n + "openat" + " and not (close or read) and not pid == 3 or errno has 3)" * n for n in range(1, 12)
    ]
    with recorded(tmp_path, calls) as db:
        for text in (*nested, many, deep, sets, f"not ({many}) or openat"):
            assert list(matching(db, parse(text))) == [1]


def view_outcome() -> expressions.Outcome:
    return expressions.Outcome(State.ANSWERED, Kind.ALLOW, 0, 5)


def test_matches_after_a_number_only(tmp_path: Path) -> None:
    call = ((0xC000003E, 257), [0] * 6, [], 1, 1, b"", b"", False, view_outcome())
    with recorded(tmp_path, [call] * 5) as db:
        assert list(matching(db, parse("openat"), after=3)) == [4, 5]
    with closing(Store(tmp_path / "s.db")) as store:
        assert list(store.matching(parse("openat"), after=4)) == [5]
