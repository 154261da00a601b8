"""The list of recordings that were given no name."""

from __future__ import annotations

import time

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from seccomp_tui.screens import commands, wording
from seccomp_tui.screens.recorded import RecordedScreen, state
from seccomp_tui.screens.widgets.keybar import KeyBar
from seccomp_tui.session import recent
from seccomp_tui.session.recent import Recent

COLUMNS = {"When": 16, "Calls": 6, "Size": 10, "How it ended": 14, "Program": 0}
"""Their heads, and how wide they are; 0: what is left."""
LEAST = 20


class SessionsScreen(Screen[None]):
    """Shows the newest first; enter opens one."""

    BINDINGS = commands.bindings(commands.IN_LIST)

    def __init__(self) -> None:
        super().__init__()
        self._paths: list[Recent] = []

    def compose(self) -> ComposeResult:
        """Make the table."""
        yield Static(" Recordings ", id="title")
        yield DataTable(id="recordings", cursor_type="row", zebra_stripes=False)
        yield Static(id="none")
        yield KeyBar(self.can, list, of=commands.IN_LIST, id="keys")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        rest = self.app.size.width - sum(width + 2 for width in COLUMNS.values())
        for head, width in COLUMNS.items():
            table.add_column(head, width=width or max(rest - 3, LEAST))
        self._fill()

    @work(thread=True)
    def _fill(self) -> None:
        for each in recent.recordings():
            self.app.call_from_thread(self._add, each)
        self.app.call_from_thread(self._filled)

    def _add(self, each: Recent) -> None:
        self._paths.append(each)
        self.query_one(DataTable).add_row(*map(Content, row(each)))
        self.query_one(KeyBar).renew()

    def _filled(self) -> None:
        if not self._paths:
            self.query_one(DataTable).display = False
            words = "There are no recordings yet. Every run with screens makes one: seccomp-tui PROGRAM"
            self.query_one("#none", Static).update(Content(f" {words}"))

    def can(self, name: str) -> bool | None:
        """Return whether a command works here."""
        if name == "recording.open":
            return bool(self._paths) or None
        return any(name == command.name for command in commands.IN_LIST)

    def action_command(self, name: str) -> None:
        """Run a command by its key."""
        self.run_command(name)

    def run_command(self, name: str, *, expected: int | None = None) -> None:
        """Run a command, if it works here."""
        if self.can(name) is True:
            getattr(self, f"do_{name.replace('.', '_')}")()

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """Run a clicked command."""
        self.run_command(event.command)

    def on_data_table_row_selected(self) -> None:
        """Open the recording under the cursor."""
        self.do_recording_open()

    def do_recording_open(self) -> None:
        """Open the recording under the cursor."""
        at = self.query_one(DataTable).cursor_row
        if at < len(self._paths) and not self._paths[at].trouble:
            self.app.push_screen(RecordedScreen(self._paths[at].path))

    def do_app_help(self) -> None:
        """Show all keys."""
        from seccomp_tui.screens.dialogs.help import HelpDialog

        self.app.push_screen(HelpDialog())

    def do_app_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def do_app_quit(self) -> None:
        """Close."""
        self.app.exit()


def row(each: Recent) -> tuple[str, ...]:
    """Return what the list says of a recording, in the order of `COLUMNS`."""
    session = each.session
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(each.began))
    if each.trouble:
        return began, "?", wording.size(each.size), "?", f"{each.path.name} {each.trouble}"
    program = wording.command_line(session.argv) if session is not None else each.path.name
    ended = state(session, growing=each.growing).lower()
    return began, wording.count(each.calls), wording.size(each.size), ended, program
