"""The line above the footer in which something is typed: an expression, a text, a number."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Input, Static

PAUSE = 0.15
"""Seconds without a key before calls are counted."""
MOST_LINES = 3
"""So many lines say what is wrong, as in live.tcss."""
Checked = tuple[str, int]
"""What is wrong with a text, and at which character, from 0."""


class Offer(NamedTuple):
    """What may stand at the cursor, and a word on what it is."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes:
        label: stands before the line.
        hint: stands below it while nothing is wrong.
        check: returns what is wrong with a text, None when nothing is.
        done: called with the text.
        complete: returns where what may stand at the cursor begins, and what that is.
        says: returns in words what a text means with which nothing is wrong.
        seq: the call that it is about; 0: none.
        count: returns in words how many calls a text is true of.
    """

    label: str
    hint: str
    check: Callable[[str], Checked | None]
    done: Callable[[str], None]
    complete: Callable[[str, int], tuple[int, Sequence[Offer]]] | None = None
    says: Callable[[str], str] | None = None
    seq: int = 0
    count: Callable[[str], Awaitable[str]] | None = None


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
        """A text was typed for a question."""

        def __init__(self, question: Question, text: str) -> None:
            super().__init__()
            self.question = question
            self.text = text

    class Closed(Message):
        """There will be no answer."""

    class Complete(Message):
        """What is typed shall be completed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.question: Question | None = None
        self.gone = ""
        self._counted = ("", "")

    def compose(self) -> ComposeResult:
        """Make the line and the one below it."""
        with Horizontal():
            yield Static(classes="label")
            yield Line(compact=True, select_on_focus=False)
        yield Static(classes="below")

    def on_mount(self) -> None:
        """Keep what is wrong under its column when the line scrolls."""
        self.watch(self.query_one(Line), "scroll_x", lambda: self._look(), init=False)

    def ask(self, question: Question, text: str) -> None:
        """Ask; `text` stands there already."""
        self.question, self.gone, self._counted = question, "", ("", "")
        self.query_one(".label", Static).update(Content(f" {question.label} "))
        self._write(text, len(text))
        self.display = True
        self.screen.set_focus(self.query_one(Line))  # at once: the keys that come next are text
        self._look()

    def close(self) -> None:
        """Ask nothing more."""
        self.question = None
        self.display = False

    def learn(self, more: Callable[[], Awaitable[None]]) -> None:
        """Wait until more is known, then say anew what may come next."""

        async def learn() -> None:
            await more()
            self._look()

        self.run_worker(learn(), group="known", exclusive=True)

    def call_ended(self, seq: int, words: str) -> None:
        """Take note that a call which the question may be about is no longer held: nothing is taken any more."""
        if self.question is not None and seq == self.question.seq:
            self.gone = f"- call #{seq}: {words}"
            self._look()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong, or what may come next."""
        event.stop()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand over the text, if nothing is wrong with it."""
        event.stop()
        if self.question is None or self.gone:
            return
        text = self.query_one(Line).value  # the event's is older than a completion that was asked for just before
        if self.question.check(text) is None:
            self.post_message(self.Answered(self.question, text))
        else:
            self._look(finished=True)

    def on_prompt_complete(self, event: Complete) -> None:
        """Complete as far as it is certain."""
        event.stop()
        line = self.query_one(Line)
        start, offers = self._offers()
        if not offers:
            return
        word = common([offer.text for offer in offers])
        word += " " if len(offers) == 1 and not word.endswith(("=", "/")) else ""
        self._write(line.value[:start] + word + line.value[line.cursor_position :], start + len(word))
        self._look()

    def _write(self, text: str, cursor: int) -> None:
        line = self.query_one(Line)
        line.value, line.cursor_position = text, cursor
        place = Region(cell_len(text[:cursor]), 0, 1, 1)
        # The line scrolls to its cursor by itself, but not further than the text that it had before.
        self.call_after_refresh(line.scroll_to_region, place, force=True, animate=False)

    def _offers(self) -> tuple[int, Sequence[Offer]]:
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
        if self.gone:
            below.update(Content.styled(f"{' ' * indent}{self.gone}", "bold $error"))
            return
        wrong = self.question.check(line.value)
        if self.question.count is not None and line.value.strip() != self._counted[0]:
            self._counted = line.value.strip(), ""
            counting = self._count(self.question.count, self._counted[0]) if wrong is None else _nothing()
            self.run_worker(counting, group="count", exclusive=True)
        start, offers = self._offers() if line.value else (0, ())
        end = len(line.value.rstrip())  # what is wrong from here on is only not finished
        if wrong is not None and (finished or wrong[1] < (min(start, end) if offers else end)):
            words, at = wrong
            room = max(self.size.width - 1, 20)
            column = min(max(indent + at - line.scroll_offset.x, 0), room - 1)
            below.set_class(True, "-wrong")
            below.update(Content.styled(_pointing(column, words, room), "$error"))
            return
        below.set_class(False, "-wrong")
        below.update(Content.styled(f"{' ' * indent}{self._advice(wrong, offers)}", "$muted"))

    async def _count(self, count: Callable[[str], Awaitable[str]], text: str) -> None:
        """Find out how many calls a text is true of, once the operator pauses."""
        await asyncio.sleep(PAUSE)
        words = await count(text) if text else ""
        if self.question is not None and text == self._counted[0]:
            self._counted = text, words
            self._look()

    def _advice(self, wrong: Checked | None, offers: Sequence[Offer]) -> str:
        """Return what may come next, what the text means, or the hint."""
        assert self.question is not None
        line, says = self.query_one(Line), self.question.says
        following = says is not None and line.value[: line.cursor_position].endswith(" ")
        if offers and (wrong is not None or following):
            return "  ".join(f"{offer.text} ({offer.note})" if offer.note else offer.text for offer in offers)
        if wrong is None and self._counted[1]:
            return self._counted[1]
        return says(line.value) if says is not None and wrong is None and line.value.strip() else self.question.hint


async def _nothing() -> None:
    """Stop counting: what is typed is no expression."""


def _pointing(column: int, words: str, room: int) -> str:
    """Return a mark at `column`, and words behind it, or before it where they have more room; in lines, if need be."""
    behind, before = room - column - 2, column - 1
    if len(words) > behind and before > behind:
        first, *more = wrap(words, before, max_lines=MOST_LINES, placeholder=" …")
        return "\n".join([f"{first:>{before}} ^", *(f"{line:>{before}}" for line in more)])
    first, *more = wrap(words, behind, max_lines=MOST_LINES, placeholder=" …")
    return "\n".join([f"{' ' * column}^ {first}", *(f"{' ' * (column + 2)}{line}" for line in more)])


def common(words: Sequence[str]) -> str:
    """Return what all words begin with."""
    first, last = min(words), max(words)
    return next((first[:at] for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), first)
