"""Which system calls must trap for rules to be asked, where the user wants to see only some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from seccomp_tui.policy.expression.tree import And, Call, Expression, InSet, Or
from seccomp_tui.policy.holding import decide
from seccomp_tui.syscalls import arch, numbers

from .rule import Compiled


def trapping(rules: Iterable[Compiled]) -> Mapping[int, frozenset[int]]:
    """Return the system calls that rules name, by architecture: the numbers of those that they can match.

    A rule that names none applies to whatever traps anyway.
    """
    found: dict[int, set[int]] = {each.token: set() for each in arch.supported(arch.native())}
    for rule in rules:
        names = named(rule.expression)
        if names is None or not rule.rule.enabled:
            continue
        for token, chosen in found.items():
            there = (nr for name in names if (nr := numbers.number(token, name)) is not None)
            chosen.update(nr for nr in there if decide(rule.expression, token, nr) is not False)
    return {token: frozenset(chosen) for token, chosen in found.items()}


def named(expression: Expression) -> frozenset[str] | None:
    """Return the system calls that an expression says it is about; None where it names none.

    What it is not about is not named: `not openat` names nothing.
    """
    match expression:
        case Call(name):
            return frozenset((name,))
        case InSet():
            return expression.calls()
        case And(operands):
            parts = [names for each in operands if (names := named(each)) is not None]
            return frozenset.intersection(*parts) if parts else None
        case Or(operands):
            parts = [names for each in operands if (names := named(each)) is not None]
            return frozenset.union(*parts) if parts else None
    return None
