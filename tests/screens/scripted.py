"""A scripted supervisor: the other end of the control socket, and a real recording."""

from __future__ import annotations

import socket
import sqlite3
import struct
from pathlib import Path

from msgspec.structs import replace

from seccomp_tui.policy.answers import Answer, By, Kind, State
from seccomp_tui.policy.rules import Count
from seccomp_tui.policy.rules.line import parse
from seccomp_tui.session import schema
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.channel import Channel
from seccomp_tui.supervisor.client import Client
from seccomp_tui.supervisor.records import CALL, CALL_HEAD, pack_segments
from seccomp_tui.supervisor.wire import (
    AnswerCalls,
    AnswerFailed,
    FromSupervisor,
    Held,
    HeldEnded,
    HeldRecord,
    Hello,
    MemoryRead,
    Rules,
    Status,
    TargetExited,
    ToSupervisor,
)
from seccomp_tui.syscalls.memory import Segment
from seccomp_tui.syscalls.text import escape

NOTIF = struct.Struct("=QIIiIQ6Q")
"""struct seccomp_notif."""
X86_64 = 0xC000003E
NUMBERS = {"openat": 257, "read": 0, "write": 1, "unlink": 87, "connect": 42, "mount": 165, "getpid": 39}
NUMBERS |= {"init_module": 175, "exit_group": 231, "writev": 20, "uname": 63, "io_uring_setup": 425, "seccomp": 317}
PATH_AT = 0x7FFD_1234_50C0
IP = 0x7F00_DEAD_BEEF
SECOND = 1_000_000_000


class Clock:
    """CLOCK_MONOTONIC that stands still unless it is told to move."""

    def __init__(self) -> None:
        self.now = 1_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


