"""The footer: what can be pressed now, from the registry. A dimmed entry does nothing at the moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from seccomp_tui.screens import commands, theme
from seccomp_tui.screens.commands import Command
from seccomp_tui.screens.widgets.clicked import Clicked
from seccomp_tui.screens.widgets.lines import strip
from seccomp_tui.screens.wording import Part


class KeyBar(Widget):
    """Lines of keys and what they do; what has no room is left out, the least needed first.

    Args:
        can: returns True when a command works now, None to dim it, False to leave it out.
        notice: returns a line to show instead of the keys; empty for the keys.
        label: returns what is said of a command.
        of: the commands of the screen.
    """

    def __init__(
        self,
        can: Callable[[str], bool | None],
        notice: Callable[[], list[Part]],
        label: Callable[[Command], str] = lambda command: command.label,
        *,
        of: Sequence[Command] = commands.COMMANDS,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._footer = commands.footer(of)
        self._can = can
        self._notice = notice
        self._label = label
        self._spans: list[tuple[int, int, int, str]] = []
        self._drawn: object = None

    def renew(self) -> None:
        """Draw the lines anew if something on them has changed."""
        state = [(self._can(command.name), self._label(command)) for command in self._footer], self._notice()
        if state != self._drawn:
            self._drawn = state
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line."""
        width = self.size.width
        if notice := self._notice():
            return strip([] if y else notice, width, theme.BAR)
        parts: list[Part] = []
        left = 0
        self._spans = [span for span in self._spans if span[0] != y]
        for command in self.entries(width)[y]:
            texts = self._texts(command)
            enabled = self._can(command.name)
            parts += [(texts[0], theme.KEY if enabled else theme.FAINT)]
            parts += [(texts[1], theme.PLAIN if enabled else theme.FAINT)]
            right = left + len(texts[0]) + len(texts[1])
            self._spans.append((y, left, right, command.name))
            left = right
        return strip(parts, width, theme.BAR)

    def entries(self, width: int) -> list[list[Command]]:
        """Return the commands that have room, line by line, in the order of the registry's ranks."""
        lines: list[list[Command]] = [[] for _ in range(max(self.size.height, 1))]
        at, left = 0, width
        for command in self._footer:
            if self._can(command.name) is False:
                continue
            need = sum(len(text) for text in self._texts(command))
            if need > left:
                at, left = at + 1, width
                if at == len(lines):
                    break
            left -= need
            lines[at].append(command)
        return lines

    def on_click(self, event: events.Click) -> None:
        """Run the clicked command."""
        for line, left, right, name in self._spans:
            if line == event.y and left <= event.x < right:
                self.post_message(Clicked(name, event.time))

    def _texts(self, command: Command) -> tuple[str, str]:
        return f" {command.key_text}", f" {self._label(command)} "
