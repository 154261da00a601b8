"""The copy menu: what of a call is copied, to the clipboard or into a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.forms import Form
from seccomp_tui.screens.widgets.prompt import Checked, Prompt, Question

NAME_WIDTH = 15
ROOM = 45
"""Characters of a text that are shown: the dialog without its frame and what stands before them."""


class Copy(NamedTuple):
    """What is to be done: `path` empty: the clipboard; else it is added to that file."""

    form: Form
    path: str


class CopyDialog(Dialog[Copy]):
    """Asks what to copy.

    Args:
        title: what it is about.
        forms: what there is.
    """

    BINDINGS = [Binding("w", "to_file", show=False), Binding("c", "cancel", show=False)]
    AUTO_FOCUS = "OptionList"

    def __init__(self, title: str, forms: Sequence[Form]) -> None:
        super().__init__(title)
        self._forms = list(forms)
        for form in forms:
            self._bindings.bind(form.key, f"take('{form.key}')", show=False)

    def compose_body(self) -> ComposeResult:
        """Make the list."""
        yield OptionList(compact=True)
        yield Prompt()

    def hint(self) -> str:
        """Return the keys."""
        return (
            "a letter, or enter: to the clipboard   w into a file   esc cancel\n"
            "The clipboard is your terminal's (OSC 52); not every terminal lets programs write it."
        )

    def on_mount(self) -> None:
        """Fill the list."""
        options = self.query_one(OptionList)
        for form in self._forms:
            first = form.text.partition("\n")[0]
            shown = first or "(there is none)"
            line = Content.assemble(
                (f" {form.key} ", "bold $warning"),
                (f"{form.name:<{NAME_WIDTH}} ", "bold"),
                (shown if len(shown) <= ROOM else f"{shown[: ROOM - 1]}…", "" if form.text else "$muted"),
            )
            options.add_option(Option(line, id=form.key, disabled=not form.text))
        options.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Copy what enter was pressed on."""
        self.action_take(event.option_id or "")

    def action_take(self, key: str) -> None:
        """Copy to the clipboard."""
        form = self._form(key)
        if form is not None and form.text:
            self.finish(Copy(form, ""))

    def action_to_file(self) -> None:
        """Ask for a file for what is highlighted."""
        form = self._highlighted()
        if form is None or not form.text:
            return
        question = Question(
            f"{form.name} into", "the name of a file; it is added to what is there", _wrong, lambda _: None
        )
        self.query_one(Prompt).ask(question, "")

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Write what is highlighted."""
        event.stop()
        form = self._highlighted()
        if form is not None:
            self.finish(Copy(form, event.text.strip()))

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Go back to the list."""
        event.stop()
        self.query_one(Prompt).close()
        self.query_one(OptionList).focus()

    def _highlighted(self) -> Form | None:
        at = self.query_one(OptionList).highlighted
        return self._forms[at] if at is not None else None

    def _form(self, key: str) -> Form | None:
        return next((form for form in self._forms if form.key == key), None)


def _wrong(text: str) -> Checked | None:
    return None if text.strip() else ("the name of a file", 0)
