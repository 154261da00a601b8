"""The calls of the history that an expression is true of: looked for in a thread, shown as they are found."""

from __future__ import annotations

import bisect
import sqlite3
import threading
from array import array

from seccomp_tui.policy.expression import Expression
from seccomp_tui.screens.recording import Recording
from seccomp_tui.session.schema import FormatError
from seccomp_tui.session.store import Row, Store

POLL = 0.1
"""Seconds between looks for new calls."""
UNFINISHED = 200
"""So many calls without result are looked at again, and all that are held."""


class Matches:
    """A part of the history, itself one: calls have positions from 1.

    Args:
        recording: where the calls are.
        expression: what is asked of each.

    Attributes:
        expression, text: what is asked, and as the operator has typed it.
        version: another one, when what was found before is no longer as it was.
        done: all calls that there were have been looked at.
        trouble: why no more is found, in words.
    """

    def __init__(self, recording: Recording, expression: Expression, text: str) -> None:
        self.expression = expression
        self.text = text
        self.version = 0
        self.done = False
        self.trouble = ""
        self._recording = recording
        self._numbers: array[int] = array("q")
        self._stop = threading.Event()
        self._store: Store | None = None
        threading.Thread(target=self._run, name="matches", daemon=True).start()

    def close(self) -> None:
        """Look for no more."""
        self._stop.set()
        if self._store is not None:
            self._store.interrupt()

    # --- as a history ---

    def count(self) -> int:
        """Return how many calls have been found."""
        return len(self._numbers)

    def page(self, first: int, size: int) -> list[Row]:
        """Return the calls at the positions `first` .. `first + size - 1`."""
        return self._recording.rows(self._numbers[first - 1 : first - 1 + size].tolist())

    def seq(self, position: int) -> int:
        """Return the number of the call at a position; 0: there is none."""
        return self._numbers[position - 1] if 0 < position <= len(self._numbers) else 0

    def position(self, seq: int) -> int:
        """Return the position of call number `seq`, or of the first match behind it."""
        return min(bisect.bisect_left(self._numbers, seq) + 1, len(self._numbers))

    # --- in the thread ---

    def _run(self) -> None:
        try:
            self._store = store = self._recording.again()
            looked = 0
            again: list[int] = []
            growing = True
            while growing and not self._stop.is_set():
                growing = store.growing  # asked before the look, which then misses nothing
                looked, again = self._look(store, looked, again, growing)
                self.done = True
                if growing:
                    self._stop.wait(POLL)
        except (FormatError, OSError, sqlite3.Error) as error:
            self.trouble = "" if self._stop.is_set() else str(error)
        finally:
            self.done = True
            if self._store is not None:
                self._store.close()

    def _look(self, store: Store, looked: int, again: list[int], growing: bool) -> tuple[int, list[int]]:
        """Look at the calls behind number `looked`, and at some `again`; return both for the next time."""
        last = store.count()
        # As of now: what ends while it is looked is seen the next time.
        unfinished = store.unfinished(again, looked, last, UNFINISHED) if growing else []
        for seq in store.matching(self.expression, after=looked):
            if seq > last or self._stop.is_set():
                break
            self._numbers.append(seq)
        if again:
            self._correct(again, store)
        return last, unfinished

    def _correct(self, again: list[int], store: Store) -> None:
        """Look at calls once more whose results were not there."""
        now = store.true_of(self.expression, again)
        for seq in again:
            at = bisect.bisect_left(self._numbers, seq)
            there = at < len(self._numbers) and self._numbers[at] == seq
            if (seq in now) == there:
                continue
            if there:
                del self._numbers[at]
            else:
                self._numbers.insert(at, seq)
            self.version += 1
