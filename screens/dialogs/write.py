"""What is to be done with bytes that were typed into a call's memory."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from seccomp_tui.screens import wording
from seccomp_tui.screens.dialogs.base import Dialog

NOW = "now"


class WriteDialog(Dialog[str]):
    """Asks whether bytes are written now, or with an answer.

    Args:
        seq: the call.
        address: where.
        data: the bytes.
        poke: the answer that writes them and allows the call; empty: there is none.
    """

    AUTO_FOCUS = "OptionList"

    def __init__(self, seq: int, address: int, data: bytes, poke: str) -> None:
        super().__init__(f"{wording.plural(len(data), 'byte')} at {address:#x} of #{seq}", [seq])
        self._poke = poke

    def compose_body(self) -> ComposeResult:
        """Make the choices."""
        now = Content.assemble(
            ("Write now\n", "bold"),
            "The call stays held. When you allow it, the kernel reads the memory again: until then the program's other"
            " threads may write there too.\n",
        )
        with_answer = Content.assemble(
            ("Write, and allow the call at once\n", "bold"), f"The answer is: {_shortened(self._poke)}"
        )
        options = [Option(now, id=NOW), *([Option(with_answer, id="poke")] if self._poke else [])]
        yield OptionList(*options, compact=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice."""
        self.finish(NOW if event.option_id == NOW else self._poke)


def _shortened(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
