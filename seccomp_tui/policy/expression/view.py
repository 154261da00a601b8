"""How an expression looks at a call: whoever has a call gives its fields, each only when it is asked for."""

from __future__ import annotations

from typing import Protocol

Bits = tuple[int, int]
"""Value of a constant, and the bits of a number that are compared with it."""


class View(Protocol):
    """One call. None always stands for a value that the call does not have, or that is not known."""

    @property
    def call(self) -> str:
        """The system call's name."""
        ...

    def number(self, field: str, /) -> int | None:
        """Return a field, or an argument, as a number; durations in nanoseconds."""
        ...

    def text(self, field: str, /) -> bytes | None:
        """Return a field, or an argument, as text."""
        ...

    def named(self, argument: str, name: str, /) -> Bits | None:
        """Return a constant of the set that an argument of this very call has."""
        ...

    def holds(self, field: str, /) -> bool:
        """Return a field that is either true or not."""
        ...


class Given(Protocol):
    """A system call of which the name is known and no value yet."""

    @property
    def call(self) -> str:
        """The system call's name."""
        ...

    def has(self, field: str, /) -> bool:
        """Tell whether any call of it may have a field, or an argument, of this name."""
        ...
