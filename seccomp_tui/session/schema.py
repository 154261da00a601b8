"""The recording's tables, and how a file of them is made.

A recording is an SQLite file in WAL mode, 0600 because it holds memory of the target. `PRAGMA user_version` is the
format version and `PRAGMA application_id` tells our files from others.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import stat
from pathlib import Path

from seccomp_tui.session.views import VIEWS

FORMAT = 5
APPLICATION_ID = 0x73746972
"""`stir` as bytes."""

SCHEMA = """
create table session (
    argv blob not null,      -- NUL-separated
    cwd blob not null,
    started integer not null,  -- CLOCK_MONOTONIC, ns: the zero of call.time
    wall integer not null,     -- the same moment since the epoch, ns
    target integer not null,   -- pid of the launched process
    ended integer,             -- CLOCK_MONOTONIC, ns
    status integer             -- wait status of the launched process, wait(2)
) strict;
create table process (          -- one row a program that a thread runs
    tid integer not null,
    time integer not null,
    pid integer not null,
    ppid integer not null,
    comm text not null,
    exe text not null,
    gone integer,
    container integer not null,  -- number of the listener that it came by, 0: the one of the launch
    primary key (tid, time)
) strict, without rowid;
create table container (        -- one row a listener that has come from a container, or from another target
    number integer primary key,
    time integer not null,     -- CLOCK_MONOTONIC, ns
    ended integer,             -- when no process used its filter any more
    container text not null,   -- the container's id
    name text not null,        -- what people call it; empty: not known
    pid integer not null,      -- the process that the filter was put on, 0: not known
    metadata text not null,    -- listenerMetadata
    annotations text not null, -- a JSON object
    rules text not null        -- the file of the rules that are its own; empty: none
) strict;
create table call (
    seq integer primary key,
    time integer not null,     -- CLOCK_MONOTONIC at receipt, ns
    pid integer not null,
    tid integer not null,
    arch integer not null,
    nr integer not null,
    name text not null,
    ip integer not null,
    arg0 integer not null, arg1 integer not null, arg2 integer not null,
    arg3 integer not null, arg4 integer not null, arg5 integer not null,
    text text not null,        -- name(arguments), as strace writes it
    path blob,                 -- the first path argument
    memory blob,               -- copied segments: u64 address, u64 size, bytes
    state integer not null,    -- 1 held, 2 answered, 3 gone
    kind integer not null,     -- 0 none, 1 allow, 2 errno, 3 return, 4 kill, 5 fd, 6 perform
    value integer not null,    -- of the answer: errno, return value; of a performed call its result, maybe -errno
    by integer not null,       -- 0 nobody, 1 nothing held it, 2 start-up, 3 operator, 4 leaving, 6 rule, 7 timeout
    flags integer not null,    -- 1 start-up, 2 launch, 4 filled in: read late, 8 by a rule, 16 delayed, 32 poked
    settled integer,           -- CLOCK_MONOTONIC of the answer to a held call, ns
    result integer,            -- what an allowed call returned, -errno when it failed; null: not known
    returned integer,          -- CLOCK_MONOTONIC of that, ns
    address text,              -- the socket address that it names, printable
    filled blob,               -- what it has filled in, as far as it was copied: segments, as in memory
    shown text,                -- the result as strace writes it; null: an error, or just a number
    rule integer not null,     -- id of the rule that answered, 0: none
    given text,                -- the whole answer, as a rule writes it; null: kind and value say it, or the rule does
    restarts integer,          -- seq of the call that the kernel took back and that this is once more; null: none
    restarted_as integer       -- of one that was taken back: the seq that it has come again as; null: it has not
) strict;
create table rule (            -- one row a rule, and one more for each time that it was changed
    id integer not null,
    time integer not null,     -- CLOCK_MONOTONIC of when it became so, ns
    text text not null,        -- EXPRESSION => ANSWER
    primary key (id, time)
) strict, without rowid;
create table signal (          -- one row a signal that was delivered to a thread
    time integer not null,     -- CLOCK_MONOTONIC, ns
    pid integer not null,
    tid integer not null,
    signal integer not null,   -- its number; -1: one that ends the process, not known which
    code integer,              -- si_code; null: not known
    errno integer not null     -- si_errno
) strict;
create table thread_end (      -- one row a thread that has ended
    time integer not null,     -- CLOCK_MONOTONIC, ns
    pid integer not null,
    tid integer not null,
    last integer not null,     -- 1: it was the last of its process
    code integer,              -- with what it has called exit; null: not known, or a signal ended it
    signal integer not null    -- the signal that ended it; 0: none, -1: not known which
) strict;
create table unseen (          -- one row for each time that something of the program became such as can't be seen
    time integer not null,     -- CLOCK_MONOTONIC, ns
    seq integer not null,      -- of the call that brought it
    pid integer not null,
    tid integer not null,
    what text not null         -- io_uring, filter: one of its own, listener: likewise, which it could not have
) strict;
"""
_PAGE = 8192
"""Rows of half a kilobyte and more leave less of a page unused than with SQLite's 4096."""


