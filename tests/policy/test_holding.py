"""Which calls are held."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.expression import parse
from seccomp_tui.policy.holding import ASKED, DEFAULT, decide
from seccomp_tui.syscalls import numbers, sets
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64


def test_by_default_what_acts_on_the_world_is_held_outside_the_start_up() -> None:
    for token in ARCHES:
        acting = frozenset().union(*(sets.members(name, token) for name in ("file", "network", "process", "creds")))
        for number in numbers.names(token):
            assert decide(DEFAULT, token, number) == (ASKED if number in acting else False)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("openat", True),
        ("openat and startup", "startup"),
        ('openat and path ~ "x"', 'path ~ "x"'),
        ('path ~ "x"', 'path ~ "x"'),
        ("port == 80", False),
        ("not port == 80", True),
        ("not openat", False),
        ("close or flags has O_CREAT and not %network", "flags has O_CREAT"),
        ("close or count == 3", False),
        ("pid == 3 or %file", True),
    ],
)
def test_what_the_name_decides_is_decided_once(text: str, decision: bool | str) -> None:
    decided = decide(parse(text, answered=False), X86_64.token, 257)
    assert decided == (parse(decision) if isinstance(decision, str) else decision)


def test_unknown_calls_are_decided_too() -> None:
    assert decide(parse("not %file"), I386.token, 99999) is True
    assert decide(parse("fd == 1"), 12345, 1) is False
    assert decide(parse("arg0 == 1"), 12345, 1) == parse("arg0 == 1")
