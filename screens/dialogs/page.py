"""A dialog that is a page of lines to scroll."""

from __future__ import annotations

from textual.binding import Binding

from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.widgets.lines import Lines


class Page(Lines, can_focus=True):
    """The lines."""


class PageDialog(Dialog[None]):
    """Scrolls its page."""

    BINDINGS = [
        Binding("q,enter", "cancel", show=False),
        Binding("up,k", "move('up')", show=False),
        Binding("down,j", "move('down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("pagedown,space", "move('page_down')", show=False),
        Binding("home", "move('first')", show=False),
        Binding("end,G", "move('last')", show=False),
    ]
    AUTO_FOCUS = "Page"

    def action_move(self, where: str) -> None:
        """Scroll."""
        self.query_one(Page).move(where)
