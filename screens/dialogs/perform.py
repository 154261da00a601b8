"""What would be done if the supervisor made a call in the program's place: shown before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seccomp_tui.policy.answers import Answer, Kind
from seccomp_tui.screens import wording
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.supervisor.wire import Foreseen, Standpoint

NAME_WIDTH = 16
AS_TARGET, AS_SUPERVISOR = "as the program", "as supervisor"

Piece = tuple[str, str]
"""A text and its style."""


class PerformDialog(Dialog[Answer]):
    """Shows the plan and asks whether it shall be done.

    Args:
        seqs: the calls; the first is shown.
        about: which these are, in words.
        call: the first call, as a line.
        plan: for each argument its name and what becomes of it.
        refused: why there is no plan; empty: there is.
    """

    BINDINGS = [
        Binding("enter,y", "perform", show=False),
        Binding("s", "switch", show=False),
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(
        self, seqs: list[int], about: str, call: str, plan: Sequence[tuple[str, str]], refused: str = ""
    ) -> None:
        super().__init__(f"{about}: made by the supervisor in the program's place", seqs)
        self._first = seqs[0]
        self._call = call
        self._plan = plan
        self._refused = refused
        self._privileged = False
        self._foreseen: Foreseen | None = None

    def compose_body(self) -> ComposeResult:
        """Make the page and the line that says whether it can be done."""
        with VerticalScroll():
            yield Static(classes="plan")
        yield Static(classes="note")

    def hint(self) -> str:
        """Return the keys."""
        return "enter do it   s as the program / as supervisor   esc cancel"

    def on_mount(self) -> None:
        """Show the plan."""
        self._draw()

    def hear(self, message: Foreseen) -> None:
        """Take in where and as whom it would be done."""
        if message.seq == self._first:
            self._foreseen = message
            self._draw()

    def action_switch(self) -> None:
        """Do it with the other's rights."""
        self._privileged = not self._privileged
        self._draw()

    def action_perform(self) -> None:
        """Do it, if nothing forbids it."""
        if not self._refused and self._standpoint is not None and not self._standpoint.refused:
            self.finish(Answer(Kind.PERFORM, privileged=self._privileged))

    @property
    def _standpoint(self) -> Standpoint | None:
        if self._foreseen is None:
            return None
        return self._foreseen.supervisor if self._privileged else self._foreseen.target

    def _draw(self) -> None:
        point = self._standpoint
        parts: list[Piece] = [(f"{wording.printable(self._call)}\n", "bold")]
        if self._plan:
            parts.append(("\nWith the arguments as they were copied\n", "$primary"))
            parts += _table(self._plan)
        parts.append((f"\n{AS_SUPERVISOR if self._privileged else AS_TARGET}".capitalize(), "bold $warning"))
        parts.append(("   s switches\n", "$muted"))
        if point is not None:
            parts += _table([(name, wording.clean(text)) for name, text in point.rows])
        else:
            parts.append(("  asking the supervisor ..\n", "$muted"))
        self.query_one(".plan", Static).update(Content.assemble(*parts))
        why = self._refused or (point.refused if point is not None else "")
        note = self.query_one(".note", Static)
        if why:
            note.update(Content.styled(f"x refused: {wording.printable(why)}", "bold $error"))
        else:
            note.update("Decides on what you saw: the copy is what is done, not the memory." if point else "")


def _table(rows: Sequence[tuple[str, str]]) -> list[Piece]:
    parts: list[Piece] = []
    for name, text in rows:
        parts += [(f"  {name:<{NAME_WIDTH}}", "$accent"), (f"{wording.printable(text)}\n", "")]
    return parts
