"""Does on the screens what a lesson plays."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from seccomp_tui.policy.answers import Answer
from seccomp_tui.policy.expression import Expression
from seccomp_tui.policy.rule import Rule
from seccomp_tui.screens.views import SCREENS
from seccomp_tui.supervisor.wire import Held

if TYPE_CHECKING:
    from seccomp_tui.screens.lesson import LessonScreen


class ScreenHands:
    """Acts as a person at the screens would.

    Args:
        screen: the screen.
        terminal: the master of the target's terminal.
    """

    def __init__(self, screen: LessonScreen, terminal: int | None) -> None:
        self._chosen: int | None = None
        self._screen = screen
        self._terminal = terminal

    @property
    def chosen(self) -> int | None:
        """The call that the last action was about: the cursor is on it."""
        return self._chosen

    @chosen.setter
    def chosen(self, seq: int | None) -> None:
        self._chosen = seq
        if seq in self.held:
            self._screen.source = "queue"
            self._screen.select(seq, asked=True)
            self._screen.redraw()

    @property
    def held(self) -> Mapping[int, Held]:
        """The calls that wait."""
        return self._screen.model.held

    def true_of(self, expression: Expression, numbers: Sequence[int]) -> set[int]:
        """Return the recorded calls among these that an expression is true of."""
        return self._screen.recorded.true_of(expression, numbers)

    def known(self, seq: int) -> bool:
        """Tell whether a call stands in the recording."""
        return self._screen.recorded.row(seq) is not None

    def found(self, expression: Expression) -> bool:
        """Tell whether an expression is true of any recorded call."""
        return self._screen.recorded.reached(expression, 1) is not None

    def answer(self, seqs: list[int], answer: Answer) -> None:
        """Answer held calls."""
        self._screen._answer(seqs, answer)

    def hold(self, on: bool) -> None:
        """Hold calls, or hold none."""
        self._screen._hold(on)

    def hold_by(self, text: str) -> None:
        """Hold by another expression."""
        self._screen.hold_by(text)

    def step(self, seq: int) -> None:
        """Hold the next call of this one's thread."""
        if self._screen.link is not None:
            self._screen.link.step([self.held[seq].tid])

    def put_rule(self, rule: Rule) -> None:
        """Add a rule."""
        if self._screen.link is not None:
            self._screen.link.put_rule(rule)

    def type(self, data: bytes) -> None:
        """Type into the target's terminal."""
        if self._terminal is not None:
            os.write(self._terminal, data)

    def do(self, command: str) -> None:
        """Run a command of the screens."""
        if command in (*SCREENS, "view.live", "view.history"):
            self._screen.go(command)
            self._screen.ran(command)
        else:
            self._screen.run_command(command)
