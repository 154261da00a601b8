"""The answer guard: a key never hits a call that was not under the cursor when it was pressed. Pure."""

from __future__ import annotations

DEAD_TIME = 0.150
"""How long answer keys are dead after the cursor moved by itself, in seconds."""


class Guard:
    """Knows which call the operator sees, and since when.

    A call can be answered by a key that was pressed after the call was painted. When the cursor came to it by itself
    (the call before it vanished, or a first call appeared), the key must come at least `DEAD_TIME` later, since it may
    have been meant for what stood there before.
    """

    def __init__(self) -> None:
        self.seq: int | None = None
        self._asked = True
        self._open_from: float | None = None

    def show(self, seq: int | None, *, asked: bool) -> None:
        """Take note that call `seq` comes under the cursor; it is not painted yet.

        Args:
            seq: the call, or None when there is none.
            asked: the operator moved the cursor, or answered the call before.
        """
        if seq == self.seq:
            return
        self.seq = seq
        self._asked = asked
        self._open_from = None

    def cover(self) -> None:
        """Take note that something else covers the call: it must be painted anew, as if the cursor came by itself."""
        self._asked = False
        self._open_from = None

    def painted(self, seq: int | None, now: float) -> None:
        """Take note that the screen shows call `seq` since `now` (monotonic seconds)."""
        if seq is not None and seq == self.seq and self._open_from is None:
            self._open_from = now if self._asked else now + DEAD_TIME

    def opens_in(self, now: float) -> float | None:
        """Return the seconds until answer keys work, None when that is not known."""
        return None if self._open_from is None else max(self._open_from - now, 0.0)

    def allows(self, seq: int, pressed: float) -> bool:
        """Return whether a key pressed at `pressed` (monotonic seconds) may answer call `seq`."""
        return seq == self.seq and self._open_from is not None and pressed >= self._open_from
