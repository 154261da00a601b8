"""Plays a lesson by itself: what a person would do, one action after the other, with a caption for each. Pure."""

from __future__ import annotations

from collections.abc import Callable

from seccomp_tui.lessons.actions import Action, Hands
from seccomp_tui.lessons.lesson import Lesson, with_keys

PAUSE = 3.0
"""Seconds that a caption stands there before it is done what it says."""
READING = 0.045
"""And so many more for each of its characters, and of those of a step's text when that has just come."""


class Player:
    """Takes the actions of a lesson, as `tick` is called again and again.

    Args:
        lesson: the lesson.
        hands: act on the target.
        pause: seconds between actions at least; None: `go_on` is waited for.

    Attributes:
        step: the step that is played, from 0.
        caption: what is done, or about to be done.
        asking: `go_on` is waited for.
    """

    def __init__(self, lesson: Lesson, hands: Hands, pause: float | None = PAUSE) -> None:
        self.lesson = lesson
        self.step = -1
        self.caption = ""
        self._hands = hands
        self._pause = pause
        self._actions: list[Action] = []
        self._action: Action | None = None
        self._begun = False
        self._due = 0.0
        self._on = False

    @property
    def asking(self) -> bool:
        """It goes on when somebody says so."""
        return self._pause is None and not self._on and not self._begun

    def go_on(self) -> None:
        """Wait no longer."""
        self._on = True

    def tick(self, now: float, done: int, key: Callable[[str], str] = str) -> None:
        """Go on, if it is time.

        Args:
            now: monotonic seconds.
            done: so many steps of the lesson are done.
            key: returns how the key of a command is written.
        """
        if self._action is None and not self._next(now, done, key):
            return
        action = self._action
        if action is None or not (self._on or (self._pause is not None and now >= self._due)):
            return
        if not self._begun:
            if not action.begin(self._hands):
                return
            self._begun = True
        if action.done(self._hands):
            self._action, self._begun, self._on = None, False, False

    def _next(self, now: float, done: int, key: Callable[[str], str]) -> bool:
        """Take up the next action, of the next step when this one is done."""
        fresh = ""
        if not self._actions:
            if done <= self.step or done >= len(self.lesson.steps):
                return False  # what was done has not come into the recording yet; or all is done
            self.step = done
            self._actions = list(self.lesson.steps[done].play)
            fresh = self.lesson.steps[done].text
            if not self._actions:
                return False
        self._action = self._actions.pop(0)
        self.caption = with_keys(self._action.caption(), key)
        self._due = now + (self._pause or 0.0) + READING * (len(self.caption) + len(fresh)) * bool(self._pause)
        return True
