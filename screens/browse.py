"""What is done in the history: show only some calls, search, go to one."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from seccomp_tui.screens.matches import Matches
from seccomp_tui.screens.panes import Panes
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.prompt import Checked, Prompt, Question
from seccomp_tui.session.schema import FormatError

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression

_SECONDS = re.compile(r"\+(\d+(?:\.\d*)?)s?\Z")
"""A moment, seconds after the start."""


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

    def do_history_filter(self) -> None:
        """Show only the calls that an expression is true of."""
        shown = self.query_one(History).matches
        self._ask(
            Question("filter", "show only", "e.g. %file and errno == ENOENT   empty: all", _check, _complete),
            shown.text if shown is not None else "",
        )

    def do_history_search(self) -> None:
        """Search for a text in the lines."""
        self._ask(Question("search", "search", "a part of a line, such as /etc/", lambda text: None), self.sought)

    def do_history_goto(self) -> None:
        """Go to a call by its number, or to a moment."""
        self._ask(Question("goto", "go to", "a call's number, or +SECONDS after the start", _place), "")

    def do_history_next(self) -> None:
        """Go to the next call with the text that was searched for."""
        self._seek(forward=True)

    def do_history_previous(self) -> None:
        """Go to the previous one."""
        self._seek(forward=False)

    # --- the prompt ---

    def _ask(self, question: Question, text: str) -> None:
        self._focus(self.query_one(History))
        self.query_one(Prompt).ask(question, text)

    def on_prompt_closed(self) -> None:
        """Go back to the history."""
        self.query_one(Prompt).close()
        self.query_one(History).focus()

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Do what was asked for."""
        self.on_prompt_closed()
        text = event.text.strip()
        if event.name == "filter":
            self.show_only(text)
        elif event.name == "search":
            self.sought = event.text
            self._seek(forward=True)
        elif text:
            self._go_to(text)

    def show_only(self, text: str) -> None:
        """Show only the calls that the expression `text` is true of; empty: all."""
        history = self.query_one(History)
        history.show_only(Matches(self.recording, _parse(text), text) if text else None)

    def _go_to(self, text: str) -> None:
        history = self.query_one(History)
        moment = _SECONDS.match(text)
        history.go_to(int(text) if moment is None else self.recording.seq_after(float(moment[1])))

    # --- searching ---

    def _seek(self, *, forward: bool) -> None:
        if self.sought:
            self.run_worker(self._found(forward), group="search", exclusive=True)
        else:
            self.do_history_search()

    async def _found(self, forward: bool) -> None:
        history = self.query_one(History)
        start = history.cursor or (0 if forward else history.last + 1)
        wanted = _containing(self.sought, history.matches.expression if history.matches is not None else None)
        found = await asyncio.to_thread(self._next, wanted, start, forward)
        if found is not None:
            history.go_to(found)
        else:
            where = "below" if forward else "above"
            self.notify(f"{self.sought!r} is not in any line {where}", markup=False, severity="warning", timeout=3)

    def _next(self, wanted: Expression, start: int, forward: bool) -> int | None:
        """Return the next match from call number `start`; in a thread of its own."""
        try:
            with closing(self.recording.again()) as store:
                matches = store.matching(wanted, after=start) if forward else store.matching(wanted, before=start)
                return next(matches, None)
        except (FormatError, OSError, sqlite3.Error):
            return None


def _parse(text: str) -> Expression:
    from seccomp_tui.policy.expression import parse

    return parse(text)


def _containing(text: str, within: Expression | None) -> Expression:
    from seccomp_tui.policy.expression.comparisons import Has
    from seccomp_tui.policy.expression.operands import Text
    from seccomp_tui.policy.expression.tree import And

    has = Has("text", Text(text.encode(errors="replace")))
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


def _complete(text: str, cursor: int) -> tuple[int, list[str]]:
    from seccomp_tui.policy.expression.completion import complete

    offers = complete(text, cursor)
    return (offers[0].start, [each.text for each in offers]) if offers else (cursor, [])


def _place(text: str) -> Checked | None:
    stripped = text.strip()
    if not stripped or stripped.isdecimal() or _SECONDS.match(stripped):
        return None
    return "a call's number such as 120, or seconds such as +1.5", 0
