"""A recording on the screens: its history, with the details of each call; also of one that is being written."""

from __future__ import annotations

import time
from pathlib import Path

from msgspec.structs import replace

from seccomp_tui.screens.live import LiveScreen
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.widgets.details import Details
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.wording import exit_words
from seccomp_tui.session.store import Session


class RecordedScreen(LiveScreen):
    """The Live screen without a target: nothing is held, and nothing can be answered.

    Args:
        path: the recording.
    """

    HOME = History
    AUTO_FOCUS = "#history"

    def __init__(self, path: Path) -> None:
        super().__init__(Model([]), Recording(path), None)
        self.source = "history"
        self._growing = True
        self.add_class("-recorded")
        self._learn()

    def on_mount(self) -> None:
        """Begin at the first call; at the newest, where more are to come."""
        self._show_panel("History")
        history = self.query_one(History)
        self.query_one("#body").move_child(history, before=self.query_one(Details))
        history.pull()
        if not self._growing:
            history.go_to(1)

    def on_unmount(self) -> None:
        """Close the file."""
        self.recording.close()

    def do_app_quit(self) -> None:
        """Go back to the list of recordings, or close."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()

    def _pull(self) -> None:
        if self._growing:
            self._learn()
        super()._pull()

    def _learn(self) -> None:
        """Look how the recording stands."""
        self._growing = self.recording.growing  # before the session, which is then the last word
        session, model = self.recording.session(), self.model
        if session is not None:
            model.argv = session.argv
            model.when = when(session)
        model.recorded = state(session, growing=self._growing)
        model.status = replace(model.status, calls=self.recording.count(), holding=False)


def state(session: Session | None, *, growing: bool) -> str:
    """Return how a recording stands, in words."""
    if session is not None and session.status is not None:
        return exit_words(session.status)
    return "BEING RECORDED" if growing else "BROKEN OFF"


def when(session: Session) -> str:
    """Return when a run began, in local time."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(session.wall / 1e9))
