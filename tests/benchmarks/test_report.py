"""What is held against limits."""

from __future__ import annotations

from collections import Counter

from benchmarks.decode.measure import Comparison
from benchmarks.decode.report import shares, total


def compared(*, same: int, whole: bool) -> Comparison:
    """Return a program of 100 lines of one system call."""
    return Comparison("one", whole=whole, lines=Counter(read=100), same=Counter(read=same))


def test_of_the_input_side_lines_and_system_calls_have_limits() -> None:
    good, bad = (shares(total([compared(same=same, whole=False)])) for same in (100, 98))
    assert [share.passed for share in good] == [True, True, None]
    assert [share.passed for share in bad] == [False, False, None]


def test_of_whole_lines_only_the_lines_have_one() -> None:
    good, bad = (shares(total([compared(same=same, whole=True)])) for same in (97, 96))
    assert [(share.name, share.passed) for share in good][:-1] == [("identical whole lines", True)]
    assert [share.passed for share in bad][:-1] == [False]
