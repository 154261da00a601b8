"""The line above the footer in which something is typed: an expression, a text, a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

Checked = tuple[str, int]
"""What is wrong with a text, and at which character, from 0."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes:
        name: says what the text is for.
        label: stands before it.
        hint: stands below it while nothing is wrong.
        check: returns what is wrong with a text, None when nothing is.
        complete: returns what may stand at the cursor, and where that begins.
    """

    name: str
    label: str
    hint: str
    check: Callable[[str], Checked | None]
    complete: Callable[[str, int], tuple[int, Sequence[str]]] | None = None


class Line(Input):
    """The input, with a key that completes."""

    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("tab", "complete", show=False),
    ]

    def action_leave(self) -> None:
        """Close without an answer."""
        self.post_message(Prompt.Closed())

    def action_complete(self) -> None:
        """Write what may stand at the cursor."""
        self.post_message(Prompt.Complete())


class Prompt(Vertical):
    """Asks one question at a time; hidden while there is none."""

    class Answered(Message):
        """A text was typed for the question of this name."""

        def __init__(self, name: str, text: str) -> None:
            super().__init__()
            self.name = name
            self.text = text

    class Closed(Message):
        """There will be no answer."""

    class Complete(Message):
        """What is typed shall be completed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.question: Question | None = None

    def compose(self) -> ComposeResult:
        """Make the line and the one below it."""
        with Horizontal():
            yield Static(classes="label")
            yield Line(compact=True)
        yield Static(classes="below")

    def ask(self, question: Question, text: str) -> None:
        """Ask; `text` stands there already."""
        self.question = question
        self.query_one(".label", Static).update(Content(f" {question.label} "))
        line = self.query_one(Line)
        line.value = text
        line.cursor_position = len(text)
        self.add_class("-asking")
        line.focus()
        self._look()

    def close(self) -> None:
        """Ask nothing more."""
        self.question = None
        self.remove_class("-asking")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong, or what may come next."""
        event.stop()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand over the text, if nothing is wrong with it."""
        event.stop()
        if self.question is None:
            return
        if self.question.check(event.value) is None:
            self.post_message(self.Answered(self.question.name, event.value))
        else:
            self._look(finished=True)

    def on_prompt_complete(self, event: Complete) -> None:
        """Complete as far as it is certain."""
        event.stop()
        line = self.query_one(Line)
        start, offers = self._offers()
        if not offers:
            return
        common = _common(offers)
        typed = line.value[start : line.cursor_position]
        word = common + (" " if len(offers) == 1 else "") if len(common) > len(typed) or len(offers) == 1 else common
        line.value = line.value[:start] + word + line.value[line.cursor_position :]
        line.cursor_position = start + len(word)
        self._look()

    def _offers(self) -> tuple[int, Sequence[str]]:
        line = self.query_one(Line)
        if self.question is None or self.question.complete is None:
            return 0, ()
        return self.question.complete(line.value, line.cursor_position)

    def _look(self, *, finished: bool = False) -> None:
        """Write the line below: a mistake under its column, what may come next, or the hint."""
        if self.question is None:
            return
        line, below = self.query_one(Line), self.query_one(".below", Static)
        indent = len(self.question.label) + 2
        wrong = self.question.check(line.value)
        start, offers = self._offers() if line.value else (0, ())
        if wrong is not None and (finished or wrong[1] < (start if offers else len(line.value.rstrip()))):
            words, at = wrong
            room = max(self.size.width - 1, 20)
            column = min(indent + at, max(room - len(words) - 2, 0))
            below.update(Content.styled(f"{' ' * column}^ {words}", "$error"))
            return
        text = "  ".join(offers) if offers and wrong is not None else self.question.hint
        below.update(Content.styled(f"{' ' * indent}{text}", "$muted"))


def _common(words: Sequence[str]) -> str:
    """Return what all words begin with."""
    first, last = min(words), max(words)
    return next((first[:at] for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), first)
