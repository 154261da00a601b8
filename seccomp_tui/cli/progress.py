"""Progress of long work, on a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rich.progress

_PATIENCE = 0.5
"""Work that takes fewer seconds needs none."""


class Progress:
    """A bar on standard error while work is done that takes a while; nothing where that is no terminal.

    Args:
        what: is done, in a word or two.
        total: how much there is to do.
        wanted: show it; False: not here.
    """

    def __init__(self, what: str, total: int, *, wanted: bool = True) -> None:
        self._what = what
        self._total = total
        self._shown_from = time.monotonic() + _PATIENCE if wanted and sys.stderr.isatty() else float("inf")
        self._bar: rich.progress.Progress | None = None

    def at(self, done: int) -> None:
        """Show that so much is done."""
        if self._bar is None:
            if time.monotonic() < self._shown_from:
                return
            self._bar = self._begin()
        self._bar.update(self._bar.task_ids[0], completed=done)

    def _begin(self) -> rich.progress.Progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        bar.add_task(self._what, total=self._total)
        bar.start()
        return bar

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
