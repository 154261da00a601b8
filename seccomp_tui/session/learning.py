"""What a recording tells of how a program's calls were answered: counted, for profiles and rules."""

from __future__ import annotations

import sqlite3

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import Answer, By, Kind, State
from seccomp_tui.policy.profile import MOST_VALUES, Condition, Use, condition, plain_arguments
from seccomp_tui.policy.replaying import Given
from seccomp_tui.syscalls import numbers

_DONE = f"state = {State.ANSWERED} and kind in ({Kind.ALLOW}, {Kind.PERFORM})"
_MOST_ROWS = MOST_VALUES**6
"""More combinations there can't be of six words that have had few values each."""


def uses(db: sqlite3.Connection) -> list[Use]:
    """Return how the calls of a recording were answered, by name and the most frequent answer first."""
    found = db.execute(
        f"select arch, nr, kind, iif(kind = {Kind.ERRNO}, value, 0) as number, count(*), min(seq) from call"  # noqa: S608
        f" where state = {State.ANSWERED} group by arch, nr, kind, number order by name, count(*) desc"
    )
    return [
        Use(arch, nr, Kind(kind), value, count, first, _who(db, first))
        for arch, nr, kind, value, count, first in found.fetchall()
    ]


def _who(db: sqlite3.Connection, seq: int) -> str:
    """Return the name and the process of who made a call; before it is known, as at the first execve, its next name."""
    found = db.execute(
        "select process.comm, call.pid from call left join process on process.tid = call.tid where seq = ?"
        " order by process.time > call.time, abs(process.time - call.time) limit 1",
        (seq,),
    ).fetchone()
    return f"{found[0] or '?'} ({found[1]})" if found else ""


def conditions(db: sqlite3.Connection) -> dict[str, Condition]:
    """Return for each call that was allowed with always the same few plain arguments what these were."""
    found: dict[str, Condition] = {}
    elsewhere = set()
    for arch, nr in db.execute(f"select distinct arch, nr from call where {_DONE}").fetchall():  # noqa: S608
        name = numbers.name(arch, nr)
        known = _condition(db, arch, nr) if name not in found else None
        if known is None:
            elsewhere.add(name)  # made on another architecture too, where its words may be others
        else:
            found[name] = known
    return {name: known for name, known in found.items() if name not in elsewhere}


def _condition(db: sqlite3.Connection, arch: int, nr: int) -> Condition | None:
    few = {}
    for index in plain_arguments(arch, nr):
        values = _distinct(db, arch, nr, [index], MOST_VALUES + 1)
        if len(values) <= MOST_VALUES:
            few[index] = [value for (value,) in values]
    return condition(few, _distinct(db, arch, nr, list(few), _MOST_ROWS)) if few else None


def _distinct(db: sqlite3.Connection, arch: int, nr: int, words: list[int], most: int) -> list[tuple[int, ...]]:
    columns = ", ".join(f"arg{word} & 0xffffffff" for word in words)
    select = f"select distinct {columns} from call where arch = ? and nr = ? and {_DONE} limit ?"  # noqa: S608
    return db.execute(select, (arch, nr, most)).fetchall()


def given(db: sqlite3.Connection) -> list[Given]:
    """Return the answers that the operator has given, in the order of their calls."""
    found = db.execute(
        "select seq, name, path, address, kind, value, given, text from call"  # noqa: S608
        f" where by = {By.OPERATOR} and state = {State.ANSWERED} and kind != {Kind.NONE} order by seq"
    )
    return [
        Given(seq, name, path, address, whole or _answer(Kind(kind), value), text)
        for seq, name, path, address, kind, value, whole, text in found.fetchall()
    ]


def _answer(kind: Kind, value: int) -> str:
    """Return an answer of which kind and value say all."""
    return answer_text.text(Answer(kind, value if kind in (Kind.ERRNO, Kind.RETURN) else 0))
