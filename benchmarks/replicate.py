"""Makes one long recording of several short ones: their rows again and again, later each time and of other threads."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from seccomp_tui.session import schema

_TIMES = ("time", "gone", "settled", "returned")
_IDS = ("pid", "tid", "ppid")
_IDS_APART = 1000
"""Threads of one copy have ids that are this much higher than those of the copy before."""
_PAUSE_NS = 1_000_000
_MOST_OF_ONE = 5000
"""Calls taken of each recording, so that none of them drowns the others."""


def replicate(sources: Sequence[Path], path: Path, calls: int) -> None:
    """Write a recording of `calls` calls at `path`, made of the rows of `sources`.

    Columns are found by their names, so that a table may have others too: they are copied as they are.

    Raises:
        FileExistsError: there is a file at `path`.
        ValueError: the sources have no calls.
    """
    with closing(schema.create(path)) as db:
        db.execute("pragma synchronous = off")
        for number, source in enumerate(sources):
            db.execute(f"attach ? as source{number}", (str(source),))
        db.execute("begin")
        db.execute("insert into session select * from source0.session")
        (started,) = db.execute("select started from session").fetchone()
        extents = [_extent(db, f"source{number}") for number in range(len(sources))]
        if not any(count for _, _, count in extents):
            raise ValueError("the recordings to copy have no calls")
        at, done, copies = started, 0, 0
        while done < calls:
            number = copies % len(sources)
            first, last, count = extents[number]
            wanted = min(count, calls - done)
            _copy(db, f"source{number}", wanted, {"seq": done, "time": at - first, "id": copies * _IDS_APART})
            at += last - first + _PAUSE_NS
            done += wanted
            copies += 1
        db.execute("update session set ended = ?", (at,))
        db.execute("commit")
        db.execute("pragma wal_checkpoint(truncate)")


def _extent(db: sqlite3.Connection, source: str) -> tuple[int, int, int]:
    """Return when a recording began, when the last call that is taken of it was over, and how many are taken."""
    (first,) = db.execute(f"select started from {source}.session").fetchone()  # noqa: S608
    last, count = db.execute(
        f"select max(max(time), max(ifnull(returned, 0))), count(*) from {source}.call where seq <= ?",  # noqa: S608
        (_MOST_OF_ONE,),
    ).fetchone()
    return first, last or first, count


def _copy(db: sqlite3.Connection, source: str, wanted: int, shifts: dict[str, int]) -> None:
    """Copy all tables of a source: the first `wanted` calls, and what has happened besides."""
    tables = db.execute(f"select name from {source}.sqlite_schema where type = 'table'").fetchall()  # noqa: S608
    for (table,) in tables:
        if table == "session" or table.startswith("sqlite_"):
            continue
        columns = [row[1] for row in db.execute(f"pragma {source}.table_info({table})")]
        condition = f"where seq <= {wanted}" if "seq" in columns else ""
        selected = ", ".join(_shifted(column, shifts) for column in columns)
        copied = f"select {selected} from {source}.{table} {condition}"  # noqa: S608
        db.execute(f"insert into main.{table} ({', '.join(columns)}) {copied}")


def _shifted(column: str, shifts: dict[str, int]) -> str:
    if column in _IDS:  # 0 is no thread
        return f"iif({column} > 0, {column} + {shifts['id']}, {column})"
    kind = "seq" if column == "seq" else "time" if column in _TIMES else ""
    return f"{column} + {shifts[kind]}" if kind else column
