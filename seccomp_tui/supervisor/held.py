"""The calls that are not answered yet: a state machine for each, so that none is answered twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.policy.answers import Answer, By, Kind, State, errno_answer
from seccomp_tui.supervisor.answering import Answering, Given, HeldCall
from seccomp_tui.supervisor.delays import Delays
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.records import Settled, pack_segments
from seccomp_tui.supervisor.wire import AnswerFailed, Held, HeldEnded

ToldOfCalls = Held | HeldEnded | AnswerFailed


class HeldCalls:
    """All held calls, by number: those that wait for the operator, and those whose answer takes a while.

    Args:
        answering: gives the answers.
        told: called with what the screens shall hear.
        complain: called with one line when a rule can't give its answer and nobody is there to decide.
        delays: what is to be done later.
        timeout: after how many nanoseconds without the operator's answer a call gets which; None: never.

    Attributes:
        by_tid: the held call's number for each waiting thread; a thread has at most one.
        operated: an operator is there.
    """

    def __init__(
        self,
        listener: Listener,
        journal: Journal,
        answering: Answering,
        told: Callable[[ToldOfCalls], None],
        complain: Callable[[str], None],
        delays: Delays,
        timeout: tuple[int, Answer] | None,
    ) -> None:
        self.by_tid: dict[int, int] = {}
        self.operated = False
        self._calls: dict[int, HeldCall] = {}
        self._listener = listener
        self._journal = journal
        self._answering = answering
        self._told = told
        self._complain = complain
        self._delays = delays
        self._timeout = timeout

    def __len__(self) -> int:
        return sum(call.announced for call in self._calls.values())

    @property
    def giving(self) -> bool:
        """An answer is being given, and what has come of it is not known yet."""
        return any(call.under_way for call in self._calls.values())

    def frame(self, seq: int) -> bytes:
        """Return the record of held call `seq`, empty when it is not held."""
        call = self._calls.get(seq)
        return call.frame if call else b""

    def pending(self, seq: int) -> HeldCall | None:
        """Return held call `seq` while it waits and has no answer that is being given; None otherwise."""
        call = self._calls.get(seq)
        if call is None or call.under_way or not self._listener.is_pending(call.notification):
            return None
        return call

    def add(self, call: HeldCall, *, announce: bool) -> None:
        """Hold a call that has just been recorded.

        Args:
            announce: it waits for the operator; else it will be answered at once.
        """
        seq = call.message.seq
        self._calls[seq] = call
        if call.message.tid:
            self.by_tid[call.message.tid] = seq
        if announce:
            self._announce(call)

    def answer(self, seqs: Sequence[int], answer: Answer, by: By, rule: int = 0) -> None:
        """Give `answer` to the calls `seqs` in this order.

        Those that are not held any more, or have an answer that is being given, are passed over.
        """
        for seq in seqs:
            call = self._calls.get(seq)
            if call is not None and not call.under_way:
                self._answer(seq, call, answer, by, rule)

    def answer_all(self, answer: Answer, by: By, after: int = 0) -> None:
        """Give `answer` to every held call with a number above `after`, the oldest first."""
        self.answer([seq for seq in self._calls if seq > after], answer, by)

    def since(self, after: int) -> list[tuple[int, HeldCall]]:
        """Return the calls with a number above `after` that wait for the operator, the oldest first."""
        return [(seq, call) for seq, call in self._calls.items() if seq > after and call.announced]

    def notifications(self) -> list[int]:
        """Return the ids of the held notifications."""
        return [call.notification for call in self._calls.values()]

    def withdraw_of(self, tid: int, before: int | None = None) -> None:
        """Thread `tid` has ended, or makes the later call `before`: what it had is gone."""
        seq = self.by_tid.get(tid)
        if seq is not None and (before is None or self._calls[seq].notification < before):
            self._withdraw(seq)

    def drop_gone(self) -> None:
        """Settle those that the kernel has withdrawn without our hearing of it (a signal)."""
        for seq, call in list(self._calls.items()):
            if not self._listener.is_pending(call.notification):
                self._withdraw(seq)

    def targets_ended(self) -> None:
        """Settle what is gone with targets that have ended, and let go of what was theirs."""
        self.drop_gone()
        self._answering.rest()

    def abandon(self, by: By) -> None:
        """No call waits any more: the listener closes, and each fails with ENOSYS in the kernel, or all have ended."""
        for seq, call in list(self._calls.items()):
            if call.cancel is not None:
                call.cancel()
            self._settle(seq, Given(None), by)

    def _announce(self, call: HeldCall) -> None:
        call.announced = True
        if self._timeout is not None:
            call.forget = self._delays.add(time.monotonic_ns() + self._timeout[0], lambda: self._expire(call))
        self._told(call.message)

    def _expire(self, call: HeldCall) -> None:
        """A call was held for too long; one with an answer under way gets the other only if that fails."""
        assert self._timeout is not None
        call.overdue = True
        self.answer([call.message.seq], self._timeout[1], By.TIMEOUT)

    def _answer(self, seq: int, call: HeldCall, answer: Answer, by: By, rule: int) -> None:
        def done(given: Given) -> None:
            call.under_way = False
            if self._calls.get(seq) is not call:
                return  # it was withdrawn meanwhile
            if given.why:
                self._failed(seq, call, given, rule)
            else:
                text = "" if rule or answer.plain else _text(answer)
                self._settle(seq, given, by if given.answer else By.NOBODY, rule, text, delayed=answer.delay > 0)

        call.under_way = True
        self._answering.give(call, answer, done)

    def _failed(self, seq: int, call: HeldCall, given: Given, rule: int) -> None:
        """An answer could not be given: the operator decides anew; without one the call fails in the same way."""
        why = f"rule {rule}: {given.why}" if rule else given.why
        if self.operated:
            if not call.announced:
                self._announce(call)
            self._told(AnswerFailed(seq, why))
            if call.overdue:
                self._expire(call)
            return
        self._complain(why)
        self._answer(seq, call, errno_answer(given.number), By.RULE if rule else By.LEAVING, rule)

    def _withdraw(self, seq: int) -> None:
        call = self._calls[seq]
        if call.under_way and call.cancel is None:
            return  # the thread may have taken the answer already: what gives it will tell
        if call.cancel is not None:
            call.cancel()
        self._settle(seq, Given(None), By.NOBODY)

    def _settle(self, seq: int, given: Given, by: By, rule: int = 0, text: str = "", *, delayed: bool = False) -> None:
        call, answer = self._calls.pop(seq), given.answer
        call.forget()
        if self.by_tid.get(call.message.tid) == seq:
            del self.by_tid[call.message.tid]
        state = State.ANSWERED if answer else State.GONE
        kind, value = (answer.kind, answer.value) if answer else (Kind.NONE, 0)
        filled, poked = pack_segments(given.filled), pack_segments([*call.written, *call.poked] if answer else ())
        if seq > 0:
            self._journal.event(
                Settled(time.monotonic_ns(), seq, state, kind, value, by, rule, text, filled, poked, delayed)
            )
        if call.announced:
            self._told(HeldEnded(seq, state, answer, by))


def _text(answer: Answer) -> str:
    from seccomp_tui.policy import answer_text

    return answer_text.text(answer)
