"""Answers that are typed, and rules: what the operator does about calls beyond one key."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from seccomp_tui.screens.composing import Composing
from seccomp_tui.screens.counting import count
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.details import Body, Details
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.prompt import Offer, Question
from seccomp_tui.screens.widgets.queue import Queue
from seccomp_tui.supervisor.wire import AnswerFailed, FromSupervisor, RuleRefused

if TYPE_CHECKING:
    from seccomp_tui.policy.answer_choices import Choices
    from seccomp_tui.policy.rules import Rule


class Ruling(Composing):
    """Asks for answers and rules, and hears what has become of them."""

    def show_anew(self, shown: Subject) -> None:
        """Show a call as it stands by now."""
        raise NotImplementedError

    # --- an answer ---

    def do_call_answer(self) -> None:
        """Ask for any answer; it is given to the calls that are now marked or under the cursor, or to none."""
        seqs = self.targets()
        shown = [found for seq in seqs if (found := self.subjects.find(seq)) is not None]
        if shown:
            pane: Widget | None = self.focused if isinstance(self.focused, Queue | History | Body) else None
            self._ask(self._question(shown), self.model.tried.get(shown[0].seq, ""), pane or self.query_one(Queue))

    def _question(self, shown: Sequence[Subject]) -> Question:
        from seccomp_tui.policy import answer_text

        first, seqs = shown[0], [each.seq for each in shown]
        every = [self.choices(each) for each in shown]
        return Question(
            f"answer #{first.seq}" if len(shown) == 1 else f"answer {len(shown)} calls",
            hint(every[0]),
            lambda text: next((wrong for each in every if (wrong := each.wrong(text)) is not None), None),
            lambda text: self.give(seqs, answer_text.parse(text)),
            lambda text, cursor: completed(text, cursor, every[0]),
            lambda text: rests_on(first, text),
            first.seq if len(shown) == 1 else 0,
        )

    # --- rules ---

    def do_call_rule(self) -> None:
        """Make a rule from the call under the cursor."""
        from seccomp_tui.policy.rules.ladder import ladder
        from seccomp_tui.screens.dialogs.rule import RuleDialog

        seq = self.current
        shown = self.subjects.find(seq) if seq is not None else None
        if shown is None:
            return
        view = shown.view(self.subjects.exe(shown))
        choices = self.choices(shown, hold=True)
        text = self.model.tried.get(shown.seq, "") or shown.answer or self.model.last_tried
        dialog = RuleDialog(
            f"A rule for calls like {shown.name} #{shown.seq}",
            ladder(shown.arch, shown.nr, shown.args, shown.memory),
            view,
            Question(
                "answer",
                hint(choices),
                choices.wrong,
                lambda text: None,
                lambda text, cursor: completed(text, cursor, choices),
                lambda text: rests_on(shown, text),
            ),
            text,
            functools.partial(count, self.recording),
        )
        self.app.push_screen(dialog, self._put)

    def _put(self, rule: Rule | None) -> None:
        if rule is not None and self.link is not None:
            self.link.put_rule(rule)

    # --- what is heard ---

    def heard(self, message: FromSupervisor) -> None:
        """Take in what the supervisor says of rules, and of answers that could not be given."""
        if isinstance(message, AnswerFailed):
            self._failed(message)
        elif isinstance(message, RuleRefused):
            self._tell(f"the rule was refused: {message.why}")
        else:
            super().heard(message)

    def _failed(self, message: AnswerFailed) -> None:
        if message.seq not in self.model.held:
            return
        self._tell(f"#{message.seq} still waits: {message.why}")
        shown = self.query_one(Details).subject
        if shown is not None and shown.seq == message.seq:
            self.show_anew(shown)


def hint(choices: Choices) -> str:
    """Return what can be said in an answer, in one line."""
    parts = [f"fill {name} .." for name in choices.fills]
    if choices.fd:
        parts.append('fd "/path"')
    if choices.perform:
        parts.append("perform")
    parts += ["errno E", "return N", "allow", "kill", *(["hold"] if choices.hold else [])]
    parts += ["after 1s", *(f"poke {name} .." for name in choices.pokes), "signal S"]
    return "   ".join(parts)


def completed(text: str, cursor: int, choices: Choices) -> tuple[int, list[Offer]]:
    """Return what may stand at the cursor in an answer."""
    from seccomp_tui.policy.answer_completion import complete

    start, offers = complete(text, cursor, choices)
    return start, [Offer(*offer) for offer in offers]


def rests_on(shown: Subject, text: str) -> str:
    """Return what an answer to a call rests on, in one line."""
    from seccomp_tui.policy import answer_text

    answer = answer_text.parse(text)
    lines = [safety.line for safety in shown.safety if (safety.answer, safety.poked) == (answer.kind, False)]
    poked = [safety.line for safety in shown.safety if safety.poked and safety.answer == answer.kind and answer.pokes]
    return next(iter(poked or lines), "")
