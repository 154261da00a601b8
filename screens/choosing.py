"""What the user chooses on the Live screen: how the panes stand, and commands by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from textual.widget import Widget

from seccomp_tui.screens import commands
from seccomp_tui.screens.browse import Browsing
from seccomp_tui.screens.panes import LEAST
from seccomp_tui.screens.settings import LAYOUTS, Settings
from seccomp_tui.screens.widgets.details import Body
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.prompt import Checked, Offer, Question
from seccomp_tui.screens.widgets.queue import Queue
from seccomp_tui.screens.widgets.terminal import Terminal

if TYPE_CHECKING:
    from seccomp_tui.screens.app import ScreensApp
    from seccomp_tui.screens.model import Model

WIDE = 100
"""Columns from which several panes stand beside each other."""
WIDTH_STEP, LEAST_WIDTH, MOST_WIDTH = 5, 20, 80
LEAST_PART, MOST_PART = 1, 9
LEAST_MORE, MOST_MORE = -3, 20
_QUEUE_LINES = {"-low": 5, "": 6, "-high": 8}
"""Below 100 columns: lines of the held calls by the height of the window, as in live.tcss."""
_ROOM = 10
"""Lines that are left there for everything else."""
_PARTS: dict[type[Widget], str] = {Queue: "queue", History: "history", Terminal: "terminal"}


class Choosing(Browsing):
    """Resizes the panes, opens the settings, and runs commands by name."""

    model: Model
    run_command: Callable[..., None]
    can: Callable[[str], bool | None]

    @property
    def settings(self) -> Settings:
        """The user's choices."""
        return cast("ScreensApp", self.app).settings

    def welcome(self) -> None:
        """Say what to press, the first time that the user has held calls before them."""
        values, size = self.settings.values, self.app.size
        small = size.width < LEAST.width or size.height < LEAST.height
        if values.welcome and self.settings.kept and not small and not self.model.recorded:
            from seccomp_tui.screens.dialogs.welcome import WelcomeDialog

            self.app.push_screen(WelcomeDialog(), lambda _: self._say_trouble(self.settings.set(welcome=False)))

    # --- panes ---

    def _laid_out(self) -> None:
        super()._laid_out()
        self.place_panes()

    def place_panes(self) -> None:
        """Let the panes stand as the user has chosen."""
        values, body = self.settings.values, self.query_one("#body")
        below = values.layout == LAYOUTS[1]
        body.set_class(below, "-below")
        wide, terminal = self.has_class("-wide"), body.has_class("-terminal")
        parts = [values.queue, values.history, *([values.terminal] if terminal else [])]
        body.styles.grid_columns = None if below or not wide else f"{values.left}fr {100 - values.left}fr"
        body.styles.grid_rows = None if below or not wide else " ".join(f"{part}fr" for part in parts)
        for kind, name in _PARTS.items():
            for pane in self.query(kind):
                pane.styles.height = f"{getattr(values, name)}fr" if below and wide else None
        if not wide:
            self._place_narrow(values.narrow)

    def _place_narrow(self, more: int) -> None:
        lines = next((_QUEUE_LINES[each] for each in ("-low", "-high") if self.has_class(each)), _QUEUE_LINES[""])
        self.query_one(Queue).styles.height = max(min(lines + more, self.size.height - _ROOM), 2)

    def do_view_grow(self) -> None:
        """Make the focused pane bigger."""
        self._resize(1)

    def do_view_shrink(self) -> None:
        """Make it smaller."""
        self._resize(-1)

    def do_view_layout(self) -> None:
        """Put the details beside the lists, or below them."""
        values = self.settings.values
        if not self.has_class("-wide"):
            self._say_trouble(f"below {WIDE} columns the details always stand below the lists")
            return
        self._choose(layout=LAYOUTS[(LAYOUTS.index(values.layout) + 1) % len(LAYOUTS)])

    def _resize(self, step: int) -> None:
        values = self.settings.values
        if not self.has_class("-wide"):
            if self.query_one(Queue).display:
                more = values.narrow + (step if isinstance(self.focused, Queue) else -step)
                self._choose(narrow=min(max(more, LEAST_MORE), MOST_MORE))
            else:
                self._say_trouble("here one pane has the whole window")
            return
        name = next((name for kind, name in _PARTS.items() if isinstance(self.focused, kind)), None)
        if name is not None:
            self._choose(**{name: min(max(getattr(values, name) + step, LEAST_PART), MOST_PART)})
        elif isinstance(self.focused, Body):
            self._choose(left=min(max(values.left - step * WIDTH_STEP, LEAST_WIDTH), MOST_WIDTH))

    def _choose(self, **changes: int | str | bool) -> None:
        self._say_trouble(self.settings.set(**changes))
        self.place_panes()
        self.call_after_refresh(self._laid_out)

    def _say_trouble(self, trouble: str) -> None:
        if trouble:
            self.notify(trouble, markup=False, severity="warning")

    # --- settings, commands ---

    def do_app_settings(self) -> None:
        """Open the settings."""
        cast("ScreensApp", self.app).open_settings()

    def do_app_command(self) -> None:
        """Ask for the name of a command, and run it."""
        expected = getattr(self, "current", None)
        self._ask(
            Question(
                ":",
                "a command's name; tab completes",
                self._check_command,
                lambda text: self.run_command(text.strip(), expected=expected),
                _offers,
                says=_told,
            ),
            "",
            self.focused,
        )

    def _check_command(self, text: str) -> Checked | None:
        name = text.strip()
        if not name or name in commands.BY_NAME:
            return None
        return "no such command", len(text) - len(text.lstrip())


def _offers(text: str, cursor: int) -> tuple[int, list[Offer]]:
    begun = text[:cursor].lstrip()
    found = [name for name in commands.BY_NAME if name.startswith(begun)]
    found = found or [name for name in commands.BY_NAME if begun and begun in name]
    return cursor - len(begun), [Offer(name, commands.BY_NAME[name].keys_text) for name in found]


def _told(text: str) -> str:
    command = commands.BY_NAME.get(text.strip())
    return f"{command.keys_text}   {command.help}" if command else ""
