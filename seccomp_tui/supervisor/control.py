"""The supervisor's end of the control socket: hears the screens, and tells them what they must know."""

from __future__ import annotations

import contextlib
import os
import socket
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import msgspec

from seccomp_tui.kernel.details import details
from seccomp_tui.kernel.states import states
from seccomp_tui.policy.answers import ALLOW, By
from seccomp_tui.policy.rules import Compiled, Rule, RuleError, compiled
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.channel import Channel
from seccomp_tui.supervisor.foreseen import foreseen
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.looking import HeldMemory
from seccomp_tui.supervisor.loop import Loop
from seccomp_tui.supervisor.recordpipe import BACKLOG_LIMIT
from seccomp_tui.supervisor.stops import Condition, Refused
from seccomp_tui.supervisor.wire import (
    AnswerCalls,
    AnswerFailed,
    AskForeseen,
    AskMemory,
    AskProcess,
    AskProcesses,
    AskRecord,
    FromSupervisor,
    Held,
    HeldEnded,
    HeldRecord,
    Holding,
    HoldRefused,
    Leave,
    MoveRule,
    ProcessDetails,
    ProcessStates,
    PutRule,
    RemoveRule,
    RuleRefused,
    Rules,
    RunTo,
    SetHold,
    SetHolding,
    Status,
    StepThreads,
    TargetExited,
    ToSupervisor,
    WriteMemory,
)
from seccomp_tui.syscalls import numbers

