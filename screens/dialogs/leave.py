"""The question on closing: what becomes of the program."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from seccomp_tui.screens.dialogs.base import Dialog

CHOICES = (
    ("k", "kill", "Kill the program", "it and its children end now"),
    ("w", "allow", "Let it run on", "all calls are allowed, the recording goes on"),
    ("d", "abandon", "Abandon it", "all its trapped calls then fail with ENOSYS"),
)
OF_CONTAINERS = (
    ("w", "allow", "Let them run on", "all calls are allowed until they end"),
    ("k", "kill", "Kill who has called", "its processes end now"),
    ("d", "abandon", "Abandon them", "their trapped calls fail with ENOSYS"),
)
"""Containers belong to others: to leave them alone comes first."""
OF_ANOTHER = (
    ("w", "allow", "Leave them to it", "what is held is allowed; the other process answers again"),
    ("k", "kill", "Kill who has called", "its processes end now"),
)
"""Another process holds the listener too: nobody can abandon the calls."""
WITHOUT_SUPERVISOR = (
    CHOICES[0],
    ("w", "allow", "Let it run on", "all calls are allowed, nothing more is recorded"),
)
"""Nobody records any more, and the listener that abandoning would close is not the screens'."""


class QuitDialog(Dialog[str]):
    """Asks how to leave; gives back "kill", "allow" or "abandon".

    Args:
        state: one line: the program still runs, and how many calls are held.
        lost: there is no supervisor.
        containers: the targets were not launched by us.
        shared: nor these, and another process answers for them too.
    """

    BINDINGS = [Binding(key, f"choose('{how}')", title, show=False) for key, how, title, _ in CHOICES]

    def __init__(self, state: str, *, lost: bool = False, containers: bool = False, shared: bool = False) -> None:
        super().__init__("Quit")
        self._state = state
        self._choices = (
            OF_ANOTHER if shared else OF_CONTAINERS if containers else WITHOUT_SUPERVISOR if lost else CHOICES
        )

    def compose_body(self) -> ComposeResult:
        """Make the choices."""
        yield Static(Content(self._state), classes="question")
        yield OptionList(
            *[
                Option(
                    Content.assemble((f" {key} ", "bold $warning"), (f"{title:<20}", "bold"), (words, "$muted")), id=how
                )
                for key, how, title, words in self._choices
            ],
            compact=True,
        )

    def hint(self) -> str:
        """Return the keys."""
        _, how, _, _ = self._choices[0]
        return f"enter {'kills' if how == 'kill' else 'lets them run on'} (the first choice)   esc stay here"

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the chosen line."""
        if event.option.id is not None:
            self.finish(event.option.id)

    def action_choose(self, how: str) -> None:
        """Take a choice by its key."""
        if any(how == offered for _, offered, _, _ in self._choices):
            self.finish(how)
