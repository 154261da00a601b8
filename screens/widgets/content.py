"""What stands in the tabs of the details: lines made from a `Subject`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.commands import key
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets import beside
from seccomp_tui.screens.widgets.lines import wrap
from seccomp_tui.screens.wording import Part
from seccomp_tui.supervisor.records import FLAG_DELAYED
from seccomp_tui.syscalls import rawvalues
from seccomp_tui.syscalls.arch import ARCHES

if TYPE_CHECKING:
    from seccomp_tui.syscalls.decode import Field

TEXT_LINES = 6
"""Most lines of the call's text above its arguments."""
LATE_NOTE = "Late: what it filled in was read when the thread made its next call, and may have changed by then."
CALLED_FROM = "called from"
"""The row of a process that says in which file the call was made."""
NEVER_RETURNING = ("exit", "exit_group")

Line = list[Part]
DOES_NOT_RETURN: Line = [("= ?", theme.PLAIN), ("  it does not return: the caller has ended", theme.FAINT)]


def heading(subject: Subject, waited: float | None, width: int) -> list[Line]:
    """Return the lines above the tabs: the call, who made it, and of a held one what it means to allow it.

    Args:
        subject: the call.
        waited: how long it has been waiting, in seconds; None when it is not held.
        width: cells a line.
    """
    mark = wording.mark(subject.state, subject.kind)
    first: Line = [
        (f" {mark.glyph} ", mark.style),
        (subject.name, theme.NAME_STYLE),
        (f"  #{subject.seq}  ", theme.FAINT),
        (mark.word, mark.style),
    ]
    if waited is not None:
        first += [(" for ", theme.FAINT), (wording.seconds(waited), wording.age_style(waited))]
        if subject.failed:
            first.append((", answer failed", theme.FAILED))
    elif by := wording.by_words(subject.by, subject.rule):
        first.append((f", {by}", theme.FAINT))
    thread = f" thread {subject.tid}" if subject.tid != subject.pid else ""
    second: Line = [
        (f"   {subject.comm or '?'}", theme.BOLD),
        (f"[{subject.pid or subject.tid}]{thread}" if subject.visible else "  not visible from here", theme.FAINT),
        *([("  in container ", theme.FAINT), (subject.container, theme.BOLD)] if subject.container else []),
        (f"  called from {_caller(subject)}", theme.FAINT),
    ]
    head = [first, second, *beside.lines(subject, max(width - 2, 20))]
    if waited is None or not subject.safety:
        return head
    allow = wording.ALLOW
    told: Line = [(f" {allow.glyph} {allow.word}: ", allow.style), (subject.safety[0].line, theme.PLAIN)]
    return [*head, *wrap(told, max(width - 2, 20), 3)]


def _caller(subject: Subject) -> str:
    """Return where the call came from: the file's name and the offset in it, where they are known."""
    rows = dict(subject.process)
    return rows[CALLED_FROM].rpartition("/")[2] if CALLED_FROM in rows else f"{subject.ip:#x}"


def arguments(subject: Subject, width: int) -> list[Line]:
    """Return the tab of arguments: the whole call, each argument, and how the call was answered."""
    room = max(width - 1, 20)
    call = [(f" {subject.name}", theme.BOLD), ("(", theme.FAINT)]
    call += wording.coloured(wording.arguments(subject.name, subject.text))
    call.append((")", theme.FAINT))
    lines = wrap(call, room, 3)
    if len(lines) > TEXT_LINES:
        lines = [*lines[:TEXT_LINES], [("   ...", theme.FAINT)]]
    lines.append([])
    lines += _fields(subject, room)
    lines.append([])
    if not subject.complete:
        lines += _note("Not recorded: the memory has been asked for.", room)
    elif subject.state == State.HELD:
        if subject.failed:
            not_given = f" {wording.UNGIVEN.glyph} could not be given: "
            lines += wrap([(not_given, theme.FAILED), (subject.failed, theme.PLAIN)], room, 3)
            lines += _note(f"{key('call.answer')} writes the answer anew", room)
    else:
        mark = wording.mark(subject.state, subject.kind)
        ran = subject.state == State.ANSWERED and subject.kind == Kind.ALLOW
        outcome = DOES_NOT_RETURN if ran and subject.name in NEVER_RETURNING else _outcome(subject)
        lines += wrap([(f" {mark.glyph} {mark.word}  ", mark.style), *outcome], room, 3)
        if subject.given:
            lines += wrap([("   answer: ", theme.FAINT), *wording.coloured(subject.given)], room, 11)
        if subject.late:
            lines += _note(LATE_NOTE, room)
        if subject.settled is not None:
            delayed = ", which was delayed" if subject.flags & FLAG_DELAYED else ""
            waited = wording.seconds((subject.settled - subject.time) / 1e9)
            lines += _note(f"waited {waited} for the answer{delayed}", room)
    return lines


def _outcome(subject: Subject) -> Line:
    if subject.state == State.GONE:
        return [("a signal or the end of the thread took the call back", theme.FAINT)]
    text = wording.result(subject.state, subject.kind, subject.value, subject.name, subject.result, subject.shown)
    outcome = [(text, theme.PLAIN)]
    if text == "= ?":
        outcome.append(("  the kernel ran it; what it returned is not known", theme.FAINT))
    elif subject.kind == Kind.ALLOW and subject.returned is not None:
        took = wording.duration(subject.returned - (subject.settled or subject.time))
        outcome.append((f"  in {took}", theme.FAINT))
    return outcome


def _fields(subject: Subject, width: int) -> list[Line]:
    lines: list[Line] = []
    longest = max((len(field.name) for field in subject.fields), default=0)
    name_width = min(max(longest, 4), 14)
    word = ARCHES[subject.arch].word if subject.arch in ARCHES else 8
    raws = [rawvalues.text(field.kind, field.value, word) for field in subject.fields]
    value_width = max(map(len, raws), default=0)
    for index, (field, raw) in enumerate(zip(subject.fields, raws, strict=True)):
        head: Line = [
            (f" {index} ", theme.FAINT),
            (f"{field.name:<{name_width}} ", theme.ALLOWED),
            (f"{raw:<{value_width}} ", theme.FAINT),
        ]
        indent = sum(len(text) for text, _ in head)
        if width - indent < 16:
            lines.append(head)
            head, indent = [(" " * 6, theme.PLAIN)], 6
        meaning = wording.coloured(field.text) if field.text != raw else []
        lines += [
            (head if number == 0 else [(" " * indent, theme.PLAIN)]) + line
            for number, line in enumerate(wrap(meaning, width - indent))
        ]
        lines += _parts(field, width)
    return lines or [[(" no arguments", theme.FAINT)]]


def _parts(field: Field, width: int) -> list[Line]:
    """Return the rows of what belongs to an argument, a module's name and the like."""
    lines: list[Line] = []
    names = max((len(name) for name, _ in field.parts), default=0)
    for name, text in field.parts:
        head: Line = [(f"     {name:<{names}}  ", theme.FAINT)]
        indent = names + 7
        for number, line in enumerate(wrap(wording.coloured(text), max(width - indent, 16))):
            lines.append((head if number == 0 else [(" " * indent, theme.PLAIN)]) + line)
    return lines


def _note(text: str, width: int) -> list[Line]:
    return wrap([(f" {text}", theme.FAINT)], width, 1)
