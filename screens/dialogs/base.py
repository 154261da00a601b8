"""What all dialogs share: a frame with a title, and the calls that they are about."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A framed dialog; escape closes it without a result.

    Args:
        title: text of the frame; may hold text of the target, so it is never read as markup.
        seqs: the calls it is about. When the last of them is gone, the dialog says so and its OK is off.
    """

    BINDINGS = [Binding("escape", "cancel", "Close", show=False)]
    AUTO_FOCUS = "Input, OptionList"

    def __init__(self, title: str, seqs: list[int] | None = None) -> None:
        super().__init__()
        self._title = title
        self.seqs = list(seqs or [])
        self._about_calls = bool(seqs)
        self.gone = ""
        self._over = False

    def compose(self) -> ComposeResult:
        """Make the frame."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(self._title)
            yield from self.compose_body()
            yield Static(Content(""), classes="gone")
            yield Static(Content(self.hint()), classes="hint")

    def compose_body(self) -> ComposeResult:
        """Make what stands in the frame."""
        yield from ()

    def hint(self) -> str:
        """Return the keys, in words."""
        return "enter OK   esc cancel"

    @property
    def usable(self) -> bool:
        """OK would still do something."""
        return not self.gone

    def call_ended(self, seq: int, words: str) -> None:
        """Take note that a call this dialog may be about is no longer held."""
        if seq not in self.seqs:
            return
        self.seqs.remove(seq)
        if self._about_calls and not self.seqs:
            self.gone = words
            self.add_class("-gone")
            self.query_one(".gone", Static).update(Content(f"- call #{seq}: {words}"))
            self.query_one(".hint", Static).update(Content("esc close"))
            for node in self.query("Input, OptionList"):
                node.disabled = True
        self.calls_changed()

    def calls_changed(self) -> None:
        """Draw what depends on the calls."""

    def finish(self, result: Result) -> None:
        """Close with a result, unless the call is gone."""
        if self.usable:
            self._finish_once(result)

    def action_cancel(self) -> None:
        """Close without a result."""
        self._finish_once(None)

    def _finish_once(self, result: Result | None) -> None:
        """Close once: keys that were typed before it is gone from the screen still come here."""
        if not self._over:
            self._over = True
            self.dismiss(result)
