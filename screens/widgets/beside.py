"""What is to be known beside a call's arguments and its safety: lines under the heading of the details."""

from __future__ import annotations

from seccomp_tui.policy import blind
from seccomp_tui.policy.unseen import EXPLAINED, NOTICED, RING, asks_for
from seccomp_tui.screens import theme
from seccomp_tui.screens.commands import BY_NAME
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.lines import wrap
from seccomp_tui.screens.wording import Part

Line = list[Part]
ITS_MEMORY = "its memory"
"""The row of a process that says why its memory can't be read, where it can't."""


def lines(subject: Subject, width: int) -> list[Line]:
    """Return the lines, none for most calls.

    Args:
        subject: the call.
        width: cells a line.
    """
    return [line for text in _told(subject) for line in wrap([(" i ", theme.KEY), (text, theme.PLAIN)], width, 3)]


def _told(subject: Subject) -> list[str]:
    told = []
    if not subject.visible:
        told.append(f"the caller is {blind.INVISIBLE}: its memory is not known; what can be given: {blind.CAN}")
    elif why := dict(subject.process).get(ITS_MEMORY):
        told.append(f"{ITS_MEMORY} {why}")
    if subject.restarts:
        told.append(f"restarted: it is #{subject.restarts} once more, which a signal or a debugger took back")
    if subject.restarted_as:
        told.append(f"restarted as #{subject.restarted_as}: a signal or a debugger took it back, and it came again")
    if subject.name in NOTICED and (what := asks_for(subject.name, subject.args)):
        told.append(EXPLAINED[what] + (f" (key {BY_NAME['target.no_rings'].key_text})" if what == RING else ""))
    return told
