from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from seccomp_tui.lessons.actions import Hands
from seccomp_tui.lessons.verbs import VERBS, ActionError, parse
from seccomp_tui.policy.answers import ALLOW, Answer, errno_answer
from seccomp_tui.policy.expression import Expression


class Pretended:
    """Hands that write down what they are asked for."""

    def __init__(self, *held: int, matching: Sequence[int] = ()) -> None:
        self.chosen: int | None = None
        self.held = {seq: SimpleNamespace(seq=seq, tid=seq * 10) for seq in held}
        self.matching = set(matching)
        self.done: list[object] = []

    def true_of(self, expression: Expression, numbers: Sequence[int]) -> set[int]:
        return self.matching & set(numbers)

    def known(self, seq: int) -> bool:
        return True

    def found(self, expression: Expression) -> bool:
        return bool(self.matching)

    def answer(self, seqs: list[int], answer: Answer) -> None:
        self.done.append((seqs, answer))
        for seq in seqs:
            self.held.pop(seq)

    def __getattr__(self, name: str) -> object:
        return lambda *arguments: self.done.append((name, *arguments))


def take(line: str, hands: Pretended) -> bool:
    """Do what a line says; return whether it is done."""
    action, given = parse(line), hands
    as_hands: Hands = given  # type: ignore[assignment]
    return action.begin(as_hands) and action.done(as_hands)


def test_an_answer_goes_to_the_call_that_has_waited_longest() -> None:
    hands = Pretended(4, 7)
    assert take("errno ENOENT", hands)
    assert hands.done == [([4], errno_answer(2))]


def test_an_answer_waits_for_a_call() -> None:
    assert not take("allow", Pretended())


def test_until_allows_what_is_held_before() -> None:
    hands = Pretended(1, 2, 3, matching=[3])
    assert take("until openat", hands)
    assert hands.done == [([1], ALLOW), ([2], ALLOW)]
    assert take("errno EIO", hands)
    assert hands.done[-1] == ([3], errno_answer(5))


def test_until_goes_on_when_none_of_those_held_is_it() -> None:
    hands = Pretended(1, 2)
    assert not take("until openat", hands)
    assert not hands.held


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("run", [("hold", False), ([1], ALLOW)]),
        ("hold", [("hold", True)]),
        ("hold openat", [("hold_by", "openat"), ("hold", True)]),
        ("type yes please", [("type", b"yes please\r")]),
        ("do view.history", [("do", "view.history")]),
        ("say words", []),
    ],
)
def test_the_verbs(line: str, done: list[object]) -> None:
    hands = Pretended(1)
    assert take(line, hands)
    assert hands.done == done


def test_one_of_several_is_chosen_and_the_others_wait() -> None:
    hands = Pretended(1, 2, 3, matching=[2])
    assert take("choose write", hands)
    assert take("return 0", hands)
    assert list(hands.held) == [1, 3]
    assert not take("choose write", Pretended(1))


def test_all_that_wait_get_one_answer() -> None:
    hands = Pretended(1, 2)
    assert take("all errno EIO", hands)
    assert hands.done == [([1, 2], errno_answer(5))]
    assert not take("all allow", Pretended())


def test_a_rule_is_put() -> None:
    hands = Pretended()
    assert take("rule openat => errno EIO", hands)
    ((verb, rule),) = hands.done  # type: ignore[misc]
    assert (verb, rule.when, rule.answer) == ("put_rule", "openat", "errno EIO")


def test_a_step_is_over_when_the_thread_is_held_again() -> None:
    hands = Pretended(1)
    assert not take("step", hands)
    assert hands.done == [("step", 1), ([1], ALLOW)]


def test_waiting() -> None:
    assert not take("wait openat", Pretended())
    assert take("wait openat", Pretended(matching=[3]))


@pytest.mark.parametrize(
    "line", ["alow", "until", "until opnat", "rule openat", "do", "step on", "hold errno ==", "", "all", "choose"]
)
def test_what_is_no_action_is_refused(line: str) -> None:
    with pytest.raises(ActionError):
        parse(line)


def test_every_verb_is_written_as_it_is_documented() -> None:
    assert all(form.split()[0] == verb and words for verb, (_, form, words) in VERBS.items())
