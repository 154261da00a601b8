"""The screens' end of the control socket."""

from __future__ import annotations

import socket

import msgspec

from seccomp_tui.policy.answers import Answer
from seccomp_tui.policy.rule import Rule
from seccomp_tui.supervisor import aftermath
from seccomp_tui.supervisor.aftermath import Aftermath
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.channel import Channel
from seccomp_tui.supervisor.wire import (
    AnswerCalls,
    AskForeseen,
    AskMemory,
    AskProcess,
    AskProcesses,
    AskRecord,
    FromSupervisor,
    Leave,
    MoveRule,
    PutRule,
    RemoveRule,
    RunTo,
    SetHold,
    SetHolding,
    StepThreads,
    ToSupervisor,
    WriteMemory,
)


class Client:
    """Talks to the supervisor. Wait for `fileno()` to be readable, then take all of `messages()`.

    Every method that sends is without effect once the supervisor is gone (`alive` is then False).

    Args:
        sock: the connected control socket.
        board: says what becomes of the target after the supervisor's death.
    """

    def __init__(self, sock: socket.socket, board: Board | None = None) -> None:
        self._board = board
        self._channel: Channel[ToSupervisor, FromSupervisor] = Channel(sock, FromSupervisor)
        self.alive = True

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._channel.fileno()

    def close(self) -> None:
        """Hang up."""
        self.alive = False
        self._channel.close()

    def messages(self) -> list[FromSupervisor]:
        """Return all messages that have arrived; sets `alive` to False at the end of the stream."""
        arrived: list[FromSupervisor] = []
        while self.alive:
            try:
                message = self._channel.receive()
            except BlockingIOError:
                break
            except (ConnectionError, msgspec.DecodeError):
                message = None
            if message is None:
                self.alive = False
            else:
                arrived.append(message)
        return arrived

    def aftermath(self) -> Aftermath:
        """Return what has become of the target since the supervisor died."""
        return aftermath.read(self._board) if self._board is not None else Aftermath()

    def answer(self, seqs: list[int], answer: Answer) -> None:
        """Give `answer` to the held calls `seqs`, in this order."""
        self._send(AnswerCalls(seqs, answer))

    def hold(self, on: bool, seen: int) -> None:
        """Hold calls, or let all go on but those up to number `seen` that are held already."""
        self._send(SetHolding(on, seen))

    def hold_by(self, text: str) -> None:
        """Hold by another expression from now on; empty: as at the start."""
        self._send(SetHold(text))

    def run_to(self, text: str, seqs: list[int], seen: int) -> None:
        """Allow the held calls `seqs`, and hold nothing until an expression is true of a call.

        Args:
            seen: newest call that the screens have shown.
        """
        self._send(RunTo(text, seqs, seen))

    def step(self, tids: list[int]) -> None:
        """Hold the next call of each of these threads, whatever it is."""
        self._send(StepThreads(tids))

    def put_rule(self, rule: Rule, before: int | None = None) -> None:
        """Add a rule, in front of rule number `before` or last, or put it in the place of the one with its number."""
        self._send(PutRule(rule, before))

    def move_rule(self, number: int, to: int) -> None:
        """Move a rule to place `to` (from 0)."""
        self._send(MoveRule(number, to))

    def remove_rule(self, number: int) -> None:
        """Remove a rule."""
        self._send(RemoveRule(number))

    def ask_process(self, tid: int, address: int = 0) -> None:
        """Ask for `ProcessDetails` of thread `tid`, with the module that `address` lies in."""
        self._send(AskProcess(tid, address))

    def ask_processes(self, pids: list[int]) -> None:
        """Ask for `ProcessStates`."""
        self._send(AskProcesses(pids))

    def ask_record(self, seq: int) -> None:
        """Ask for the `HeldRecord` of a held call that the recording does not have."""
        self._send(AskRecord(seq))

    def ask_foreseen(self, seq: int) -> None:
        """Ask how a held call would be performed: `Foreseen`."""
        self._send(AskForeseen(seq))

    def ask_memory(self, seq: int, address: int, size: int) -> None:
        """Ask for `MemoryRead` of held call `seq`."""
        self._send(AskMemory(seq, address, size))

    def write_memory(self, seq: int, address: int, data: bytes) -> None:
        """Write into the memory of held call `seq`; `MemoryRead` says what stands there then."""
        self._send(WriteMemory(seq, address, data))

    def leave(self, how: str) -> None:
        """Say what becomes of the target when the screens close: "kill", "allow" or "abandon"."""
        self._send(Leave(how))

    def _send(self, message: ToSupervisor) -> None:
        try:
            self._channel.send(message)
        except (ConnectionError, BrokenPipeError):
            self.alive = False
