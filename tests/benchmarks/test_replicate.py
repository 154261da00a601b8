"""A long recording made of a short one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import mix
from benchmarks.replicate import replicate
from seccomp_tui.session.store import Store
from seccomp_tui.supervisor.records import FLAG_LAUNCH

CALLS = 2500


@pytest.fixture
def source(tmp_path: Path) -> Path:
    program = mix.Program("true", ("true",), tmp_path)
    mix.record(program, tmp_path / "source.db")
    return tmp_path / "source.db"


def test_the_calls_are_numbered_without_gaps_later_each_and_otherwise_those_of_the_source(
    source: Path, tmp_path: Path
) -> None:
    replicate([source], tmp_path / "long.db", CALLS)
    with closing(Store(source)) as store, closing(Store(tmp_path / "long.db")) as long:
        once = store.count()
        rows, original = long.page(1, CALLS + 1), store.page(1, once)
    assert [row.seq for row in rows] == list(range(1, CALLS + 1))
    assert [row.text for row in rows[: 2 * once]] == [row.text for row in original] * 2
    assert all(row.result == original[row.seq % once - 1].result for row in rows)
    times = [row.time for row in rows]
    assert times == sorted(times)
    assert len({row.tid for row in rows}) == -(-CALLS // once)


def test_every_call_has_its_process(source: Path, tmp_path: Path) -> None:
    replicate([source], tmp_path / "long.db", CALLS)
    with closing(Store(tmp_path / "long.db")) as long:
        rows = long.page(1, CALLS)
        launches = [row.seq for row in rows if row.flags & FLAG_LAUNCH]  # its thread is looked up after it
        known = [row.seq for row in rows if (who := long.process(row.tid, row.time)) and who.pid == row.pid]
    assert len(launches) > 1
    assert set(known) | set(launches) == {row.seq for row in rows}


def test_a_column_that_a_recording_of_today_lacks_is_not_left_out_in_silence(source: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(source)) as db, db:
        db.execute("alter table process add column more text")
        db.execute("update process set more = 'kept'")
    with pytest.raises(sqlite3.OperationalError, match="no column named more"):
        replicate([source], tmp_path / "long.db", CALLS)


def test_a_recording_without_calls_can_not_be_copied(tmp_path: Path, source: Path) -> None:
    with closing(sqlite3.connect(source)) as db, db:
        db.execute("delete from call")
    with pytest.raises(ValueError, match="no calls"):
        replicate([source], tmp_path / "long.db", CALLS)
