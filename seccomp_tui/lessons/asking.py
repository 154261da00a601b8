"""Asks a recording that may not be there yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from itertools import islice

from seccomp_tui.policy.expression import Expression
from seccomp_tui.session.schema import FormatError
from seccomp_tui.session.store import Row, Store


class Asking:
    """Questions that lessons ask of a recording; before there is one, nothing is true.

    Args:
        open: opens the recording.
    """

    def __init__(self, open: Callable[[], Store]) -> None:
        self._open = open
        self._store: Store | None = None
        self._version = -1

    def close(self) -> None:
        """Close the recording."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def changed(self) -> bool:
        """Tell whether something was recorded since this was asked last."""
        if (store := self._opened()) is None:
            return False
        try:
            (version,) = store.ask(lambda db: db.execute("pragma data_version").fetchone())
        except sqlite3.Error:
            return False
        before, self._version = self._version, version
        return before != self._version

    def reached(self, expression: Expression, times: int) -> int | None:
        """Return the call with which an expression has been true of so many; None: not yet."""
        if (store := self._opened()) is None:
            return None
        try:
            return next(islice(store.matching(expression), times - 1, None), None)
        except sqlite3.Error:
            return None

    def true_of(self, expression: Expression, numbers: Sequence[int]) -> set[int]:
        """Return those of the calls that an expression is true of."""
        if (store := self._opened()) is None:
            return set()
        try:
            return store.true_of(expression, numbers)
        except sqlite3.Error:
            return set()

    def row(self, seq: int) -> Row | None:
        """Return a call, None while it is not recorded."""
        rows = self.last(1, seq)
        return rows[0] if rows and rows[0].seq == seq else None

    def last(self, most: int, end: int | None = None) -> list[Row]:
        """Return the newest calls, up to number `end`."""
        if (store := self._opened()) is None:
            return []
        try:
            last = store.count() if end is None else end
            return store.page(max(last - most + 1, 1), min(most, last))
        except sqlite3.Error:
            return []

    def _opened(self) -> Store | None:
        if self._store is None:
            try:
                self._store = self._open()
            except (FormatError, OSError, sqlite3.Error):
                return None
        return self._store
