"""What a recording tells of answers: counted in the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.profile import Condition
from seccomp_tui.session import learning, schema
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import I386, X86_64, Arch


class Recording:
    """A recording in the making."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._seq = 0

    def call(self, name: str, *args: int, arch: Arch = X86_64, **columns: object) -> None:
        self._seq += 1
        row = dict(
            seq=self._seq, time=self._seq, pid=7, tid=7, arch=arch.token, nr=numbers.number(arch.token, name),
            name=name, ip=0, text=f"{name}()", state=State.ANSWERED, kind=Kind.ALLOW, value=0, by=By.UNHELD, flags=0,
            rule=0, **{f"arg{index}": value for index, value in enumerate((*args, *[0] * (6 - len(args))))},
        ) | columns  # fmt: skip
        marks = ", ".join("?" * len(row))
        self.db.execute(f"insert into call ({', '.join(row)}) values ({marks})", list(row.values()))


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recording]:
    with closing(schema.create(tmp_path / "s.db")) as db:
        db.execute("insert into process values (7, 2, 7, 1, 'ls', '/bin/ls', null, 0)")
        yield Recording(db)


def test_answers_are_counted(recording: Recording) -> None:
    recording.call("read")
    recording.call("read")
    recording.call("read", kind=Kind.ERRNO, value=5)
    recording.call("read", kind=Kind.RETURN, value=5)
    recording.call("read", kind=Kind.RETURN, value=6)
    recording.call("read", state=State.GONE, kind=Kind.NONE)
    found = [(use.kind, use.value, use.count, use.first, use.who) for use in learning.uses(recording.db)]
    assert sorted(found) == [
        (Kind.ALLOW, 0, 2, 1, "ls (7)"),
        (Kind.ERRNO, 5, 1, 3, "ls (7)"),
        (Kind.RETURN, 0, 2, 4, "ls (7)"),
    ]


def test_conditions_are_what_plain_arguments_always_were(recording: Recording) -> None:
    for protocol in range(6):
        recording.call("socket", 2, 1 | 7 << 40, protocol)
    recording.call("socket", 9, kind=Kind.ERRNO, value=1)
    recording.call("mprotect", 1 << 46, 4096, 1)
    recording.call("mprotect", 1 << 45, 4096, 1, arch=X86_64)
    recording.call("fcntl", 1, 2)
    recording.call("fcntl", 1, 2, arch=I386)
    assert learning.conditions(recording.db) == {
        "socket": Condition((0, 1), ((2, 1),)),
        "mprotect": Condition((2,), ((1,),)),
    }


def test_the_operators_answers_as_rules_write_them(recording: Recording) -> None:
    recording.call("openat", kind=Kind.ERRNO, value=2, by=By.OPERATOR, path=b"/x")
    recording.call("openat", by=By.OPERATOR, path=b"/y")
    recording.call("getppid", kind=Kind.RETURN, value=-1, by=By.OPERATOR)
    recording.call("read", kind=Kind.RETURN, value=2, by=By.OPERATOR, given='fill buf "hi"')
    recording.call("kill", kind=Kind.KILL, by=By.OPERATOR)
    recording.call("openat", by=By.RULE)
    found = [(each.seq, each.path, each.answer) for each in learning.given(recording.db)]
    assert found == [
        (1, b"/x", "errno ENOENT"),
        (2, b"/y", "allow"),
        (3, None, "return -1"),
        (4, None, 'fill buf "hi"'),
        (5, None, "kill"),
    ]
