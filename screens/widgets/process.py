"""What stands in the tab Process: who made the call, where, with which rights, descriptors and memory."""

from __future__ import annotations

from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.lines import wrap
from seccomp_tui.screens.wording import Part

Line = list[Part]
_FD = "fd "
_CAPABILITIES = ("effective", "permitted", "bounding", "ambient")
_NAME_MOST = 16


def row(name: str, text: bytes) -> tuple[str, str]:
    """Return a row of `wire.ProcessDetails` as printable text."""
    if name.startswith(_FD):
        return name, _descriptor(text)
    if name in _CAPABILITIES:
        return name, _capabilities(text)
    return name, wording.clean(text)


def _descriptor(text: bytes) -> str:
    from seccomp_tui.syscalls.kinds.descriptors import leads_to
    from seccomp_tui.syscalls.memory import DETAILS

    opened, _, noted = text.partition(b" ")
    leads = leads_to(noted, DETAILS)
    if leads.startswith("<") and leads.endswith(">"):
        leads = leads[1:-1]
    return f"{wording.clean(opened):<10}  {leads or '?'}"


def _capabilities(text: bytes) -> str:
    """Return a mask of capabilities by their names, and those that are missing where these are fewer."""
    from seccomp_tui.syscalls import constants

    try:
        mask = int(text, 16)
    except ValueError:
        return wording.clean(text)
    names = constants.table("capability").names
    there = [name.removeprefix("CAP_").lower() for name, bit in names.items() if mask >> bit & 1]
    missing = [name.removeprefix("CAP_").lower() for name, bit in names.items() if not mask >> bit & 1]
    if not there:
        return "none"
    if not missing:
        return "all"
    return ", ".join(there) if len(there) <= len(missing) else f"all but {', '.join(missing)}"


def lines(subject: Subject, width: int, *, waiting: bool) -> list[Line]:
    """Return the tab: one (name, text) row a line, long texts broken; a row without a name is a heading.

    Args:
        subject: the call.
        width: cells a line.
        waiting: more has been asked for.
    """
    if not subject.process:
        return [[(" asking ..." if waiting else " nothing is known of the process any more", theme.FAINT)]]
    name_width = min(max(len(name) for name, _ in subject.process), _NAME_MOST)
    found: list[Line] = []
    for name, text in subject.process:
        if not name:
            found += [[], [(f" {text}", theme.BOLD)]]
            continue
        indent = name_width + 3
        for number, line in enumerate(wrap([(text, theme.PLAIN)], max(width - indent - 1, 16))):
            head = f" {name if number == 0 else '':<{name_width}}  "
            found.append([(head, theme.ALLOWED), *line])
    return found
