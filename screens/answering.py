"""Answers by one key: to the call under the cursor, or to all that are marked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from seccomp_tui.policy.answers import ALLOW, Answer, errno_answer
from seccomp_tui.screens import wording
from seccomp_tui.screens.commands import Command
from seccomp_tui.screens.operate import Operations
from seccomp_tui.screens.subjects import Subjects
from seccomp_tui.screens.widgets.details import Details
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.queue import Queue
from seccomp_tui.screens.wording import plural

if TYPE_CHECKING:
    from seccomp_tui.policy.answer_choices import Choices
    from seccomp_tui.screens.subject import Subject

EPERM = 1
AGAIN_WIDTH = 26
"""So much of the last answer is written into the footer."""


class Answering(Operations):
    """Answers held calls.

    Attributes:
        subjects: has the calls' details.
    """

    subjects: Subjects

    # --- which calls ---

    def targets(self) -> list[int]:
        """Return the calls that an answer key hits: those that are marked, else the one under the cursor."""
        current = self.current
        return self.model.marked or ([current] if current is not None and current in self.model.held else [])

    def unmark(self, seq: int) -> None:
        """Take note that a call is held no more. A key that was meant for marked calls hits no other one."""
        if seq in self.model.marks:
            self.model.marks.discard(seq)
            if not self.model.marked:
                self.guard.cover()

    def do_view_back(self) -> None:
        """Take the marks of held calls away; then as ever."""
        if marked := self.model.marked:
            self.model.marks.difference_update(marked)
            self.redraw()
        else:
            super().do_view_back()

    def _can_answer(self, pressed: float) -> bool:
        if self.model.marked:
            return True  # each was seen when it was marked
        seq = self.current
        return seq is not None and seq in self.model.held and self.guard.allows(seq, pressed) and self._in_sight(seq)

    def _in_sight(self, seq: int) -> bool:
        """Tell whether a pane that fills the screen shows the call."""
        history = self.query_one(History)
        if history.has_class("-zoomed"):
            return history.shows(seq)
        return not self.query(".-zoomed") or any(self.query_one(kind).has_class("-zoomed") for kind in (Queue, Details))

    def label(self, command: Command) -> str:
        """Return what the footer says of a command: of how many calls, and which answer is repeated."""
        if command.name == "call.repeat" and self.model.last_tried:
            text = wording.printable(self.model.last_tried)
            return f"Again: {text if len(text) <= AGAIN_WIDTH else f'{text[: AGAIN_WIDTH - 1]}…'}"
        marked = 0
        if command.name in ("call.allow", "call.deny"):
            marked = len(self.model.marked)
        elif command.name == "view.copy":
            marked = len(self.model.marks)
        return f"{command.label} {marked}" if marked else command.label

    def about(self, seqs: Sequence[int]) -> str:
        """Return in words which calls these are."""
        if len(seqs) != 1:
            return plural(len(seqs), "marked call")
        found = self.subjects.find(seqs[0])
        return f"{found.name if found is not None else 'call'} #{seqs[0]}"

    def shown(self, seq: int) -> Subject | None:
        """Return a call's details; those that are on the screen cost nothing."""
        there = self.query_one(Details).subject
        return there if there is not None and there.seq == seq else self.subjects.find(seq)

    def choices(self, shown: Subject, *, hold: bool = False) -> Choices:
        """Return what can be said in an answer to a call."""
        from seccomp_tui.policy.answer_choices import of_call

        return of_call(shown.arch, shown.nr, shown.args, shown.memory, hold=hold)

    # --- answering ---

    def give(self, seqs: Sequence[int], answer: Answer) -> None:
        """Answer calls; asks when they belong to several processes."""
        held = self.model.held
        pids = {seq: held[seq].pid for seq in seqs if seq in held}
        if len(set(pids.values())) <= 1:
            self._answer(list(pids), answer)
            return
        from seccomp_tui.policy import answer_text
        from seccomp_tui.screens.dialogs.confirm import ConfirmDialog

        words = "Allow" if answer == ALLOW else f"Answer with {answer_text.text(answer)}:"

        def question(left: list[int]) -> str:
            processes = len({pids[seq] for seq in left})
            calls = f"{plural(len(left), 'held call')} of {plural(processes, 'process', 'processes')}?"
            return f"{words} {calls}"

        def confirmed(left: list[int] | None) -> None:
            self._answer(left or [], answer)

        self.app.push_screen(ConfirmDialog("Several processes", question, list(pids)), confirmed)

    def give_later(self, seqs: Sequence[int]) -> Callable[[Answer | None], None]:
        """Return what takes a dialog's answer to calls."""
        return lambda answer: None if answer is None else self.give(seqs, answer)

    def _answer(self, seqs: list[int], answer: Answer) -> None:
        held = [seq for seq in seqs if seq in self.model.held]
        if not held or self.link is None:
            return
        from seccomp_tui.policy import answer_text

        self.link.answer(held, answer)
        self.gave(held, answer_text.text(answer))

    def gave(self, seqs: list[int], text: str) -> None:
        """Take note that an answer to held calls was sent; `text`: as rules write it."""
        self.model.answered(seqs, text)
        self.last_answer = time.monotonic()
        if self.source == "history" and not self.query_one(History).has_class("-zoomed"):
            self.source = "queue"
            self.query_one(Queue).focus()
        self.select(self.model.oldest, asked=True)
        self.redraw()

    def do_call_allow(self) -> None:
        """Allow."""
        self.give(self.targets(), ALLOW)

    def do_call_deny(self) -> None:
        """Let fail with EPERM."""
        self.give(self.targets(), errno_answer(EPERM))

    def do_call_allow_all(self) -> None:
        """Allow all calls that are on the screen."""
        self.give([seq for seq in self.model.held if seq in self.on_screen], ALLOW)

    def do_call_errno(self) -> None:
        """Ask for the error to fail with."""
        from seccomp_tui.screens.dialogs.errors import ErrnoDialog

        if seqs := self.targets():
            names = dict.fromkeys(shown.name for seq in seqs if (shown := self.subjects.find(seq)) is not None)
            self.app.push_screen(ErrnoDialog(seqs, self.about(seqs), list(names)), self.give_later(seqs))

    def do_call_return(self) -> None:
        """Ask for the value to return."""
        from seccomp_tui.screens.dialogs.value import ValueDialog

        if seqs := self.targets():
            self.app.push_screen(ValueDialog(seqs, self.about(seqs), self._presets(seqs)), self.give_later(seqs))

    def _presets(self, seqs: Sequence[int]) -> list[tuple[str, str]]:
        """Return values worth offering for each of the calls."""
        from seccomp_tui.policy.presets import presets

        found = [
            presets(shown.arch, shown.nr, shown.args, shown.memory)
            for seq in seqs
            if (shown := self.subjects.find(seq)) is not None
        ]
        return [each for each in found[0] if all(each in others for others in found)] if found else []

    def do_call_repeat(self) -> None:
        """Give the last answer once more, to calls that can get it."""
        from seccomp_tui.policy import answer_text

        text, seqs = self.model.last_tried, self.targets()
        for seq in seqs:
            shown = self.subjects.find(seq)
            wrong = self.choices(shown).wrong(text) if shown is not None else None
            if wrong is not None:
                self._tell(f"{text}: {wrong[0]}")
                return
        if text:
            self.give(seqs, answer_text.parse(text))

    def _tell(self, words: str) -> None:
        """Say what was not done, and why."""
        self.notify(wording.printable(words), markup=False, severity="warning", timeout=6)
