"""The recordings that were given no name: listed with what they are, and pruned."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.session import recent
from seccomp_tui.session.database import Database
from seccomp_tui.session.schema import being_written
from seccomp_tui.supervisor.records import Session, TargetEnded


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder of recordings."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return recent.folder()


def recorded(path: Path, *, ended: bool = True) -> Database:
    """Begin a recording that was started as `ls /tmp`; `ended`: and close it."""
    database = Database(path)
    database.event(Session([b"ls", b"/tmp"], b"/", 5, 1_700_000_000_000_000_000, 7))
    if ended:
        database.event(TargetEnded(9, 7, 0))
        database.close()
    else:
        database.flush()
    return database


def test_the_folder_is_the_users_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700


def test_names_begin_with_the_time_and_name_the_program(folder: Path) -> None:
    name = recent.new_name("/bin/l s\x1b").name
    assert name[:8].isdecimal()
    assert "-l-s--" in name


def test_the_newest_is_the_first_and_each_says_what_it_is(folder: Path) -> None:
    recorded(folder / "20260101-000000-old-1.db")
    (folder / "20260102-000000-torn-1.db").write_text("no database, " * 99)
    running = recorded(folder / "20260103-000000-new-1.db", ended=False)
    new, torn, old = recent.recordings()
    assert (new.growing, old.growing, torn.growing) == (True, False, False)
    assert torn.trouble.startswith("is not a recording")
    assert new.session is not None
    assert old.session is not None
    assert (new.session.status, old.session.status, old.session.argv) == (None, 0, [b"ls", b"/tmp"])
    assert old.began == 1_700_000_000
    assert new.size > new.path.stat().st_size  # its log counts
    running.close()


def test_the_oldest_go_but_not_those_that_are_being_written(folder: Path) -> None:
    for day in range(1, 6):
        recorded(folder / f"2026010{day}-000000-x-1.db")
    running = recorded(folder / "20260100-000000-x-1.db", ended=False)
    recent.prune(2)
    assert sorted(path.name[:8] for path in folder.iterdir() if path.suffix == ".db") == [
        *("20260100", "20260104", "20260105")
    ]
    running.close()
    recent.prune(2)
    assert not (folder / "20260100-000000-x-1.db").exists()


def test_a_recorder_that_died_writes_no_more(folder: Path) -> None:
    import os

    path = folder / "s.db"
    pid = os.fork()
    if pid == 0:
        recorded(path, ended=False)
        assert being_written(path) or os._exit(1)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert not being_written(path)
