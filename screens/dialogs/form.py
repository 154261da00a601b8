"""A form: lines to type in, what is wrong under each, and the answer that comes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from seccomp_tui.policy.answers import Answer
from seccomp_tui.screens import wording
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.screens.widgets.prompt import common

OFFERED = 12
"""So many names are listed below a line."""


class Spec(NamedTuple):
    """One line of a form.

    Attributes:
        name: stable.
        label: stands before it.
        value: stands in it.
        hint: stands in it while it is empty.
        heading: stands above it; empty: nothing.
        names: flags, or values with names, that may stand in it.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    heading: str = ""
    names: Sequence[str] = ()


class Entry(Input):
    """The line of a field; up and down go to its neighbours, tab completes a name or goes to the next.

    Args:
        spec: the field.
    """

    BINDINGS = [
        Binding("up", "neighbour(-1)", show=False),
        Binding("down", "neighbour(1)", show=False),
        Binding("tab", "complete", show=False),
    ]

    def __init__(self, spec: Spec) -> None:
        super().__init__(value=spec.value, placeholder=spec.hint, compact=True, select_on_focus=True)
        self._names = spec.names

    def offers(self) -> list[str]:
        """Return the names that may stand at the end, once something of one is typed."""
        typed = self.value.rpartition("|")[2]
        return [name for name in self._names if name.startswith(typed)] if typed and typed not in self._names else []

    def action_complete(self) -> None:
        """Complete a name as far as it is certain; where that is nothing, go to the next line."""
        head, bar, typed = self.value.rpartition("|")
        offers = self.offers()
        if not offers or (whole := common(offers)) == typed:
            self.screen.focus_next()
            return
        self.value = f"{head}{bar}{whole}"
        self.cursor_position = len(self.value)

    def action_neighbour(self, step: int) -> None:
        """Ask the form to go to another line."""
        if isinstance(self.screen, FormDialog):
            self.screen.step(step)


class FieldLine(Vertical):
    """A label, a line, and what is wrong with it."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(classes="field")
        self.spec = spec

    def compose(self) -> ComposeResult:
        """Make the parts."""
        if self.spec.heading:
            yield Static(Content.styled(self.spec.heading, "bold $primary"), classes="heading")
        with Horizontal():
            yield Static(Content(self.spec.label), classes="label")
            yield Entry(self.spec)
        yield Static(classes="wrong")

    @property
    def line(self) -> Entry:
        """Where it is typed."""
        return self.query_one(Entry)

    def say(self, why: str) -> None:
        """Write what is wrong under it; empty: nothing."""
        under = self.query_one(".wrong", Static)
        under.display = bool(why)
        if offers := self.line.offers() if self.line.has_focus else []:
            under.display = True
            under.update(Content.styled("  ".join(offers[:OFFERED]), "$muted"))
            return
        under.update(Content.styled(f"^ {wording.printable(why)}", "$error") if why else "")


class FormDialog(Dialog[Answer]):
    """Asks for an answer by several lines; the answer is shown as rules write it.

    Args:
        title: of the frame.
        seqs: the calls it is about.
    """

    AUTO_FOCUS = "Entry"

    # --- what the form is about ---

    def specs(self) -> Sequence[Spec]:
        """Return the lines."""
        raise NotImplementedError

    def counts(self, name: str) -> bool:
        """Tell whether a line counts now; else it is hidden."""
        return True

    def wrong(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong with which line."""
        raise NotImplementedError

    def text(self, texts: Mapping[str, str]) -> str:
        """Return the answer, as rules write it."""
        raise NotImplementedError

    def unfit(self, text: str) -> str:
        """Return why the answer as a whole can't be given; empty when it can."""
        raise NotImplementedError

    def note(self, text: str) -> str:
        """Return what comes of the answer, in words."""
        return ""

    # --- drawing ---

    def compose_body(self) -> ComposeResult:
        """Make the lines and the preview."""
        yield from self.compose_above()
        with VerticalScroll(can_focus=False):
            for spec in self.specs():
                yield FieldLine(spec)
        yield Static(classes="preview")
        yield Static(classes="note")

    def compose_above(self) -> ComposeResult:
        """Make what stands above the lines."""
        yield from ()

    def on_mount(self) -> None:
        """Show what would be answered."""
        self.show_fields()

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the lines that count."""
        fields = [field for field in self.query(FieldLine) if field.query(Entry) and self.counts(field.spec.name)]
        return {field.spec.name: field.line.value for field in fields}

    def step(self, step: int) -> None:
        """Go to the next line (1), or to the one before (-1)."""
        if step > 0:
            self.focus_next(Entry)
        else:
            self.focus_previous(Entry)

    def show_fields(self) -> None:
        """Show the lines that count now. They all exist from the start: what is typed meanwhile is not lost."""
        for field in self.query(FieldLine):
            field.display = self.counts(field.spec.name)
        self.set_focus(next((field.line for field in self.query(FieldLine) if field.display), None))
        self.renew()

    def renew(self) -> None:
        """Say what is wrong, and what would be answered."""
        texts = self.texts
        if not texts:
            return
        wrong = self.wrong(texts)
        for field in self.query(FieldLine):
            field.say(wrong.get(field.spec.name, ""))
        text = self.text(texts)
        preview, note = self.query_one(".preview", Static), self.query_one(".note", Static)
        preview.update(Content(wording.printable(text)))
        why = "" if wrong else self.unfit(text)
        note.update(
            Content.styled(f"x {wording.printable(why)}", "$error") if why else self.note(text) if not wrong else ""
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look at what was typed."""
        self.renew()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        self.submit()

    def submit(self) -> None:
        """Answer, if nothing is wrong; else go to what is."""
        from seccomp_tui.policy import answer_text

        texts = self.texts
        text, wrong = self.text(texts), self.wrong(texts)
        if not wrong and not self.unfit(text):
            self.finish(answer_text.parse(text))
            return
        for field in self.query(FieldLine):
            if field.spec.name in wrong:
                field.line.focus()
                return

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the line in sight, and what is wrong under it."""
        for ancestor in event.widget.ancestors:
            if isinstance(ancestor, FieldLine):
                self.query_one(VerticalScroll).scroll_to_widget(ancestor, animate=False)
