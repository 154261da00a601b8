"""The list of errors: those likely for the call first, searched by name, number or description."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from seccomp_tui.policy.answers import ERRNO_MAX, Answer, errno_answer
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.syscalls import errnos


class ErrnoDialog(Dialog[Answer]):
    """Asks for the error that a call shall fail with.

    Args:
        seqs: the calls.
        about: which these are, in words.
        names: their system calls.
    """

    BINDINGS = [
        Binding("up", "move('cursor_up')", show=False),
        Binding("down", "move('cursor_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
    ]
    AUTO_FOCUS = "Input"

    def __init__(self, seqs: list[int], about: str, names: list[str]) -> None:
        super().__init__(f"{about} fail{'s' if len(seqs) == 1 else ''} with ...", seqs)
        self._searched = ""
        likely = dict.fromkeys(number for name in names for number in errnos.likely(name))
        self._likely = [number for number in likely if number in set(errnos.ALL)]

    def compose_body(self) -> ComposeResult:
        """Make the search line and the list."""
        yield Input(placeholder="type a name, a number or a word", compact=True)
        yield OptionList(compact=True)

    def hint(self) -> str:
        """Return the keys."""
        return "* likely   type to search   up/down choose   enter OK   esc cancel"

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(OptionList).can_focus = False
        self._fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search."""
        self._fill(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the highlighted error of what the line said then: a key typed since may have changed the list."""
        if event.value != self._searched:
            self._fill(event.value)
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._choose(options.get_option_at_index(options.highlighted))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the clicked error."""
        self._choose(event.option)

    def action_move(self, how: str) -> None:
        """Move through the list while the search line has the focus."""
        getattr(self.query_one(OptionList), f"action_{how}")()

    def _choose(self, option: Option) -> None:
        if option.id is not None:
            self.finish(errno_answer(int(option.id)))

    def _fill(self, query: str) -> None:
        self._searched = query
        options = self.query_one(OptionList)
        options.clear_options()
        found = search(query, self._likely)
        options.add_options([Option(_line(number, number in self._likely), id=str(number)) for number in found])
        if not found:
            options.add_option(Option(Content("  no such error"), disabled=True))
        options.highlighted = 0 if found else None


def search(query: str, likely: list[int]) -> list[int]:
    """Return the errors that match, the best first: a number, the start of a name, part of a name, a description."""
    words = query.strip().upper().removeprefix("-")
    every = likely + [number for number in errnos.ALL if number not in set(likely)]
    if not words:
        return every
    if words.isdecimal():
        number = int(words)
        known = [candidate for candidate in every if str(candidate).startswith(words)]
        known.sort(key=lambda candidate: candidate != number)
        return known if number in known or not 1 <= number <= ERRNO_MAX else [number, *known]
    starts = [number for number in every if _names(number).startswith((words, f"E{words}"))]
    inside = [number for number in every if words in _names(number)]
    described = [number for number in every if words in errnos.describe(number).upper()]
    return list(dict.fromkeys(starts + inside + described))


def _names(number: int) -> str:
    return errnos.name(number).upper()


def _line(number: int, likely: bool) -> Content:
    known = number in set(errnos.ALL)
    name = errnos.name(number) if known else "no name"
    description = errnos.describe(number) if known else ""
    return Content.assemble(
        ("* " if likely else "  ", "$warning"), (f"{name:<16}", "bold"), (f"{number:>4}  ", "$muted"), description
    )
