"""What a recording's calls come to, per system call, path, process and address, kept up to date as it grows.

The views of `views.py` say the same, but read every call each time that they are asked. Here each call is read once, a
portion at a time, and all sums stay in temporary tables: SQLite adds up while Python's other threads run.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.session.store import Store
from seccomp_tui.session.views import ERRNO, HELD, TOOK

PORTION = 20_000
"""Calls taken in at once."""
RECENT = 1000
"""So many of the newest calls without result are looked at again, and all that are held."""
SLOTS = 64
"""A run is told in at most so many pieces of time."""
SLOT_NS = 50_000_000
"""The shortest of them; they double until all have room."""


class Group(Enum):
    """What calls are added up by; the value is a column of the recording."""

    CALL = "name"
    PATH = "path"
    PROCESS = "pid"
    ADDRESS = "address"
    RULE = "rule"


SLOTTED = (Group.CALL, Group.PROCESS)
"""What is also counted by pieces of time; there are too many paths for that."""
TOLD = 500
"""So many of the first sums are."""


class Order(Enum):
    """What sums are sorted by; the value is SQL."""

    NAME = "key"
    CALLS = "calls"
    ERRORS = "errors"
    MADE_UP = "made_up"
    TOOK = "took"
    AVERAGE = "1.0 * took / nullif(timed, 0)"
    HELD = "held"


class Total(NamedTuple):
    """What the calls of one system call, path, process or address come to. Times are in nanoseconds.

    Attributes:
        key: what they share, as it stands in the recording.
        calls: how many there are.
        errors: so many failed, by us or by the kernel.
        made_up: so many were answered by us with an error, a value or a descriptor.
        took: so long they took altogether, as far as that is known.
        timed: of so many that is known.
        held: so long they were held altogether.
        slots: how many there were in each piece of time, of what is `SLOTTED`.
    """

    key: str | int | bytes
    calls: int
    errors: int
    made_up: int
    took: int
    timed: int
    held: int
    slots: tuple[int, ...] = ()


_SUMS = (
    "count(*) as calls, count(errno) as errors, coalesce(sum(made_up), 0) as made_up, coalesce(sum(took), 0) as took,"
    " count(took) as timed, coalesce(sum(held), 0) as held"
)
_NAMES = ("calls", "errors", "made_up", "took", "timed", "held")
_TABLES = f"""
create temp table total (grp, key, {", ".join(_NAMES)}, primary key (grp, key)) without rowid;
create temp table slot (grp, key, slot, calls, primary key (grp, key, slot)) without rowid;
create temp table open (seq integer primary key);
create temp table fresh (seq, name, pid, path, address, errno, made_up, took, held, time, open, rule);
create temp table pending (seq, name, pid, path, address, errno, made_up, took, held, time, open, rule);
"""
_OPEN = f"(state = {State.HELD} or (kind = {Kind.ALLOW} and result is null and seq > :recent))"
_READ = f"""
select seq, name, pid, path, address, {ERRNO}, kind in ({Kind.ERRNO}, {Kind.RETURN}, {Kind.FD}, {Kind.FILL}),
    {TOOK}, {HELD}, time, {_OPEN}, nullif(rule, 0) from main.call"""  # noqa: S608


class Program(NamedTuple):
    """A process, and what is known of its end.

    Attributes:
        pid, ppid: it and its parent.
        comm, exe: what it ran last; untrusted.
        began: when its first call was received.
        threads: how many have made calls.
        ended: it has ended.
        code: with what it has called exit; None: not known, or a signal has ended it.
        signal: the signal that has ended it; 0: none, -1: not known which.
        container: number of the listener that it came by, 0: the launch's.
    """

    pid: int
    ppid: int
    comm: str
    exe: str
    began: int
    threads: int
    ended: bool
    code: int | None
    signal: int
    container: int = 0


_PROGRAMS = """
with last as (select pid, ppid, comm, exe, container, max(time + (tid = pid) * 4000000000000000000)
        from process group by pid),
    whole as (select pid, min(time) as began, count(distinct tid) as threads, sum(gone is null) as alive
        from process group by pid),
    ends as (select pid, code, signal, max(time) as time from thread_end where last group by pid)
select pid, ppid, comm, exe, began, threads, coalesce(ends.time >= began, alive = 0),
    case when ends.time >= began then code end, case when ends.time >= began then signal else 0 end, container
from whole join last using (pid) left join ends using (pid) where pid > 0 order by began limit ?
"""


class Thread(NamedTuple):
    """A thread beside the first one of a process.

    Attributes:
        pid, tid: its process, and it.
        comm: what it is called; untrusted.
        ended: it has ended.
        code, signal: as of `Program`.
    """

    pid: int
    tid: int
    comm: str
    ended: bool
    code: int | None
    signal: int


_THREADS = """
with last as (select pid, tid, comm, min(time) as began, max(time), sum(gone is null) as alive
        from process where pid > 0 and tid != pid group by pid, tid),
    ends as (select tid, code, signal, max(time) as time from thread_end group by tid)
select pid, last.tid, comm, coalesce(ends.time >= began, 0) or alive = 0,
    case when ends.time >= began then code end, case when ends.time >= began then signal else 0 end
