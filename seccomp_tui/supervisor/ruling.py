"""Answers calls by rules, in the answering loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.supervisor import records
from seccomp_tui.supervisor.held import HeldCalls
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.received import Received
from seccomp_tui.supervisor.table import Entry, Table, split
from seccomp_tui.supervisor.threads import kill_process

if TYPE_CHECKING:
    from seccomp_tui.policy.calls import CallView
    from seccomp_tui.policy.rules import ActiveRule, RuleSet

_ANSWERED, _GONE = int(State.ANSWERED), int(State.GONE)
_NONE, _ALLOW, _ERRNO, _RETURN = int(Kind.NONE), int(Kind.ALLOW), int(Kind.ERRNO), int(Kind.RETURN)
_NOBODY, _RULE = int(By.NOBODY), int(By.RULE)


class Ruling:
    """Asks the rules, and does what they say.

    Args:
        rules: what is asked.
        view: shows a call to an expression.
        hold: holds a call and returns its number, below 0 for one that is not recorded; None when it is gone.
        leave: lets a call go on, whatever it is; False when it is gone.

    Attributes:
        version: another number whenever a rule has changed, or has answered.
    """

    def __init__(
        self,
        rules: RuleSet,
        table: Table,
        listener: Listener,
        journal: Journal,
        held: HeldCalls,
        view: Callable[[Received], CallView],
        hold: Callable[[Received], int | None],
        leave: Callable[[Received], bool],
    ) -> None:
        self.rules = rules
        self._table = table
        self._listener = listener
        self._journal = journal
        self._held = held
        self._view = view
        self._hold = hold
        self._leave = leave
        self.version = 0
        rules.changed = self.spread
        self.spread()

    def spread(self) -> None:
        """The rules have changed: note at each system call which of them can match it."""
        self.version += 1
        if len(self.rules):
            self._table.load_view()
        for key, entry in self._table.entries.items():
            self.prepare(entry, key)

    def prepare(self, entry: Entry, key: int) -> None:
        """Note which rules can match calls of a system call."""
        entry.rules = self.rules.for_call(*split(key))

    def answers(self, call: Received, candidates: Sequence[int]) -> bool:
        """Answer a call by the first rule that matches; False when none does, or asks for an operator where none is.

        Args:
            candidates: those of the rules for this system call that may match.
        """
        assert call.entry.rules is not None
        rule = call.entry.rules.first(lambda: self._view(call), call.thread.identity.tid, call.key, candidates)
        if rule is None:
            return False
        self.version += 1
        answer = rule.answer
        if answer.kind == Kind.HOLD:
            if not self._held.operated:
                return False
            seq = self._hold(call)
        elif answer.plain:
            seq = self._answer_at_once(call, rule)
        else:
            seq = self._answer_later(call, rule)
        if seq is None:
            self.rules.gone(rule)
        else:
            self.rules.counted(rule, call.now, max(seq, 0))
        return True

    def _answer_later(self, call: Received, rule: ActiveRule) -> int | None:
        """Give an answer that takes a while, or can't be given; return as `hold` does."""
        seq = self._hold(call._replace(flags=call.flags | records.FLAG_RULED))
        if seq is not None:
            self._held.answer([seq], rule.answer, By.RULE, rule.id)
        return seq

    def _answer_at_once(self, call: Received, rule: ActiveRule) -> int | None:
        """Give an answer that is nothing but one, and return as `hold` does."""
        kind, value, thread = int(rule.answer.kind), rule.answer.value, call.thread
        if kind == _ALLOW:
            given = self._leave(call)
        elif kind == _ERRNO:
            given = self._listener.fail(call.notification, value)
        elif kind == _RETURN:
            given = self._listener.give(call.notification, value)
        else:
            given = self._listener.is_pending(call.notification) and kill_process(thread)
            if not given and self._listener.is_pending(call.notification):
                return self._answer_later(call, rule)
        journal, pid, entry = self._journal, thread.identity.pid, call.entry
        if not (entry.recorded or self._held.operated):
            return -call.notification if given else None
        if not given:
            journal.call(call.buffer, call.now, pid, (), _GONE, _NONE, _NOBODY, call.flags)
            return None
        journal.call(call.buffer, call.now, pid, call.segments, _ANSWERED, kind, _RULE, call.flags, value, rule.id)
        if kind == _ALLOW and entry.copy_late is not None:
            thread.owing = (journal.seq, entry.copy_late, call.args, call.segments)
        return journal.seq
