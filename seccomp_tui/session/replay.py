"""A recording played back into the sinks that `log` prints with, in the order in which things happened.

Calls come when they returned, as `log` prints them. The recording has them in the order of their receipt; one that was
received later has returned later than what had returned before it was received, so only those are kept back that were
under way at the time, at most one a thread.
"""

from __future__ import annotations

import heapq
import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from seccomp_tui.policy.expression import Expression
from seccomp_tui.session import containers
from seccomp_tui.session.happenings import Happening, SignalTaken, ThreadEnded, Unseen
from seccomp_tui.session.matching import matching
from seccomp_tui.session.recorder import Line, Result, Sink
from seccomp_tui.supervisor.records import (
    FLAG_LATE,
    CallRecord,
    ContainerGone,
    Event,
    ProcessSeen,
    Session,
    TargetEnded,
    ThreadGone,
)
from seccomp_tui.syscalls import errnos
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.results import errno_of
from seccomp_tui.syscalls.text import unescape

_CALL = (
    "select seq, time, pid, tid, arch, nr, ip, arg0, arg1, arg2, arg3, arg4, arg5, state, kind, value, by, flags,"
    " memory, rule, given, text, settled, result, returned, shown, restarts"
    " from call"
)
_UNSIGNED = (1 << 64) - 1
_AT_ONCE = 500
"""Calls that are asked for by their numbers together."""
_Timed = tuple[int, Line | Event | Happening]


def replay(
    db: sqlite3.Connection,
    sink: Sink,
    decoder: Decoder,
    expression: Expression | None = None,
    numbers: Sequence[int] | None = None,
) -> Iterator[int]:
    """Hand everything in a recording to `sink`; yield the number of each call that was handed on.

    Args:
        db: a recording.
        sink: each call it is given with its result, if that is known.
        decoder: finds paths in calls; their text is as it was recorded.
        expression: only calls that this is true of; None: all.
        numbers: only the calls of these numbers, which ascend; None: as `expression` says.

    Raises:
        SinkFailed: the sink takes nothing more.
        sqlite3.Error: the recording can't be read.
    """
    rows = _rows(db, expression) if numbers is None else _numbered(db, iter(numbers))
    calls = _calls(rows, decoder)
    streams = (_session(db), _containers(db), _processes(db), calls, _unseen(db), _signals(db), _ends(db))
    for _, item in heapq.merge(*streams, key=itemgetter(0)):
        if isinstance(item, Line):
            sink.call(item)
            sink.returned(item)
            yield item.call.seq
        else:
            sink.event(item)


def replay_one(db: sqlite3.Connection, sink: Sink, decoder: Decoder, seq: int) -> bool:
    """Hand what is recorded of the run, and call number `seq`, to `sink`; return whether there is such a call.

    Raises:
        SinkFailed: the sink takes nothing more.
        sqlite3.Error: the recording can't be read.
    """
    row = db.execute(f"{_CALL} where seq = ?", (seq,)).fetchone()
    if row is None:
        return False
    for _, event in _session(db):
        if isinstance(event, Session):
            sink.event(event)
    line, _ = _line(row, decoder)
    for event in _caller(db, line.call.tid, line.call.time):
        sink.event(event)
    sink.call(line)
    sink.returned(line)
    sink.flush()
    return True


def _caller(db: sqlite3.Connection, tid: int, time: int) -> Iterator[Event]:
    """Yield what says in which container a thread was."""
    found = db.execute(
        "select time, tid, pid, ppid, comm, exe, container from process"
        " where tid = ? and time <= ? and container > 0 order by time desc limit 1",
        (tid, time),
    ).fetchone()
    if found is not None:
        seen, tid, pid, ppid, comm, exe, number = found
        yield from (each for each in containers.read(db) if each.number == number)
        yield ProcessSeen(seen, tid, pid, ppid, unescape(comm), unescape(exe), number)


