"""A question with yes and no."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from seccomp_tui.screens.dialogs.base import Dialog


class ConfirmDialog(Dialog[list[int]]):
    """Asks before something that can't be undone; gives back the calls that are still held.

    Args:
        title: what it is about.
        question: returns the question; asked again whenever one of the calls ends.
        seqs: the calls it is about; none when it is about the program.
    """

    BINDINGS = [
        Binding("y,enter", "yes", "Yes", show=False),
        Binding("n", "cancel", "No", show=False),
    ]

    def __init__(self, title: str, question: Callable[[list[int]], str], seqs: list[int] | None = None) -> None:
        super().__init__(title, seqs)
        self._question = question

    def compose_body(self) -> ComposeResult:
        """Make the question."""
        yield Static(Content(self._question(self.seqs)), classes="question")

    def hint(self) -> str:
        """Return the keys."""
        return "y yes   n no"

    def calls_changed(self) -> None:
        """Ask about the calls that are left."""
        if self.seqs:
            self.query_one(".question", Static).update(Content(self._question(self.seqs)))

    def action_yes(self) -> None:
        """Close with yes."""
        self.finish(list(self.seqs))
