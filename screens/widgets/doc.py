"""What stands in the tab Doc of the details: what is told of a system call, and its manual page."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap as wrap_text

from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.lines import wrap
from seccomp_tui.screens.wording import Part
from seccomp_tui.syscalls import declarations, errnos
from seccomp_tui.syscalls.explanations import Explanation

Line = list[Part]


def lines(subject: Subject, told: Explanation | None, page: Sequence[str] | None, width: int) -> list[Line]:
    """Return the tab: the declaration, the explanation, the likely errors, and the manual page.

    Args:
        subject: the call.
        told: its explanation, None when there is none.
        page: the lines of the manual page, none when it is not installed; None while it is being read.
        width: cells a line.
    """
    room = max(width - 1, 20)
    parts = [_declaration(subject, room), _text(told, room), _errors(subject, room), _further(told, page, room)]
    found = [line for part in parts if part for line in [*part, []]]
    if page:
        found += [_page_line(line) for line in page]
    return found


def _declaration(subject: Subject, width: int) -> list[Line]:
    text = declarations.declaration(subject.name, subject.arch) or f"{subject.name}(...);"
    before, name, after = text.partition(subject.name)
    return wrap([(f" {before}", theme.FAINT), (name, theme.NAME_STYLE), (after, theme.PLAIN)], width, 5)


def _text(told: Explanation | None, width: int) -> list[Line]:
    if told is None:
        return [[(" nothing is told of this call", theme.FAINT)]]
    return [[(" ", theme.PLAIN), *wording.coloured(line)] for line in wrap_text(told.text, width)]


def _errors(subject: Subject, width: int) -> list[Line]:
    numbers = errnos.likely(subject.name)
    if not numbers:
        return []
    names = [errnos.name(number) for number in numbers]
    longest = max(map(len, names))
    found: list[Line] = [[(" Likely errors", theme.BOLD)]]
    for number, name in zip(numbers, names, strict=True):
        row: Line = [(f" {name:<{longest}} ", theme.CONSTANT), (f"{number:>3} ", theme.FAINT)]
        found += wrap([*row, (errnos.describe(number), theme.PLAIN)], width, longest + 6)
    return found


def _further(told: Explanation | None, page: Sequence[str] | None, width: int) -> list[Line]:
    if told is None:
        return []
    found: list[Line] = []
    if told.same_as:
        found += _named("Same as", told.same_as, width)
    if told.see:
        found += _named("See also", ", ".join(told.see), width)
    return found + _named("Manual", _page_words(told, page), width)


def _named(name: str, text: str, width: int) -> list[Line]:
    return wrap([(f" {name:<8}  ", theme.ALLOWED), (text, theme.PLAIN)], width, 11)


def _page_words(told: Explanation, page: Sequence[str] | None) -> str:
    if not told.page:
        return "no page tells of it"
    if page is None:
        return f"{told.reference}, being read ..."
    return f"{told.reference}, below" if page else f"{told.reference}, not installed here"


def _page_line(text: str) -> Line:
    """Return a line of the page: what begins at the margin is a heading."""
    return [(f" {text}", theme.BOLD if text[:1].strip() else theme.PLAIN)]
