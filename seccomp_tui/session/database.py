"""The sink that writes the recording."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from seccomp_tui.policy.answers import State
from seccomp_tui.session import schema
from seccomp_tui.session.recorder import Line
from seccomp_tui.supervisor.records import Event, ProcessSeen, Session, Settled, TargetEnded, ThreadGone
from seccomp_tui.syscalls.text import escape

_COMMIT_SECONDS = 0.05
_SIGN = 1 << 63
_WRAP = 1 << 64
_INSERT_CALL = "insert into call values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


class Database:
    """Writes calls and events into a new recording, in batches; a held call is committed at once.

    Args:
        path: where; there must be no file yet.
        committed: called with the number of a held call once it is committed.

    Raises:
        OSError: the file can't be made (at construction).
    """

    def __init__(self, path: Path, committed: Callable[[int], None] = lambda seq: None) -> None:
        self._path = path
        self._committed = committed
        self._rows: list[tuple[object, ...]] = []
        self._next_commit = 0.0
        self._failed = False
        self._db = schema.create(path)
        self._db.execute("begin")

    def call(self, line: Line, /) -> None:
        """Take one call."""
        call = line.call
        self._rows.append(
            (
                call.seq,
                call.time,
                call.pid,
                call.tid,
                call.arch,
                call.nr,
                line.name,
                _signed(call.ip),
                *(value if value < _SIGN else value - _WRAP for value in call.args),
                line.text,
                line.path(),
                call.memory or None,
                call.state,
                call.kind,
                call.value,
                call.by,
                call.flags,
                None,
            )
        )
        if call.state == State.HELD:
            self.flush()
            self._committed(call.seq)
        elif len(self._rows) >= 1000:
            self._insert()

    def event(self, event: Event, /) -> None:
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
        self._db.close()

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
        if self._failed:
            return
        try:
            work()
        except sqlite3.Error as error:
            self._failed = True
            os.write(2, f"seccomp-tui: the recording {self._path} ends here: {error}\n".encode())


def _signed(value: int) -> int:
    return value if value < _SIGN else value - _WRAP
