"""What the user may choose: theme, panes, keys. Each choice works at once and is written to the settings file."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from seccomp_tui.screens import commands
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.settings import LAYOUTS, THEME, Settings

THEME_ROW, LAYOUT_ROW, WELCOME_ROW = "theme", "layout", "welcome"
HINT = "enter change   delete the key as it was   esc close"


class SettingsDialog(Dialog[None]):
    """Lists what can be chosen.

    Args:
        settings: the user's choices.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__("Settings")
        self._settings = settings
        self._waiting: str | None = None

    def compose_body(self) -> ComposeResult:
        """Make the list, and the line below it."""
        yield OptionList(*self._options())
        yield Static(Content(""), classes="refused")

    def hint(self) -> str:
        """Return the keys."""
        return HINT

    def _options(self) -> list[Option]:
        values = self._settings.values
        rows = [
            (THEME_ROW, "theme", values.theme),
            (LAYOUT_ROW, "details", f"{values.layout} the lists"),
            (WELCOME_ROW, "first card", "shown" if values.welcome else "not shown"),
        ]
        named = [(name, f"key of {name}", each.keys_text) for name, each in commands.EVERY.items()]
        rows += [row for row in named if row[0] not in commands.NOT_REBOUND]
        return [Option(Content.assemble(f"{what:<28}", (value, "bold")), id=name) for name, what, value in rows]

    def _draw(self, words: str = "") -> None:
        options = self.query_one(OptionList)
        at = options.highlighted
        options.set_options(self._options())
        options.highlighted = at
        self._say(words)

    def _say(self, words: str) -> None:
        line = self.query_one(".refused", Static)
        line.display = bool(words)
        line.update(Content(words))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the next value, or ask for a key."""
        event.stop()
        name, values = event.option_id or "", self._settings.values
        if name == THEME_ROW:
            themes = [THEME, *sorted(theme for theme in self.app.available_themes if theme != THEME)]
            self.app.theme = themes[(themes.index(values.theme) + 1) % len(themes)]
            self._draw(self._settings.set(theme=self.app.theme))
        elif name == LAYOUT_ROW:
            layout = LAYOUTS[(LAYOUTS.index(values.layout) + 1) % len(LAYOUTS)]
            self._draw(self._settings.set(layout=layout))
        elif name == WELCOME_ROW:
            self._draw(self._settings.set(welcome=not values.welcome))
        else:
            self._waiting = name
            self._say(f"press the key for: {commands.EVERY[name].help}   (esc: leave it)")

    async def on_event(self, event: events.Event) -> None:
        """Take the key that was asked for, before the list does."""
        if isinstance(event, events.Key) and self._waiting is not None:
            name, self._waiting = self._waiting, None
            event.stop()
            event.prevent_default()
            self._draw("" if event.key == "escape" else self._rebind(name, [commands.key_text(event.key)]))
            return
        await super().on_event(event)

    def key_delete(self) -> None:
        """Give a command the keys that it has by itself."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            name = options.get_option_at_index(options.highlighted).id or ""
            if name in self._settings.values.keys:
                self._draw(self._rebind(name, None))

    def _rebind(self, name: str, keys: list[str] | None) -> str:
        """Let a command have other keys; return what is wrong with them."""
        keymap = {other: theirs for other, theirs in self._settings.values.keys.items() if other != name}
        if keys is not None:
            keymap[name] = keys[0]
        try:
            self.app.set_keymap(
                commands.rebind({each: (text,) if isinstance(text, str) else text for each, text in keymap.items()})
            )
        except ValueError as error:
            return str(error)
        return self._settings.set(keys=keymap)