class Supervisor:
    """Sends what the test says; keeps what the screens ask.

    Args:
        path: where the recording goes.
        record: make the recording at once.
    """

    def __init__(self, path: Path, *, record: bool = True) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.path = path
        self.board = Board()
        self.client = Client(theirs, self.board)
        self._socket = ours
        self.channel: Channel[FromSupervisor, ToSupervisor] = Channel(ours, ToSupervisor)
        self._theirs = theirs
        self.clock = Clock()
        self.asked: list[ToSupervisor] = []
        self.db: sqlite3.Connection | None = None
        self.calls = 0
        self.held: dict[int, Held] = {}
        if record:
            self.record()

    def record(self) -> None:
        self.db = schema.create(self.path)

    def close(self) -> None:
        self._socket.close()
        self._theirs.close()
        if self.db is not None:
            self.db.close()

    # --- what the supervisor says ---

    def hello(self, *argv: str, holding: bool = True) -> None:
        self.channel.send(Hello([word.encode() for word in argv or ("ls", "-l", "/")], 800, 0, holding))

    def status(self, **changes: object) -> None:
        values: dict[str, object] = {
            "calls": self.calls,
            "held": len(self.held),
            "startup": 74,
            "holding": True,
            "backlog": 0,
            "slowed": False,
            "recording": True,
            "threads": 1,
            "alive": True,
        }
        self.channel.send(Status(**(values | changes)))  # type: ignore[arg-type]

    def exited(self, status: int = 0, failure: int = 0, reason: str = "") -> None:
        self.channel.send(TargetExited(status, failure, reason))

    def die(self) -> None:
        """Die, as by SIGKILL; the keeper writes to `board` from now on."""
        self._socket.close()

    def past(self, count: int = 1, *, name: str = "read", text: str = "") -> None:
        """Write calls that nothing held into the recording."""
        assert self.db is not None
        rows = []
        for _ in range(count):
            self.calls += 1
            row_text = text or f'{name}(3, "root:x:0:0"..., 4096)'
            rows.append(self._row(self.calls, name, row_text, b"", State.ANSWERED, Kind.ALLOW, By.UNHELD))
        self._insert(rows)

    def hold(
        self,
        name: str = "openat",
        path: bytes = b"/etc/shadow",
        *,
        comm: bytes = b"ls",
        pid: int = 812,
        tid: int = 0,
        recorded: bool = True,
        text: str = "",
        age: float = 0.3,
        segments: list[Segment] | None = None,
        args: list[int] | None = None,
    ) -> int:
        """Hold a call, as the supervisor would: recorded first, then told."""
        self.calls += 1
        seq = self.calls
        args = args or ([0xFFFF_FF9C, PATH_AT, 0x80000, 0, 0, 0] if name == "openat" else [PATH_AT, 0x1000, 0, 0, 0, 0])
        held = Held(
            seq,
            self.clock() - int(age * SECOND),
            pid,
            tid or pid,
            comm,
            X86_64,
            NUMBERS[name],
            args,
            IP,
            recorded,
        )
        copied = [(PATH_AT, path + b"\0")] if segments is None else segments
        if recorded:
            row_text = text or f'openat(AT_FDCWD, "{escape(path)}", O_RDONLY|O_CLOEXEC)'
            memory = pack_segments(copied)
            row = self._row(
                seq,
                name,
                row_text,
                memory,
                State.HELD,
                Kind.NONE,
                By.NOBODY,
                time=held.time,
                pid=pid,
                tid=held.tid,
                args=args,
                path=path if name in ("openat", "unlink") else None,
            )
            self._insert([row])
        self.held[seq] = held
        self.segments = copied
        self.channel.send(held)
        return seq

    def settle(self, seq: int, answer: Answer | None, by: By = By.OPERATOR) -> None:
        """End a held call: answered, or gone (None)."""
        state = State.GONE if answer is None else State.ANSWERED
        kind, value = (Kind.NONE, 0) if answer is None else (answer.kind, answer.value)
        held = self.held.pop(seq)
        if self.db is not None and held.recorded:
            self.db.execute(
                "update call set state = ?, kind = ?, value = ?, by = ?, settled = ? where seq = ?",
                (state, kind, value, by, held.time + SECOND, seq),
            )
        self.channel.send(HeldEnded(seq, state, answer, by))

    def send_record(self, seq: int) -> None:
        """Send the raw record of a held call, as `AskRecord` asks."""
        held = self.held[seq]
        notif = NOTIF.pack(7, held.tid, 0, held.nr, held.arch, held.ip, *held.args)
        memory = pack_segments(self.segments)
        size = CALL_HEAD.size + len(memory)
        head = CALL_HEAD.pack(size, CALL, State.HELD, 0, 0, 0, 0, seq, held.time, 0, held.pid, notif)
        self.channel.send(HeldRecord(seq, head + memory))

    def memory(self, seq: int, address: int, data: bytes, *, why: str = "", written: bool = False) -> None:
        """Say what stands in a held call's memory, as `AskMemory` asks; it was read now."""
        self.channel.send(MemoryRead(seq, address, len(data), data, self.clock(), written, why))

    def fail(self, seq: int, why: str) -> None:
        """Say that an answer to a held call could not be given."""
        self.channel.send(AnswerFailed(seq, why))

    def rules(self, *lines: str, hits: int = 0, seq: int = 0) -> None:
        """Say which rules there are, numbered from 1; each has had so many hits, the last one now, with call `seq`."""
        rules = [replace(parse(line).rule, id=number) for number, line in enumerate(lines, 1)]
        self.channel.send(Rules(rules, [Count(rule.id, hits, self.clock(), seq) for rule in rules]))

    # --- what the screens ask ---

    def take(self) -> list[ToSupervisor]:
        """Return all that was asked since the last time."""
        taken: list[ToSupervisor] = []
        while True:
            try:
                message = self.channel.receive()
            except (BlockingIOError, ConnectionError):
                break
            if message is None:
                break
            taken.append(message)
        self.asked += taken
        return taken

    def answers(self) -> list[tuple[list[int], Answer]]:
        """Return the answers given so far, and settle the calls they hit."""
        self.take()
        for message in self.asked:
            if isinstance(message, AnswerCalls):
                for seq in message.seqs:
                    if seq in self.held:
                        self.settle(seq, message.answer)
        return [(message.seqs, message.answer) for message in self.asked if isinstance(message, AnswerCalls)]

    # --- the recording ---

    def _row(
        self,
        seq: int,
        name: str,
        text: str,
        memory: bytes,
        state: State,
        kind: Kind,
        by: By,
        *,
        time: int = 0,
        pid: int = 812,
        tid: int = 812,
        value: int = 0,
        flags: int = 0,
        args: list[int] | None = None,
        path: bytes | None = None,
    ) -> tuple[object, ...]:
        registers = [struct.unpack("=q", struct.pack("=Q", arg))[0] for arg in args or [3, PATH_AT, 4096, 0, 0, 0]]
        when = time or self.clock()
        head = (seq, when, pid, tid, X86_64, NUMBERS[name], name, IP)
        return (
            *head,
            *registers,
            text,
            path,
            memory or None,
            state,
            kind,
            value,
            by,
            flags,
            *[None] * 6,
            0,
            *[None] * 3,
        )

    def _insert(self, rows: list[tuple[object, ...]]) -> None:
        assert self.db is not None
        self.db.execute("begin")
        self.db.executemany(f"insert into call values ({', '.join('?' * 32)})", rows)
        self.db.execute("commit")
