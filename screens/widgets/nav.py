"""The line that says which view is open, and by which keys the others are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from seccomp_tui.screens import commands, theme
from seccomp_tui.screens.widgets.clicked import Clicked
from seccomp_tui.screens.widgets.lines import strip
from seccomp_tui.screens.wording import Part

_OPEN = Style(color=theme.GROUND, bgcolor=theme.SKY, bold=True)


class View(NamedTuple):
    """One of the views.

    Attributes:
        label: its name.
        command: the command of the registry.
    """

    label: str
    command: str

    @property
    def key(self) -> str:
        """What opens it."""
        return commands.key(self.command)


VIEWS = (
    View("Live", "view.live"),
    View("History", "view.history"),
    View("Rules", "view.rules"),
    View("Processes", "view.processes"),
    View("Stats", "view.stats"),
    View("Sessions", "view.sessions"),
)


class Nav(Widget):
    """One line: the views beside each other, the open one in brackets.

    Args:
        opened: returns the command of the open view.
        held: returns how many calls wait for an answer.
        views: the views, as they are called here.
    """

    def __init__(
        self,
        opened: Callable[[], str],
        held: Callable[[], int],
        views: Sequence[View] = VIEWS,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._opened = opened
        self._held = held
        self._views = views
        self._drawn: object = None

    def renew(self) -> None:
        """Draw the line anew if something on it has changed."""
        state = self._opened(), self._held()
        if state != self._drawn:
            self._drawn = state
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        width = self.size.width
        if y:
            return strip([], width, theme.PANE)
        opened = self._opened()
        parts: list[Part] = []
        for view in self._views:
            if view.command == opened:
                parts.append((f"[{view.key} {view.label}]", _OPEN))  # brackets stay visible without colour
            else:
                parts += [(f" {view.key}", theme.KEY), (f" {view.label} ", theme.FAINT)]
        held = self._held()
        if held and opened not in ("view.live", "view.history"):
            notice = f"! {held} held: key {commands.key('view.live')}"
            free = width - sum(cell_len(text) for text, _ in parts) - len(notice)
            parts += [(" " * max(free, 1), theme.PLAIN), (notice, theme.HELD)]
        return strip(parts, width, theme.PANE)

    def on_click(self, event: events.Click) -> None:
        """Open the clicked view."""
        event.stop()
        left = 0
        for view in self._views:
            right = left + len(view.key) + len(view.label) + 3
            if left <= event.x < right:
                self.post_message(Clicked(view.command, event.time))
            left = right
