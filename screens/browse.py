"""What is done in the history: show only some calls, search, go to one."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING

from textual import events
from textual.widget import Widget

from seccomp_tui.screens.known import Known
from seccomp_tui.screens.matches import Matches
from seccomp_tui.screens.panes import Panes
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.prompt import Checked, Line, Offer, Prompt, Question
from seccomp_tui.session.schema import FormatError

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression

_PLACE = re.compile(r"(?P<number>\d{1,15})|\+(?P<seconds>\d{1,9}(\.\d{0,9})?)s?", re.ASCII)
"""A call's number, or a moment, seconds after the start."""


class Browsing(Panes):
    """Asks in the prompt, and moves in the history.

    Attributes:
        recording: what is looked at.
        sought: the text that was searched for last.
    """

    recording: Recording

    def __init__(self) -> None:
        super().__init__()
        self.sought = ""
        self._asked_from: Widget | None = None

    def do_history_filter(self) -> None:
        """Show only the calls that an expression is true of."""
        shown = self.query_one(History).matches
        self._ask(
            Question(
                "show only",
                "e.g. %file and errno == ENOENT   empty: all",
                _check,
                lambda text: self.show_only(text.strip()),
                self.complete,
            ),
            f"{shown.text} " if shown is not None else "",
        )
        self.learn_values()

    @cached_property
    def known(self) -> Known:
        """Values that the recording has."""
        return Known(self.recording)

    def learn_values(self) -> None:
        """Look for values that may be typed."""
        self.query_one(Prompt).learn(self.known.renew)

    def complete(self, text: str, cursor: int, answered: bool = True) -> tuple[int, list[Offer]]:
        """Return what may stand at the cursor in an expression, and where that begins."""
        from seccomp_tui.policy.expression.completion import Sort, complete

        offers = complete(text, cursor, answered, self.known)
        notes = [each.help if each.sort is Sort.VALUE else "" for each in offers]
        found = [Offer(each.text, note) for each, note in zip(offers, notes, strict=True)]
        return (offers[0].start if offers else cursor), found

    def do_history_search(self) -> None:
        """Search for a text in the lines."""
        self._ask(Question("search", "a part of a line, such as /etc/", lambda text: None, self._search), "")

    def do_history_goto(self) -> None:
        """Go to a call by its number, or to a moment."""
        self._ask(Question("go to", "a call's number, or +SECONDS after the start", _place, self._go_to), "")

    def do_history_next(self) -> None:
        """Go to the next call with the text that was searched for."""
        self._seek(forward=True)

    def do_history_previous(self) -> None:
        """Go to the previous one."""
        self._seek(forward=False)

    # --- the prompt ---

    @property
    def asking(self) -> Question | None:
        """What is being typed for, None when nothing is."""
        return self.query_one(Prompt).question if isinstance(self.focused, Line) else None

    def _ask(self, question: Question, text: str, pane: Widget | None = None) -> None:
        """Ask for what a pane is to do, the history if none is named; the focus comes back to it."""
        self._asked_from = pane
        if pane is None:
            self._show(self.query_one(History))
        self.query_one(Prompt).ask(question, text)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Ask no more when the operator goes elsewhere."""
        prompt = self.query_one(Prompt)
        if prompt not in event.widget.ancestors:
            prompt.close()

    def on_prompt_closed(self) -> None:
        """Go back to where it was asked."""
        self.query_one(Prompt).close()
        self._focus(self._asked_from or self.query_one(History))

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Do what was asked for."""
        self.on_prompt_closed()
        event.question.done(event.text)

    def _search(self, text: str) -> None:
        self.sought = text
        if text:
            self._seek(forward=True)

    def show_only(self, text: str) -> None:
        """Show only the calls that the expression `text` is true of; empty: all."""
        history = self.query_one(History)
        history.show_only(Matches(self.recording, _parse(text), text) if text else None)

    def _go_to(self, text: str) -> None:
        history = self.query_one(History)
        place = _PLACE.fullmatch(text.strip())
        if place is not None:
            number, seconds = place["number"], place["seconds"]
            history.go_to(int(number) if number else self.recording.seq_after(float(seconds)))

    # --- searching ---

    def _seek(self, *, forward: bool) -> None:
        if self.sought:
            history = self.query_one(History)
            self._show(history)
            self._focus(history)
            self.run_worker(self._found(forward), group="search", exclusive=True)
        else:
            self.do_history_search()

    async def _found(self, forward: bool) -> None:
        history = self.query_one(History)
        start = history.cursor or (0 if forward else history.last + 1)
        wanted = _containing(self.sought, history.matches.expression if history.matches is not None else None)
        trouble = f"{self.sought!r} is not in any line {'below' if forward else 'above'}"
        try:
            found = await self._next(wanted, start, forward)
        except (FormatError, OSError, sqlite3.Error) as error:
            found, trouble = None, str(error)
        if found is not None:
            history.go_to(found, asked=False)
        else:
            self.notify(trouble, markup=False, severity="warning", timeout=3)

    async def _next(self, wanted: Expression, start: int, forward: bool) -> int | None:
        """Return the next match from call number `start`.

        Raises:
            FormatError, OSError, sqlite3.Error: the recording can't be read.
        """
        store = self.recording.again()

        def look() -> int | None:
            with closing(store):
                matches = store.matching(wanted, after=start) if forward else store.matching(wanted, before=start)
                return next(matches, None)

        try:
            return await asyncio.to_thread(look)
        except asyncio.CancelledError:
            store.interrupt()
            raise


def _parse(text: str) -> Expression:
    from seccomp_tui.policy.expression import parse

    return parse(text)


def _containing(text: str, within: Expression | None) -> Expression:
    from seccomp_tui.policy.expression.comparisons import Has
    from seccomp_tui.policy.expression.operands import Text
    from seccomp_tui.policy.expression.tree import And
    from seccomp_tui.syscalls.text import escape

    # Lines are ASCII: other characters stand there escaped.
    written = "".join(c if c.isascii() else escape(c.encode(errors="replace")) for c in text)
    has = Has("text", Text(written.encode()))
    return has if within is None else And((within, has))


def _check(text: str) -> Checked | None:
    from seccomp_tui.policy.expression import ExpressionError

    if not text.strip():
        return None
    try:
        _parse(text)
    except ExpressionError as error:
        return error.reason, error.column - 1
    return None


def _place(text: str) -> Checked | None:
    stripped = text.strip()
    if not stripped or _PLACE.fullmatch(stripped):
        return None
    return "a call's number such as 120, or seconds such as +1.5", 0
