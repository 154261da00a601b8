"""Answers that are put together in a dialog: what is filled in, a file, a call that is performed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seccomp_tui.policy.answers import Answer, Kind
from seccomp_tui.screens import wording
from seccomp_tui.screens.answering import Answering
from seccomp_tui.supervisor.wire import Foreseen, FromSupervisor

if TYPE_CHECKING:
    from seccomp_tui.screens.subject import Subject


class Composing(Answering):
    """Opens the dialogs for answers that are more than a number."""

    def possible(self, kind: Kind) -> bool:
        """Tell whether the call under the cursor, or the first that is marked, can get an answer of a kind."""
        targets = self.targets()
        shown = self.shown(targets[0]) if targets else None
        return shown is not None and any(safety.answer == kind for safety in shown.safety)

    def _subjects(self) -> list[Subject]:
        return [found for seq in self.targets() if (found := self.subjects.find(seq)) is not None]

    def do_call_fill(self) -> None:
        """Ask for what the call fills in."""
        from seccomp_tui.policy.fill_form import lines
        from seccomp_tui.screens.dialogs.fill import FillDialog

        subjects = self._subjects()
        if not subjects:
            return
        first, seqs = subjects[0], [each.seq for each in subjects]
        choices = [self.choices(each) for each in subjects]
        form = lines(first.arch, first.nr, first.args, first.memory, choices[0].fills)
        if not form:
            self._tell(f"{first.name} has nothing to fill here")
            return
        dialog = FillDialog(seqs, self.about(seqs), form, choices, lambda text: outcome(first, text))
        self.app.push_screen(dialog, self.give_later(seqs))

    def do_call_file(self) -> None:
        """Ask for the file, or what else, that the call returns a descriptor of."""
        from seccomp_tui.screens.dialogs.file import FileDialog

        subjects = self._subjects()
        if subjects:
            seqs = [each.seq for each in subjects]
            named = next((field.text for field in subjects[0].fields if field.text.startswith('"')), "")
            dialog = FileDialog(
                seqs, self.about(seqs), wording.printable(named), [self.choices(each) for each in subjects]
            )
            self.app.push_screen(dialog, self.give_later(seqs))

    def do_call_perform(self) -> None:
        """Show how the supervisor would make the call in the program's place."""
        from seccomp_tui.policy.plan_text import rows
        from seccomp_tui.screens.dialogs.perform import PerformDialog
        from seccomp_tui.syscalls.marshalling import Refused

        subjects = self._subjects()
        if not subjects or self.link is None:
            return
        first, seqs = subjects[0], [each.seq for each in subjects]
        plan, refused = [], ""
        try:
            texts = {field.name: field.text for field in first.fields}
            plan = [
                (name, "  ".join(filter(None, (texts.get(name, ""), f"({how})" if how else ""))))
                for name, how in rows(first.arch, first.nr, first.args, first.memory)
            ]
        except Refused as error:
            refused = str(error)
        dialog = PerformDialog(seqs, self.about(seqs), first.text, plan, refused)
        self.app.push_screen(dialog, self.give_later(seqs))
        self.link.ask_foreseen(first.seq)

    def heard(self, message: FromSupervisor) -> None:
        """Take in how a call would be performed."""
        from seccomp_tui.screens.dialogs.perform import PerformDialog

        if isinstance(message, Foreseen):
            for screen in self.app.screen_stack:
                if isinstance(screen, PerformDialog):
                    screen.hear(message)


def outcome(shown: Subject, text: str) -> str:
    """Return in words what the program sees of an answer that fills something in."""
    from seccomp_tui.policy import answer_text
    from seccomp_tui.screens.dialogs.value import describe
    from seccomp_tui.syscalls import filling

    answer = answer_text.parse(text)
    if answer.kind == Kind.FILL:
        counted = sum(
            filling.fill(shown.arch, shown.nr, shown.args, content, shown.memory).counted for content in answer.fills
        )
        return describe(Answer(Kind.RETURN, counted))
    return describe(answer)
