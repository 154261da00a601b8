"""What stands under the heading of the details: what can't be seen of a call, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seccomp_tui.kernel import details
from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets import beside, content
from seccomp_tui.syscalls.arch import X86_64

CALL = Subject(
    seq=1,
    arch=X86_64.token,
    nr=83,
    args=(0x7FFD00001000, 0o755, 0, 0, 0, 0),
    name="mkdir",
    time=0,
    pid=0,
    tid=0,
    comm="",
    ip=0x1000,
    text="mkdir(0x7ffd00001000, 0755)",
    fields=[],
    segments=[],
    state=State.HELD,
)


def heading(subject: Subject) -> str:
    return "\n".join("".join(text for text, _ in line) for line in content.heading(subject, 1.0, 200))


@pytest.mark.parametrize("width", [40, 80])
def test_that_the_caller_is_not_visible_is_said_and_what_can_be_given(width: int) -> None:
    shown = heading(CALL)
    assert "?  not visible from here" in shown
    assert "[0]" not in shown
    assert "another pid namespace" in shown
    assert "allow, errno, return" in shown
    assert [each.answer for each in CALL.safety] == [Kind.ALLOW, Kind.ERRNO, Kind.RETURN]
    assert all(sum(len(text) for text, _ in line) <= width for line in beside.lines(CALL, width))


def test_why_memory_cant_be_read_is_said() -> None:
    subject = replace(CALL, pid=7, tid=7, process=[(beside.ITS_MEMORY, "can't be read: it is not dumpable")])
    assert beside.ITS_MEMORY == details.ITS_MEMORY
    assert "its memory can't be read: it is not dumpable" in heading(subject)
    assert "not visible" not in heading(subject)
