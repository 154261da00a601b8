"""The help: keys, expressions, answers, signs and words, a page each; searched through together."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from seccomp_tui.screens import guide, theme
from seccomp_tui.screens.dialogs.page import Page, PageDialog
from seccomp_tui.screens.widgets.tabs import Tabs


class HelpDialog(PageDialog):
    """Shows a page of the help, or what was searched for.

    Args:
        view: the view that it is asked for in; its own keys come first.
    """

    BINDINGS = [
        Binding("question_mark,f1", "cancel", show=False),
        Binding("right_square_bracket,tab,right", "step(1)", show=False),
        Binding("left_square_bracket,shift+tab,left", "step(-1)", show=False),
        Binding("slash", "search", show=False),
    ]

    def __init__(self, view: str = "") -> None:
        super().__init__("Help")
        self._topics = guide.topics(view)
        self._opened = 0
        self._sought = ""

    def compose_body(self) -> ComposeResult:
        """Make the page, with the names of all above it."""
        yield Tabs([topic.name for topic in self._topics])
        yield Page()
        yield Input(placeholder="a part of a word, a key's use ..", compact=True)

    def hint(self) -> str:
        """Return the keys."""
        return "[ ] other pages   / search all   up/down scroll   esc close"

    def on_mount(self) -> None:
        """Hide the line for the search."""
        self.query_one(Input).display = False

    def on_resize(self) -> None:
        """Write the lines anew."""
        self.call_after_refresh(self._renew)

    def on_tabs_opened(self, event: Tabs.Opened) -> None:
        """Show the page whose name was clicked."""
        self._open([topic.name for topic in self._topics].index(event.label))

    def action_step(self, step: int) -> None:
        """Show the next page (1), or the one before (-1)."""
        self._open((self._opened + step) % len(self._topics))

    def action_search(self) -> None:
        """Ask for what is searched for."""
        line = self.query_one(Input)
        line.display = True
        line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has it."""
        self._sought = event.value.strip()
        self._renew()

    def on_input_submitted(self) -> None:
        """Go back to the lines, to read them."""
        self.query_one(Page).focus()

    def action_cancel(self) -> None:
        """Leave the search; then close."""
        if self.query_one(Input).display:
            self._open(self._opened)
        else:
            super().action_cancel()

    def _open(self, number: int) -> None:
        self._opened, self._sought = number, ""
        line = self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = ""
        line.display = False
        self.query_one(Tabs).open(self._topics[number].name)
        self.query_one(Page).focus()
        self._renew()

    def _renew(self) -> None:
        if not self.query(Page):
            return
        page = self.query_one(Page)
        width = max(page.scrollable_content_region.width - 1, 20)
        sections = guide.found(self._topics, self._sought) if self._sought else self._topics[self._opened].sections
        made = guide.lines(sections, width) or [[("nothing here has that", theme.FAINT)]]
        page.show(len(made), made.__getitem__)
