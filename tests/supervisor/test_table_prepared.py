"""Entries that are worked out before the first call."""

from __future__ import annotations

from seccomp_tui.supervisor.table import Table
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import X86_64

ARCH = X86_64.token


def number(name: str) -> int:
    found = numbers.number(ARCH, name)
    assert found is not None
    return found


def test_usual_calls_have_their_entries_before_the_first_call() -> None:
    table = Table(None, 1024, late=True)
    table.prepare(ARCH)
    entry = table.entries[ARCH << 32 | number("execve")]
    assert entry.argv_at == 1
    assert entry.copy is table.entry(ARCH, number("execve")).copy


def test_of_a_narrowed_filter_only_the_calls_that_trap_are_prepared() -> None:
    table = Table({ARCH: frozenset((number("openat"),))}, 1024)
    table.prepare(ARCH)
    assert list(table.entries) == [ARCH << 32 | number("openat")]
