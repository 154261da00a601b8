"""The control socket inside Textual's event loop: messages come in by `add_reader`, nothing sent ever blocks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from seccomp_tui.policy.answers import Answer
from seccomp_tui.supervisor.aftermath import Aftermath
from seccomp_tui.supervisor.client import Client
from seccomp_tui.supervisor.wire import FromSupervisor

if TYPE_CHECKING:
    from seccomp_tui.policy.rules import Rule

RETRY = 0.02
"""Seconds until a message that did not go through is sent again."""
LEAVE_TRIES = 50


class Link:
    """The supervisor, as the screens talk to it.

    Args:
        client: the client side of the control socket.
        arrived: called with the messages that arrived, never with none.
        lost: called once, when the supervisor is gone.
    """

    def __init__(
        self, client: Client, arrived: Callable[[list[FromSupervisor]], None], lost: Callable[[], None]
    ) -> None:
        self._client = client
        self._arrived = arrived
        self._lost = lost
        self._unsent: deque[Callable[[], None]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._retry: asyncio.TimerHandle | None = None

    @property
    def alive(self) -> bool:
        """The supervisor is there."""
        return self._client.alive

    def start(self) -> None:
        """Begin to listen, in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._client.fileno(), self._readable)

    def stop(self) -> None:
        """Stop listening."""
        if self._loop is not None:
            self._loop.remove_reader(self._client.fileno())
            self._loop = None

    def answer(self, seqs: list[int], answer: Answer) -> None:
        """Give `answer` to the held calls `seqs`."""
        self._send(partial(self._client.answer, seqs, answer))

    def hold(self, on: bool, seen: int) -> None:
        """Hold calls, or let all go on but those up to number `seen` that are held already."""
        self._send(partial(self._client.hold, on, seen))

    def hold_by(self, text: str) -> None:
        """Hold by another expression from now on; empty: as at the start."""
        self._send(partial(self._client.hold_by, text))

    def run_to(self, text: str, seqs: list[int], seen: int) -> None:
        """Allow the held calls `seqs`, and hold nothing until an expression is true of a call."""
        self._send(partial(self._client.run_to, text, seqs, seen))

    def step(self, tids: list[int]) -> None:
        """Hold the next call of each of these threads, whatever it is."""
        self._send(partial(self._client.step, tids))

    def put_rule(self, rule: Rule, before: int | None = None) -> None:
        """Add a rule, in front of rule number `before` or last, or put it in the place of the one with its number."""
        self._send(partial(self._client.put_rule, rule, before))

    def move_rule(self, number: int, to: int) -> None:
        """Move a rule to place `to` (from 0)."""
        self._send(partial(self._client.move_rule, number, to))

    def remove_rule(self, number: int) -> None:
        """Remove a rule."""
        self._send(partial(self._client.remove_rule, number))

    def ask_process(self, tid: int, address: int) -> None:
        """Ask for `ProcessDetails`."""
        self._send(partial(self._client.ask_process, tid, address))

    def ask_processes(self, pids: list[int]) -> None:
        """Ask for `ProcessStates`."""
        self._send(partial(self._client.ask_processes, pids))

    def ask_record(self, seq: int) -> None:
        """Ask for the `HeldRecord` of a held call."""
        self._send(partial(self._client.ask_record, seq))

    def ask_foreseen(self, seq: int) -> None:
        """Ask how a held call would be performed."""
        self._send(partial(self._client.ask_foreseen, seq))

    def ask_memory(self, seq: int, address: int, size: int) -> None:
        """Ask for `MemoryRead` of a held call."""
        self._send(partial(self._client.ask_memory, seq, address, size))

    def write_memory(self, seq: int, address: int, data: bytes) -> None:
        """Write into the memory of a held call."""
        self._send(partial(self._client.write_memory, seq, address, data))

    async def leave(self, how: str) -> None:
        """Say what becomes of the target; waits at most a second for the supervisor to take it."""
        self._send(partial(self._client.leave, how))
        for _ in range(LEAVE_TRIES):
            if not self._unsent or not self._client.alive:
                return
            await asyncio.sleep(RETRY)
            self._flush()

    def aftermath(self) -> Aftermath:
        """Return what has become of the target since the supervisor died."""
        return self._client.aftermath()

    def _send(self, send: Callable[[], None]) -> None:
        if not self._client.alive:
            return
        self._unsent.append(send)
        self._flush()

    def _flush(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        while self._unsent and self._client.alive:
            try:
                self._unsent[0]()
            except BlockingIOError:
                if self._loop is not None:
                    self._retry = self._loop.call_later(RETRY, self._flush)
                return
            except OSError:
                self._client.alive = False
                break
            self._unsent.popleft()
        if not self._client.alive:
            self._gone()

    def _readable(self) -> None:
        messages = self._client.messages()
        if messages:
            self._arrived(messages)
        if not self._client.alive:
            self._gone()

    def _gone(self) -> None:
        self._unsent.clear()
        if self._loop is not None:
            self.stop()
            self._lost()
