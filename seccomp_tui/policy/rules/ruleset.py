"""All rules in their order, as the loop asks them: the first that matches a call answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from seccomp_tui.policy.expression.tree import Constant, Expression
from seccomp_tui.policy.holding import SystemCall
from seccomp_tui.policy.rule import Count, Rule

from .matching import ActiveRule, Matcher
from .rule import Compiled


class RuleSet:
    """Rules in their order.

    Args:
        rules: the first ones; those without a number get one.
        changed: called after each change to what the rules match: every `for_call` is to be asked again.
    """

    def __init__(self, rules: Iterable[Compiled] = (), changed: Callable[[], None] = lambda: None) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._next = 1
        self._active: list[ActiveRule] = []
        for rule in rules:
            self.add(rule)
        self.changed = changed

    def __len__(self) -> int:
        return len(self._active)

    def rules(self) -> list[Rule]:
        """Return the rules as they are now; one that has answered its `once` is not enabled any more."""
        return [active.rule for active in self._active]

    def counts(self) -> list[Count]:
        """Return how often each has answered, in the order of the rules."""
        return [Count(active.id, active.hits, active.time, active.seq) for active in self._active]

    # --- changes ---

    def add(self, rule: Compiled, before: int | None = None) -> Rule:
        """Add a rule at the end, or before rule `before`; return it with its number."""
        number = rule.rule.id or self._next
        self._next = max(self._next, number + 1)
        active = ActiveRule(_numbered(rule, number))
        at = len(self._active) if before is None else self._index(before)
        self._active.insert(at, active)
        self.changed()
        return active.rule

    def edit(self, rule: Compiled) -> None:
        """Put a rule in the place of the one that has its number; its count begins anew if it means another thing."""
        at = self._index(rule.rule.id)
        before, after = self._active[at], ActiveRule(rule)
        if _meaning(before.rule) == _meaning(after.rule):
            after.keep(before)
        self._active[at] = after
        self.changed()

    def remove(self, number: int) -> None:
        """Remove rule `number`."""
        del self._active[self._index(number)]
        self.changed()

    def move(self, number: int, to: int) -> None:
        """Move rule `number` to place `to` (from 0) among the others."""
        active = self._active.pop(self._index(number))
        self._active.insert(to, active)
        self.changed()

    # --- asking ---

    def for_call(self, arch: int, nr: int) -> Matcher | None:
        """Return what asks the rules about calls of system call `nr`; None where none can match."""
        call = SystemCall(arch, nr)
        left: list[tuple[ActiveRule, Expression]] = []
        for active in self._active:
            if active.enabled:
                expression = active.expression.given(call)
                if expression != Constant(False):
                    left.append((active, expression))
        return Matcher(arch, nr, left) if left else None

    def counted(self, active: ActiveRule, time: int, seq: int) -> None:
        """Note that a rule has answered call `seq`."""
        active.hits += 1
        active.time, active.seq = time, seq

    def gone(self, active: ActiveRule) -> None:
        """Note that the call which a rule matched was withdrawn before its answer: a `once` is not used up."""
        if active.once:
            active.enabled = True

    def thread_ended(self, tid: int) -> None:
        """Forget what was counted of thread `tid`."""
        for active in self._active:
            if active.nth is not None:
                active.counters.pop(tid, None)

    def _index(self, number: int) -> int:
        for at, active in enumerate(self._active):
            if active.id == number:
                return at
        raise KeyError(number)


def _numbered(rule: Compiled, number: int) -> Compiled:
    return Compiled(msgspec.structs.replace(rule.rule, id=number), rule.expression, rule.answer, rule.nth)


def _meaning(rule: Rule) -> tuple[object, ...]:
    return rule.when, rule.answer, rule.nth, rule.once, rule.whose
