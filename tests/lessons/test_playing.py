from __future__ import annotations

from collections.abc import Callable

from seccomp_tui.lessons.lesson import Lesson
from seccomp_tui.lessons.playing import READING, Player
from tests.lessons.test_actions import Pretended

Make = Callable[..., Lesson]
ONE = "\n[[step]]\ntitle = 'x'\ntext = 'x'\ncheck = 'openat'\nplay = ['say look', 'errno EIO']\n"
TWO = "\n[[step]]\ntitle = 'x'\ntext = 'x'\ncheck = 'read'\nplay = ['do view.history']\n"


def player(made: Lesson, hands: Pretended, pause: float | None) -> Player:
    return Player(made, hands, pause)  # type: ignore[arg-type]


def test_each_action_waits_its_time(lesson: Make) -> None:
    hands = Pretended(1)
    it = player(lesson(ONE), hands, 2.0)
    it.tick(0, 0)
    assert it.caption == "look"
    it.tick(2.0 + 6 * READING, 0)
    it.tick(3, 0)
    assert it.caption == "the answer: errno EIO"
    it.tick(4, 0)
    assert not hands.done
    it.tick(9, 0)
    assert len(hands.done) == 1


def test_the_next_step_waits_until_this_one_is_ticked(lesson: Make) -> None:
    hands = Pretended(1)
    it = player(lesson(ONE, TWO), hands, 0)
    for now in range(9):
        it.tick(now, 0)
    assert it.step == 0
    for now in range(9, 20):
        it.tick(now, 1, lambda command: f"<{command}>")
    assert hands.done[-1] == ("do", "view.history")
    assert it.caption == "press <view.history>"


def test_step_by_step_it_waits_for_a_word(lesson: Make) -> None:
    hands = Pretended(1)
    it = player(lesson(ONE), hands, None)
    for now in range(5):
        it.tick(now, 0)
    assert it.asking
    assert it.caption == "look"
    it.go_on()
    it.tick(5, 0)
    it.tick(6, 0)
    assert it.asking
    assert it.caption == "the answer: errno EIO"
    it.go_on()
    it.tick(7, 0)
    assert len(hands.done) == 1


def test_a_pause_can_be_cut_short(lesson: Make) -> None:
    it = player(lesson(ONE), Pretended(1), 1000)
    it.tick(0, 0)
    it.go_on()
    it.tick(0.1, 0)
    it.tick(0.2, 0)
    assert it.caption.startswith("the answer")
