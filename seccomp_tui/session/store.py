"""The read side of a recording: what the screens pull, a page at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.expression import Expression, ExpressionError
from seccomp_tui.policy.rule import Rule
from seccomp_tui.session import containers, schema
from seccomp_tui.session.matching import matching
from seccomp_tui.session.recorder import Sink
from seccomp_tui.session.replay import replay, replay_one
from seccomp_tui.supervisor.records import FLAG_LATE, ContainerSeen, unpack_segments
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import Segment
from seccomp_tui.syscalls.results import errno_of

_ROW = (
    "seq, time, pid, tid, name, text, state, kind, value, by, flags, settled, result, returned, shown, rule, given,"
    " restarts, restarted_as"
)
_CALL = f"{_ROW}, arch, nr, ip, arg0, arg1, arg2, arg3, arg4, arg5, memory, filled"


_COLUMNS = _ROW.count(",") + 1
_Found = TypeVar("_Found")


class Row(NamedTuple):
    """One line of the history. Times are CLOCK_MONOTONIC, in nanoseconds; `text` is printable ASCII.

    `result` is what an allowed call returned, and `returned` when; None where that is not known. `shown` is the result
    as strace writes it, where that is more than an error or a number. `rule` is the id of the rule that answered, 0:
    none; `given` the whole answer, where that is more than `kind` and `value`. `restarts` is the number of the call
    that the kernel took back and that this is once more, `restarted_as` the other way round.
    """

    seq: int
    time: int
    pid: int
    tid: int
    name: str
    text: str
    state: State
    kind: Kind
    value: int
    by: By
    flags: int
    settled: int | None
    result: int | None = None
    returned: int | None = None
    shown: str | None = None
    rule: int = 0
    given: str | None = None
    restarts: int | None = None
    restarted_as: int | None = None

    @property
    def failed(self) -> bool:
        """It was done, by the kernel or in the target's place, and has failed."""
        if self.kind == Kind.PERFORM:
            return errno_of(self.value) != 0
        return self.kind == Kind.ALLOW and self.result is not None and errno_of(self.result) != 0

    @property
    def late(self) -> bool:
        """What the call has filled in was read only at its thread's next call, and may have changed by then."""
        return bool(self.flags & FLAG_LATE)

    @property
    def unfinished(self) -> bool:
        """More may become known of it."""
        if self.state == State.GONE:
            return self.restarted_as is None
        return self.state == State.HELD or (self.kind == Kind.ALLOW and self.result is None)


class Call(NamedTuple):
    """A recorded call, whole. `args` are unsigned 64 bit; `filled` is the memory that it has filled in."""

    row: Row
    arch: int
    nr: int
    ip: int
    args: tuple[int, ...]
    segments: list[Segment]
    filled: list[Segment] = []


class Process(NamedTuple):
    """A program that a thread runs or ran; `container`: number of the listener that it came by, 0: the launch's."""

    tid: int
    time: int
    pid: int
    ppid: int
    comm: str
    exe: str
    gone: int | None
    container: int = 0


class Session(NamedTuple):
    """A run. `started` and `wall` are one moment: CLOCK_MONOTONIC, and since the epoch; nanoseconds.

    `ended` and the wait status are None while it goes on, and where the recording broke off.
    """

    argv: list[bytes]
    cwd: bytes
    started: int
    wall: int
    target: int
    ended: int | None
    status: int | None


