"""A page of memory that keeper, supervisor, recorder and screens share: what one must know when another has died."""

from __future__ import annotations

import mmap

_LAST_ID, _OLDEST_OPEN, _COMMITTED = 0, 8, 16
_TARGET, _STATUS, _FAILURE, _ENDED, _DOOMED, _STARTED, _ANSWER, _FINISHED = 24, 28, 32, 36, 37, 38, 39, 40
_ROLES = 64


class Board:
    """Each field has one writer, so no lock is needed. Made by the keeper before it forks."""

    def __init__(self) -> None:
        self.area = mmap.mmap(-1, mmap.PAGESIZE)
        # A memoryview reads and writes a number as a whole; struct.pack_into writes zeros first, and others see them.
        self._wide = memoryview(self.area).cast("Q")
        self._narrow = memoryview(self.area).cast("i")

    def received(self, newest: int, oldest_open: int) -> None:
        """Note which notifications the supervisor has: done at each tick, so later ones have higher ids than `newest`.

        Args:
            newest: id of the newest that was received.
            oldest_open: id of the oldest that was received and not answered, 0 when there is none.
        """
        self._wide[_LAST_ID // 8] = newest
        self._wide[_OLDEST_OPEN // 8] = oldest_open

    @property
    def last_id(self) -> int:
        """Id of the newest notification that was received; 0 before the first."""
        return self._wide[_LAST_ID // 8]

    @property
    def oldest_open(self) -> int:
        """Id of the oldest notification that waits for an answer; 0 when none does."""
        return self._wide[_OLDEST_OPEN // 8]

    @property
    def doomed(self) -> bool:
        """The operator wants the target dead, whoever is left to do it."""
        return bool(self.area[_DOOMED])

    def doom(self) -> None:
        """Note that the operator wants the target dead."""
        self.area[_DOOMED] = 1

    @property
    def committed(self) -> int:
        """Newest call whose row is committed. Written by the recorder."""
        return self._wide[_COMMITTED // 8]

    @committed.setter
    def committed(self, seq: int) -> None:
        self._wide[_COMMITTED // 8] = seq

    @property
    def target(self) -> int:
        """Process id of the launched process, 0 before the launch. Written by the supervisor."""
        return self._narrow[_TARGET // 4]

    @target.setter
    def target(self, pid: int) -> None:
        self._narrow[_TARGET // 4] = pid

    @property
    def started(self) -> bool:
        """The launcher's execve was let go. Until then the launcher dies with the supervisor."""
        return bool(self.area[_STARTED])

    def start(self) -> None:
        """Note that the launcher's execve is let go now. Called by the supervisor before it answers."""
        self.area[_STARTED] = 1

    @property
    def ending(self) -> tuple[int, int] | None:
        """Wait status of the launched process and errno of its failed execve (0: it ran); None while it lives."""
        if not self.area[_ENDED]:
            return None
        return self._narrow[_STATUS // 4], self._narrow[_FAILURE // 4]

    def ended(self, status: int, failure: int) -> None:
        """Note how the launched process ended."""
        self._narrow[_STATUS // 4] = status
        self._narrow[_FAILURE // 4] = failure
        self.area[_ENDED] = 1

    @property
    def keeper_answer(self) -> int:
        """The `Kind` of answer that the keeper gives in the dead supervisor's place; 0 while it gives none."""
        return self.area[_ANSWER]

    @keeper_answer.setter
    def keeper_answer(self, kind: int) -> None:
        self.area[_ANSWER] = kind

    @property
    def finished(self) -> bool:
        """The keeper, having taken over, has seen the filter without a user."""
        return bool(self.area[_FINISHED])

    def finish(self) -> None:
        """Note that no process uses the filter any more. Called by the keeper, having taken over."""
        self.area[_FINISHED] = 1

    @property
    def roles(self) -> list[int]:
        """Process ids of the keeper, then of those it has forked: not part of the target. Written by the keeper."""
        return [pid for at in range(8) if (pid := self._narrow[(_ROLES + 4 * at) // 4])]

    def add_role(self, pid: int) -> None:
        """Add the keeper, or a process that it has forked."""
        self._narrow[(_ROLES + 4 * len(self.roles)) // 4] = pid
