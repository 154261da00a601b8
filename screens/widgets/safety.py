"""What stands in the tab Safety of the details: what each answer to the call rests on."""

from __future__ import annotations

from seccomp_tui.policy.answers import State
from seccomp_tui.policy.safety import Safety
from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.lines import wrap
from seccomp_tui.screens.wording import Part

Line = list[Part]
INDENT = 3


def lines(subject: Subject, width: int) -> list[Line]:
    """Return the tab.

    Args:
        subject: the call.
        width: cells a line.
    """
    room = max(width - 1, 20)
    if not subject.safety:
        return [[(" nothing is known of this call", theme.FAINT)]]
    return [line for each in subject.safety for line in [*_answer(each, room), []]]


def _answer(safety: Safety, width: int) -> list[Line]:
    mark = wording.mark(State.ANSWERED, safety.answer)
    word = f"poke, then {mark.word}" if safety.poked else mark.word
    head: Line = [(f" {mark.glyph} {word}", mark.style), (f"  {safety.line}", theme.BOLD)]
    text: Line = [(f"{' ' * INDENT}{safety.explanation}", theme.FAINT)]
    return [*wrap(head, width, INDENT), *wrap(text, width, INDENT)]
