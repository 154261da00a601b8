"""Asking the rules about one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from seccomp_tui.policy.expression import Expression, View
from seccomp_tui.policy.expression.tree import Constant
from seccomp_tui.policy.expression.view import Bits
from seccomp_tui.policy.rule import Rule

from .index import Index, is_exact
from .rule import Compiled

_ALWAYS: Expression = Constant(True)
_NONE: frozenset[int] = frozenset()


class ActiveRule:
    """A rule that is asked, and what it has done.

    Attributes:
        answer: what it answers.
        once: it is asked no more after its first answer.
        enabled: it is asked.
        counters: for each thread and system call, how many of its calls the rule was true of.
        hits, time, seq: how often it has answered; when, and which call the last time.
    """

    __slots__ = ("_rule", "answer", "counters", "enabled", "expression", "hits", "id", "nth", "once", "seq", "time")

    def __init__(self, rule: Compiled) -> None:
        self._rule = rule.rule
        self.id = rule.rule.id
        self.expression = rule.expression
        self.answer = rule.answer
        self.nth = rule.nth
        self.once = rule.rule.once
        self.enabled = rule.rule.enabled
        self.counters: dict[int, dict[int, int]] = {}
        self.hits = self.time = self.seq = 0

    @property
    def rule(self) -> Rule:
        """The rule as it is now."""
        return msgspec.structs.replace(self._rule, enabled=self.enabled)

    def keep(self, before: ActiveRule) -> None:
        """Go on with the counts of what it was before."""
        self.counters = before.counters
        self.hits, self.time, self.seq = before.hits, before.time, before.seq

    def due(self, tid: int, key: int) -> bool:
        """Count a call that the rule is true of, and tell whether it is one that it answers."""
        assert self.nth is not None
        counted = self.counters.setdefault(tid, {})
        number = counted[key] = counted.get(key, 0) + 1
        return self.nth.has(number)


class Matcher:
    """The rules that can match calls of one system call.

    Args:
        arch, nr: the system call.
        rules: in order; each with what is left of its expression.
    """

    def __init__(self, arch: int, nr: int, rules: Sequence[tuple[ActiveRule, Expression]]) -> None:
        self._rules = [(active, _ALWAYS if each == _ALWAYS else each) for active, each in rules]
        self._certain = frozenset(place for place, (_, expression) in enumerate(rules) if is_exact(expression))
        self.candidates = Index(arch, nr, [expression for _, expression in rules]).find
        """`candidates(args, segments)`: of calls with these words and copied memory, those rules that may match."""

    def first(
        self, look: Callable[[], View], tid: int, key: int, candidates: Sequence[int] | None = None
    ) -> ActiveRule | None:
        """Return the first rule that answers a call.

        Args:
            look: shows the call; asked at most once, and not at all where no value of it decides.
            key: `arch << 32 | nr`.
            candidates: those to ask; None: all.
        """
        view: View | None = None
        certain = _NONE if candidates is None else self._certain
        for place in range(len(self._rules)) if candidates is None else candidates:
            active, expression = self._rules[place]
            if not active.enabled:
                continue
            if expression is not _ALWAYS and place not in certain:
                if view is None:
                    view = Remembered(look())
                if not expression.matches(view):
                    continue
            if active.nth is None or active.due(tid, key):
                if active.once:
                    active.enabled = False
                return active
        return None


class Remembered:
    """A call whose values are worked out once, however many rules ask for them."""

    __slots__ = ("_named", "_numbers", "_texts", "_view", "call", "holds")

    def __init__(self, view: View) -> None:
        self._view = view
        self.call = view.call
        self.holds = view.holds
        self._numbers: dict[str, int | None] = {}
        self._texts: dict[str, bytes | None] = {}
        self._named: dict[tuple[str, str], Bits | None] = {}

    def number(self, field: str, /) -> int | None:
        """Return a field, or an argument, as a number."""
        if field not in self._numbers:
            self._numbers[field] = self._view.number(field)
        return self._numbers[field]

    def text(self, field: str, /) -> bytes | None:
        """Return a field, or an argument, as text."""
        if field not in self._texts:
            self._texts[field] = self._view.text(field)
        return self._texts[field]

    def named(self, argument: str, name: str, /) -> Bits | None:
        """Return a constant of the set that an argument of this very call has."""
        key = argument, name
        if key not in self._named:
            self._named[key] = self._view.named(argument, name)
        return self._named[key]
