"""What is to be done at a later moment: delayed answers."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

_Due = tuple[int, int, Callable[[], None]]


class Delays:
    """Moments, and what is to be done then. True while there are any.

    Attributes:
        next: the earliest moment, CLOCK_MONOTONIC in nanoseconds; without meaning when there is none.
    """

    __slots__ = ("_due", "_numbers", "next")

    def __init__(self) -> None:
        self._due: list[_Due] = []
        self._numbers = itertools.count()
        self.next = 0

    def __bool__(self) -> bool:
        return bool(self._due)

    def add(self, moment: int, do: Callable[[], None]) -> Callable[[], None]:
        """Do something at a moment, or as soon as possible afterwards; return what makes that undone."""
        due: _Due = (moment, next(self._numbers), do)
        heapq.heappush(self._due, due)
        self.next = self._due[0][0]
        return lambda: self._cancel(due)

    def run(self, now: int) -> None:
        """Do what is due."""
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()
        self.next = self._due[0][0] if self._due else 0

    def _cancel(self, due: _Due) -> None:
        if due in self._due:
            self._due.remove(due)
            heapq.heapify(self._due)
            self.next = self._due[0][0] if self._due else 0
