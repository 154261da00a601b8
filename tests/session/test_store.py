"""The recording: written by the database sink, read by the store."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.session import schema
from seccomp_tui.session.database import Database
from seccomp_tui.session.recorder import Line, Recorder, SinkFailed
from seccomp_tui.session.store import Store
from seccomp_tui.supervisor.records import (
    CallRecord,
    ProcessSeen,
    Session,
    Settled,
    TargetEnded,
    ThreadGone,
    pack_event,
    pack_segments,
)
from seccomp_tui.syscalls.decode import Decoder

X86_64 = 0xC000003E
OPENAT, READ = 257, 0


def opened(seq: int, path: bytes = b"/etc/hosts\0", state: int = State.ANSWERED) -> CallRecord:
    memory = pack_segments([(0x7FFF_0000_0000, path)])
    args = (0xFFFFFF9C, 0x7FFF_0000_0000, 0o2000000, 0, 0, (1 << 64) - 1)
    kind = Kind.NONE if state == State.HELD else Kind.ALLOW
    return CallRecord(seq, seq * 10, 7, 8, X86_64, OPENAT, 1 << 63, args, state, kind, 0, By.UNHELD, 0, memory)


def write(path: Path, *items: CallRecord | object) -> Database:
    database = Database(path)
    decoder = Decoder()
    for item in items:
        if isinstance(item, CallRecord):
            database.call(Line(item, decoder))
        else:
            database.event(item)  # type: ignore[arg-type]
    return database


def test_a_call_comes_back_with_its_text_registers_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    write(path, opened(1)).close()
    call = Store(path).call(1)
    assert call is not None
    assert call.row.text == 'openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC)'
    assert call.row.name == "openat"
    assert call.args[5] == (1 << 64) - 1
    assert call.ip == 1 << 63
    assert call.segments == [(0x7FFF_0000_0000, b"/etc/hosts\0")]


def test_pages_are_by_number_and_stop_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    write(path, *(opened(seq) for seq in range(1, 2501))).close()
    store = Store(path)
    assert store.count() == 2500
    assert [row.seq for row in store.page(2499, 50)] == [2499, 2500]
    assert [row.seq for row in store.page(10, 3)] == [10, 11, 12]
    assert store.call(2501) is None


def test_a_held_call_is_committed_before_it_is_announced(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    seen: list[int] = []

    def announced(seq: int) -> None:
        call = Store(path).call(seq)
        assert call is not None
        assert call.row.state == State.HELD
        seen.append(seq)

    database = Database(path, announced)
    database.call(Line(opened(1), Decoder()))
    database.call(Line(opened(2, state=State.HELD), Decoder()))
    assert seen == [2]
    database.event(Settled(99, 2, State.ANSWERED, Kind.ERRNO, 13, By.OPERATOR))
    database.close()
    call = Store(path).call(2)
    assert call is not None
    assert (call.row.state, call.row.kind, call.row.value, call.row.by) == (2, Kind.ERRNO, 13, By.OPERATOR)
    assert call.row.settled == 99


def test_the_program_of_a_thread_is_found_by_time_and_its_names_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    write(
        path,
        ProcessSeen(10, 8, 7, 1, b"sh", b"/bin/sh"),
        ProcessSeen(20, 8, 7, 1, b"\x1b[31m[b]", b"/tmp/\n"),
        ThreadGone(30, 8),
    ).close()
    store = Store(path)
    before, after = store.process(8, 15), store.process(8, 25)
    assert before is not None
    assert before.comm == "sh"
    assert after is not None
    assert after.comm == "\\33[31m[b]"
    assert after.exe == "/tmp/\\n"
    assert after.gone == 30
    assert store.process(9, 99) is None


def test_the_file_is_the_users_alone_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    before = os.umask(0)
    try:
        database = write(path, opened(1))
        database.flush()
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        database.close()
    finally:
        os.umask(before)


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_text("mine")
    with pytest.raises(SinkFailed, match="File exists"):
        Database(path)
    assert path.read_text() == "mine"


def test_other_files_and_other_formats_are_refused_plainly(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("not a database, but long enough to be looked at " * 20)
    with pytest.raises(schema.FormatError, match="not a recording"):
        Store(text)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as db:
        db.execute("create table t (x)")
    with pytest.raises(schema.FormatError, match="not a recording of seccomp-tui"):
        Store(foreign)
    newer = tmp_path / "newer.db"
    write(newer).close()
    with sqlite3.connect(newer) as db:
        db.execute("pragma user_version = 99")
    with pytest.raises(schema.FormatError, match=f"format 99; this version reads format {schema.FORMAT}"):
        Store(newer)
    with pytest.raises(FileNotFoundError):
        Store(tmp_path / "none.db")


def test_what_was_committed_survives_a_killed_recorder(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    pid = os.fork()
    if pid == 0:
        database = write(path, *(opened(seq) for seq in range(1, 11)))
        database.flush()
        database.call(Line(opened(11), Decoder()))
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)
    assert Store(path).count() == 10


def limited(monkeypatch: pytest.MonkeyPatch, limit: Callable[[sqlite3.Connection], object]) -> None:
    """Let new recordings be made with `limit` in force."""
    create = schema.create

    def made(path: Path) -> sqlite3.Connection:
        db = create(path)
        limit(db)
        return db

    monkeypatch.setattr(schema, "create", made)


def test_a_call_that_could_not_be_committed_is_not_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, lambda db: db.execute("pragma max_page_count = 12"))
    path = tmp_path / "s.db"
    seen: list[int] = []
    database = Database(path, seen.append)
    database.call(Line(opened(1, state=State.HELD), Decoder()))
    with pytest.raises(SinkFailed, match=rf"^the recording {path} ends here: database or disk is full$"):
        database.call(Line(opened(2, b"x" * 100_000, State.HELD), Decoder()))
    assert seen == [1]
    assert Store(path).count() == 1


def test_memory_too_large_for_a_row_is_left_out_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, lambda db: db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 12_000))
    path = tmp_path / "s.db"
    write(path, opened(1, b"/etc/" + b"x" * 13_000), opened(2)).close()
    store = Store(path)
    large, small = store.call(1), store.call(2)
    assert large is not None
    assert large.row.text.startswith("openat(")
    assert large.segments == []
    assert small is not None
    assert small.segments == [(0x7FFF_0000_0000, b"/etc/hosts\0")]


def test_what_sqlite_does_not_take_ends_the_recording_plainly(tmp_path: Path) -> None:
    database = Database(tmp_path / "s.db")
    with pytest.raises(SinkFailed, match=r"ends here: .*too large"):
        database.event(TargetEnded(1 << 64, 3, 0))
    with pytest.raises(SinkFailed, match=r"ends here: .*too large"):
        write(tmp_path / "u.db", opened(1 << 64)).flush()


def test_a_recording_may_have_a_name_that_is_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b.db"))
    write(path, opened(1)).close()
    assert Store(path).count() == 1
    path.unlink()
    limited(monkeypatch, lambda db: db.execute("pragma max_page_count = 12"))
    with pytest.raises(SinkFailed, match=r"/\\377\\33\.db ends here: ") as failed:
        write(path, opened(1, b"x" * 100_000)).close()
    assert str(failed.value).isprintable()


@pytest.mark.parametrize(("name", "value"), [("SCHEMA", "create nonsense"), ("APPLICATION_ID", "nonsense nonsense")])
def test_a_file_that_could_not_be_made_whole_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setattr(schema, name, value)
    with pytest.raises(SinkFailed, match=r"can't make the recording .*syntax error"):
        Database(tmp_path / "s.db")
    assert list(tmp_path.iterdir()) == []


def test_the_recorder_reads_the_pipe_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    readable, writable = os.pipe()
    os.write(writable, pack_event(Session([b"ls"], b"/", 1, 2, 3)) + pack_event(TargetEnded(5, 3, 0)))
    os.close(writable)
    Recorder(readable, [Database(path)], Decoder()).run()
    with sqlite3.connect(path) as db:
        assert db.execute("select argv, started, wall, target, ended, status from session").fetchall() == [
            (b"ls", 1, 2, 3, 5, 0)
        ]
