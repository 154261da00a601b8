"""Rules in their order: which answers, what is counted, and what becomes of that when they change."""

from __future__ import annotations

import msgspec
import pytest

from seccomp_tui.policy.calls import CallView
from seccomp_tui.policy.rules import ActiveRule, Rule, RuleSet, compiled
from seccomp_tui.policy.rules.nth import Nth, parse
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import X86_64
from seccomp_tui.syscalls.memory import RecordedMemory

PATH = 0x1000


def rules(*written: Rule) -> RuleSet:
    return RuleSet([compiled(rule) for rule in written])


def ask(rules: RuleSet, name: str, path: bytes = b"/x", tid: int = 1, comm: bytes = b"ls") -> ActiveRule | None:
    token, nr = X86_64.token, numbers.number(X86_64.token, name)
    assert nr is not None
    matcher = rules.for_call(token, nr)
    if matcher is None:
        return None
    args, segments = [0, PATH, 0, 0, 0, 0], [(PATH, path + b"\0")]
    view = CallView(token, nr, args, RecordedMemory(segments), tid, tid, comm, b"", False)
    return matcher.first(lambda: view, tid, token << 32 | nr, matcher.candidates(args, segments))


def answered(rules: RuleSet, *names: str, tid: int = 1) -> list[int]:
    """Return the numbers of the rules that answer these calls; 0: none."""
    return [found.id if (found := ask(rules, name, tid=tid)) else 0 for name in names]


def enable(made: RuleSet, number: int, on: bool) -> None:
    (rule,) = [rule for rule in made.rules() if rule.id == number]
    made.edit(compiled(msgspec.structs.replace(rule, enabled=on)))


def test_the_first_that_matches_answers() -> None:
    made = rules(Rule('openat and path == "/y"', "errno EIO"), Rule("openat", "errno EPERM"), Rule("%file", "allow"))
    assert answered(made, "openat", "newfstatat", "read") == [2, 3, 0]
    assert (found := ask(made, "openat", b"/y"))
    assert found.id == 1
    made.move(3, 0)
    assert answered(made, "openat") == [3]
    enable(made, 3, False)
    assert answered(made, "openat", "newfstatat") == [2, 0]
    made.remove(2)
    assert answered(made, "openat") == [0]
    added = made.add(compiled(Rule("openat", "errno EBADF")), before=1)
    assert (added.id, [rule.id for rule in made.rules()]) == (4, [3, 4, 1])
    with pytest.raises(KeyError):
        made.remove(2)


def test_once_is_over_after_the_first_answer() -> None:
    made = rules(Rule("openat", "errno EIO", once=True), Rule("openat", "allow"))
    first = ask(made, "openat")
    assert first is not None
    assert (first.id, answered(made, "openat")) == (1, [2])
    assert [rule.enabled for rule in made.rules()] == [False, True]
    made.gone(first)  # the call was withdrawn before it was answered
    assert answered(made, "openat", "openat") == [1, 2]
    enable(made, 1, True)
    assert answered(made, "openat") == [1]


def test_nth_counts_each_thread_and_each_call_for_itself() -> None:
    made = rules(Rule("openat or read", "errno EIO", nth="2..4+2"))
    assert answered(made, *["openat"] * 6) == [0, 1, 0, 1, 0, 0]
    assert answered(made, "read", "read") == [0, 1]
    assert answered(made, "openat", "openat", tid=2) == [0, 1]
    made.thread_ended(1)
    assert answered(made, "openat", "openat") == [0, 1]
    assert answered(made, "openat", tid=2) == [0]


@pytest.mark.parametrize(
    ("text", "meant", "numbers"),
    [
        ("3", Nth(3, 3), [3]),
        ("3+", Nth(3), [3, 4, 5, 6, 7, 8, 9]),
        ("3+2", Nth(3, 0, 2), [3, 5, 7, 9]),
        ("3..5", Nth(3, 5), [3, 4, 5]),
        ("2..6+2", Nth(2, 6, 2), [2, 4, 6]),
    ],
)
def test_which_calls_are_meant(text: str, meant: Nth, numbers: list[int]) -> None:
    assert parse(text) == meant
    assert str(meant) == text
    assert [number for number in range(1, 10) if meant.has(number)] == numbers


def test_whose_calls() -> None:
    made = rules(Rule("openat", "errno EIO", whose="pid 2"), Rule("openat", "errno EPERM", whose='comm "l\\x73"'))
    assert answered(made, "openat", tid=2) == [1]
    assert answered(made, "openat", tid=1) == [2]
    assert ask(made, "openat", comm=b"cat") is None


def test_counts_stay_with_rules_that_mean_the_same() -> None:
    made = rules(Rule("openat", "errno EIO", nth="2"), Rule("read", "allow"))
    assert answered(made, "openat") == [0]
    found = ask(made, "openat")
    assert found is not None
    made.counted(found, 5, 7)
    assert msgspec.to_builtins(made.counts()) == [[1, 1, 5, 7], [2, 0, 0, 0]]
    first, _ = made.rules()
    made.edit(compiled(msgspec.structs.replace(first, name="disk")))
    assert [count.hits for count in made.counts()] == [1, 0]
    made.move(2, 0)
    made.add(compiled(Rule("close", "allow")))
    assert [(count.id, count.hits) for count in made.counts()] == [(2, 0), (1, 1), (3, 0)]
    assert answered(made, "openat") == [0], "the calls that were counted stay so, too"
    made.edit(compiled(msgspec.structs.replace(first, answer="errno EPERM")))
    assert [count.hits for count in made.counts()] == [0, 0, 0]


def test_changes_are_told() -> None:
    told: list[int] = []
    made = RuleSet([compiled(Rule("openat", "allow"))], lambda: told.append(len(made)))
    made.add(compiled(Rule("read", "allow")))
    made.move(2, 0)
    enable(made, 1, False)
    made.remove(1)
    assert told == [2, 2, 2, 1]


def test_calls_that_no_rule_can_match_ask_none() -> None:
    made = rules(Rule('path == "/x"', "allow"))
    token = X86_64.token
    assert made.for_call(token, numbers.number(token, "getpid") or 0) is None
    assert made.for_call(token, 257) is not None
