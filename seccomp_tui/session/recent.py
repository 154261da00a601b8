"""The recordings that were given no name: where they lie, what there is, and how many stay."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import platformdirs

from seccomp_tui.session.schema import FormatError, being_written
from seccomp_tui.session.store import Session, Store


class Recent(NamedTuple):
    """A recording in the folder.

    Attributes:
        path: the file.
        session: the run; None: nothing has been recorded of it.
        began: when, seconds since the epoch; of one without a session when it was last written.
        calls: how many.
        size: of the file and its log, in bytes.
        growing: it is being written.
        trouble: why it can't be read, in words.
    """

    path: Path
    session: Session | None
    began: float
    calls: int
    size: int
    growing: bool = False
    trouble: str = ""


def folder() -> Path:
    """Return the folder of recordings that were not given a name, made 0700.

    Raises:
        OSError: it can't be made.
    """
    path = Path(platformdirs.user_data_dir("seccomp-tui")) / "sessions"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def new_name(program: str) -> Path:
    """Return the file of a new recording: the time first, so that names sort by age.

    Raises:
        OSError: its folder can't be made.
    """
    name = "".join(c if c.isalnum() else "-" for c in os.path.basename(program))[:40]
    return folder() / f"{time.strftime('%Y%m%d-%H%M%S')}-{name}-{os.getpid()}.db"


def recordings(but: Path | None = None) -> Iterator[Recent]:
    """Yield what there is, the newest first.

    Args:
        but: all but this one, which the caller has open: see `schema.Watch`.

    Raises:
        OSError: the folder can't be read.
    """
    for path in reversed(_files()):
        if but is not None and path.absolute() == but.absolute():
            continue
        with contextlib.suppress(FileNotFoundError):  # removed meanwhile
            yield _look(path)


def prune(keep: int) -> None:
    """Remove the oldest, so that `keep` stay; one that is being written stays in any case.

    Raises:
        OSError: the folder can't be read.
    """
    files = _files()
    for path in files[: max(len(files) - keep, 0)]:
        with contextlib.suppress(OSError):
            if not being_written(path):
                for suffix in ("", "-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)


def _files() -> list[Path]:
    return sorted(folder().glob("*.db"))


def size_of(path: Path) -> int:
    """Return the bytes of a recording and its log; 0: it is not there."""
    size = 0
    for name in (path.name, f"{path.name}-wal"):
        with contextlib.suppress(OSError):
            size += path.with_name(name).stat().st_size
    return size


def _look(path: Path) -> Recent:
    status = path.stat()
    size = size_of(path)
    try:
        with contextlib.closing(Store(path)) as store:
            session = store.session()
            began = status.st_mtime if session is None else session.wall / 1e9
            return Recent(path, session, began, store.count(), size, store.growing)
    except (FormatError, sqlite3.Error) as error:
        return Recent(path, None, status.st_mtime, 0, size, trouble=str(error).removeprefix(f"{path} "))
