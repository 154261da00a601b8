"""Which calls are held for the operator."""

from __future__ import annotations

from collections.abc import Iterable

from seccomp_tui.syscalls import sets

DEFAULT_SETS = ("%file", "%network", "%process", "%creds")
"""Held in the screens unless they belong to a start-up: what a program does to the world, not to itself."""


def held_numbers(arches: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return for each architecture the numbers of the calls in `DEFAULT_SETS`."""
    return {arch: frozenset().union(*(sets.members(name, arch) for name in DEFAULT_SETS)) for arch in arches}
