"""The same thread and the same call are found in two runs."""

from __future__ import annotations

from benchmarks.decode.alignment import align, match_threads, relations_in, tree_of
from benchmarks.decode.lines import Call, parse


def calls(*texts: str) -> list[Call]:
    return parse("".join(f"10 {text} = 0\n" for text in texts)).calls


def paired(ours: list[Call], theirs: list[Call]) -> list[tuple[str, str]]:
    return [
        (
            ours[one].text.partition(" = ")[0] if one is not None else "",
            theirs[other].text.partition(" = ")[0] if other is not None else "",
        )
        for one, other in align(ours, theirs)
    ]


def test_the_same_names_are_the_same_calls() -> None:
    ours, theirs = calls("a(1)", "b(2)"), calls("a(3)", "b(4)")
    assert paired(ours, theirs) == [("a(1)", "a(3)"), ("b(2)", "b(4)")]


def test_a_call_that_one_run_has_more_does_not_shift_the_others() -> None:
    ours = calls("open(1, 5)", "open(2, 6)", "open(3, 7)", "close(9)")
    theirs = calls("open(1, x)", "open(8, x)", "open(2, x)", "open(3, x)", "close(9)")
    assert paired(ours, theirs) == [
        ("open(1, 5)", "open(1, x)"),
        ("", "open(8, x)"),
        ("open(2, 6)", "open(2, x)"),
        ("open(3, 7)", "open(3, x)"),
        ("close(9)", "close(9)"),
    ]


def test_lines_that_occur_once_hold_two_runs_together() -> None:
    reads = [f"read({number}, p)" for number in range(600)]
    ours = calls(*reads[:300], "futex(1)", *reads[300:])
    theirs = calls(*reads[:100], "futex(2)", *reads[100:])
    found = paired(ours, theirs)
    assert [(one, other) for one, other in found if one and other] == [(text, text) for text in reads]
    assert len(found) == 602


def test_a_wrong_name_between_the_same_neighbours_is_a_pair() -> None:
    ours, theirs = calls("a(1)", "wrong(2)", "c(3)"), calls("a(1)", "right(2)", "c(3)")
    assert paired(ours, theirs)[1] == ("wrong(2)", "right(2)")


def test_what_only_one_run_has_stays_alone() -> None:
    ours, theirs = calls("a(1)", "c(3)"), calls("a(1)", "x(5)", "y(6)", "c(3)")
    assert paired(ours, theirs) == [("a(1)", "a(1)"), ("", "x(5)"), ("", "y(6)"), ("c(3)", "c(3)")]


def test_nothing_at_all() -> None:
    assert align([], []) == []
    assert align([], calls("a(1)")) == [(None, 0)]


STRACE = """\
100 clone(child_stack=NULL, flags=SIGCHLD) = 101
100 clone3({flags=CLONE_VM|CLONE_THREAD} => {parent_tid=[103]}, 88) = 103
101 vfork( <unfinished ...>
102 getpid() = 102
101 <... vfork resumed>) = 102
103 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 104
103 fork() = 105
104 getpid() = 100
105 getpid() = 105
"""


def test_strace_s_results_tell_who_made_whom() -> None:
    assert sorted(relations_in(parse(STRACE).calls)) == [
        (100, 100, 0),
        (101, 101, 100),
        (102, 102, 101),
        (103, 100, 100),
        (104, 100, 100),
        (105, 105, 100),
    ]


def test_threads_are_matched_by_the_order_of_their_creation() -> None:
    theirs = tree_of(relations_in(parse(STRACE).calls), 100)
    ours = tree_of([(7, 7, 1), (8, 8, 7), (20, 7, 1), (9, 9, 8), (21, 7, 1), (30, 30, 7), (31, 31, 7)], 7)
    assert match_threads(ours, theirs, (7, 100)) == {7: 100, 8: 101, 9: 102, 20: 103, 21: 104, 30: 105}


def test_numbers_begin_anew_after_the_highest() -> None:
    ours = tree_of(
        [(32760, 32760, 1), (32767, 32767, 32760), (300, 300, 32760), (301, 32760, 1), (32761, 32760, 1)], 32760
    )
    assert (ours[32760].children, ours[32760].threads) == ([32767, 300], [32761, 301])


def test_a_circle_of_parents_ends() -> None:
    log = parse("1 clone(flags=CLONE_THREAD) = 2\n2 clone(flags=CLONE_THREAD) = 1\n")
    assert len(relations_in(log.calls)) == 2
