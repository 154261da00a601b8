"""Which container a thread runs in, as the events of a recording tell it."""

from __future__ import annotations

import json
import sqlite3

from seccomp_tui.session.happenings import Happening
from seccomp_tui.supervisor.records import ContainerGone, ContainerSeen, Event, ProcessSeen, ThreadGone

_COLUMNS = "time, number, container, name, pid, metadata, annotations, rules"


class Containers:
    """Follows events; of what has ended nothing is kept."""

    def __init__(self) -> None:
        self._seen: dict[int, ContainerSeen] = {}
        self._of: dict[int, ContainerSeen] = {}

    def event(self, event: Event | Happening) -> ContainerSeen | None:
        """Take one, and return the container that has come, has ended, or has a thread that was seen."""
        match event:
            case ContainerSeen(number=number):
                self._seen[number] = event
                return event
            case ContainerGone(number=number):
                return self._seen.pop(number, None)
            case ProcessSeen(tid=tid, container=number):
                container = self._seen.get(number)
                if container is not None:
                    self._of[tid] = container
                else:
                    self._of.pop(tid, None)
                return container
            case ThreadGone(tid=tid):
                self._of.pop(tid, None)
        return None

    def of(self, tid: int) -> ContainerSeen | None:
        """Return the one that a thread runs in; None: in none that has come with a listener."""
        return self._of.get(tid)


def row(event: ContainerSeen) -> tuple[object, ...]:
    """Return one as a row of the table `container`."""
    annotations = json.dumps(event.annotations)
    fields = (event.number, event.time, None, event.container, event.name, event.pid)
    return (*fields, event.metadata, annotations, event.rules)


def read(db: sqlite3.Connection) -> list[ContainerSeen]:
    """Return those that are recorded, by the numbers of their listeners."""
    found = db.execute(f"select {_COLUMNS} from container order by number")  # noqa: S608
    return [
        ContainerSeen(time, number, container, name, pid, metadata, json.loads(annotations), rules)
        for time, number, container, name, pid, metadata, annotations, rules in found
    ]
