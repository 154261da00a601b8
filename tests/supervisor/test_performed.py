"""What a performer reports is checked: it runs with the target's rights, and may be made to say anything."""

from __future__ import annotations

import errno

import pytest

from seccomp_tui.kernel.performer_messages import Done
from seccomp_tui.supervisor.performed import DIED, Performed, outcome
from seccomp_tui.syscalls.marshalling import Number, Plan, Room

STAT = Plan("stat", 4, (Number(0), Room(0x1000, 8, counted=False)))
OPEN = Plan("open", 2, (Number(0),), descriptor=True)


def test_a_reason_is_one_line_and_moves_no_cursor() -> None:
    found = outcome(STAT, Done(1, -13, refused="no\n\x1b[2J\x9b\u202e\xe9" + "x" * 9999), [])
    assert found.errno == errno.EACCES
    assert found.refused.isprintable()
    assert found.refused.isascii()
    assert len(found.refused) < 300


@pytest.mark.parametrize(
    ("plan", "done", "descriptors"),
    [
        (STAT, Done(1, 0, (bytes(9),)), []),
        (STAT, Done(1, 0, (bytes(8), b"")), []),
        (STAT, Done(1, 1 << 63), []),
        (STAT, Done(1, -4096), []),
        (STAT, Done(1, 0), [5]),
        (OPEN, Done(1, 0), []),
        (OPEN, Done(1, 0), [5, 6]),
        (OPEN, None, []),
    ],
)
def test_what_the_call_can_not_have_come_to_is_no_outcome(
    plan: Plan, done: Done | None, descriptors: list[int]
) -> None:
    assert outcome(plan, done, descriptors) == DIED


@pytest.mark.parametrize("value", [0, 1, -(1 << 40)])
def test_a_refusal_without_an_errno_has_one(value: int) -> None:
    assert outcome(STAT, Done(1, value, refused="no"), []) == Performed(refused="no", errno=errno.EPERM)
