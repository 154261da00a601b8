"""The first card: five lines that say what to press, shown once."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from seccomp_tui.screens.commands import BY_NAME, key
from seccomp_tui.screens.dialogs.base import Dialog

LINES = (
    (("call.allow",), "let the call that waits go on as it is"),
    (("call.errno", "call.return"), "make it fail, or return a value instead"),
    (("target.run", "target.hold"), "let the program run; hold its calls again"),
    (("terminal.focus", "terminal.leave"), "type into the program; come back"),
    (("app.help", "app.quit"), "all keys and signs; close"),
)


class WelcomeDialog(Dialog[None]):
    """Says what to press; any of the keys that close it, closes it for good."""

    BINDINGS = [Binding("enter,space,q", "cancel", "Close", show=False)]
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__("Each call of the program can be held until you answer it")

    def compose_body(self) -> ComposeResult:
        """Make the lines."""
        parts: list[Content | str | tuple[str, str]] = []
        for names, words in LINES:
            keys = "  ".join(BY_NAME[name].key_text for name in names)
            parts += [(f"  {keys:<12}", "bold $warning"), f"{words}\n"]
        yield Static(Content.assemble(*parts).rstrip(), classes="question")

    def hint(self) -> str:
        """Return the keys."""
        return f"enter begin   (not shown again; {key('app.settings')} has the settings)"
