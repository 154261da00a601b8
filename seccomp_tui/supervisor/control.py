"""The supervisor's end of the control socket: hears the screens, and tells them what they must know."""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from seccomp_tui.kernel.details import details
from seccomp_tui.policy.answers import ALLOW, By
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.loop import Loop
from seccomp_tui.supervisor.recordpipe import BACKLOG_LIMIT
from seccomp_tui.supervisor.wire import (
    AnswerCalls,
    AskProcess,
    AskRecord,
    Channel,
    FromSupervisor,
    Held,
    HeldEnded,
    HeldRecord,
    Leave,
    ProcessDetails,
    SetHolding,
    Status,
    TargetExited,
    ToSupervisor,
)

STATUS_NS = 50_000_000
_STALLED_NS = 250_000_000
"""How long a held call waits to be committed before it is announced without."""
_CHECK_NS = 500_000_000
"""How often held calls are looked for that a signal has withdrawn."""


class Control:
    """Serves one set of screens.

    Args:
        leave: called with the choice of a `Leave`, and with "died" when the screens vanish without one.

    Attributes:
        open: the screens are there.
    """

    def __init__(self, sock: socket.socket, journal: Journal, board: Board, leave: Callable[[str], None]) -> None:
        self.open = True
        self._channel: Channel[FromSupervisor, ToSupervisor] = Channel(sock, ToSupervisor)
        self._journal = journal
        self._pipe = journal.pipe
        self._board = board
        self._leave = leave
        self._left = False
        self._uncommitted: deque[Held] = deque()
        self._unsent: deque[FromSupervisor] = deque()
        self._status: Status | None = None
        self._next_status = 0
        self._next_check = 0
        self._worker = ThreadPoolExecutor(1, "details")
        self._done: deque[ProcessDetails] = deque()
        self._done_event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def attach(self, loop: Loop, commit: int) -> None:
        """Serve from `loop`, which also watches `commit`, the eventfd of the recorder."""
        self._loop = loop
        self._commit = commit
        loop.watch(self._channel.fileno(), self._hear)
        loop.watch(commit, self._committed)
        loop.watch(self._done_event, self._details_done)

    def tell(self, message: FromSupervisor) -> None:
        """Send `message`, or keep it until the screens read again. A held call first waits for its commit."""
        if not self.open:
            return
        if isinstance(message, Held) and self._pipe.alive:
            self._uncommitted.append(message)
            self._loop.wake()
            return
        if isinstance(message, HeldEnded):
            self._forget_uncommitted(message.seq)
        elif isinstance(message, TargetExited):
            self._next_status = 0  # whether others of the target live on is asked at once
            self._tell_status()
        self._send(msgspec.structs.replace(message, recorded=False) if isinstance(message, Held) else message)

    def tick(self, now: int) -> bool:
        """Do what has come due; return whether more is soon."""
        while self._uncommitted and (now > self._uncommitted[0].time + _STALLED_NS or not self._pipe.alive):
            self._send(msgspec.structs.replace(self._uncommitted.popleft(), recorded=False))
        if now >= self._next_check:
            self._next_check = now + _CHECK_NS
            self._loop.held.drop_gone()
        self._drain()
        if not self.open:
            return False
        if now >= self._next_status:
            self._next_status = now + STATUS_NS
            self._tell_status()
        return bool(self._uncommitted or self._unsent) or self._current_status() != self._status

    def close(self) -> None:
        """The screens are gone, or shall hear no more."""
        if self.open:
            self.open = False
            self._loop.unwatch(self._channel.fileno())
            self._loop.unwatch(self._commit)
            self._loop.unwatch(self._done_event)
            self._worker.shutdown(wait=False, cancel_futures=True)
            self._channel.close()

    # --- hearing ---

    def _hear(self) -> None:
        while self.open:
            try:
                message = self._channel.receive()
            except BlockingIOError:
                return
            except (ConnectionError, msgspec.DecodeError):
                message = None
            if message is None:
                self.close()
                if not self._left:
                    self._leave("died")
                return
            self._obey(message)

    def _obey(self, message: ToSupervisor) -> None:
        match message:
            case AnswerCalls(seqs, answer):
                self._loop.held.answer(seqs, answer, By.OPERATOR)
            case SetHolding(on, seen):
                self._loop.holding = on
                if not on:
                    self._loop.held.answer_all(ALLOW, By.UNHELD, after=seen)
            case AskProcess(tid, address):
                self._worker.submit(details, tid, address).add_done_callback(
                    lambda future: self._details_ready(tid, future)
                )
            case AskRecord(seq):
                self._send(HeldRecord(seq, self._loop.held.frame(seq)))
            case Leave(how):
                self._left = True
                self._leave(how)

    # --- telling ---

    def _committed(self) -> None:
        os.eventfd_read(self._commit)
        committed = self._board.committed
        while self._uncommitted and self._uncommitted[0].seq <= committed:
            self._send(self._uncommitted.popleft())

    def _forget_uncommitted(self, seq: int) -> None:
        self._uncommitted = deque(held for held in self._uncommitted if held.seq != seq)

    def _details_ready(self, tid: int, future: Future[list[tuple[str, bytes]]]) -> None:
        """Runs in the worker: only hands the result over."""
        if not future.cancelled() and future.exception() is None:
            self._done.append(ProcessDetails(tid, future.result()))
            os.eventfd_write(self._done_event, 1)

    def _details_done(self) -> None:
        os.eventfd_read(self._done_event)
        while self._done:
            self._send(self._done.popleft())

    def _current_status(self) -> Status:
        loop, pipe = self._loop, self._pipe
        return Status(
            calls=self._journal.seq,
            held=len(loop.held),
            startup=loop.startup,
            holding=loop.holding,
            backlog=pipe.backlog if pipe.backlog > BACKLOG_LIMIT // 64 else 0,
            slowed=pipe.backlog > BACKLOG_LIMIT,
            recording=pipe.alive,
            threads=len(loop.threads),
            alive=loop.alive,
        )

    def _tell_status(self) -> None:
        status = self._current_status()
        if status != self._status and not self._unsent:
            self._status = status
            self._send(status)

    def _send(self, message: FromSupervisor) -> None:
        self._unsent.append(message)
        self._drain()

    def _drain(self) -> None:
        while self._unsent and self.open:
            try:
                self._channel.send(self._unsent[0])
            except BlockingIOError:
                self._loop.wake()
                return
            except ConnectionError:
                return  # the end of the stream is heard in its place
            except OSError:
                pass  # no descriptor left for a large message: it is dropped, the small ones go on
            self._unsent.popleft()
