"""Marked calls: answers go to those that are held, past ones are copied, compared and written into files."""

from __future__ import annotations

from seccomp_tui.screens.stepping import Stepping
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.queue import Queue

_NEED_MARKS = ("history.next_mark", "history.previous_mark", "history.unmark")


class Marks(Stepping):
    """Marks calls, and goes from one that is marked to another."""

    def _can(self, name: str, pressed: float) -> bool | None:
        able = super()._can(name, pressed)
        if name == "call.mark" and able is not False:
            return self._to_mark() is not None or None
        return (bool(self.model.marks) or None) if able and name in _NEED_MARKS else able

    def chosen(self) -> list[int]:
        """Return the calls that are copied: all that are marked, else the one under the cursor."""
        return sorted(self.model.marks) or ([self.current] if self.current is not None else [])

    def do_call_mark(self) -> None:
        """Mark the call under the cursor, or take its mark away, and go to the next one."""
        if (seq := self._to_mark()) is None:
            return
        self.model.marks ^= {seq}
        if self.source == "queue":
            self.query_one(Queue).move("down")
        else:
            history = self.query_one(History)
            history.go_to(seq)  # it has no cursor while it follows
            if seq != history.last:
                history.move("down")
        self._renew()

    def _to_mark(self) -> int | None:
        """Return the call under the cursor; in a history without one the last that is shown."""
        if self.source == "history":
            history = self.query_one(History)
            return history.cursor or history.last or None
        return self.current if self.current in self.model.held else None

    def do_history_unmark(self) -> None:
        """Take all marks away."""
        self.model.marks.clear()
        self._renew()

    def _renew(self) -> None:
        self.query_one(History).show_marks()
        self.redraw()

    def do_history_next_mark(self) -> None:
        """Go to the next marked call."""
        self._to_marked(forward=True)

    def do_history_previous_mark(self) -> None:
        """Go to the marked call before."""
        self._to_marked(forward=False)

    def _to_marked(self, *, forward: bool) -> None:
        history = self.query_one(History)
        self._show(history)
        self._focus(history)
        at = history.cursor
        if at is None:
            at = 0 if forward else history.last + 1
        found = [seq for seq in self.model.marks if (seq > at if forward else seq < at) and history.has(seq)]
        if found:
            history.go_to(min(found) if forward else max(found))
        else:
            self._tell(f"no marked call is {'below' if forward else 'above'}")