from last left join ends using (tid) order by began limit ?
"""


class Totals:
    """Adds up the calls of a recording.

    Args:
        store: the recording, for this alone.

    Attributes:
        taken: the calls up to this number are in the sums.
        started: when the run began; 0 while that is not known.
        last: when the last call of the sums was received.
        slot: how long the pieces of time are that `Total.slots` counts in, ns.
    """

    def __init__(self, store: Store) -> None:
        self.taken = 0
        self.started = self.last = 0
        self.slot = SLOT_NS
        self._store = store
        store.ask(lambda db: db.executescript(_TABLES))

    def take(self) -> bool:
        """Take in a portion of what is new; return whether more is there."""
        return self._store.ask(self._take)

    def _take(self, db: sqlite3.Connection) -> bool:
        growing = self._store.growing
        count = self._store.count()
        upto = min(self.taken + PORTION, count)
        values = {"after": self.taken, "upto": upto, "recent": upto - RECENT if growing else upto}
        with _together(db):
            db.execute("delete from temp.fresh")
            db.execute(f"insert into temp.fresh {_READ} where seq in (select seq from temp.open)", values)  # noqa: S608
            db.execute("delete from temp.open")
            db.execute(f"insert into temp.fresh {_READ} where seq > :after and seq <= :upto", values)
            db.execute("insert into temp.open select seq from temp.fresh where open")
            db.execute("delete from temp.pending")
            db.execute("insert into temp.pending select * from temp.fresh where open")
            db.execute("delete from temp.fresh where open")
            self._set_time(db, upto)
            for group in Group:
                self._add(db, group)
        self.taken = upto
        return upto < count

    def _set_time(self, db: sqlite3.Connection, upto: int) -> None:
        if not self.started:
            found = db.execute("select started from main.session").fetchone()
            found = found or db.execute("select time from main.call order by seq limit 1").fetchone()
            self.started = found[0] if found else 0
        for (last,) in db.execute("select time from main.call where seq = ?", (upto,)):
            self.last = max(self.last, last, self.started)
        while (self.last - self.started) // self.slot >= SLOTS:
            self.slot *= 2
            db.execute(
                "create temp table wider as select grp, key, slot / 2 as slot, sum(calls) from slot group by 1, 2, 3"
            )
            db.execute("delete from temp.slot")
            db.execute("insert into temp.slot select * from temp.wider")
            db.execute("drop table temp.wider")

    def _add(self, db: sqlite3.Connection, group: Group) -> None:
        column = group.value
        added = ", ".join(f"{name} = {name} + excluded.{name}" for name in _NAMES)
        db.execute(
            f"insert into temp.total select ?, {column}, {_SUMS} from temp.fresh where {column} is not null"  # noqa: S608
            f" group by {column} on conflict (grp, key) do update set {added}",
            (column,),
        )
        if group not in SLOTTED:
            return
        db.execute(
            f"insert into temp.slot select ?, {column}, (time - ?) / ?, count(*) from temp.fresh"  # noqa: S608
            f" where {column} is not null group by 2, 3"
            " on conflict (grp, key, slot) do update set calls = calls + excluded.calls",
            (column, self.started, self.slot),
        )

    def top(self, group: Group, order: Order = Order.CALLS, *, up: bool = False, most: int = 500) -> list[Total]:
        """Return the first of the sums.

        Args:
            group: of what.
            order: what they are sorted by,
            up: the least first.
            most: so many at most.
        """
        column, names = group.value, ", ".join(f"sum({name}) as {name}" for name in _NAMES)
        pending = f"select {column} as key, {_SUMS} from temp.pending where {column} is not null group by {column}"  # noqa: S608
        known = f"select key, {', '.join(_NAMES)} from temp.total where grp = ?1 union all {pending}"  # noqa: S608
        sorting = f"{order.value} {'asc' if up else 'desc'} nulls last, calls desc, key"
        question = f"select key, {names} from ({known}) group by key order by {sorting} limit ?2"  # noqa: S608

        def ask(db: sqlite3.Connection) -> list[Total]:
            found = [Total(*values) for values in db.execute(question, (column, most))]
            if group not in SLOTTED:
                return found
            told = [total._replace(slots=self._slots(db, group, total.key)) for total in found[:TOLD]]
            return [*told, *found[TOLD:]]

        return self._store.ask(ask)

    def _slots(self, db: sqlite3.Connection, group: Group, key: object) -> tuple[int, ...]:
        column = group.value
        slots = [0] * min((self.last - self.started) // self.slot + 1, SLOTS)
        for question, values in (
            ("select slot, calls from temp.slot where grp = ? and key = ?", (column, key)),
            (
                f"select (time - ?) / ?, count(*) from temp.pending where {column} = ? group by 1",  # noqa: S608
                (self.started, self.slot, key),
            ),
        ):
            for slot, calls in db.execute(question, values):
                slots[min(max(slot, 0), len(slots) - 1)] += calls
        return tuple(slots)

    def programs(self, most: int = 5000) -> list[Program]:
        """Return the processes, the oldest first."""

        def ask(db: sqlite3.Connection) -> list[Program]:
            found = db.execute(_PROGRAMS, (most,)).fetchall()
            return [Program(*row)._replace(ended=bool(row[6])) for row in found]

        return self._store.ask(ask)

    def threads(self, most: int = 5000) -> list[Thread]:
        """Return the threads that are not the first of their processes, the oldest first."""

        def ask(db: sqlite3.Connection) -> list[Thread]:
            return [Thread(*row)._replace(ended=bool(row[3])) for row in db.execute(_THREADS, (most,)).fetchall()]

        return self._store.ask(ask)

    def whole(self) -> Total:
        """Return what all calls come to."""
        parts = self.top(Group.CALL)
        return Total(
            "",
            calls=sum(part.calls for part in parts),
            errors=sum(part.errors for part in parts),
            made_up=sum(part.made_up for part in parts),
            took=sum(part.took for part in parts),
            timed=sum(part.timed for part in parts),
            held=sum(part.held for part in parts),
            slots=tuple(map(sum, zip(*(part.slots for part in parts), strict=True))),
        )


@contextlib.contextmanager
def _together(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction: what was read stands in the sums once, even if it is interrupted."""
    db.execute("begin")
    try:
        yield
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")
