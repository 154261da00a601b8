from __future__ import annotations

from seccomp_tui.screens.guard import DEAD_TIME, Guard


def test_a_call_that_is_not_painted_yet_cannot_be_answered() -> None:
    guard = Guard()
    guard.show(7, asked=True)
    assert not guard.allows(7, 100.0)


def test_a_key_pressed_before_the_call_was_painted_does_not_answer_it() -> None:
    guard = Guard()
    guard.show(7, asked=True)
    guard.painted(7, 100.0)
    assert not guard.allows(7, 99.99)
    assert guard.allows(7, 100.0)


def test_keys_are_dead_for_a_moment_after_the_cursor_moved_by_itself() -> None:
    guard = Guard()
    guard.show(7, asked=False)
    guard.painted(7, 100.0)
    assert not guard.allows(7, 100.0 + DEAD_TIME - 0.01)
    assert guard.allows(7, 100.0 + DEAD_TIME)
    assert 0 < (guard.opens_in(100.1) or 0) < DEAD_TIME


def test_a_key_never_answers_another_call_than_the_one_shown() -> None:
    guard = Guard()
    guard.show(7, asked=True)
    guard.painted(7, 100.0)
    assert not guard.allows(8, 101.0)


def test_an_empty_queue_opens_nothing() -> None:
    guard = Guard()
    guard.show(None, asked=True)
    guard.painted(None, 100.0)
    assert guard.opens_in(101.0) is None


def test_painting_the_call_again_does_not_close_the_guard() -> None:
    guard = Guard()
    guard.show(7, asked=False)
    guard.painted(7, 100.0)
    guard.show(7, asked=False)
    guard.painted(7, 105.0)
    assert guard.allows(7, 101.0)


def test_a_paint_of_what_stood_there_before_opens_nothing() -> None:
    guard = Guard()
    guard.show(7, asked=True)
    guard.show(8, asked=True)
    guard.painted(7, 100.0)
    assert not guard.allows(8, 101.0)
