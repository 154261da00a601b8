"""Which calls of a recording an expression is true of: SQL narrows, the expression decides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from seccomp_tui.policy.calls import NOT_CONTAINED, AnsweredView, Contained, Outcome
from seccomp_tui.policy.expression import Expression
from seccomp_tui.session import containers
from seccomp_tui.session.narrowing import narrow
from seccomp_tui.session.where import contained, in_startup
from seccomp_tui.supervisor.records import unpack_segments
from seccomp_tui.syscalls.memory import RecordedMemory
from seccomp_tui.syscalls.text import unescape

_PROGRAM = "select {} from process where tid = call.tid and time <= call.time order by time desc limit 1"
_COLUMNS = (
    "seq, state, kind, value, time, settled, result, returned, rule, by, flags, arch, nr, pid, tid, memory, text,"
    f" ({_PROGRAM.format('comm')}), ({_PROGRAM.format('exe')}), ({_PROGRAM.format('container')}),"
    " arg0, arg1, arg2, arg3, arg4, arg5"
)
_UNSIGNED = (1 << 64) - 1


def matching(
    db: sqlite3.Connection,
    expression: Expression,
    after: int = 0,
    before: int | None = None,
    among: Sequence[int] | None = None,
) -> Iterator[int]:
    """Yield the numbers of the calls that an expression is true of, as they are found.

    Args:
        db: a recording.
        expression: what is asked of each call.
        after: only calls with higher numbers, in ascending order.
        before: instead: only calls with lower numbers, in descending order.
        among: only calls with these numbers; there are not many.
    """
    condition, parameters, exact = narrow(expression)
    if among is not None:
        condition = f"seq in ({', '.join('?' * len(among))}) and ({condition})"
        parameters = (*among, *parameters)
    columns = "seq" if exact else _COLUMNS
    side, order, bound = (">", "asc", after) if before is None else ("<", "desc", before)
    query = f"select {columns} from call where seq {side} ? and ({condition}) order by seq {order}"  # noqa: S608
    known: dict[object, Contained] = {} if exact else {each.number: contained(each) for each in containers.read(db)}
    for row in db.execute(query, (bound, *parameters)):
        if exact or expression.matches(view(row, known)):
            yield row[0]


def view(row: tuple[object, ...], known: Mapping[object, Contained]) -> AnsweredView:
    """Return a row of `_COLUMNS` as expressions see it; `known`: the containers by the numbers of their listeners."""
    outcome, (by, flags, arch, nr, pid, tid, memory, text, comm, exe, container, *args) = row[1:9], row[9:]
    return AnsweredView(
        Outcome(*outcome),  # type: ignore[arg-type]
        lambda: str(text),
        arch,
        nr,
        [word & _UNSIGNED for word in args],  # type: ignore[operator]
        RecordedMemory(unpack_segments(memory or b"")),  # type: ignore[arg-type]
        pid,
        tid,
        unescape(str(comm or "")),
        unescape(str(exe or "")),
        in_startup(flags, by),  # type: ignore[arg-type]
        known.get(container, NOT_CONTAINED),
    )
