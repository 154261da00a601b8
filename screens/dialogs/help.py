"""All keys on one page, from the registry."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seccomp_tui.screens.commands import COMMANDS, IN_MEMORY, IN_RULES, Command
from seccomp_tui.screens.dialogs.base import Dialog

SIGNS = (
    ("!", "$warning", "held: the thread waits for your answer"),
    ("=", "$primary", "allowed: the kernel ran it"),
    ("?", "$error", "held still: its last answer could not be given"),
    ("x", "$error", "failed with an error that you chose"),
    ("~", "$secondary", "not run; a value was returned, or filled in"),
    ("+", "$secondary", "not run; a descriptor was given"),
    ("*", "$primary", "made by the supervisor in the program's place"),
    ("-", "$muted", "gone: a signal or the end of the thread took it"),
)

STATES = (
    ("HOLDING", "calls are held and wait for your answer"),
    ("RUNNING", "no call is held"),
    ("EXITED 2", "the program has ended with this exit code"),
    ("KILLED SIGSEGV", "a signal has ended it"),
    ("NOT STARTED", "it could not be executed"),
    ("BEING RECORDED", "a recording that is still being written"),
    ("BROKEN OFF", "its recorder was killed, or its disk was full"),
)


class HelpDialog(Dialog[None]):
    """Shows every key, every sign, and every word of the first line."""

    BINDINGS = [Binding("question_mark,f1,q,enter", "cancel", "Close", show=False)]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self) -> None:
        super().__init__("Keys")

    def compose_body(self) -> ComposeResult:
        """Make the page."""
        with VerticalScroll():
            yield Static(page(), classes="page")

    def hint(self) -> str:
        """Return the keys."""
        return "up/down scroll   esc close"


Parts = list[Content | str | tuple[str, str]]


def page() -> Content:
    """Return the text: the commands by group, then the signs and the states."""
    parts: Parts = []
    for group, commands in groupby(COMMANDS, key=lambda command: command.group):
        parts += _keys(group, commands)
    parts += _keys("In the tab Memory, with the focus there", IN_MEMORY)
    parts += _keys("In the list of rules", IN_RULES)
    parts.append(("Signs\n", "bold $primary"))
    for glyph, style, words in SIGNS:
        parts.append((f"  {glyph:<16}", f"bold {style}"))
        parts.append(f"{words}\n")
    parts.append(("\nOn the first line\n", "bold $primary"))
    for word, words in STATES:
        parts.append((f"  {word:<16}", "bold"))
        parts.append(f"{words}\n")
    parts.append("\nAn answer key only works on a call that was already shown when you pressed it.\n")
    parts.append("An answer can't be undone.")
    return Content.assemble(*parts)


def _keys(group: str, commands: Iterable[Command]) -> Parts:
    parts: Parts = [(f"{group}\n", "bold $primary")]
    for command in commands:
        parts += [(f"  {command.keys_text:<16}", "bold $warning"), f"{command.help}\n"]
    return [*parts, "\n"]
