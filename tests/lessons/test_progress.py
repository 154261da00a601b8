from __future__ import annotations

from collections.abc import Callable

from seccomp_tui.lessons.lesson import Lesson
from seccomp_tui.lessons.progress import BY_COMMAND, Progress, Tick
from seccomp_tui.policy.expression import Expression

Make = Callable[..., Lesson]


def step(check: str, more: str = "") -> str:
    return f"\n[[step]]\ntitle = 'x'\ntext = 'x'\n{check}\n{more}\n"


class Session:
    """Calls by what is true of them."""

    def __init__(self, **calls: list[int]) -> None:
        self.calls = calls

    def __call__(self, expression: Expression, times: int) -> int | None:
        found = self.calls.get(str(expression), [])
        return found[times - 1] if len(found) >= times else None


def test_steps_are_ticked_in_their_order(lesson: Make) -> None:
    progress = Progress(lesson(step("check = 'openat'"), step("check = 'read'")))
    assert progress.look(Session(read=[5])) == []
    assert progress.look(Session(openat=[3])) == [Tick(0, 3)]
    assert progress.look(Session(openat=[3], read=[5])) == [Tick(1, 5)]
    assert progress.finished
    assert progress.ticks == {0: 3, 1: 5}


def test_several_at_a_time_or_one(lesson: Make) -> None:
    made = lesson(step("check = 'openat'"), step("check = 'read'"))
    assert len(Progress(made).look(Session(openat=[3], read=[2]))) == 2
    assert len(Progress(made).look(Session(openat=[3], read=[2]), 1)) == 1


def test_times_counts_calls(lesson: Make) -> None:
    progress = Progress(lesson(step("check = 'read'", "times = 3")))
    assert not progress.look(Session(read=[1, 2]))
    assert progress.look(Session(read=[1, 2, 9])) == [Tick(0, 9)]


def test_without_looks_at_what_came_before(lesson: Make) -> None:
    made = lesson(step("check = 'read'", "without = 'close'"))
    assert Progress(made).look(Session(read=[3], close=[4])) == [Tick(0, 3)]
    spoilt = Progress(made)
    assert not spoilt.look(Session(read=[3], close=[2]))
    assert spoilt.spoilt(Session(close=[2])) == 2
    assert spoilt.spoilt(Session()) is None
    assert Progress(made).spoilt(Session(read=[3], close=[4])) is None


def test_a_command_counts_for_the_step_that_it_was_run_in(lesson: Make) -> None:
    progress = Progress(lesson(step("check = 'openat'"), step("does = 'view.history'")))
    progress.did("view.history")
    assert progress.look(Session(openat=[3])) == [Tick(0, 3)]
    assert not progress.look(Session(openat=[3]))
    progress.did("view.history")
    assert progress.look(Session(openat=[3])) == [Tick(1, BY_COMMAND)]


def test_it_goes_on_where_one_was(lesson: Make) -> None:
    made = lesson(step("check = 'openat'"), step("check = 'read'"))
    progress = Progress(made, 1)
    assert progress.current == made.steps[1]
    assert progress.look(Session(read=[5])) == [Tick(1, 5)]
