"""What has become of the target since its supervisor died, as the keeper notes it on the board."""

from __future__ import annotations

from dataclasses import dataclass

from seccomp_tui.policy.answers import Kind
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.wire import TargetExited


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the keeper has done, and what has come of it.

    Attributes:
        answer: how it answers in the supervisor's place: allow, kill, or NONE while it has not taken over.
        exited: the end of the launched process, None while it lives.
        alive: some process still uses the filter.
    """

    answer: Kind = Kind.NONE
    exited: TargetExited | None = None
    alive: bool = True


def read(board: Board) -> Aftermath:
    """Return what stands on the board."""
    exited = None if board.ending is None else TargetExited(*board.ending)
    return Aftermath(Kind(board.keeper_answer), exited, not board.finished)
