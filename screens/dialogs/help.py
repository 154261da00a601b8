"""All keys on one page, from the registry."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seccomp_tui.screens.commands import (
    BY_NAME,
    COMMANDS,
    IN_LESSON,
    IN_LESSONS,
    IN_MEMORY,
    IN_PLAY,
    IN_PROCESSES,
    IN_RULES,
    IN_STATS,
    LESSON,
    Command,
)
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
    """Shows every key, every sign, and every word of the first line.

    Args:
        view: the view that it is asked for in; its own keys come first.
    """

    BINDINGS = [Binding("question_mark,f1,q,enter", "cancel", "Close", show=False)]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, view: str = "") -> None:
        super().__init__("Keys")
        self._view = view

    def compose_body(self) -> ComposeResult:
        """Make the page."""
        with VerticalScroll():
            yield Static(page(self._view), classes="page")

    def hint(self) -> str:
        """Return the keys."""
        return "up/down scroll   esc close"


Parts = list[Content | str | tuple[str, str]]


def page(view: str = "") -> Content:
    """Return the text: the commands of a view, those of the panes by group, of the other views, signs and states."""
    own = {
        name: _keys(f"In {name}", [command for command in of if command.name not in BY_NAME])
        for name, of in (("Rules", IN_RULES), ("Processes", IN_PROCESSES), ("Stats", IN_STATS))
    }
    parts = own.pop(view, [])
    for group, commands in groupby(COMMANDS, key=lambda command: command.group):
        parts += _keys(group, commands)
    parts += _keys("In the tab Memory, with the focus there", IN_MEMORY)
    parts += _keys(LESSON, (*IN_LESSON, *IN_PLAY, IN_LESSONS[0]))
    for others in own.values():
        parts += others
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
