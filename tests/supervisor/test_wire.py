"""The control socket carries every message both ways, large ones too."""

from __future__ import annotations

import os
import socket

import pytest

from seccomp_tui.policy.answers import ALLOW, By, State, errno_answer
from seccomp_tui.supervisor.channel import Channel
from seccomp_tui.supervisor.client import Client
from seccomp_tui.supervisor.wire import (
    AnswerCalls,
    AskForeseen,
    AskMemory,
    AskProcess,
    AskProcesses,
    AskRecord,
    Foreseen,
    FromSupervisor,
    Held,
    HeldEnded,
    HeldRecord,
    Hello,
    Holding,
    HoldRefused,
    Leave,
    MemoryRead,
    ProcessDetails,
    ProcessStates,
    RunTo,
    SetHold,
    SetHolding,
    Standpoint,
    Status,
    StepThreads,
    TargetExited,
    ToSupervisor,
    WriteMemory,
)

DOWN: list[FromSupervisor] = [
    Hello([b"ls", b"\xff\x1b"], 12, 5, True),
    Held(1, 2, 3, 4, b"comm", 0xC000003E, 257, [0, (1 << 64) - 1, 0, 0, 0, 0], 9, True),
    HeldEnded(1, State.ANSWERED, errno_answer(2), By.OPERATOR),
    HeldEnded(1, State.GONE, None, By.NOBODY),
    Status(1, 2, 3, True, 4, False, True, 5, True),
    Holding("%file", "openat", "connect", [5]),
    Foreseen(1, Standpoint([("user", b"uid 0")], ""), Standpoint([], "needs CAP_X")),
    HoldRefused("opent", "column 1: no such call"),
    TargetExited(256, 0),
    ProcessDetails(3, [("cwd", b"/\xff")]),
    ProcessStates([(5, "S", 3)]),
    MemoryRead(4, (1 << 64) - 1, 16, b"\0\xff", 5),
]
UP: list[ToSupervisor] = [
    AnswerCalls([1, 2], ALLOW),
    SetHolding(False, 3),
    SetHold("openat"),
    RunTo("connect", [1, 2], 3),
    StepThreads([5]),
    AskForeseen(1),
    AskProcess(5, 0x1234),
    AskProcesses([5, 6]),
    AskRecord(7),
    AskMemory(7, (1 << 64) - 1, 4096),
    WriteMemory(7, 0x1000, b"\0\xff"),
    Leave("kill"),
]


def pair() -> tuple[Channel[FromSupervisor, ToSupervisor], Channel[ToSupervisor, FromSupervisor]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return Channel(ours, ToSupervisor), Channel(theirs, FromSupervisor)


def test_messages_arrive_as_they_were_sent() -> None:
    supervisor, screens = pair()
    for down in DOWN:
        supervisor.send(down)
        assert screens.receive() == down
    for up in UP:
        screens.send(up)
        assert supervisor.receive() == up
    supervisor.close()
    assert screens.receive() is None
    screens.close()


def test_the_last_words_of_one_who_has_not_read_everything_are_heard() -> None:
    supervisor, screens = pair()
    supervisor.send(DOWN[0])
    screens.send(Leave("kill"))
    screens.close()
    assert supervisor.receive() == Leave("kill")
    assert supervisor.receive() is None
    supervisor.close()


@pytest.mark.parametrize("size", [1, 59_000, 61_000, 1 << 20])
def test_a_message_of_any_size_arrives(size: int) -> None:
    supervisor, screens = pair()
    before = len(os.listdir("/proc/self/fd"))
    message = HeldRecord(1, os.urandom(size))
    supervisor.send(message)
    assert screens.receive() == message
    assert len(os.listdir("/proc/self/fd")) == before
    supervisor.close()
    screens.close()


def test_a_client_hears_all_that_came_and_then_the_end() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    supervisor: Channel[FromSupervisor, ToSupervisor] = Channel(ours, ToSupervisor)
    client = Client(theirs)
    assert client.messages() == []
    for message in DOWN:
        supervisor.send(message)
    assert client.messages() == DOWN
    client.answer([4], ALLOW)
    assert supervisor.receive() == AnswerCalls([4], ALLOW)
    supervisor.close()
    assert client.messages() == []
    assert not client.alive
    client.hold(False, 0)
    client.leave("kill")
    client.close()


def test_garbage_ends_the_conversation_rather_than_the_client() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client = Client(theirs)
    ours.send(b"i\xff\xff garbage")
    assert client.messages() == []
    assert not client.alive
    client.close()
    ours.close()
