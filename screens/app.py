"""The Textual application, and `run`, which the screens' process calls."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.theme import Theme

from seccomp_tui.screens import commands, theme
from seccomp_tui.screens.link import Link
from seccomp_tui.screens.live import LiveScreen
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.palette import CommandProvider
from seccomp_tui.screens.recolouring import Recolouring
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.settings import Settings
from seccomp_tui.screens.widgets.prompt import Line
from seccomp_tui.supervisor.client import Client


class ScreensApp(App[None], inherit_bindings=False):
    """What all our applications share.

    Attributes:
        pressed: when the key that is being handled was pressed, monotonic seconds.
    """

    TITLE = "seccomp-tui"
    CSS_PATH = ["app.tcss", "live.tcss", "views.tcss", "sessions.tcss", "dialogs/dialogs.tcss"]
    COMMANDS = {CommandProvider}
    COMMAND_PALETTE_BINDING = "f20"  # the key is in our registry, so that the terminal can take it
    ALLOW_SELECT = False

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        for ours in (theme.THEME, theme.LIGHT):
            self.register_theme(ours)
        self.settings = settings or Settings()
        self.recolouring = Recolouring()
        self._filters.append(self.recolouring)
        self.set_keymap(commands.rebind(self.settings.values.keymap()))
        self.theme = self.settings.values.theme
        self.pressed: float | None = None

    def on_mount(self) -> None:
        """Move nothing but what has changed."""
        self.animation_level = "none"
        self.theme_changed_signal.subscribe(self, self._recolour)
        self.recolouring.follow(self.theme, self.theme_variables, self.console.color_system)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give themes that are not ours the colours that our style sheets name beside Textual's."""
        return {"muted": theme.MUTED}

    def open_settings(self) -> None:
        """Open the settings; the panes below, also those under a view, then stand as was chosen."""
        from seccomp_tui.screens.dialogs.settings import SettingsDialog

        def place(_: None) -> None:
            for screen in self.screen_stack:
                if isinstance(screen, LiveScreen):
                    screen.place_panes()

        self.push_screen(SettingsDialog(self.settings), place)

    def _recolour(self, _theme: Theme | None = None) -> None:
        """Draw our own lines in the colours of the theme too."""
        self.recolouring.follow(self.theme, self.theme_variables, self.console.color_system)
        self.refresh_css(animate=False)
        for screen in self.screen_stack:
            for widget in screen.walk_children():
                widget.refresh()

    async def _on_key(self, event: events.Key) -> None:
        """Note when the key was pressed, for the answer guard; Textual then calls App's own handler, which runs it."""
        self.pressed = event.time
        if isinstance(self.focused, Line) and event.is_printable and event.character:
            # It was on its way to another widget when the prompt opened.
            self.focused.insert_text_at_cursor(event.character)
            event.prevent_default()


class SeccompApp(ScreensApp):
    """The screens of a target.

    Args:
        client: the way to the supervisor.
        store_path: the recording; it may not be there yet.
        terminal: the pty master of the target's terminal, or None.
        argv: the target's command line.
        model: what is known of the target; given by tests that stop the clock.
        settings: what the user has chosen.
    """

    def __init__(
        self,
        client: Client,
        store_path: Path,
        terminal: int | None,
        argv: list[bytes],
        model: Model | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(settings)
        self.model = model or Model(argv)
        self.recording = Recording(store_path)
        self.live = self.panes(terminal)
        self.link = Link(client, self.live.arrived, self.live.lost)
        self.live.link = self.link

    def panes(self, terminal: int | None) -> LiveScreen:
        """Make the Live screen."""
        return LiveScreen(self.model, self.recording, terminal)

    def get_default_screen(self) -> Screen[None]:
        """Begin with the Live screen."""
        return self.live

    def on_mount(self) -> None:
        """Begin to listen."""
        self.link.start()

    def on_unmount(self) -> None:
        """Stop listening."""
        self.link.stop()
        self.recording.close()


class RecordingsApp(ScreensApp):
    """The screens without a target.

    Args:
        path: the recording to look at; None: a list of those that were given no name.
        settings: what the user has chosen.
    """

    def __init__(self, path: Path | None, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self._path = path

    def get_default_screen(self) -> Screen[None]:
        """Begin with the recording, or with the list."""
        from seccomp_tui.screens.recorded import RecordedScreen
        from seccomp_tui.screens.sessions import SessionsScreen

        return SessionsScreen() if self._path is None else RecordedScreen(self._path)


def run(
    client: Client, store_path: Path, terminal: int | None, argv: list[bytes], settings: Settings | None = None
) -> int:
    """Show the screens until the operator closes them.

    Args:
        client: the way to the supervisor.
        store_path: the recording; it may not be there yet.
        terminal: a descriptor of the pty master of the target's terminal; None: no terminal pane.
        argv: the target's command line.
        settings: what the user has chosen.

    Returns:
        The exit code of the screens' process: 0, `report.KILL_TARGET`, or Textual's own after a failure.
    """
    app = SeccompApp(client, store_path, terminal, argv, settings=settings)
    app.run()
    return app.return_code or 0


def look(path: Path | None, settings: Settings | None = None) -> int:
    """Show a recording, or a list of those that were given no name, until the operator closes the screens.

    Returns:
        The exit code: 0, or Textual's own after a failure.
    """
    app = RecordingsApp(path, settings)
    app.run()
    return app.return_code or 0
