"""Which calls are held for the operator."""

from __future__ import annotations

from dataclasses import dataclass

from seccomp_tui.policy.expression.tree import And, Constant, Expression, Flag, InSet, Not, Or
from seccomp_tui.syscalls import numbers

ASKED = Not(Flag("startup"))
"""What is held of the calls that the user has named with `-e trace=`, unless asked for others."""
DEFAULT = And((Or((InSet("%file"), InSet("%network"), InSet("%process"), InSet("%creds"))), ASKED))
"""What a program does to the world, not to itself; made without the parser, which takes long to load."""

Decision = bool | Expression
"""Whether calls of a system call are held; an expression where their values decide."""


@dataclass(frozen=True, slots=True)
class SystemCall:
    """A system call of which no value is known yet (`Expression.given`)."""

    arch: int
    nr: int

    @property
    def call(self) -> str:
        """Its name."""
        return numbers.name(self.arch, self.nr)

    def has(self, field: str) -> bool:
        """Tell whether a call of it may have such a field or argument."""
        from seccomp_tui.policy.expression import fields  # the default does without, and they take long to load

        known = fields.find(field)
        return known is None or known.calls is None or self.call in known.calls()


def decide(expression: Expression, arch: int, nr: int) -> Decision:
    """Return what an expression comes to for system call `nr` of an architecture (a token)."""
    left = expression.given(SystemCall(arch, nr))
    return left.value if isinstance(left, Constant) else left
