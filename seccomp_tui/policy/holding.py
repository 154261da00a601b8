"""Which calls are held for the operator, unless asked for others."""

from __future__ import annotations

from collections.abc import Iterable

from seccomp_tui.policy.expression.tree import And, Flag, InSet, Not, Or
from seccomp_tui.syscalls import sets

DEFAULT = And((Or((InSet("%file"), InSet("%network"), InSet("%process"), InSet("%creds"))), Not(Flag("startup"))))
"""What a program does to the world, not to itself; made without the parser, which takes long to load."""


def held_numbers(arches: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return for each architecture the numbers of the calls in the default's sets."""
    names = [each.name for each in DEFAULT.operands[0].operands]  # type: ignore[attr-defined]
    return {arch: frozenset().union(*(sets.members(name, arch) for name in names)) for arch in arches}
