"""Stops, as in a debugger: a step of a thread, a run to a call, and what is held at all."""

from __future__ import annotations

from functools import partial

from textual.widget import Widget

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.screens.counting import count
from seccomp_tui.screens.ruling import Ruling
from seccomp_tui.screens.widgets.details import Body
from seccomp_tui.screens.widgets.history import History
from seccomp_tui.screens.widgets.prompt import Checked, Question
from seccomp_tui.screens.widgets.queue import Queue
from seccomp_tui.supervisor.wire import FromSupervisor, HoldRefused, Trouble


class Stepping(Ruling):
    """Says where the program stops."""

    def do_call_step(self) -> None:
        """Allow the calls, and hold the next one of each of their threads, whatever it is."""
        seqs = self.targets()
        if self.link is not None and seqs:
            self.link.step([self.model.held[seq].tid for seq in seqs])
            self._answer(seqs, ALLOW)

    def do_target_run_to(self) -> None:
        """Ask for what to run to."""
        hint = 'runs until this is true of a call, once: connect   write and fd == 1   path ~ "x"'
        self._ask_expression(Question("run to", hint, _check_some, self.run_to), "")

    def run_to(self, text: str) -> None:
        """Allow what is held on the screen, and hold nothing until an expression is true of a call."""
        if self.link is not None and (wanted := text.strip()):
            seqs = [seq for seq in self.model.held if seq in self.on_screen]
            self.link.run_to(wanted, seqs, self.model.newest)
            self.model.set_until(wanted)
            self.gave(seqs, "")

    def do_target_hold_by(self) -> None:
        """Ask for what is held."""
        told = self.model.stops
        hint = f"what is held from now on; empty: {told.default}"
        self._ask_expression(Question("hold", hint, _check, self.hold_by), told.text or told.default)

    def hold_by(self, text: str) -> None:
        """Hold by an expression from now on; empty: as at the start."""
        if self.link is not None:
            wanted = text.strip()
            self.link.hold_by("" if wanted == self.model.stops.default else wanted)

    def _ask_expression(self, question: Question, text: str) -> None:
        from dataclasses import replace

        whole = replace(question, complete=partial(self.complete, answered=False), count=self._count)
        pane: Widget | None = self.focused if isinstance(self.focused, Queue | History | Body) else None
        self._ask(whole, f"{text} " if text else "", pane or self.query_one(self.HOME))
        self.learn_values()

    async def _count(self, text: str) -> str:
        """Return in words how many calls of the recording an expression is true of."""
        from seccomp_tui.policy.expression import parse

        return await count(self.recording, parse(text, answered=False))

    def heard(self, message: FromSupervisor) -> None:
        """Take in what the supervisor says of what is held as well."""
        if isinstance(message, HoldRefused):
            self._tell(f"{message.text}: {message.why}")
        elif isinstance(message, Trouble):
            self._tell(message.text)
        else:
            super().heard(message)


def _check(text: str) -> Checked | None:
    from seccomp_tui.policy.expression import ExpressionError, parse

    if not text.strip():
        return None
    try:
        parse(text, answered=False)
    except ExpressionError as error:
        return error.reason, error.column - 1
    return None


def _check_some(text: str) -> Checked | None:
    return _check(text) if text.strip() else ("say what to run to", 0)
