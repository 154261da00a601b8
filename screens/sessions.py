"""The list of recordings that were given no name."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import DataTable, Static
from textual.worker import get_current_worker

from seccomp_tui.screens import commands, wording
from seccomp_tui.screens.commands import Command
from seccomp_tui.screens.recorded import RecordedScreen, state
from seccomp_tui.screens.views import Viewing, ViewScreen
from seccomp_tui.screens.widgets.keybar import KeyBar
from seccomp_tui.session import recent
from seccomp_tui.session.recent import Recent

COLUMNS = {"When": 16, "Calls": 6, "Size": 10, "How it ended": 14, "Program": 0}
"""Their heads, and how wide they are; 0: what is left."""
LEAST = 20
SCROLL_BAR = 3
"""With the last column's margins."""
NONE = "There are no recordings yet. Every run with screens makes one:\n\n    seccomp-tui PROGRAM"


class Table(DataTable[Content]):
    """The rows; keys that go to the ends of a line elsewhere go to the first and the last."""

    BINDINGS = [
        Binding("home", "scroll_top", show=False),
        Binding("end,G", "scroll_bottom", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("j", "cursor_down", show=False),
    ]


class SessionsScreen(ViewScreen):
    """Shows the newest first; enter opens one.

    Args:
        base: the screen that it is a view of; None: it is all that there is.
    """

    NAME = "view.sessions"
    OF = commands.IN_SESSIONS
    BINDINGS = commands.bindings(commands.IN_SESSIONS)
    AUTO_FOCUS = "#recordings"

    class Found(Message):
        """A recording was found; None: there are no more."""

        def __init__(self, recording: Recent | None, trouble: str = "") -> None:
            super().__init__()
            self.recording = recording
            self.trouble = trouble

    def __init__(self, base: Viewing | None = None) -> None:
        super().__init__(base)  # type: ignore[arg-type]  # without one, no command that needs it can be run
        self._alone = base is None
        self._found: list[Recent] = []
        self._room = LEAST

    @property
    def offered(self) -> Sequence[Command]:
        """The commands that the palette offers."""
        return commands.IN_LIST if self._alone else commands.IN_SESSIONS

    def compose(self) -> ComposeResult:
        """Make the table."""
        if not self._alone:
            yield from super().compose()
            return
        yield Static(" Recordings ", id="title")
        yield from self.compose_body()
        yield KeyBar(self.can, list, of=commands.IN_LIST, id="keys")

    def compose_body(self) -> Iterable[Widget]:
        """Make what stands between the lines."""
        yield Table(id="recordings", cursor_type="row", zebra_stripes=False)
        yield Static(id="none")

    def on_mount(self) -> None:
        """Fill it."""
        if not self._alone:
            self._found += self._own()
        self._fill(None if self._alone else self.base.recording.path)

    def renew(self) -> None:
        """Bring the lines around up to date."""
        if not self._alone:
            super().renew()

    def _own(self) -> list[Recent]:
        """Return the recording that is open below: it is not opened once more."""
        recording = self.base.recording
        session = recording.session()
        if session is None:
            return []
        size = recent.size_of(recording.path)
        return [Recent(recording.path, session, session.wall / 1e9, recording.count(), size, recording.growing)]

    def on_resize(self, event: events.Resize) -> None:
        """Give the last column what is left."""
        rest = event.size.width - sum(width + 2 for width in COLUMNS.values()) - SCROLL_BAR
        self._room = max(rest, LEAST)
        table = self.query_one(Table)
        at = table.cursor_row
        table.clear(columns=True)
        for head, width in COLUMNS.items():
            table.add_column(head, width=width or self._room)
        for each in self._found:
            self._add(each)
        table.move_cursor(row=at)

    def _add(self, each: Recent) -> None:
        *head, program = row(each)
        if len(program) > self._room:
            program = f"{program[: self._room - 1]}…"
        self.query_one(Table).add_row(*map(Content, (*head, program)))

    @work(thread=True)
    def _fill(self, but: Path | None) -> None:
        trouble = ""
        try:
            for each in recent.recordings(but):
                if get_current_worker().is_cancelled:
                    return
                self.post_message(self.Found(each))
        except OSError as error:
            trouble = f"The recordings can't be listed: {wording.clean(os.fsencode(str(error)))}"
        self.post_message(self.Found(None, trouble))

    def on_sessions_screen_found(self, event: Found) -> None:
        """Show one more, or that there is none."""
        if event.recording is not None:
            self._found.append(event.recording)
            self._add(event.recording)
            self.query_one(KeyBar).renew()
        elif not self._found:
            self.query_one(Table).display = False
            self.query_one("#none", Static).update(Content(event.trouble or NONE))

    def can(self, name: str) -> bool | None:
        """Return whether a command works here."""
        if name == "recording.open":
            return bool(self._found) or None
        return any(name == command.name for command in (*self.offered, *commands.MOVES))

    def on_data_table_row_selected(self) -> None:
        """Open the recording under the cursor."""
        self.do_recording_open()

    def do_recording_open(self) -> None:
        """Open the recording under the cursor."""
        at = self.query_one(Table).cursor_row
        if not 0 <= at < len(self._found):
            return
        chosen = self._found[at]
        if not self._alone and chosen.path == self.base.recording.path:
            self.base.go("view.live")
        elif chosen.trouble:
            self.notify(_unreadable(chosen), markup=False, severity="warning", timeout=5)
        else:
            self.app.push_screen(RecordedScreen(chosen.path))

    def do_app_quit(self) -> None:
        """Close."""
        if self._alone:
            self.app.exit()
        else:
            super().do_app_quit()

    def _move(self, where: str) -> None:
        table = self.query_one(Table)
        at = {"first": 0, "last": table.row_count - 1}.get(where)
        page = max(table.size.height - 2, 1)
        step = {"up": -1, "down": 1, "page_up": -page, "page_down": page}.get(where, 0)
        table.move_cursor(row=table.cursor_row + step if at is None else at)


def _unreadable(each: Recent) -> str:
    return wording.clean(os.fsencode(f"{each.path.name} {each.trouble}"))


def row(each: Recent) -> tuple[str, ...]:
    """Return what the list says of a recording, in the order of `COLUMNS`."""
    session = each.session
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(each.began))
    if each.trouble:
        return began, "?", wording.size(each.size), "can't be read", _unreadable(each)
    program = wording.command_line(session.argv) if session is not None else each.path.name
    ended = re.sub(r"\b(?!SIG)\w+", lambda word: word[0].lower(), state(session, growing=each.growing))
    return began, wording.count(each.calls), wording.size(each.size), ended, program
