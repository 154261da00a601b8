"""The sink that writes the recording."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from seccomp_tui.policy.answers import State
from seccomp_tui.session import schema
from seccomp_tui.session.happenings import Happening, SignalTaken, ThreadEnded
from seccomp_tui.session.recorder import Line, SinkFailed
from seccomp_tui.supervisor.records import FLAG_LATE, Event, ProcessSeen, Session, Settled, TargetEnded, ThreadGone
from seccomp_tui.syscalls.text import escape

_COMMIT_SECONDS = 0.05
_OTHER_COLUMNS = 8192
"""More than a row takes besides text and memory; its path has at most 4096 bytes."""
_BATCH = 1000
"""So many calls wait at most to be written together."""
_SIGN = 1 << 63
_ERRNO_MAX = 4095
_WRAP = 1 << 64
_INSERT_CALL = f"insert into call values ({', '.join('?' * 28)})"  # noqa: S608


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
        self._written = 0
        self._next_commit = 0.0
        try:
            self._db = schema.create(path)
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise SinkFailed(f"can't make the recording {path}: {reason}") from error
        self._longest = self._db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) - _OTHER_COLUMNS
        self._run("begin")

    def call(self, line: Line, /) -> None:
        """Take one call; its row is made when it is written, mostly with its result."""
        self._lines.append(line)
        if line.call.state == State.HELD:
            self.flush()
            self._committed(line.call.seq)
        elif len(self._lines) >= _BATCH:
            self._insert()

    def returned(self, line: Line, /) -> None:
        """Add the result of a call that is written already."""
        if line.result is not None and line.call.seq <= self._written:
            text, (value, returned, _) = self._text(line), line.result
            row = (text, value, returned, _flags(line), self._filled(line), _shown(line), line.call.seq)
            self._run("update call set text=?, result=?, returned=?, flags=?, filled=?, shown=? where seq=?", row)

    def event(self, event: Event | Happening, /) -> None:
        """Take one of the rarer events."""
        self._insert()
        match event:
            case Session(argv, cwd, started, wall, target):
                row: tuple[object, ...] = (b"\0".join(argv), cwd, started, wall, target)
                self._run("insert into session values (?, ?, ?, ?, ?, null, null)", row)
            case ProcessSeen(seen, tid, pid, ppid, comm, exe):
                row = (tid, seen, pid, ppid, escape(comm), escape(exe))
                self._run("insert or replace into process values (?, ?, ?, ?, ?, ?, null)", row)
            case ThreadGone(gone, tid):
                self._run("update process set gone = ? where tid = ? and gone is null", (gone, tid))
            case Settled(settled, seq, state, kind, value, by):
                row = (state, kind, value, by, settled, seq)
                self._run("update call set state=?, kind=?, value=?, by=?, settled=? where seq = ?", row)
            case TargetEnded(ended, _, status):
                self._run("update session set ended = ?, status = ?", (ended, status))
            case SignalTaken(taken, pid, tid, signal, code, error):
                self._run("insert into signal values (?, ?, ?, ?, ?, ?)", (taken, pid, tid, signal, code, error))
            case ThreadEnded(ended, pid, tid, last, code, signal):
                self._run("insert into thread_end values (?, ?, ?, ?, ?, ?)", (ended, pid, tid, last, code, signal))

    def flush(self) -> None:
        """Commit everything."""
        self._insert()
        self._run("commit")
        self._run("begin")
        self._next_commit = time.monotonic() + _COMMIT_SECONDS

    def close(self) -> None:
        """Commit everything and close the file."""
        self._insert()
        self._run("commit")
        self._guard(self._db.close)

    def _insert(self) -> None:
        if self._lines:
            rows = [self._row(line) for line in self._lines]
            self._written = self._lines[-1].call.seq
            self._lines.clear()
            self._guard(lambda: self._db.executemany(_INSERT_CALL, rows))
            if time.monotonic() >= self._next_commit:
                self.flush()

    def _text(self, line: Line) -> str:
        return line.text[: self._longest]

    def _filled(self, line: Line) -> bytes | None:
        """Return what the call has filled in, where there is room for it in its row."""
        room = self._longest - len(line.text) - len(line.call.memory)
        return line.filled if 0 < len(line.filled) <= room else None

    def _row(self, line: Line) -> tuple[object, ...]:
        call, text = line.call, self._text(line)
        memory = call.memory if len(text) + len(call.memory) <= self._longest else b""
        value, returned, _ = line.result or (None, None, None)
        return (
            call.seq,
            call.time,
            call.pid,
            call.tid,
            call.arch,
            call.nr,
            line.name,
            _signed(call.ip),
            *map(_signed, call.args),
            text,
            line.path(),
            memory or None,
            call.state,
            call.kind,
            call.value,
            call.by,
            _flags(line),
            None,
            value,
            returned,
            line.address(),
            self._filled(line),
            _shown(line),
        )

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
