"""The tree of an expression: one small class for each operator. Its `matches` defines what the operator means.

Here is what stands alone and what joins; comparisons.py has what compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from seccomp_tui.syscalls import prototypes

from .view import Given, View

_SET_ALIASES = {"net": "network"}


class Expression:
    """A condition on a call."""

    __slots__ = ()

    def matches(self, view: View) -> bool:
        """Tell whether it is true of a call."""
        raise NotImplementedError

    def given(self, call: Given) -> Expression:
        """Return what is left of it for calls of one system call: a `Constant` where no value of theirs decides."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """True, or false, of every call. There is no way to write it: it is what `given` may leave."""

    value: bool

    def matches(self, view: View) -> bool:
        """Return the value."""
        return self.value

    def given(self, call: Given) -> Expression:
        """Return itself."""
        return self


# --- what stands alone ---


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """The system call of this name: `openat`."""

    name: str

    def matches(self, view: View) -> bool:
        """Compare the name."""
        return view.call == self.name

    def given(self, call: Given) -> Expression:
        """Compare the name."""
        return Constant(call.call == self.name)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class InSet(Expression):
    """One of the system calls of a set of strace: `%file`, `%%stat`."""

    name: str

    def calls(self) -> frozenset[str]:
        """Return the names of the set's calls."""
        return members(self.name)

    def matches(self, view: View) -> bool:
        """Look the name up."""
        return view.call in members(self.name)

    def given(self, call: Given) -> Expression:
        """Look the name up."""
        return Constant(call.call in members(self.name))

    def __str__(self) -> str:
        return self.name


@cache
def members(set_name: str) -> frozenset[str]:
    """Return the calls in a set, with its `%`; empty for an unknown one."""
    group = set_name.removeprefix("%")
    return prototypes.sets().get(_SET_ALIASES.get(group, group), frozenset())


@dataclass(frozen=True, slots=True)
class Flag(Expression):
    """A field that is either true or not: `startup`."""

    field: str

    def matches(self, view: View) -> bool:
        """Ask for the field."""
        return view.holds(self.field)

    def given(self, call: Given) -> Expression:
        """Return itself: a value of the call decides."""
        return self

    def __str__(self) -> str:
        return self.field


# --- and, or, not ---


@dataclass(frozen=True, slots=True)
class And(Expression):
    """All of several."""

    symbol: ClassVar[str] = "and"
    help: ClassVar[str] = "both are true; binds closer than or"
    example: ClassVar[str] = "openat and flags has O_CREAT"

    operands: tuple[Expression, ...]

    def matches(self, view: View) -> bool:
        """Ask one after the other, until one is false."""
        for operand in self.operands:  # noqa: SIM110 - faster than all()
            if not operand.matches(view):
                return False
        return True

    def given(self, call: Given) -> Expression:
        """Simplify."""
        return _simplified(And, self.operands, call, decides=False)

    def __str__(self) -> str:
        return " and ".join(f"({each})" if isinstance(each, (And, Or)) else str(each) for each in self.operands)


@dataclass(frozen=True, slots=True)
class Or(Expression):
    """At least one of several."""

    symbol: ClassVar[str] = "or"
    help: ClassVar[str] = "at least one is true"
    example: ClassVar[str] = "%file or %network"

    operands: tuple[Expression, ...]

    def matches(self, view: View) -> bool:
        """Ask one after the other, until one is true."""
        for operand in self.operands:  # noqa: SIM110 - faster than any()
            if operand.matches(view):
                return True
        return False

    def given(self, call: Given) -> Expression:
        """Simplify."""
        return _simplified(Or, self.operands, call, decides=True)

    def __str__(self) -> str:
        return " or ".join(f"({each})" if isinstance(each, Or) else str(each) for each in self.operands)


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """The contrary. Of a comparison with a value that the call does not have it is true."""

    symbol: ClassVar[str] = "not"
    help: ClassVar[str] = "is not true; binds closest. Also true where the call has no such value"
    example: ClassVar[str] = 'not path ~ "^/proc/"'

    operand: Expression

    def matches(self, view: View) -> bool:
        """Turn it round."""
        return not self.operand.matches(view)

    def given(self, call: Given) -> Expression:
        """Simplify."""
        operand = self.operand.given(call)
        return Constant(not operand.value) if isinstance(operand, Constant) else Not(operand)

    def __str__(self) -> str:
        return f"not ({self.operand})" if isinstance(self.operand, (And, Or)) else f"not {self.operand}"


def _simplified(
    kind: type[And] | type[Or], operands: Sequence[Expression], call: Given, *, decides: bool
) -> Expression:
    """Return `kind` of what is left of the operands; one that is `decides` decides the whole."""
    left: list[Expression] = []
    for operand in operands:
        rest = operand.given(call)
        if not isinstance(rest, Constant):
            left.append(rest)
        elif rest.value is decides:
            return rest
    if not left:
        return Constant(not decides)
    return kind(tuple(left)) if len(left) > 1 else left[0]