_Found = TypeVar("_Found")
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
        containers: returns how many there are; `Status.containers`.
    """

    def __init__(self, sock: socket.socket, journal: Journal, board: Board, leave: Callable[[str], None]) -> None:
        self.open = True
        self.containers: Callable[[], int] = lambda: -1
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
        self._done: deque[Callable[[], None]] = deque()
        """What is to be done in the loop with what the worker has found."""
        self._rules_told = self._stops_told = 0
        self._done_event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def attach(self, loop: Loop, commit: int) -> None:
        """Serve from `loop`, which also watches `commit`, the eventfd of the recorder."""
        self._loop = loop
        assert loop.ruling is not None
        self._ruling = loop.ruling
        self._rules_told = 0 if len(self._ruling.rules) else self._ruling.version
        self._memory = HeldMemory(loop.held, self._later, self._send)
        self._commit = commit
        loop.watch(self._channel.fileno(), self._hear)
        loop.watch(commit, self._committed)
        loop.watch(self._done_event, self._worker_done)

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
            self._tell_rules()
            self._tell_holding()
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
                self._loop.stops.stop()
                self._loop.holding = on
                if not on:
                    self._loop.held.answer_all(ALLOW, By.UNHELD, after=seen)
            case SetHold(text):
                self._later(lambda: self._loop.stops.read(text), self._hold_by)
            case RunTo(text, seqs, seen):
                self._later(lambda: self._loop.stops.read(text), lambda read: self._run_to(read, seqs, seen))
            case StepThreads(tids):
                self._loop.step(tids)
            case PutRule(rule, before):
                self._later(lambda: read_rule(rule), lambda read: self._put_rule(read, before))
            case MoveRule(number, to):
                with contextlib.suppress(LookupError):  # another has removed it meanwhile
                    self._ruling.rules.move(number, to)
                self._loop.wake()
            case RemoveRule(number):
                with contextlib.suppress(LookupError):
                    self._ruling.rules.remove(number)
                self._loop.wake()
            case AskProcess(tid, address):
                self._later(lambda: details(tid, address), lambda rows: self._send(ProcessDetails(tid, rows)))
            case AskProcesses(pids):
                self._later(lambda: states(pids), lambda found: self._send(ProcessStates(found)))
            case AskRecord(seq):
                self._send(HeldRecord(seq, self._loop.held.frame(seq)))
            case AskForeseen(seq):
                self._foresee(seq)
            case AskMemory() | WriteMemory():
                self._memory.obey(message)
            case Leave(how):
                self._left = True
                self._leave(how)

    def _foresee(self, seq: int) -> None:
        call = self._loop.held.pending(seq)
        if call is not None:
            tid, name = call.message.tid, numbers.name(call.message.arch, call.message.nr)
            self._later(lambda: foreseen(seq, tid, name), self._send)

    # --- telling ---

    def _committed(self) -> None:
        os.eventfd_read(self._commit)
        committed = self._board.committed
        while self._uncommitted and self._uncommitted[0].seq <= committed:
            self._send(self._uncommitted.popleft())

    def _forget_uncommitted(self, seq: int) -> None:
        self._uncommitted = deque(held for held in self._uncommitted if held.seq != seq)

    def _later(self, find: Callable[[], _Found], use: Callable[[_Found], None]) -> None:
        """Let the worker `find` something, and `use` it in the loop."""

        def found(future: Future[_Found]) -> None:
            if not future.cancelled() and future.exception() is None:
                self._done.append(lambda: use(future.result()))
                os.eventfd_write(self._done_event, 1)

        try:
            self._worker.submit(find).add_done_callback(found)
        except RuntimeError:  # no thread is to be had (RLIMIT_NPROC), which the target may have used up
            use(find())

    def _worker_done(self) -> None:
        os.eventfd_read(self._done_event)
        while self._done:
            self._done.popleft()()

    def _hold_by(self, read: Condition | Refused) -> None:
        if isinstance(read, Refused):
            self._send(HoldRefused(read.text, read.why))
        else:
            self._loop.stops.set(read)
        self._loop.wake()

    def _run_to(self, read: Condition | Refused, seqs: list[int], seen: int) -> None:
        """Run until a call matches; an expression that is none leaves the calls that were to go on as they were."""
        loop = self._loop
        if isinstance(read, Refused):
            self._send(HoldRefused(read.text, read.why))
            for seq in seqs:
                self._send(AnswerFailed(seq, f"run to: {read.why}"))
            return
        loop.holding = True
        loop.stops.run_to(read, loop.held, max(seen, *seqs, 0))
        loop.held.answer(seqs, ALLOW, By.OPERATOR)
        loop.wake()

    def _put_rule(self, read: Compiled | RuleRefused, before: int | None) -> None:
        if isinstance(read, RuleRefused):
            self._send(read)
            return
        rules, rule = self._ruling.rules, read.rule
        try:
            if rule.id:
                rules.edit(read)
            else:
                rule = rules.add(read, before)
        except LookupError:
            self._send(RuleRefused(rule, f"there is no rule {rule.id or before} any more"))
            return
        self._journal.rule(rule)
        self._loop.wake()

    def _tell_rules(self) -> None:
        ruling = self._ruling
        if ruling.version != self._rules_told and not self._unsent:
            self._rules_told = ruling.version
            self._send(Rules(ruling.rules.rules(), ruling.rules.counts()))

    def _tell_holding(self) -> None:
        stops = self._loop.stops
        if stops.version != self._stops_told and not self._unsent:
            self._stops_told = stops.version
            self._send(Holding(stops.default, stops.text, stops.until, sorted(stops.stepped)))

    def _current_status(self) -> Status:
        loop, pipe = self._loop, self._pipe
        return Status(
            calls=self._journal.seq,
            held=len(loop.held),
            startup=loop.startup,
            holding=loop.holding and not loop.stops.until,
            backlog=pipe.backlog if pipe.backlog > BACKLOG_LIMIT // 64 else 0,
            slowed=pipe.backlog > BACKLOG_LIMIT,
            recording=pipe.alive,
            threads=len(loop.threads),
            alive=loop.alive,
            containers=self.containers(),
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


def read_rule(rule: Rule) -> Compiled | RuleRefused:
    """Return what a rule means, or that it can't be."""
    try:
        return compiled(rule)
    except RuleError as error:
        return RuleRefused(rule, str(error))
