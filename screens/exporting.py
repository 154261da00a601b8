"""Calls written into a file as text, in a thread of its own."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.widgets.prompt import Checked, Offer
from seccomp_tui.session.schema import FormatError

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression

FORMATS = {".jsonl": "jsonl", ".json": "jsonl", ".csv": "csv"}
"""What is written by the ending of the file's name; strace's lines where it is another."""
_LOOK_EVERY = 256
_OFFERED = 8


class Export:
    """One file that is being written.

    Args:
        recording: where the calls are.
        path: the file; it must not be there yet.
        expression: only calls that this is true of; None: all.
        numbers: these calls and no others; None: as `expression` says.

    Attributes:
        written: how many calls.
        part: how far it is, 0 to 1.
        trouble: why it has stopped, in words.
    """

    def __init__(
        self, recording: Recording, path: Path, expression: Expression | None, numbers: list[int] | None = None
    ) -> None:
        self.path = path
        self.written = 0
        self.part = 0.0
        self.trouble = ""
        self._recording = recording
        self._expression = expression
        self._numbers = numbers
        self._total = max(recording.count(), 1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="export", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Nothing more is written."""
        return not self._thread.is_alive()

    def close(self) -> None:
        """Write no more, and leave no half of a file."""
        self._stop.set()
        self._thread.join(2.0)

    def _run(self) -> None:
        from seccomp_tui.session.recorder import SinkFailed

        try:
            fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except OSError as error:
            self.trouble = f"{self.path}: {error.strerror}"
            return
        try:
            self._write(fd)
        except (FormatError, OSError, SinkFailed, sqlite3.Error) as error:
            self.trouble = str(error)
        finally:
            os.close(fd)
        if self.trouble or self._stop.is_set():
            with suppress(OSError):
                self.path.unlink()

    def _write(self, fd: int) -> None:
        from seccomp_tui.session.output import OneOutput
        from seccomp_tui.session.printing import printer
        from seccomp_tui.session.wanted import Printing
        from seccomp_tui.syscalls.decode import Decoder

        sink = printer(Printing(form(str(self.path))), OneOutput(fd, str(self.path)), "always")
        with closing(self._recording.again()) as store:
            for count, seq in enumerate(store.replay(sink, Decoder(), self._expression, self._numbers)):
                self.written = count + 1
                if not count % _LOOK_EVERY:
                    self.part = min(seq / self._total, 1.0)
                    if self._stop.is_set():
                        return
        sink.close()
        self.part = 1.0


def form(path: str) -> str:
    """Return the format that a file's name asks for."""
    return FORMATS.get(Path(path).suffix.lower(), "strace")


def wrong(text: str) -> Checked | None:
    """Return why a file can't be written; None when it seems that it can."""
    name = text.strip()
    if not name:
        return "the name of a file: .jsonl, .csv, or strace's lines", 0
    path = Path(name).expanduser()
    if os.path.lexists(path):
        return f"{path.name} is there already" if not path.is_dir() else "that is a folder: add a name", len(text)
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}", 0
    return None


def complete(text: str, cursor: int) -> tuple[int, list[Offer]]:
    """Return the folders and files that a name may go on with."""
    head, _, last = text[:cursor].rpartition("/")
    folder = Path(f"{head}/" if head or text.startswith("/") else ".").expanduser()
    try:
        with os.scandir(folder) as entries:
            names = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries if entry.name.startswith(last)
            )
    except OSError:
        return cursor, []
    found = [Offer(name) for name in names if name.isprintable() and (last or not name.startswith("."))]
    return cursor - len(last), found[:_OFFERED] if last else []