def _session(db: sqlite3.Connection) -> Iterator[_Timed]:
    for argv, cwd, started, wall, target, ended, status in db.execute(
        "select argv, cwd, started, wall, target, ended, status from session"
    ):
        yield 0, Session(argv.split(b"\0"), cwd, started, wall, target)
        if ended is not None:
            yield ended, TargetEnded(ended, target, status)


def _containers(db: sqlite3.Connection) -> Iterator[_Timed]:
    events: list[_Timed] = [(each.time, each) for each in containers.read(db)]
    for ended, number in db.execute("select ended, number from container where ended is not null"):
        events.append((ended, ContainerGone(ended, number)))
    yield from sorted(events, key=itemgetter(0))


def _processes(db: sqlite3.Connection) -> Iterator[_Timed]:
    seen = db.execute("select time, tid, pid, ppid, comm, exe, container from process order by time")
    gone = db.execute("select distinct gone, tid from process where gone is not null order by gone")
    return heapq.merge(
        (
            (time, ProcessSeen(time, tid, pid, ppid, unescape(comm), unescape(exe), container))
            for time, tid, pid, ppid, comm, exe, container in seen
        ),
        ((time, ThreadGone(time, tid)) for time, tid in gone),
        key=itemgetter(0),
    )


def _signals(db: sqlite3.Connection) -> Iterator[_Timed]:
    for row in db.execute("select time, pid, tid, signal, code, errno from signal order by time"):
        yield row[0], SignalTaken(*row)


def _unseen(db: sqlite3.Connection) -> Iterator[_Timed]:
    for row in db.execute("select time, seq, pid, tid, what from unseen order by time"):
        yield row[0], Unseen(*row)


def _ends(db: sqlite3.Connection) -> Iterator[_Timed]:
    for time, pid, tid, last, code, signal in db.execute(
        "select time, pid, tid, last, code, signal from thread_end order by time"
    ):
        yield time, ThreadEnded(time, pid, tid, bool(last), code, signal)


def _calls(rows: Iterator[tuple[Any, ...]], decoder: Decoder) -> Iterator[_Timed]:
    """Yield the calls in the order in which they ended."""
    under_way: list[tuple[int, int, Line]] = []
    for row in rows:
        line, settled = _line(row, decoder)
        while under_way and under_way[0][0] <= line.call.time:
            ended, _, earlier = heapq.heappop(under_way)
            yield ended, earlier
        ended = line.result.time if line.result else settled or line.call.time
        heapq.heappush(under_way, (ended, line.call.seq, line))
    for ended, _, line in sorted(under_way):
        yield ended, line


def _rows(db: sqlite3.Connection, expression: Expression | None) -> Iterator[tuple[Any, ...]]:
    if expression is None:
        yield from db.execute(f"{_CALL} order by seq")
    else:
        yield from _numbered(db, matching(db, expression))


def _numbered(db: sqlite3.Connection, found: Iterator[int]) -> Iterator[tuple[Any, ...]]:
    while numbers := list(itertools.islice(found, _AT_ONCE)):
        marks = ", ".join("?" * len(numbers))
        yield from db.execute(f"{_CALL} where seq in ({marks}) order by seq", numbers)


def _plain(result: int | None) -> str:
    """Return a result that is an error or just a number as strace writes it."""
    if result is None:
        return ""
    failed = errno_of(result)
    return errnos.result_text(failed) if failed else str(result)


def _line(row: tuple[Any, ...], decoder: Decoder) -> tuple[Line, int | None]:
    """Return a row as a line, and when it was settled."""
    head, args, answer, (memory, rule, given, *rest) = row[:6], row[6:13], row[13:18], row[18:]
    text, settled, result, returned, shown, restarts = rest
    ip, *words = (word & _UNSIGNED for word in args)
    record = CallRecord._make((*head, ip, tuple(words), *answer, memory or b"", rule, given or ""))
    line = Line(record, decoder, text, shown or _plain(result))
    line.began = settled or record.time
    line.settled = settled
    line.restarts = restarts
    if result is not None:
        line.result = Result(result, returned, (0, b""))
    line.late = bool(record.flags & FLAG_LATE)
    return line, settled
