"""The sink that writes the recording."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from seccomp_tui.policy.answers import State
from seccomp_tui.session import containers, schema
from seccomp_tui.session.happenings import Happening, Restarted, SignalTaken, ThreadEnded, Unseen
from seccomp_tui.session.recorder import Line, SinkFailed
from seccomp_tui.supervisor.records import (
    FLAG_LATE,
    FLAG_RULED,
    ContainerGone,
    ContainerSeen,
    Event,
    ProcessSeen,
    RuleSet,
    Session,
    Settled,
    TargetEnded,
    ThreadGone,
)
from seccomp_tui.syscalls.text import escape

_COMMIT_EVERY_NS = 50_000_000
_OTHER_COLUMNS = 8192
"""More than a row takes besides text and memory; its path has at most 4096 bytes."""
_BATCH = 1000
"""So many calls wait at most to be written together."""
_NO_RESULT = (None, None, None)
_SIGN = 1 << 63
_ERRNO_MAX = 4095
_WRAP = 1 << 64
_SETTLE = "update call set state=?, kind=?, value=?, by=?, settled=?, rule=?, given=? where seq = ?"
_INSERT_CALL = f"insert into call values ({', '.join('?' * 32)})"  # noqa: S608


class Database:
    """Writes calls and events into a new recording, in batches; a held call is committed at once.

    Nothing is written after a failure; what was committed before it stays.

    Args:
        path: where; there must be no file yet.
        committed: called with the number of a held call once it is committed.

    Raises:
        SinkFailed: the file can't be made (at construction), or written.
    """

    def __init__(self, path: Path, committed: Callable[[int], None] = lambda seq: None) -> None:
        self._path = path
        self._committed = committed
        self._lines: list[Line] = []
        self._open: dict[int, Line] = {}
        """Those of the lines whose results are still to come, by number, the oldest first."""
        self._oldest = 0
        """Which of them was the oldest at the last commit."""
        self._written = 0
        self._next_commit = 0
        try:
            self._db = schema.create(path)
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise SinkFailed(f"can't make the recording {path}: {reason}") from error
        self._longest = self._db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) - _OTHER_COLUMNS
        self._run("begin")

    def call(self, line: Line, /) -> None:
        """Take one call; its row is made when it is written, mostly with its result."""
        seq = line.call.seq
        self._lines.append(line)
        self._open[seq] = line
        if line.call.state == State.HELD and not line.call.flags & FLAG_RULED:
            self.flush()
            self._committed(seq)
        elif len(self._lines) >= _BATCH or line.call.time > self._next_commit:
            self._catch_up()

    def returned(self, line: Line, /) -> None:
        """Take the result of a call; when it is written already, add it."""
        if self._open.pop(line.call.seq, None) is None and (line.result is not None or line.settled is not None):
            text, (value, returned, _) = self._text(line), line.result or _NO_RESULT
            row = (text, value, returned, _flags(line), self._filled(line), _shown(line), line.call.seq)
            self._run("update call set text=?, result=?, returned=?, flags=?, filled=?, shown=? where seq=?", row)

    def event(self, event: Event | Happening, /) -> None:
        """Take one of the rarer events."""
        match event:
            case Session(argv, cwd, started, wall, target):
                row: tuple[object, ...] = (b"\0".join(argv), cwd, started, wall, target)
                self._run("insert into session values (?, ?, ?, ?, ?, null, null)", row)
            case ContainerSeen():
                self._run("insert into container values (?, ?, ?, ?, ?, ?, ?, ?, ?)", containers.row(event))
            case ContainerGone(gone, number):
                self._run("update container set ended = ? where number = ?", (gone, number))
            case ProcessSeen(seen, tid, pid, ppid, comm, exe, container):
                row = (tid, seen, pid, ppid, escape(comm), escape(exe), container)
                self._run("insert or replace into process values (?, ?, ?, ?, ?, ?, null, ?)", row)
            case ThreadGone(gone, tid):
                self._run("update process set gone = ? where tid = ? and gone is null", (gone, tid))
            case Settled(settled, seq, state, kind, value, by, rule, given):
                if seq <= self._written:  # else its row is made of its line, which knows
                    self._run(_SETTLE, (state, kind, value, by, settled, rule, given or None, seq))
            case RuleSet(since, rule, text):
                self._run("insert or replace into rule values (?, ?, ?)", (rule, since, text))
            case TargetEnded(ended, _, status):
                self._run("update session set ended = ?, status = ?", (ended, status))
            case Restarted(seq, again):
                self._restarted(seq, again)
            case Unseen(since, seq, pid, tid, what):
                self._run("insert into unseen values (?, ?, ?, ?, ?)", (since, seq, pid, tid, what))
            case SignalTaken(taken, pid, tid, signal, code, error):
                self._run("insert into signal values (?, ?, ?, ?, ?, ?)", (taken, pid, tid, signal, code, error))
            case ThreadEnded(ended, pid, tid, last, code, signal):
                self._run("insert into thread_end values (?, ?, ?, ?, ?, ?)", (ended, pid, tid, last, code, signal))

    def flush(self) -> None:
        """Commit everything."""
        self._insert(len(self._lines))
        self._commit()

    def close(self) -> None:
        """Commit everything and close the file."""
        self._insert(len(self._lines))
        self._run("commit")
        self._guard(self._db.close)

    def _catch_up(self) -> None:
        """Write the calls up to the first whose result is to come, or all when that one keeps the others waiting."""
        oldest = next(iter(self._open), 0)
        due = time.monotonic_ns() >= self._next_commit
        self._insert(
            oldest - self._written - 1 if oldest and not (due and oldest == self._oldest) else len(self._lines)
        )
        if due:
            self._oldest = oldest
            self._commit()

    def _insert(self, count: int) -> None:
        """Write the oldest lines; numbers have no gaps."""
        if count:
            rows = [self._row(line) for line in self._lines[:count]]
            del self._lines[:count]
            self._written += count
            if not self._lines:
                self._open.clear()
            self._guard(lambda: self._db.executemany(_INSERT_CALL, rows))

    def _commit(self) -> None:
        self._run("commit")
        self._run("begin")
        self._next_commit = time.monotonic_ns() + _COMMIT_EVERY_NS

    def _text(self, line: Line) -> str:
        return line.text[: self._longest]

    def _filled(self, line: Line) -> bytes | None:
        """Return what the call has filled in, where there is room for it in its row."""
        room = self._longest - len(line.text) - len(line.call.memory)
        return line.filled if 0 < len(line.filled) <= room else None

    def _row(self, line: Line) -> tuple[object, ...]:
        call, text = line.call, line.text
        seq, time, pid, tid, arch, nr, ip, args, state, kind, answer, by, flags, memory, rule, given = call
        filled: bytes | None = line.filled
        if len(text) + len(memory) + len(line.filled) > self._longest:
            text, filled = self._text(line), self._filled(line)
            memory = memory if len(text) + len(memory) <= self._longest else b""
        value, returned, _ = line.result or _NO_RESULT
        if ip >= _SIGN or max(args) >= _SIGN:
            ip, args = _signed(ip), tuple(map(_signed, args))
        return (
            seq,
            time,
            pid,
            tid,
            arch,
            nr,
            line.name,
            ip,
            *args,
            text,
            line.path(),
            memory or None,
            state,
            kind,
            answer,
            by,
            flags | FLAG_LATE if line.late else flags,
            line.settled,
            value,
            returned,
            line.address(),
            filled or None,
            _shown(line),
            rule,
            given or None,
            line.restarts,
            line.restarted_as,
        )

    def _restarted(self, seq: int, again: int) -> None:
        """Note of a call that was taken back what it has come again as."""
        if seq <= self._written:
            self._run("update call set restarted_as = ? where seq = ?", (again, seq))
        else:
            self._lines[seq - self._written - 1].restarted_as = again

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> None:
        self._guard(lambda: self._db.execute(statement, values))

    def _guard(self, work: Callable[[], object]) -> None:
        """A full disk ends the recording, not the target."""
        try:
            work()
        except (sqlite3.Error, OverflowError) as error:
            with contextlib.suppress(sqlite3.Error):
                self._db.close()
            raise SinkFailed(f"the recording {self._path} ends here: {error}") from error


def _shown(line: Line) -> str | None:
    """Return the result as strace writes it, where that is not plain to see."""
    if line.result is None or -_ERRNO_MAX <= line.result.value < 0:
        return None
    shown = line.returned
    return None if shown == str(line.result.value) else shown


def _flags(line: Line) -> int:
    return line.call.flags | FLAG_LATE if line.late else line.call.flags


def _signed(value: int) -> int:
    return value if value < _SIGN else value - _WRAP
