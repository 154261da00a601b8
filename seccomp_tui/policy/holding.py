"""Which calls are held for the operator."""

from __future__ import annotations

from seccomp_tui.policy.calls import SystemCall
from seccomp_tui.policy.expression.tree import And, Constant, Expression, Flag, InSet, Not, Or

ASKED = Not(Flag("startup"))
"""What is held of the calls that the user has named with `-e trace=`, unless asked for others."""
DEFAULT = And((Or((InSet("%file"), InSet("%network"), InSet("%process"), InSet("%creds"))), ASKED))
"""What a program does to the world, not to itself; made without the parser, which takes long to load."""

Decision = bool | Expression
"""Whether calls of a system call are held; an expression where their values decide."""


def decide(expression: Expression, arch: int, nr: int) -> Decision:
    """Return what an expression comes to for system call `nr` of an architecture (a token)."""
    left = expression.given(SystemCall(arch, nr))
    return left.value if isinstance(left, Constant) else left
