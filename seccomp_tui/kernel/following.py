"""Results of tasks that run already: their events, opened one after the other, all write into the same rings.

A ring a CPU is opened at the start, so that who reads them has them before there is anything to read. Each thread of a
target takes an event of each sort on each CPU, and with it a descriptor; what it starts later inherits them.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from seccomp_tui.kernel import holders, results, tracepoints
from seccomp_tui.kernel.processes import descendants

_FILTERED = 2
"""A process's Seccomp mode; proc_pid_status(5)."""
_ROUNDS = 3
"""So often a process's threads are looked for, since they may start others meanwhile."""
_SOFTWARE, _DUMMY = 1, 9
"""PERF_TYPE_SOFTWARE and PERF_COUNT_SW_DUMMY, which never happens."""


class TooMany(Exception):
    """More descriptors would be needed than there are; the text says it."""


class Following:
    """The rings, and the events of any number of targets.

    Args:
        room: as many descriptors may be used for events.

    Raises:
        OSError: as of `results.open_events`, and of `tracepoints.ids`.
    """

    def __init__(self, room: int) -> None:
        self.types = tracepoints.ids(results.EVENTS)
        self.rings = _rings()
        self._room = room
        self._events: dict[object, list[int]] = {}

    def follow(self, target: object, pids: Iterable[int], numbers: Collection[int] | None) -> int:
        """Open the events of these processes and of all below them, which run on meanwhile; return how many threads.

        A thread that starts just now may be missed: then it is not known what its calls return.

        Args:
            target: what `drop` will call them.
            numbers: as of `results.open_events`.

        Raises:
            TooMany: nothing was opened.
            OSError: as of `results.open_events`.
        """
        free = self._room - sum(map(len, self._events.values()))
        opened = self._events.setdefault(target, [])
        try:
            return self._open(list(pids), numbers, opened, free)
        except TooMany:
            self.drop(target)
            raise
        except OSError as error:
            self.drop(target)
            if error.errno in (errno.EMFILE, errno.ENFILE):
                raise TooMany("no descriptor is left") from None
            raise

    def drop(self, target: object) -> None:
        """Follow a target no more; without effect when it is not followed."""
        _close(self._events.pop(target, ()))

    def close(self) -> None:
        """Follow nothing any more, and give the rings back."""
        for target in list(self._events):
            self.drop(target)
        results.close_events(self.rings)
        self.rings = []

    def _open(self, pids: list[int], numbers: Collection[int] | None, opened: list[int], free: int) -> int:
        """Open the events of processes and of what they have started, and return how many threads there were.

        Children are looked for when their parent is followed: those that come later inherit its events. One that comes
        in between has them twice; who reads them knows.
        """
        each = len(self.rings) * len(self.types)
        seen: set[int] = set()
        while pids:
            pid = pids.pop()
            for _ in range(_ROUNDS):
                new = [tid for tid in _threads(pid) if tid not in seen]
                seen.update(new)
                if len(opened) + each * len(new) > free:
                    raise TooMany(f"each thread takes {each} descriptors, and of {self._room} not enough are left")
                for tid in new:
                    with contextlib.suppress(ProcessLookupError):
                        opened += self._join(tid, numbers)
                if not new:
                    break
            pids += [child for child in _children(pid) if child not in seen]
        return len(seen)

    def _join(self, tid: int, numbers: Collection[int] | None) -> list[int]:
        """Open the events of one task."""
        exits, *others = self.types
        joined = [ring._replace(others=[]) for ring in self.rings]
        try:
            for ring in joined:
                results.join(ring, exits, tid, results.OF_EXIT)
                if numbers is not None and ring.others:
                    results.narrow(ring.others[0], numbers)
                for event in others:
                    results.join(ring, event, tid, 0)
        except OSError:
            for ring in joined:
                _close(ring.others)
            raise
        return [fd for ring in joined for fd in ring.others]


def _rings() -> list[results.Opened]:
    """Open a ring for each CPU, of an event that tells nothing."""
    opened: list[results.Opened] = []
    try:
        for cpu in range(results.cpus()):
            ring = results.open_event(_DUMMY, 0, cpu, 0, _SOFTWARE)
            if ring >= 0:
                opened.append(results.with_ring(ring, cpu))
    except OSError:
        results.close_events(opened)
        raise
    return opened


def _close(descriptors: Iterable[int]) -> None:
    for fd in descriptors:
        os.close(fd)


def under_filters(above: Sequence[int]) -> list[int]:
    """Return the processes below these that run under more filters than the first of them does."""
    least = holders.under(above[0]).filters
    found = dict.fromkeys(pid for each in above for pid in descendants(each))
    return [pid for pid in found if _is_under(pid, least)]


def _is_under(pid: int, least: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        mode, filters = holders.under(pid)
        return mode == _FILTERED and (least < 0 or filters > least)
    return False


def _threads(pid: int) -> list[int]:
    """Return those of a process that are under a filter, none of one that is not there."""
    try:
        tids = [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []
    return [tid for tid in tids if _filtered(pid, tid)]


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for tid in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(FileNotFoundError):  # CONFIG_PROC_CHILDREN
                found += map(int, Path(f"/proc/{pid}/task/{tid}/children").read_bytes().split())
    return found


def _filtered(pid: int, tid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"\nSeccomp:\t2\n" in Path(f"/proc/{pid}/task/{tid}/status").read_bytes()
    return False
