"""The views: what can be in front beside the Live screen, and how one goes from one to another.

Live and History are the panes of `LiveScreen`. The others are screens of their own on top of it, so that no key of
theirs reaches a held call, which is not in sight there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from seccomp_tui.screens import commands
from seccomp_tui.screens.commands import Command
from seccomp_tui.screens.debugging import Debugging
from seccomp_tui.screens.moving import Moving
from seccomp_tui.screens.tally import Tally
from seccomp_tui.screens.widgets.clicked import Clicked
from seccomp_tui.screens.widgets.details import Details
from seccomp_tui.screens.widgets.grid import Grid
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.keybar import KeyBar
from seccomp_tui.screens.widgets.nav import VIEWS, Nav, View
from seccomp_tui.screens.widgets.prompt import Line
from seccomp_tui.screens.widgets.status import StatusLine
from seccomp_tui.supervisor.wire import FromSupervisor

if TYPE_CHECKING:
    from seccomp_tui.screens.app import ScreensApp
    from seccomp_tui.screens.model import Model
    from seccomp_tui.screens.wording import Part

TICK = 0.25
"""Seconds between looks for something new to show."""
SCREENS = ("view.rules", "view.processes", "view.stats", "view.sessions")


class Viewing(Debugging):
    """The Live screen's end: opens the views, and shows the History as one.

    Attributes:
        tally: adds up what Processes and Stats show.
        kept: how the views were left, by their commands.
    """

    tally: Tally

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, object] = {}
        self._came_from = ""

    @property
    def views(self) -> list[View]:
        """The views, as they are called here."""
        first = "Recording" if self.model.recorded else VIEWS[0].label
        return [VIEWS[0]._replace(label=first), *VIEWS[1:]]

    @property
    def view(self) -> str:
        """The command of the view that is open when this screen is in front."""
        history, details = self.query_one(History), self.query_one(Details)
        whole = history.has_class("-zoomed") or (details.has_class("-zoomed") and self.under is history)
        return "view.history" if whole else "view.live"

    def go(self, name: str) -> None:
        """Open a view, from this screen or from the view on top of it."""
        app, there = self.app, self.app.screen
        above = there if there is not self else None
        if name in SCREENS:
            self.guard.cover()
            screen = self._screen(name)
            if above is None:
                app.push_screen(screen)
            else:
                app.switch_screen(screen)
            return
        if above is not None:
            app.pop_screen()
        if name == "view.history":
            self.do_view_history()
        else:
            self.do_view_live()

    @property
    def covered(self) -> bool:
        """A view is in front: what is painted here is not seen."""
        stack = self.app.screen_stack
        return self in stack and any(not screen.is_modal for screen in stack[stack.index(self) + 1 :])

    def on_screen_resume(self) -> None:
        """Paint anew what was covered; only then it can be answered."""
        if self.is_mounted:
            self.redraw()

    def filter_history(self, text: str, view: str) -> None:
        """Show in the History only what the expression `text` is true of; one comes back to `view` from there."""
        self.go("view.history")
        self.show_only(text)
        self._came_from = view

    def _screen(self, name: str) -> Screen[None]:
        # Imported when they are opened: start-up is quicker.
        if name == "view.rules":
            from seccomp_tui.screens.rules import RulesScreen

            return RulesScreen(self)
        if name == "view.processes":
            from seccomp_tui.screens.processes import ProcessesScreen

            return ProcessesScreen(self)
        if name == "view.stats":
            from seccomp_tui.screens.stats import StatsScreen

            return StatsScreen(self)
        from seccomp_tui.screens.sessions import SessionsScreen

        return SessionsScreen(self)

    def companions(self) -> Iterable[Widget]:
        """Make what stays in sight when a view covers this screen."""
        return ()

    def heard(self, message: FromSupervisor) -> None:
        """Hand to the view on top what it has asked for."""
        views = [each for each in self.app.screen_stack if isinstance(each, ViewScreen) and each.base is self]
        taken = [view.hear(message) for view in views]
        if not any(taken):
            super().heard(message)

    # --- the commands ---

    def do_view_back(self) -> None:
        """Go back to the view that one came from to see some calls; else from what fills the screen to the panes."""
        came, details = self._came_from, self.query_one(Details).has_class("-zoomed")
        if came and self.view == "view.history" and not details:
            self._came_from = ""
            self.show_only("")
            self.go(came)
        else:
            super().do_view_back()

    def do_view_live(self) -> None:
        """Show all panes."""
        self._came_from = ""
        self._zoom(None)
        self._focus(self.query_one(self.HOME))

    def do_view_history(self) -> None:
        """Show the history on the whole screen."""
        self._came_from = ""
        history = self.query_one(History)
        self._zoom(history)
        self._focus(history)

    def do_view_rules(self) -> None:
        """Show the rules."""
        self.go("view.rules")

    def do_view_processes(self) -> None:
        """Show the processes."""
        self.go("view.processes")

    def do_view_stats(self) -> None:
        """Show what the calls come to."""
        self.go("view.stats")

    def do_view_sessions(self) -> None:
        """Show the list of recordings."""
        from seccomp_tui.screens.sessions import SessionsScreen

        below = self.app.screen_stack[: self.app.screen_stack.index(self)]
        if below and isinstance(below[-1], SessionsScreen):
            self.app.pop_screen()
        else:
            self.go("view.sessions")


class ViewScreen(Moving, Screen[None]):
    """A view on top of the Live screen, or of a recording's.

    Args:
        base: that screen.

    Attributes:
        NAME: the command that opens it.
        OF: its commands.
    """

    NAME = ""
    OF: Sequence[Command] = ()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def __init__(self, base: Viewing) -> None:
        super().__init__()
        self.base = base

    @property
    def model(self) -> Model:
        """What is known of the target."""
        return self.base.model

    @property
    def offered(self) -> Sequence[Command]:
        """The commands that the palette offers."""
        return self.OF

    def compose(self) -> ComposeResult:
        """Make the lines around, and what stands between them."""
        yield StatusLine(self.model, id="status")
        yield Nav(lambda: self.NAME, lambda: len(self.model.held), self.base.views, id="nav")
        if isinstance(self.base, Viewing):
            yield from self.base.companions()
        yield from self.compose_body()
        yield KeyBar(self.can, self.notice, of=self.OF, id="keys")

    def compose_body(self) -> Iterable[Widget]:
        """Make what stands between the lines."""
        return ()

    def on_mount(self) -> None:
        """Begin to draw."""
        self.renew()
        self.set_interval(TICK, self.renew)

    def renew(self) -> None:
        """Bring all up to date."""
        self.query_one(StatusLine).refresh()
        self.query_one(Nav).renew()
        self.query_one(KeyBar).renew()

    def hear(self, message: FromSupervisor) -> bool:
        """Take in what the supervisor says; return whether nobody else needs to."""
        return False

    def notice(self) -> list[Part]:
        """Return what stands in the place of the keys, nothing for the keys."""
        return []

    # --- the commands ---

    def can(self, name: str) -> bool | None:
        """Return True when a command works now, None when it is dimmed, False when it makes no sense."""
        if isinstance(self.focused, Line):
            return name in commands.WHILE_ASKING
        return any(name == command.name for command in self.OF)

    def action_command(self, name: str) -> None:
        """Run a command by its key."""
        self.run_command(name)

    def run_command(self, name: str, *, expected: int | None = None) -> None:
        """Run a command, if it works now."""
        if self.can(name) is True:
            getattr(self, f"do_{name.replace('.', '_')}")()
            if isinstance(self.base, Viewing):  # the list of recordings may stand alone
                self.base.ran(name)

    def on_clicked(self, event: Clicked) -> None:
        """Run a clicked command."""
        self.run_command(event.command)

    def do_view_live(self) -> None:
        """Go to the panes."""
        self.base.go("view.live")

    def do_view_history(self) -> None:
        """Go to the history."""
        self.base.go("view.history")

    def do_view_rules(self) -> None:
        """Go to the rules."""
        self._go("view.rules")

    def do_view_processes(self) -> None:
        """Go to the processes."""
        self._go("view.processes")

    def do_view_stats(self) -> None:
        """Go to what the calls come to."""
        self._go("view.stats")

    def do_view_sessions(self) -> None:
        """Go to the list of recordings."""
        self.app.pop_screen()
        self.base.do_view_sessions()

    def do_view_back(self) -> None:
        """Go back to where one was, in the panes or in the history."""
        self.app.pop_screen()

    def _go(self, name: str) -> None:
        if name != self.NAME:
            self.base.go(name)

    def do_app_help(self) -> None:
        """Show all keys."""
        from seccomp_tui.screens.dialogs.help import HelpDialog

        self.app.push_screen(HelpDialog(next((view.label for view in VIEWS if view.command == self.NAME), "")))

    def do_app_settings(self) -> None:
        """Open the settings."""
        cast("ScreensApp", self.app).open_settings()

    def do_app_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def do_app_quit(self) -> None:
        """Close, or ask what becomes of the program."""
        if self.model.recorded:
            self.app.pop_screen()
        self.base.do_app_quit()

    # --- the cursor ---

    def _move(self, where: str) -> None:
        self.query_one(Grid).move(where)