class Store:
    """A recording, open for reading while it grows.

    Args:
        path: the file.
        watch: knows whether a recorder is at work on it; None: one of its own. One who has the file open already hands
            over the first one's.

    Raises:
        FileNotFoundError: there is no such file (at construction).
        FormatError: not a recording, or of an unknown format (at construction).
    """

    def __init__(self, path: Path, *, watch: schema.Watch | None = None) -> None:
        self.path = path
        self.watch = watch or schema.Watch(path)
        self._own_watch = watch is None
        try:
            self._db = schema.open_readonly(path)
        except BaseException:
            self._close_watch()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()
        self._close_watch()

    def _close_watch(self) -> None:
        if self._own_watch:
            self.watch.close()

    @property
    def growing(self) -> bool:
        """A recorder is at work on it."""
        return self.watch.recorder()

    def count(self) -> int:
        """Return how many calls are recorded; they have the numbers 1..count."""
        (last,) = self._db.execute("select max(seq) from call").fetchone()
        return last or 0

    def page(self, first: int, size: int) -> list[Row]:
        """Return the calls numbered `first` .. `first + size - 1`, as far as they are recorded."""
        found = self._db.execute(
            f"select {_ROW} from call where seq between ? and ? order by seq",  # noqa: S608
            (first, first + size - 1),
        )
        return [_row(values) for values in found]

    def call(self, seq: int) -> Call | None:
        """Return call number `seq` with its memory, or None when it is not recorded (yet)."""
        found = self._db.execute(f"select {_CALL} from call where seq = ?", (seq,)).fetchone()  # noqa: S608
        if found is None:
            return None
        arch, nr, ip, *args, memory, filled = found[_COLUMNS:]
        unsigned = tuple(value & 0xFFFF_FFFF_FFFF_FFFF for value in args)
        return Call(
            _row(found[:_COLUMNS]),
            arch,
            nr,
            ip & 0xFFFF_FFFF_FFFF_FFFF,
            unsigned,
            unpack_segments(memory or b""),
            unpack_segments(filled or b""),
        )

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Return the calls with these numbers, in their order, as far as they are recorded."""
        marks = ", ".join("?" * len(numbers))
        found = self._db.execute(f"select {_ROW} from call where seq in ({marks}) order by seq", numbers)  # noqa: S608
        return [_row(values) for values in found]

    def matching(self, expression: Expression, after: int = 0, before: int | None = None) -> Iterator[int]:
        """Yield the numbers of the calls that an expression is true of, as they are found.

        Args:
            expression: what is asked of each call.
            after: only calls with higher numbers, in ascending order.
            before: instead: only calls with lower numbers, in descending order.
        """
        return matching(self._db, expression, after, before)

    def true_of(self, expression: Expression, numbers: Sequence[int]) -> set[int]:
        """Return those of the calls with these numbers that an expression is true of."""
        return set(matching(self._db, expression, among=numbers))

    def unseen(self) -> list[str]:
        """Return what can't be seen of the program: values of `unseen.what`."""
        return [what for (what,) in self._db.execute("select distinct what from unseen order by what")]

    def unfinished(self, among: Sequence[int], after: int, last: int, most: int) -> list[int]:
        """Return the numbers of calls of which more may become known: all that are held, and the newest without result.

        Args:
            among: look at these,
            after: and at those with higher numbers
            last: up to this one.
            most: so many of those without result.
        """
        looked_at = f"(seq in ({', '.join('?' * len(among))}) or seq > ?) and seq <= ?"
        parameters = (*among, after, last)
        held = self._db.execute(f"select seq from call where {looked_at} and state = {State.HELD}", parameters)  # noqa: S608
        allowed = self._db.execute(
            f"select seq from call where {looked_at} and kind = {Kind.ALLOW} and result is null"  # noqa: S608
            " order by seq desc limit ?",
            (*parameters, most),
        )
        return sorted(seq for rows in (held, allowed) for (seq,) in rows)

    def seq_at(self, time: int) -> int:
        """Return the number of the last call that was received at `time` or before; 0: none was."""
        first, last = 0, self.count()
        while first < last:
            middle = (first + last + 1) // 2
            rows = self.page(middle, 1)
            if rows and rows[0].time <= time:
                first = middle
            else:
                last = middle - 1
        return first

    def session(self) -> Session | None:
        """Return what is recorded of the run; None: nothing yet."""
        found = self._db.execute("select argv, cwd, started, wall, target, ended, status from session").fetchone()
        return found and Session(found[0].split(b"\0"), *found[1:])

    def containers(self) -> list[ContainerSeen]:
        """Return the containers, by the numbers of their listeners."""
        return containers.read(self._db)

    def containers_over(self) -> set[int]:
        """Return the numbers of the listeners that nobody uses any more."""
        return {number for (number,) in self._db.execute("select number from container where ended is not null")}

    def rules(self) -> list[Rule]:
        """Return the rules as they stood last, by their numbers."""
        found = self._db.execute("select id, text, max(time) from rule group by id order by id")
        return [_rule(number, text) for number, text, _ in found]

    def replay(
        self,
        sink: Sink,
        decoder: Decoder,
        expression: Expression | None = None,
        numbers: Sequence[int] | None = None,
    ) -> Iterator[int]:
        """Hand everything to `sink` as the recorder once did; see `replay.replay`."""
        return replay(self._db, sink, decoder, expression, numbers)

    def replay_one(self, sink: Sink, decoder: Decoder, seq: int) -> bool:
        """Hand call number `seq` to `sink`; see `replay.replay_one`."""
        return replay_one(self._db, sink, decoder, seq)

    def ask(self, question: Callable[[sqlite3.Connection], _Found]) -> _Found:
        """Return what a question to the tables themselves finds."""
        return question(self._db)

    def interrupt(self) -> None:
        """End the question that another thread is waiting for: there `sqlite3.OperationalError` is raised."""
        with contextlib.suppress(sqlite3.ProgrammingError):  # the thread has closed it
            self._db.interrupt()

    def process(self, tid: int, time: int) -> Process | None:
        """Return the program that thread `tid` ran at `time`."""
        found = self._db.execute(
            "select tid, time, pid, ppid, comm, exe, gone, container from process where tid = ? and time <= ?"
            " order by time desc limit 1",
            (tid, time),
        ).fetchone()
        return found and Process(*found)


@lru_cache(1000)
def _rule(number: int, text: str) -> Rule:
    from seccomp_tui.policy.rules.line import ARROW, parse  # lark is loaded only where there are rules

    try:
        return replace(parse(text).rule, id=number)
    except ExpressionError:  # another version wrote it
        when, _, answer = text.partition(f" {ARROW} ")
        return Rule(when, answer, id=number)


def _row(values: tuple[Any, ...]) -> Row:
    seq, time, pid, tid, name, text, state, kind, value, by, *more = values
    return Row(seq, time, pid, tid, name, text, State(state), Kind(kind), value, By(by), *more)
