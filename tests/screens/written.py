"""A recording that a test writes, call by call, as the recorder would."""

from __future__ import annotations

from pathlib import Path

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.session import schema
from seccomp_tui.supervisor.records import pack_segments
from seccomp_tui.syscalls.text import escape
from tests.screens.scripted import IP, NUMBERS, PATH_AT, SECOND, X86_64

STARTED = 1_000 * SECOND
WALL = 1_700_000_000 * SECOND
APART = SECOND // 100
"""Between two calls."""
AT_FDCWD = -100
TABLES_END = 32768
"""Behind it there are only rows."""


class Written:
    """A recording that is being written until it is closed.

    Args:
        path: where; made at once.
        argv: the program.
    """

    def __init__(self, path: Path, *argv: bytes) -> None:
        self.path = path
        self.db = schema.create(path)
        self.calls = 0
        values = b"\0".join(argv or (b"ls", b"-l", b"/")), b"/", STARTED, WALL, 812
        self.db.execute("insert into session values (?, ?, ?, ?, ?, null, null)", values)

    def calls_of(self, count: int, path: bytes = b"/etc/hosts", **values: object) -> None:
        """Write so many calls at once."""
        self.db.execute("begin")
        for _ in range(count):
            self.call(path, **values)  # type: ignore[arg-type]
        self.db.execute("commit")

    def call(
        self,
        path: bytes = b"/etc/hosts",
        *,
        name: str = "openat",
        result: int | None = 3,
        state: State = State.ANSWERED,
        text: str = "",
    ) -> int:
        """Write a call and return its number; `result` None: that is still to come."""
        self.calls += 1
        held = state == State.HELD
        values = {
            "seq": self.calls,
            "time": STARTED + self.calls * APART,
            "pid": 812,
            "tid": 812,
            "arch": X86_64,
            "nr": NUMBERS[name],
            "name": name,
            "ip": IP,
            **dict.fromkeys([f"arg{at}" for at in range(6)], 0),
            "arg0": AT_FDCWD if name == "openat" else PATH_AT,
            "arg1": PATH_AT,
            "text": text
            or f'{name}({"AT_FDCWD, " * (name == "openat")}"{escape(path)}"{", O_RDONLY" * (name == "openat")})',
            "path": path,
            "memory": pack_segments([(PATH_AT, path + b"\0")]),
            "state": state,
            "kind": Kind.NONE if held else Kind.ALLOW,
            "value": 0,
            "by": By.NOBODY if held else By.UNHELD,
            "flags": 0,
            "rule": 0,
            "result": result,
            "returned": None if result is None else STARTED + self.calls * APART + 1000,
        }
        marks = ", ".join("?" * len(values))
        self.db.execute(f"insert into call ({', '.join(values)}) values ({marks})", tuple(values.values()))
        return self.calls

    def held(self, path: bytes = b"/etc/shadow") -> int:
        """Write a call that is held."""
        return self.call(path, result=None, state=State.HELD)

    def settle(self, seq: int) -> None:
        """Let a held call go on."""
        self.db.execute(
            "update call set state = ?, kind = ?, by = ?, settled = time + 5 where seq = ?",
            (State.ANSWERED, Kind.ALLOW, By.OPERATOR, seq),
        )

    def returned(self, seq: int, result: int) -> None:
        """Write what a call has returned."""
        self.db.execute("update call set result = ?, returned = time + 1000 where seq = ?", (result, seq))

    def ended(self, status: int = 0) -> Written:
        """Write how the program has ended, and close the recording."""
        self.db.execute("update session set ended = ?, status = ?", (STARTED + SECOND, status))
        return self.broken_off()

    def damage(self) -> None:
        """Write nonsense over most of the closed file; its beginning, with the tables' names, stays."""
        with open(self.path, "r+b") as file:
            size = file.seek(0, 2)
            file.seek(TABLES_END)
            file.write(b"\xff" * (size - TABLES_END))

    def broken_off(self) -> Written:
        """Close the recording, as when the recorder dies."""
        self.db.close()
        return self
