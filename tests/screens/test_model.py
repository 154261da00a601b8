from __future__ import annotations

from msgspec.structs import replace

from seccomp_tui.policy.answers import ALLOW, By, State
from seccomp_tui.screens import notices
from seccomp_tui.screens.model import NOTHING_YET, Model
from seccomp_tui.supervisor.wire import Held, HeldEnded, Hello, TargetExited
from tests.screens.scripted import Clock


def held(seq: int, time: int = 0) -> Held:
    return Held(seq, time, 812, 812, b"ls", 0xC000003E, 257, [0] * 6, 0, True)


def model() -> tuple[Model, Clock]:
    clock = Clock()
    return Model([b"ls"], clock), clock


def headline(of: Model) -> str:
    return "".join(text for text, _ in notices.empty_queue(of)[0])


def test_calls_stay_in_the_order_of_their_numbers() -> None:
    state, _ = model()
    for seq in (5, 3, 9, 4):
        state.feed(held(seq))
    assert list(state.held) == [3, 4, 5, 9]
    assert state.oldest == 3


def test_a_call_that_ends_by_itself_is_told() -> None:
    state, _ = model()
    state.feed(held(5))
    ended = HeldEnded(5, State.GONE, None, By.NOBODY)
    assert state.feed(ended) is ended
    assert not state.held


def test_the_end_of_a_call_that_was_answered_here_is_no_news() -> None:
    state, _ = model()
    state.feed(held(5))
    state.answered([5])
    assert not state.held
    assert state.feed(HeldEnded(5, State.ANSWERED, ALLOW, By.OPERATOR)) is None


def test_waiting_time_is_taken_from_the_monotonic_clock() -> None:
    state, clock = model()
    call = held(1, clock())
    clock.move(4.2)
    assert state.waited(call) == 4.2


def test_rate_falls_to_nothing_when_no_calls_come() -> None:
    state, clock = model()
    for calls in (0, 500, 1000):
        state.feed(replace(NOTHING_YET, calls=calls))
        clock.move(0.5)
    assert 600 < state.rate() < 1100
    clock.move(10)
    assert state.rate() == 0


def test_the_target_is_over_when_none_of_its_processes_lives() -> None:
    state, _ = model()
    state.feed(TargetExited(0, 0))
    assert not state.over
    state.feed(replace(NOTHING_YET, alive=False))
    assert state.over


def test_losing_the_supervisor_empties_the_queue() -> None:
    state, _ = model()
    state.feed(held(5))
    assert state.lose() == [5]
    assert state.lost
    assert state.oldest is None


def test_an_empty_queue_says_what_goes_on() -> None:
    state, _ = model()
    assert "starting ls" in headline(state)
    state.feed(Hello([b"ls"], 1, 0, True))
    assert "waiting for the first call to hold" in headline(state)
    state.set_holding(False)
    assert "running: nothing is held" in headline(state)
    state.feed(TargetExited(11, 0))
    state.feed(replace(NOTHING_YET, alive=False))
    assert "ended: KILLED SIGSEGV" in headline(state)


def test_a_program_that_could_not_be_started_is_named_with_the_reason() -> None:
    state = Model([b"./no\x1b[2Jthing"])
    state.feed(TargetExited(127 << 8, 2, "No such file or directory"))
    assert "can't execute ./no" in headline(state)
    assert headline(state).isprintable()
