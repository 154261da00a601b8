"""What is counted of a program, from the logs of its runs."""

from __future__ import annotations

from benchmarks.decode.compare import Facts
from benchmarks.decode.lines import call, parse
from benchmarks.decode.measure import Comparison, Pair, count, pair_up, threads_of


def pair(index: int, ours: str, theirs: str) -> Pair:
    one, other = call(1, ours), call(2, theirs)
    assert one is not None
    assert other is not None
    return Pair(index, one, other, None)


def counted(entries: list[str], *pairs: Pair) -> Comparison:
    """Return the counts, with strace's lines of the first entries given."""
    found = Comparison("a program")
    count(found, pairs, {index: call(3, text) for index, text in enumerate(entries)}, Facts())
    return found


def test_lines_are_counted_by_call() -> None:
    found = counted(
        ["read(3, 0x5000, 2) = -1", "read(3, 0x5000, 9) = -1"],
        pair(0, "read(3, 0x5000, 2) = ?", 'read(3, "ab", 2) = 2'),
        pair(1, "read(3, 0x5000, 9) = ?", 'read(3, "ab", 8) = 2'),
        pair(2, "close(3) = ?", "close(3) = 0"),
    )
    assert (dict(found.lines), dict(found.same), dict(found.reasons)) == (
        {"close": 1, "read": 2},
        {"close": 1, "read": 1},
        {"exit": 1},
    )
    assert [difference.part.path for difference in found.differences] == [("2",)]


def test_calls_without_a_name_in_strace_are_counted_apart() -> None:
    found = counted([], pair(0, "mseal(NULL, 5, 0) = ?", "syscall_0x1ce(0, 0x5, 0, 0, 0, 0) = 0"))
    assert (found.lines.total(), found.unknown) == (0, 1)


def test_futex_calls_that_timing_chose_are_not_the_same_call() -> None:
    other = pair(0, "futex(0x5, FUTEX_WAKE, 1) = ?", "futex(0x5, FUTEX_WAIT, 2, NULL) = 0")
    found = counted(["futex(0x5, FUTEX_WAKE, 1) = -1"], other)
    assert (found.lines.total(), len(found.only_ours), len(found.only_theirs)) == (0, 1, 1)
    found = counted(["futex(0x5, FUTEX_FD, 1) = -1"], other)
    assert len(found.differences) == 1, "strace prints our call otherwise"


def test_threads_and_calls_of_whole_logs_are_paired() -> None:
    ours = parse('7 execve("/x") = ?\n7 fork() = ?\n8 getpid() = ?\n7 pause() = ?\n9 gettid() = ?\n')
    theirs = parse('70 execve("/x") = 0\n70 fork() = 81\n81 getpid() = 81\n70 pause() = ?\n')
    found = Comparison("a program")
    threads = threads_of([(7, 7, 1), (8, 8, 7), (9, 9, 7)], ours, theirs)
    pairs = pair_up(found, ours, theirs, theirs, threads)
    assert threads == {7: 70, 8: 81}
    assert sorted((one.index, one.ours.name, one.theirs.name) for one in pairs) == [
        (0, "execve", "execve"),
        (1, "fork", "fork"),
        (2, "getpid", "getpid"),
        (3, "pause", "pause"),
    ]
    assert [one.name for one in found.only_ours] == ["gettid"]
    assert all(one.again == one.theirs for one in pairs)
