"""A strip of tabs on one line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from seccomp_tui.screens import theme
from seccomp_tui.screens.widgets.lines import strip
from seccomp_tui.screens.wording import Part

_OPEN = Style(color=theme.GROUND, bgcolor=theme.SKY, bold=True)


class Tabs(Widget):
    """Labels beside each other, one of them open.

    Args:
        labels: the labels.
    """

    class Opened(Message):
        """A label was clicked."""

        def __init__(self, label: str) -> None:
            super().__init__()
            self.label = label

    def __init__(self, labels: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._labels = list(labels)
        self.opened = self._labels[0]
        self._notes: dict[str, str] = {}

    def open(self, label: str) -> None:
        """Show `label` as the open one."""
        self.opened = label
        self.refresh()

    def note(self, label: str, note: str) -> None:
        """Write a short note behind a label."""
        if self._notes.get(label, "") != note:
            self._notes[label] = note
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        parts: list[Part] = []
        for label in self._labels:
            parts.append((" ", theme.PLAIN))
            # brackets stay visible without colour
            text = f"[{self._text(label)}]" if label == self.opened else f" {self._text(label)} "
            parts.append((text, _OPEN if label == self.opened else theme.FAINT))
        return strip(parts if y == 0 else [], self.size.width, theme.PANE)

    def on_click(self, event: events.Click) -> None:
        """Open the clicked label."""
        event.stop()
        left = 1
        for label in self._labels:
            right = left + len(self._text(label)) + 2
            if left <= event.x < right:
                self.post_message(self.Opened(label))
            left = right + 1

    def _text(self, label: str) -> str:
        note = self._notes.get(label)
        return f"{label} {note}" if note else label
