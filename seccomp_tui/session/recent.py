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
        session: the run; None: nothing has been recorded of it, or the file is of another format.
        calls: how many.
        size: of the file and its log, in bytes.
        growing: it is being written.
    """

    path: Path
    session: Session | None
    calls: int
    size: int
    growing: bool


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


def recordings() -> Iterator[Recent]:
    """Yield what there is, the newest first.

    Raises:
        OSError: the folder can't be read.
    """
    for path in reversed(_files()):
        with contextlib.suppress(FormatError, OSError, sqlite3.Error):
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


def _look(path: Path) -> Recent:
    store = Store(path)
    try:
        size = sum(file.stat().st_size for suffix in ("", "-wal") if (file := Path(f"{path}{suffix}")).exists())
        return Recent(path, store.session(), store.count(), size, store.growing)
    finally:
        store.close()
