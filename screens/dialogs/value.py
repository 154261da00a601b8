"""The return value that a call shall give instead of being run."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seccomp_tui.policy.answers import ERRNO_MAX, Answer, Kind, errno_answer, return_answer
from seccomp_tui.screens.dialogs.base import Dialog
from seccomp_tui.syscalls import errnos

_ERRORS = SuggestFromList([f"-{errnos.name(number)}" for number in sorted(errnos.ALL)])


class ValueDialog(Dialog[Answer]):
    """Asks for a return value: one of a list, or typed.

    Args:
        seqs: the calls.
        about: which these are, in words.
        presets: values, and what they mean.
    """

    BINDINGS = [
        Binding("up", "move('cursor_up')", show=False),
        Binding("down", "move('cursor_down')", show=False),
    ]
    AUTO_FOCUS = "Input"

    def __init__(self, seqs: list[int], about: str, presets: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(
            f"{about} {'is' if len(seqs) == 1 else 'are'} not run and return{'s' * (len(seqs) == 1)} ...", seqs
        )
        self._presets = list(presets) or [("0", "")]

    def compose_body(self) -> ComposeResult:
        """Make the input line, the preview, and the list."""
        yield Input(value=self._presets[0][0], placeholder="42   0x2a   -1   -ENOENT", suggester=_ERRORS, compact=True)
        yield Static(classes="preview")
        yield OptionList(
            *[Option(Content.assemble((f"{value:>12}  ", "bold"), words)) for value, words in self._presets],
            compact=True,
        )

    def hint(self) -> str:
        """Return the keys."""
        return "up/down, or type (right completes -E..)   enter OK   esc cancel"

    def on_mount(self) -> None:
        """Show what the value given first would do."""
        options = self.query_one(OptionList)
        options.can_focus = False
        options.highlighted = 0
        self._preview(self._presets[0][0])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what the value would do."""
        self._preview(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the value."""
        try:
            answer = parse(event.value)
        except ValueError:
            return
        self.finish(answer)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Write the clicked value into the line."""
        self._write(event.option_index)

    def action_move(self, how: str) -> None:
        """Write the next value of the list into the line."""
        options = self.query_one(OptionList)
        getattr(options, f"action_{how}")()
        if options.highlighted is not None:
            self._write(options.highlighted)

    def _write(self, index: int) -> None:
        line = self.query_one(Input)
        line.value = self._presets[index][0]
        line.cursor_position = len(line.value)

    def _preview(self, text: str) -> None:
        preview = self.query_one(".preview", Static)
        try:
            words, style = describe(parse(text)), ""
        except ValueError as error:
            words, style = f"x {error}", "$error"
        preview.update(Content.styled(words, style))


def parse(text: str) -> Answer:
    """Return the answer that a typed value means: decimal, hexadecimal, octal, or an error as `-ENOENT` or `-2`.

    Raises:
        ValueError: it is none of these; the text says what was expected.
    """
    words = text.strip().replace("_", "")
    if not words:
        raise ValueError("type a number, like 42, 0x2a, -1 or -ENOENT")
    negative = words.startswith("-")
    bare = words[1:] if words[0] in "+-" else words
    if bare[:1] in ("E", "e") and not bare.isdecimal():
        if not negative:
            raise ValueError(f"write -{bare.upper()}: an error is a negative value")
        try:
            number = errnos.number(bare.upper())
        except (KeyError, ValueError):
            number = None
        if number is None:
            raise ValueError(f"no error has the name {bare.upper()}")
        return errno_answer(number)
    try:
        if not bare[:1].isdecimal():
            raise ValueError  # int() would take a second sign
        value = int(bare, 16 if bare[:2] in ("0x", "0X") else 10)
    except ValueError:
        raise ValueError(f"not a number: {words}") from None
    value = -value if negative else value
    if -ERRNO_MAX <= value < 0:
        return errno_answer(-value)
    return return_answer(value)


def describe(answer: Answer) -> str:
    """Return what the program will see."""
    if answer.kind == Kind.ERRNO:
        return f"the program sees: {errnos.result_text(answer.value)}"
    unsigned = answer.value & 0xFFFF_FFFF_FFFF_FFFF
    return f"the program sees: {answer.value} ({unsigned:#x})"
