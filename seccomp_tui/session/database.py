"""The sink that writes the recording."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seccomp_tui.policy.answers import State
from seccomp_tui.session import schema
from seccomp_tui.session.happenings import Happening
from seccomp_tui.session.recorder import Line, SinkFailed
from seccomp_tui.supervisor.records import Event, ProcessSeen, Session, Settled, TargetEnded, ThreadGone
from seccomp_tui.syscalls.text import escape

_COMMIT_SECONDS = 0.05
_OTHER_COLUMNS = 8192
"""More than a row takes besides text and memory; its path has at most 4096 bytes."""
_SIGN = 1 << 63
_WRAP = 1 << 64
_INSERT_CALL = "insert into call values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


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
        self._rows: list[list[Any]] = []
        self._next_commit = 0.0
        try:
            self._db = schema.create(path)
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise SinkFailed(f"can't make the recording {path}: {reason}") from error
        self._longest = self._db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) - _OTHER_COLUMNS
        self._run("begin")

    def call(self, line: Line, /) -> None:
        """Take one call."""
        call = line.call
        text, memory = line.text, call.memory or None
        if len(text) + len(call.memory) > self._longest:
            text, memory = text[: self._longest], None
        self._rows.append(
            [
                call.seq,
                call.time,
                call.pid,
                call.tid,
                call.arch,
                call.nr,
                line.name,
                _signed(call.ip),
                *(value if value < _SIGN else value - _WRAP for value in call.args),
                text,
                line.path(),
                memory,
                call.state,
                call.kind,
                call.value,
                call.by,
                call.flags,
                None,
                None,
                None,
            ]
        )
        if call.state == State.HELD:
            self.flush()
            self._committed(call.seq)
        elif len(self._rows) >= 1000:
            self._insert()

    def returned(self, line: Line, /) -> None:
        """Add a call's result."""
        if line.result is None:
            return
        value, returned, _ = line.result
        if self._rows and line.call.seq >= self._rows[0][0]:
            self._rows[line.call.seq - self._rows[0][0]][-2:] = value, returned
        else:
            self._run("update call set result=?, returned=? where seq=?", (value, returned, line.call.seq))

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
        if self._rows:
            rows, self._rows = self._rows, []
            self._guard(lambda: self._db.executemany(_INSERT_CALL, rows))
            if time.monotonic() >= self._next_commit:
                self.flush()

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


def _signed(value: int) -> int:
    return value if value < _SIGN else value - _WRAP
