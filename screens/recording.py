"""The recording as the screens pull from it: opened when it is there, and never an exception."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TypeVar

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.rule import Rule
from seccomp_tui.session.schema import FormatError
from seccomp_tui.session.store import Call, Process, Row, Session, Store
from seccomp_tui.supervisor.records import ContainerSeen

_T = TypeVar("_T")


class Kept:
    """Takes printed lines, and keeps them."""

    closed = False

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str, _tid: int = 0, /) -> None:
        """Add one line."""
        self.lines.append(text)

    def flush(self) -> None:
        """Nothing is kept back."""


class Recording:
    """A recording that may not exist yet, and may break while it is read.

    Args:
        path: the file; it is made while the screens start.

    Attributes:
        trouble: why nothing can be read, in words; empty while all is well.
        keeper_answer: how the keeper has answered what stands there as held: with the supervisor dead, nobody could
            write it down. NONE: it is held.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self.keeper_answer = Kind.NONE
        self._store: Store | None = None

    def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def count(self) -> int:
        """Return how many calls are recorded, 0 while there is no file."""
        try:
            return store.count() if (store := self._opened()) else 0
        except sqlite3.Error as error:
            return self._failed(error, 0)

    def page(self, first: int, size: int) -> list[Row]:
        """Return the calls numbered `first` and following, at most `size`."""
        try:
            return [self._settled(row) for row in store.page(first, size)] if (store := self._opened()) else []
        except sqlite3.Error as error:
            return self._failed(error, [])

    def rows(self, numbers: list[int]) -> list[Row]:
        """Return the calls with these numbers."""
        try:
            return [self._settled(row) for row in store.rows(numbers)] if (store := self._opened()) else []
        except sqlite3.Error as error:
            return self._failed(error, [])

    def unseen(self) -> list[str]:
        """Return what can't be seen of the program."""
        try:
            return store.unseen() if (store := self._opened()) else []
        except sqlite3.Error as error:
            return self._failed(error, [])

    def seq(self, position: int) -> int:
        """Return the number of the call at a position: the whole history has each call at its number."""
        return position

    def position(self, seq: int) -> int:
        """Return the position of call number `seq`."""
        return seq

    def session(self) -> Session | None:
        """Return what is recorded of the run, None while there is nothing."""
        try:
            return store.session() if (store := self._opened()) else None
        except sqlite3.Error as error:
            return self._failed(error, None)

    def seq_after(self, seconds: float) -> int:
        """Return the number of the first call that was received so long after the start, or of the last one."""
        try:
            store = self._opened()
            session = store.session() if store is not None else None
            if store is None or session is None:
                return 0
            return min(store.seq_at(session.started + int(seconds * 1e9) - 1) + 1, store.count())
        except sqlite3.Error as error:
            return self._failed(error, 0)

    def again(self) -> Store:
        """Return the recording opened once more, for another thread.

        Raises:
            FileNotFoundError, FormatError, sqlite3.Error: it can't be.
        """
        return Store(self.path, watch=self._store.watch if self._store is not None else None)

    @property
    def growing(self) -> bool:
        """A recorder is at work on it, or may yet make it."""
        return store.growing if (store := self._opened()) else not self.trouble

    def rules(self) -> list[Rule]:
        """Return the rules as they stood last."""
        try:
            return store.rules() if (store := self._opened()) else []
        except sqlite3.Error as error:
            return self._failed(error, [])

    def call(self, seq: int) -> Call | None:
        """Return call number `seq` with its memory, None when it is not recorded."""
        try:
            call = store.call(seq) if (store := self._opened()) else None
            return call and call._replace(row=self._settled(call.row))
        except sqlite3.Error as error:
            return self._failed(error, None)

    def printed(self, seq: int, line_format: str) -> list[str]:
        """Return call number `seq` as `export` prints it; nothing when it is not recorded.

        Args:
            seq: the call.
            line_format: "strace" or "jsonl".
        """
        from seccomp_tui.session.printing import printer
        from seccomp_tui.session.wanted import Printing
        from seccomp_tui.syscalls.decode import Decoder

        lines = Kept()
        try:
            if store := self._opened():
                store.replay_one(printer(Printing(line_format), lines, "always"), Decoder(), seq)
        except sqlite3.Error as error:
            return self._failed(error, [])
        return lines.lines

    def process(self, tid: int, time: int) -> Process | None:
        """Return the program that thread `tid` ran at `time`."""
        try:
            return store.process(tid, time) if (store := self._opened()) else None
        except sqlite3.Error as error:
            return self._failed(error, None)

    def container(self, tid: int, time: int) -> str:
        """Return what people call the container that thread `tid` was in at `time`; empty: none, or not known."""
        program = self.process(tid, time)
        number = program.container if program is not None else 0
        found = next((each for each in self.containers() if each.number == number), None) if number else None
        return "" if found is None else found.name or found.container

    def containers(self) -> list[ContainerSeen]:
        """Return what is recorded of containers, one for each of their listeners."""
        try:
            return store.containers() if (store := self._opened()) else []
        except sqlite3.Error as error:
            return self._failed(error, [])

    def containers_over(self) -> set[int]:
        """Return the numbers of the listeners that nobody uses any more."""
        try:
            return store.containers_over() if (store := self._opened()) else set()
        except sqlite3.Error as error:
            return self._failed(error, set())

    def _settled(self, row: Row) -> Row:
        if self.keeper_answer == Kind.NONE or row.state != State.HELD:
            return row
        return row._replace(state=State.ANSWERED, kind=self.keeper_answer, by=By.ON_EXIT)

    def _opened(self) -> Store | None:
        if self._store is None:
            try:
                self._store = Store(self.path)
            except FileNotFoundError:
                return None
            except (FormatError, OSError, sqlite3.Error) as error:
                self.trouble = str(error)
                return None
        self.trouble = ""
        return self._store

    def _failed(self, error: sqlite3.Error, nothing: _T) -> _T:
        self.trouble = f"can't read the recording: {error}"
        return nothing
