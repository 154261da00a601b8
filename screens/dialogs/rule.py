"""A rule made from a call: which calls shall get the same answer, and what answer that is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from seccomp_tui.policy.rules import Rule, RuleError, compiled
from seccomp_tui.policy.rules.line import line
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.widgets.prompt import Line, Prompt, Question

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression, View

LABEL_WIDTH = 18


class RuleDialog(Dialog[Rule]):
    """Asks for a rule.

    Args:
        title: what it is about.
        rungs: what the rule may be about, from this call to all of its system call: a label and an expression.
        view: the call, which the rule must match.
        question: asks for the answer.
        answer: stands there already.
        count: returns in words how many calls an expression is true of.
    """

    BINDINGS = [
        Binding("up", "move('cursor_up')", show=False),
        Binding("down", "move('cursor_down')", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(
        self,
        title: str,
        rungs: Sequence[tuple[str, str]],
        view: View,
        question: Question,
        answer: str,
        count: Callable[[Expression], Awaitable[str]],
    ) -> None:
        super().__init__(title)
        self._rungs = list(rungs)
        self._view = view
        self._question = replace(question, done=self._done)
        self._answer = answer
        self._count = count

    def compose_body(self) -> ComposeResult:
        """Make the expressions, the line of the answer, and what comes of both."""
        yield OptionList(compact=True)
        yield Prompt()
        yield Static(classes="preview")
        yield Static(classes="count")

    def hint(self) -> str:
        """Return the keys."""
        return "up/down choose   tab complete   enter adds the rule   esc cancel\nWhat is held stays held."

    def on_mount(self) -> None:
        """Fill the list, and ask for the answer."""
        options = self.query_one(OptionList)
        options.can_focus = False
        options.add_options(
            Option(Content.assemble((f"{label:<{LABEL_WIDTH}} ", "bold"), expression), id=str(number))
            for number, (label, expression) in enumerate(self._rungs)
        )
        options.highlighted = 0 if self._rungs else None
        self.query_one(Prompt).ask(self._question, self._answer)
        self.watch(self.query_one(Line), "value", self._renew)

    def on_option_list_option_highlighted(self) -> None:
        """Show the rule for another expression, and count what it is true of."""
        self._renew()
        if (when := self._when()) is not None:
            self.query_one(".count", Static).update("")
            self.run_worker(self._counted(when), group="count", exclusive=True)

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Add the rule."""
        event.stop()
        event.question.done(event.text)

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Close without a rule."""
        event.stop()
        self.action_cancel()

    def action_move(self, how: str) -> None:
        """Move through the list while the line has the focus."""
        getattr(self.query_one(OptionList), f"action_{how}")()

    def _when(self) -> str | None:
        highlighted = self.query_one(OptionList).highlighted
        return None if highlighted is None else self._rungs[highlighted][1]

    def _renew(self) -> None:
        answer = self.query_one(Line).value.strip()
        words = line(Rule(self._when() or "?", answer or ".."))
        self.query_one(".preview", Static).update(Content(words))

    def _done(self, text: str) -> None:
        rule = Rule(self._when() or "", text.strip())
        try:
            why = "" if compiled(rule).expression.matches(self._view) else "this rule would not match the call"
        except RuleError as error:
            why = str(error)
        if why:
            self.query_one(".count", Static).update(Content.styled(f"x {why}", "$error"))
        else:
            self.finish(rule)

    async def _counted(self, when: str) -> None:
        from seccomp_tui.policy.expression import parse

        words = await self._count(parse(when, answered=False))
        self.query_one(".count", Static).update(Content(words))
