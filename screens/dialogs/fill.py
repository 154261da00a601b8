"""What a call fills in, typed into a form: the fields of a struct, the bytes of a buffer, the names in a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding

from seccomp_tui.policy import fill_form
from seccomp_tui.policy.fill_form import ENTRIES, Line
from seccomp_tui.screens.dialogs import value
from seccomp_tui.screens.dialogs.form import FieldLine, FormDialog, Spec

if TYPE_CHECKING:
    from seccomp_tui.policy.answer_choices import Choices

RETURNS = " returns"
"""Name of the line for the return value: no argument has such a one."""


class FillDialog(FormDialog):
    """Asks for what is filled in.

    Args:
        seqs: the calls.
        about: which these are, in words.
        form: the lines.
        choices: of each call.
        outcome: returns in words what the program sees of an answer.
    """

    BINDINGS = [Binding("ctrl+t", "hex", show=False)]

    def __init__(
        self,
        seqs: list[int],
        about: str,
        form: Sequence[Line],
        choices: Sequence[Choices],
        outcome: Callable[[str], str],
    ) -> None:
        super().__init__(f"{about}: what it fills in", seqs)
        self._form = list(form)
        self._choices = choices
        self._outcome = outcome
        self._hexa = False

    def hint(self) -> str:
        """Return the keys."""
        as_hex = ["ctrl+t text/hex"] if any(line.data for line in self._form) else []
        return "   ".join(["tab complete, next", *as_hex, "enter OK", "esc cancel"])

    def specs(self) -> Sequence[Spec]:
        """Return the lines of the form, and one for the return value."""
        specs, above = [], ""
        for line in self._form:
            heading = line.argument if line.argument != above and line.field else ""
            above = line.argument
            specs.append(Spec(line.name, line.field or line.argument, line.text, self._hint(line), heading, line.names))
        return [*specs, Spec(RETURNS, "returns", "", "as it follows; or a number, or -EINTR")]

    def _hint(self, line: Line) -> str:
        if line.kind == ENTRIES:
            return "names with / between, such as ./../secret"
        if line.data:
            return "hex digits: 48 65 6c 6c 6f" if self._hexa else r"text; \n \t \x00 mean what they mean in C"
        return f"{line.kind}, such as {line.names[0]}" if line.names else line.kind

    def wrong(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong with which line."""
        found = {}
        for line in self._form:
            if texts[line.name] != line.text or line is self._form[0]:
                reasons = [fill_form.wrong(line, texts[line.name], each, hexa=self._hexa) for each in self._choices]
                if why := next(filter(None, reasons), ""):
                    found[line.name] = why
        if texts[RETURNS].strip():
            try:
                value.parse(texts[RETURNS])
            except ValueError as error:
                found[RETURNS] = str(error)
        return found

    def text(self, texts: Mapping[str, str]) -> str:
        """Return the answer."""
        from seccomp_tui.policy import answer_text

        text = fill_form.answer(self._form, texts, self._hexa)
        try:
            return f"{text} {answer_text.text(value.parse(texts[RETURNS]))}" if texts[RETURNS].strip() else text
        except ValueError:
            return text

    def unfit(self, text: str) -> str:
        """Return why it can't be given."""
        return next((found[0] for each in self._choices if (found := each.wrong(text)) is not None), "")

    def note(self, text: str) -> str:
        """Return what the program sees."""
        return self._outcome(text)

    def action_hex(self) -> None:
        """Take buffers as text, or as hex digits."""
        buffers = {line.name: line for line in self._form if line.data}
        self._hexa = not self._hexa and bool(buffers)
        for field in self.query(FieldLine):
            if (line := buffers.get(field.spec.name)) is not None:
                field.line.placeholder = self._hint(line)
                field.line.value = _turned(field.line.value, self._hexa)
        self.renew()


def _turned(text: str, hexa: bool) -> str:
    """Return a text as hex digits, or the other way round; empty where it is neither."""
    from seccomp_tui.policy import answer_text
    from seccomp_tui.policy.expression import ExpressionError

    try:
        if hexa:
            data = answer_text.parse(f"fill x {Line('x', '', '', '', True).part(text)}").fills[0].values[0]
            return data.hex(" ")
        return answer_text.data_text(bytes.fromhex(text)).removeprefix('"').removesuffix('"')
    except (ExpressionError, ValueError):
        return ""
