"""What is known of calls, carried elsewhere: copied, compared with another call, written into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seccomp_tui.screens import commands, exporting, wording
from seccomp_tui.screens.marks import Marks
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.prompt import Question

if TYPE_CHECKING:
    from textual.timer import Timer

    from seccomp_tui.screens.dialogs.copy import Copy
    from seccomp_tui.screens.exporting import Export

CLIPBOARD_MOST = 74_000
"""Many terminals take no more characters (OSC 52)."""
LOOK = 0.2
"""Seconds between looks at how far an export is."""


class Telling(Marks):
    """Runs these commands."""

    def __init__(self) -> None:
        super().__init__()
        self._export: Export | None = None
        self._export_timer: Timer | None = None

    def _can(self, name: str, pressed: float) -> bool | None:
        able = super()._can(name, pressed)
        if able and name in ("view.copy", "view.compare"):
            return self.current is not None or None
        return able

    def _current_subject(self) -> Subject | None:
        return self.subjects.find(self.current) if self.current is not None else None

    # --- copying ---

    def do_view_copy(self) -> None:
        """Ask what of the call, or of the marked ones, is to be copied."""
        from seccomp_tui.screens.dialogs.copy import CopyDialog
        from seccomp_tui.screens.forms import forms

        shown = [found for seq in self.chosen() if (found := self.subjects.find(seq)) is not None]
        if shown:
            what = f"{shown[0].name} #{shown[0].seq}" if len(shown) == 1 else f"{len(shown)} marked calls"
            self.app.push_screen(CopyDialog(f"Copy {what} as ...", forms(shown, self.recording)), self._copy)

    def _copy(self, copy: Copy | None) -> None:
        if copy is None:
            return
        text, what = copy.form.text, f"{copy.form.name}, {wording.plural(len(copy.form.text), 'character')}"
        if copy.path:
            path = Path(copy.path).expanduser()
            try:
                with path.open("a", encoding="utf-8") as file:
                    file.write(f"{text}\n")
            except OSError as error:
                self._tell(f"{path}: {error.strerror}")
            else:
                self._say(f"added to {path}: {what}")
            return
        self.app.copy_to_clipboard(text)
        if len(text) > CLIPBOARD_MOST:
            self._tell(f"{what}: more than many terminals take; {commands.key('view.copy')}, then w, writes a file")
        else:
            self._say(f"copied: {what}")

    def _say(self, words: str) -> None:
        self.notify(wording.printable(words), markup=False, timeout=4)

    # --- comparing ---

    def do_view_compare(self) -> None:
        """Show two marked calls beside each other; else the call beside a marked one, or the one of its name before."""
        from seccomp_tui.screens.dialogs.compare import CompareDialog

        shown = self._current_subject()
        marks = sorted(self.model.marks)
        if len(marks) == 2:
            shown = self.subjects.find(marks[1]) or shown
        if shown is None:
            return
        name = shown.name

        async def find(start: int, later: bool) -> Subject | None:
            from seccomp_tui.policy.expression import ExpressionError, parse

            try:
                seq = await self._next(parse(name), start, later)
            except (ExpressionError, OSError, ValueError):
                return None
            return self.subjects.find(seq) if seq is not None else None

        others = [seq for seq in marks if seq != shown.seq]
        other = self.subjects.find(others[-1]) if others else None
        self.app.push_screen(CompareDialog(shown, other, find))

    # --- into a file ---

    def do_history_export(self) -> None:
        """Ask for the file that the marked calls are written into, or all that the history shows."""
        if self._export is not None:
            self._tell(f"{self._export.path} is being written")
            return
        matches, marked = self.query_one(History).matches, len(self.model.marks)
        calls = f"the calls with {matches.text}" if matches is not None else "all calls"
        calls = wording.plural(marked, "marked call") if marked else calls
        self._ask(
            Question(
                "write to",
                f"a file for {calls}: NAME.jsonl, NAME.csv, else strace's lines",
                exporting.wrong,
                self._begin_export,
                exporting.complete,
            ),
            "",
        )

    def _begin_export(self, text: str) -> None:
        matches = self.query_one(History).matches
        path, marked = Path(text.strip()).expanduser(), sorted(self.model.marks)
        expression = matches.expression if matches is not None else None
        self._export = exporting.Export(self.recording, path, expression, marked or None)
        self._export_timer = self.set_interval(LOOK, self._look_at_export)
        self._look_at_export()

    def _look_at_export(self) -> None:
        export, history = self._export, self.query_one(History)
        if export is None:
            return
        if not export.done:
            history.note(f"writing {export.path.name} {export.part:.0%}")
            return
        history.note("")
        self._export = None
        if self._export_timer is not None:
            self._export_timer.stop()
        if export.trouble:
            self._tell(f"nothing was written: {export.trouble}")
        else:
            self._say(f"{export.path}: {wording.plural(export.written, 'call')} written")

    def on_unmount(self) -> None:
        """Write no more."""
        if self._export is not None:
            self._export.close()
