"""The command palette: the registry, searched by what the commands do, and by their names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from seccomp_tui.screens.commands import Command

if TYPE_CHECKING:
    from textual.screen import Screen


class CommandProvider(Provider):
    """Offers the commands that can be run now.

    The call under the cursor when the palette opens is the one that an answer from it may hit.
    """

    def __init__(self, screen: Screen[Any], match_style: Any = None) -> None:
        super().__init__(screen, match_style)
        self._seq: int | None = getattr(screen, "current", None)

    async def discover(self) -> Hits:
        """Yield all commands that can be run now."""
        for command, run in self._offers():
            yield DiscoveryHit(Content(_title(command)), run, text=_title(command), help=command.name)

    async def search(self, query: str) -> Hits:
        """Yield the commands whose words, or whose name, match `query`."""
        matcher = self.matcher(query)
        for command, run in self._offers():
            title = _title(command)
            score = max(matcher.match(text) for text in (title, command.label, command.name))
            if score > 0:
                yield Hit(score, matcher.highlight(title), run, text=title, help=command.name)

    def _offers(self) -> Iterator[tuple[Command, Any]]:
        from seccomp_tui.screens.live import LiveScreen
        from seccomp_tui.screens.views import ViewScreen

        screen = self.screen
        if not isinstance(screen, LiveScreen | ViewScreen):
            return
        for command in screen.offered:
            if command.name.startswith("cursor.") or command.name in ("app.palette", "terminal.leave"):
                continue
            if screen.can(command.name):
                yield command, partial(screen.run_command, command.name, expected=self._seq)


def _title(command: Command) -> str:
    return f"{command.help}  ({command.keys_text})"
