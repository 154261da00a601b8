"""Counts and times of calls."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import Kind
from seccomp_tui.session.summary import Summary
from seccomp_tui.session.wanted import SORTS
from tests.session.made import CLOSE, I386, OPENAT, READ, Kept, made

CALLS = (
    *[made(OPENAT, 3, took=2_000_000) for _ in range(2)],
    *[made(READ, 1, took=500_000) for _ in range(3)],
    made(CLOSE, -9, took=3_500_000),
)


def summed(sort: str = "time", calls: tuple[object, ...] = CALLS) -> list[str]:
    kept = Kept()
    sink = Summary(kept, sort)
    for line in calls:
        sink.call(line)  # type: ignore[arg-type]
        sink.returned(line)  # type: ignore[arg-type]
    sink.close()
    return kept.lines


def test_a_table_has_straces_layout() -> None:
    assert summed() == [
        "% time     seconds  usecs/call     calls    errors syscall",
        "------ ----------- ----------- --------- --------- ----------------",
        " 44.44    0.004000        2000         2           openat",
        " 38.89    0.003500        3500         1         1 close",
        " 16.67    0.001500         500         3           read",
        "------ ----------- ----------- --------- --------- ----------------",
        "100.00    0.009000        1500         6         1 total",
    ]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("avg-time", "close openat read"),
        ("calls", "read openat close"),
        ("errors", "close read openat"),
        ("name", "close openat read"),
        ("nothing", "read close openat"),
    ],
)
def test_it_is_sorted_as_asked_for_and_then_by_number(sort: str, expected: str) -> None:
    spellings = [word for word, meant in SORTS.items() if meant == sort]
    for spelling in spellings:
        assert [row.split()[-1] for row in summed(spelling)[2:-2]] == expected.split()


def test_unknown_is_not_zero() -> None:
    rows = summed(calls=(made(OPENAT), made(OPENAT), made(CLOSE, 0, took=1_000_000), made(READ, kind=Kind.ERRNO)))
    assert rows[2:-2] == [
        "100.00    0.001000        1000         1           close",
        "     -           -           -         1         1 read",
        "     -           -           -         2         - openat",
    ]
    assert summed(calls=(made(OPENAT),))[-1] == "     -           -           -         1         - total"


def test_a_long_name_makes_the_rule_longer() -> None:
    rule = summed(calls=(made(146, 0),))  # sched_get_priority_max
    assert rule[2].endswith(" sched_get_priority_max")
    assert rule[1].endswith(f" {'-' * 23}")


def test_architectures_are_apart_and_the_machines_own_comes_first() -> None:
    rows = summed(calls=(made(3, 1, arch=I386), made(READ, 1)))
    assert [row for row in rows if row.endswith("read")] == [rows[2], rows[8]]
    assert rows[5] == "System call usage summary for 32 bit mode:"


def test_lines_are_handed_on_where_they_are_wanted() -> None:
    kept = Kept()
    sink = Summary(kept, "time", kept)
    sink.call(CALLS[0])
    sink.returned(CALLS[0])
    assert (kept.heard, kept.returns) == (["call"], [CALLS[0]])
