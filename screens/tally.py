"""What the calls of a recording come to, added up in a thread while some view wants it."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from seccomp_tui.screens.recording import Recording
from seccomp_tui.session.schema import FormatError
from seccomp_tui.session.totals import Group, Order, Program, Thread, Total, Totals

if TYPE_CHECKING:
    from seccomp_tui.session.store import Store

EVERY = 1.0
"""Seconds between looks while the recording grows."""
MEANWHILE = 0.25
"""Seconds between what is shown while much is taken in."""
RETRY = 0.2
LINES, PROCESSES = 500, 5000
"""So many sums are shown at most."""


class Wish(NamedTuple):
    """What a view shows.

    Attributes:
        group: by what it is added up,
        order, up: how it is sorted.
        programs: the processes as well.
    """

    group: Group
    order: Order = Order.CALLS
    up: bool = False
    programs: bool = False


class Sums(NamedTuple):
    """An answer to a wish.

    Attributes:
        totals: the sums, sorted.
        whole: what all calls come to.
        rates: calls a second, by key: of the last moments while the recording grows, else of the whole run.
        programs: the processes, the oldest first.
        taken, there: so many calls have been added up, of so many.
        seconds: from the start of the run to the last of these calls.
    """

    wish: Wish
    totals: list[Total]
    whole: Total
    rates: dict[object, float]
    programs: list[Program]
    threads: list[Thread]
    taken: int
    there: int
    seconds: float


class Tally:
    """Adds up, in a thread of its own, from the first wish on; rests while there is none.

    Args:
        recording: what is added up.

    Attributes:
        sums: the newest answer; None: there is none yet.
        version: another one for each answer.
        trouble: why there are no more, in words.
    """

    def __init__(self, recording: Recording) -> None:
        self.sums: Sums | None = None
        self.version = 0
        self.trouble = ""
        self._recording = recording
        self._wish: Wish | None = None
        self._by: object = None
        self._changed = threading.Event()
        self._stop = False
        self._store: Store | None = None
        self._thread: threading.Thread | None = None
        self._before: dict[Group, tuple[float, dict[object, int]]] = {}
        self._rated: dict[Group, dict[object, float]] = {}

    def want(self, by: object, wish: Wish | None) -> None:
        """Say what is wanted from now on; None: nothing any more, if it is still what the same has wanted."""
        if wish is None and by is not self._by:
            return
        self._by = by
        if wish == self._wish:
            return
        self._wish = wish
        self._changed.set()
        if self._thread is None and wish is not None:
            self._recording.count()  # opens the file here first: see `Recording.again`
            self._thread = threading.Thread(target=self._run, name="tally", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Add up no more."""
        self._stop = True
        self._changed.set()
        if self._store is not None:
            self._store.interrupt()

    # --- in the thread ---

    def _run(self) -> None:
        try:
            while not self._stop:
                try:
                    self._store = self._recording.again()
                except FileNotFoundError:
                    self._changed.wait(RETRY)
                    continue
                with closing(self._store):
                    self._add_up(self._store)
        except (FormatError, OSError, sqlite3.Error) as error:
            self.trouble = "" if self._stop else f"can't read the recording: {error}"
            self.version += 1

    def _add_up(self, store: Store) -> None:
        totals = Totals(store)
        shown = 0.0
        while not self._stop:
            wish = self._wish
            self._changed.clear()
            if wish is None:
                self._changed.wait()
                continue
            growing = store.growing  # asked before the look, which then misses nothing
            more = totals.take()
            now = time.monotonic()
            if not more or now - shown > MEANWHILE:
                shown = now
                self.sums = self._answer(store, totals, wish, growing, more)
                self.version += 1
            if not more:
                self._changed.wait(EVERY if growing else None)

    def _answer(self, store: Store, totals: Totals, wish: Wish, growing: bool, more: bool) -> Sums:
        seconds = max(totals.last - totals.started, 0) / 1e9
        found = totals.top(wish.group, wish.order, up=wish.up, most=PROCESSES if wish.programs else LINES)
        whole = totals.whole()
        return Sums(
            wish,
            found,
            whole,
            {} if more else self._rates(wish.group, [*found, whole], seconds, growing),
            totals.programs() if wish.programs else [],
            totals.threads() if wish.programs else [],
            totals.taken,
            store.count(),
            seconds,
        )

    def _rates(self, group: Group, found: list[Total], seconds: float, growing: bool) -> dict[object, float]:
        if not growing:
            return {total.key: total.calls / max(seconds, 0.001) for total in found}
        now = time.monotonic()
        began, calls = self._before.setdefault(group, (now, {}))
        if not calls or now - began >= EVERY / 2:
            after: dict[object, int] = {total.key: total.calls for total in found}
            self._before[group] = now, after
            if calls:
                self._rated[group] = {key: (n - calls.get(key, n)) / (now - began) for key, n in after.items()}
        return self._rated.get(group, {})