class FormatError(Exception):
    """The file is not a recording, or one of another format; the text says which."""


class _Written(sqlite3.Connection):
    """A recording that is being written.

    Attributes:
        lock: a descriptor of the file, locked, which says so. Closed last: with it SQLite's own locks are gone.
    """

    lock = -1

    def close(self) -> None:
        """Close the file, and let others know."""
        super().close()
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1


def create(path: Path) -> sqlite3.Connection:
    """Make a new recording at `path`, mode 0600, and return the connection to write it.

    Raises:
        FileExistsError: there is a file already; a recording is never overwritten.
        OSError: the folder can't be written.
        sqlite3.Error: the file can't be written; it is removed.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with contextlib.suppress(OSError):  # not every file system has locks
            fcntl.flock(lock, fcntl.LOCK_EX)  # a reader that looks has it for a moment
        db = sqlite3.connect(path, isolation_level=None, factory=_Written)
        db.lock = lock
        try:
            db.execute(f"pragma page_size = {_PAGE}")
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = normal")
            db.execute(f"pragma application_id = {APPLICATION_ID}")
            db.executescript(SCHEMA + VIEWS)
            db.execute(f"pragma user_version = {FORMAT}")
        except BaseException:
            db.close()
            raise
    except BaseException:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                os.unlink(f"{path}{suffix}")
        raise
    return db


class Watch:
    """Tells whether a recorder is at work on a recording.

    It has the file open, and is closed after all else that has: SQLite's locks on the file are gone with it.

    Args:
        path: the file.

    Raises:
        OSError: the file can't be read.
        FormatError: it is no file that can be a recording.
    """

    def __init__(self, path: Path) -> None:
        _expect_file(path)
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def recorder(self) -> bool:
        """Return whether there is a recorder."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        except BlockingIOError:
            return True
        except OSError:  # closed, or a file system without locks
            return False
        return False

    def close(self) -> None:
        """Look no more."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def being_written(path: Path) -> bool:
    """Tell whether a recorder is at work on a recording. Not to be asked by who has it open.

    Raises:
        OSError: the file can't be read.
        FormatError: it is no file that can be a recording.
    """
    with contextlib.closing(Watch(path)) as watch:
        return watch.recorder()


def _expect_file(path: Path) -> None:
    """Refuse what is no plain file: SQLite calls a folder an I/O error, and a FIFO would be waited for."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise FormatError(f"{path} is not a recording: not a regular file")


def open_readonly(path: Path) -> sqlite3.Connection:
    """Open the recording at `path` for reading, by any thread, one at a time.

    Raises:
        FormatError: it is not a recording, or of a format that this version does not know.
        FileNotFoundError: there is no such file.
    """
    _expect_file(path)
    # Without a log there is nothing to be shared with a writer, and a folder that can't be written will do.
    how = "mode=ro" if Path(f"{path}-wal").exists() or os.access(path.absolute().parent, os.W_OK) else "immutable=1"
    place = f"{path.absolute().as_uri()}?{how}"
    db = sqlite3.connect(place, uri=True, isolation_level=None, check_same_thread=False)
    try:
        (application,) = db.execute("pragma application_id").fetchone()
        (version,) = db.execute("pragma user_version").fetchone()
    except sqlite3.DatabaseError as error:
        db.close()
        raise FormatError(f"{path} is not a recording: {error}") from error
    if application != APPLICATION_ID:
        db.close()
        raise FormatError(f"{path} is not a recording of seccomp-tui")
    if version != FORMAT:
        db.close()
        raise FormatError(f"{path} has recording format {version}; this version reads format {FORMAT}")
    return db
