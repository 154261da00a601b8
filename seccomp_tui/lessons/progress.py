"""How far one has come in a lesson: which step is to be done, and which call has ticked each. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from seccomp_tui.lessons.lesson import Lesson, Step
from seccomp_tui.policy.expression import Expression

Reached = Callable[[Expression, int], int | None]
"""Returns the number of the call with which an expression has been true of so many recorded calls; None: not yet."""
BY_COMMAND = 0
"""In the place of a call's number: a command has ticked the step."""


class Tick(NamedTuple):
    """A step is done: number `step` (from 0), with call `seq`."""

    step: int
    seq: int


class Progress:
    """The steps of a lesson are done in their order; each is asked of the session as a whole.

    Args:
        lesson: the lesson.
        done: so many steps were done at an earlier time.

    Attributes:
        ticks: by which call each step was done in this session.
    """

    def __init__(self, lesson: Lesson, done: int = 0) -> None:
        self.lesson = lesson
        self.ticks: dict[int, int] = {}
        self._done = min(done, len(lesson.steps))
        self._commands: set[str] = set()

    @property
    def done(self) -> int:
        """So many steps are done."""
        return self._done

    @property
    def finished(self) -> bool:
        """All of them are."""
        return self._done == len(self.lesson.steps)

    @property
    def current(self) -> Step | None:
        """The step to do now."""
        return None if self.finished else self.lesson.steps[self._done]

    def did(self, command: str) -> None:
        """Take note that a command of the screens was run."""
        self._commands.add(command)

    def look(self, reached: Reached, most: int | None = None) -> list[Tick]:
        """Tick the steps that are done by now, at most so many, and return them."""
        ticked: list[Tick] = []
        while len(ticked) != most and (step := self.current) is not None:
            if (seq := self._reached(step, reached)) is None:
                break
            ticked.append(Tick(self._done, seq))
            self.ticks[self._done] = seq
            self._done += 1
            self._commands.clear()  # a command counts for the step that it was run in
        return ticked

    def spoilt(self, reached: Reached) -> int | None:
        """Return the call that has made it impossible to do the current step in this session, None: it is possible."""
        step = self.current
        if step is None or step.without is None or self._reached(step, reached) is not None:
            return None
        return reached(step.without, 1)

    def _reached(self, step: Step, reached: Reached) -> int | None:
        if step.check is None:
            return BY_COMMAND if step.does in self._commands else None
        seq = reached(step.check, step.times)
        if seq is None or step.without is None:
            return seq
        too_late = reached(step.without, 1)
        return seq if too_late is None or seq < too_late else None
