"""The calls that wait for the operator: a state machine for each, so that none is answered twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.policy.answers import Answer, By, Kind, State
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.records import Settled
from seccomp_tui.supervisor.table import Entry
from seccomp_tui.supervisor.threads import Thread
from seccomp_tui.supervisor.wire import Held, HeldEnded
from seccomp_tui.syscalls.memory import Segment


@dataclass(slots=True)
class HeldCall:
    """A call that was received and not answered.

    Attributes:
        notification: its id, good for one answer.
        frame: its record, for screens that can't read it from the recording.
    """

    notification: int
    thread: Thread
    entry: Entry
    args: Sequence[int]
    segments: Sequence[Segment]
    frame: bytes
    message: Held


class HeldCalls:
    """All held calls, by number.

    Args:
        let_go: lets an execve or an exit_group go; False when it is gone.
        told: called with what the screens shall hear.

    Attributes:
        by_tid: the held call's number for each waiting thread; a thread has at most one.
    """

    def __init__(
        self,
        listener: Listener,
        journal: Journal,
        let_go: Callable[[HeldCall], bool],
        told: Callable[[Held | HeldEnded], None],
    ) -> None:
        self.by_tid: dict[int, int] = {}
        self._calls: dict[int, HeldCall] = {}
        self._listener = listener
        self._journal = journal
        self._let_go = let_go
        self._told = told

    def __len__(self) -> int:
        return len(self._calls)

    def frame(self, seq: int) -> bytes:
        """Return the record of held call `seq`, empty when it is not held."""
        call = self._calls.get(seq)
        return call.frame if call else b""

    def add(self, call: HeldCall) -> None:
        """Hold a call that has just been recorded."""
        seq = call.message.seq
        self._calls[seq] = call
        if call.message.tid:
            self.by_tid[call.message.tid] = seq
        self._told(call.message)

    def answer(self, seqs: Sequence[int], answer: Answer, by: By) -> None:
        """Give `answer` to the calls `seqs` in this order; those that are not held any more are passed over."""
        for seq in seqs:
            call = self._calls.get(seq)
            if call is not None:
                given = self._give(call, answer)
                self._settle(seq, answer if given else None, by if given else By.NOBODY)

    def answer_all(self, answer: Answer, by: By, after: int = 0) -> None:
        """Give `answer` to every held call with a number above `after`, the oldest first."""
        self.answer([seq for seq in self._calls if seq > after], answer, by)

    def notifications(self) -> list[int]:
        """Return the ids of the held notifications."""
        return [call.notification for call in self._calls.values()]

    def withdraw_of(self, tid: int, before: int | None = None) -> None:
        """Thread `tid` has ended, or makes the later call `before`: what it had is gone."""
        seq = self.by_tid.get(tid)
        if seq is not None and (before is None or self._calls[seq].notification < before):
            self._settle(seq, None, By.NOBODY)

    def drop_gone(self) -> None:
        """Settle those that the kernel has withdrawn without our hearing of it (a signal)."""
        for seq, call in list(self._calls.items()):
            if not self._listener.is_pending(call.notification):
                self._settle(seq, None, By.NOBODY)

    def abandon(self) -> None:
        """The listener closes: every held call fails with ENOSYS in the kernel."""
        for seq in list(self._calls):
            self._settle(seq, None, By.LEAVING)

    def _give(self, call: HeldCall, answer: Answer) -> bool:
        if answer.kind == Kind.ALLOW:
            if call.entry.copy_late is not None:
                call.thread.owing = (call.message.seq, call.entry.copy_late, call.args, call.segments)
            return self._let_go(call) if call.entry.leaves else self._listener.allow(call.notification)
        if answer.kind == Kind.ERRNO:
            return self._listener.fail(call.notification, answer.value)
        if answer.kind == Kind.RETURN:
            return self._listener.give(call.notification, answer.value)
        if answer.kind == Kind.KILL:
            return self._listener.is_pending(call.notification) and kill_process(call.thread)
        raise ValueError(f"{answer} is no answer to give")

    def _settle(self, seq: int, answer: Answer | None, by: By) -> None:
        call = self._calls.pop(seq)
        if self.by_tid.get(call.message.tid) == seq:
            del self.by_tid[call.message.tid]
        state = State.ANSWERED if answer else State.GONE
        kind, value = (answer.kind, answer.value) if answer else (Kind.NONE, 0)
        self._journal.event(Settled(time.monotonic_ns(), seq, state, kind, value, by))
        self._told(HeldEnded(seq, state, answer, by))


def kill_process(thread: Thread) -> bool:
    """Send SIGKILL to the thread's process; False when it is gone already, or we have no right to.

    A thread without a pidfd is looked up anew at each call, so while its call is pending its id is its own.
    """
    try:
        if thread.pidfd is not None:
            signal.pidfd_send_signal(thread.pidfd, signal.SIGKILL)
        elif thread.identity.pid:
            os.kill(thread.identity.pid, signal.SIGKILL)
        else:
            return False
    except (ProcessLookupError, PermissionError):
        return False
    return True
