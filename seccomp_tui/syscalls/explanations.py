"""What each system call does, a paragraph each (explanations.txt, parsed call by call when first asked for).

Importing this module reads nothing. The grammar is described at the top of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("explanations.txt")
_HEADER = re.compile(
    r"(?P<name>\w+)(?: = (?P<other>\w+))?(?: (?:-|(?P<page>\w+)\((?P<section>\w+)\)))?(?: see (?P<see>\w+(?: \w+)*))?"
)
_NO_PAGE = re.compile(r"\w+ -")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is told of a system call.

    Attributes:
        name: its name.
        text: the paragraph, printable ASCII without line ends.
        page: the manual page that tells of it, "" when there is none.
        section: the section of that page, "2" for nearly all.
        see: calls to read about next.
        same_as: the call of which this is another form, "" when it stands for itself.
    """

    name: str
    text: str
    page: str
    section: str
    see: tuple[str, ...]
    same_as: str = ""

    @property
    def reference(self) -> str:
        """The page as it is written: `open(2)`; "" when there is none."""
        return f"{self.page}({self.section})" if self.page else ""


@cache
def _entries() -> dict[str, tuple[str, list[str]]]:
    """Return for each call its header and the lines of its text, both unread."""
    entries: dict[str, tuple[str, list[str]]] = {}
    text: list[str] = []
    for line in _FILE.read_text(encoding="ascii").splitlines():
        if line.startswith(" "):
            text.append(line.strip())
        elif line and not line.startswith("#"):
            text = []
            entries[line.partition(" ")[0]] = line, text
    return entries


def all_names() -> list[str]:
    """Return the names of all calls that are explained."""
    return list(_entries())


@cache
def _parse(name: str) -> Explanation:
    header, lines = _entries()[name]
    match = _HEADER.fullmatch(header)
    if not match:
        message = f"explanations.txt: bad header: {header}"
        raise ValueError(message)
    text = " ".join(lines)
    page, section = match["page"] or name, match["section"] or "2"
    if match["other"]:
        other = _parse(match["other"])
        if not match["page"]:
            page, section = other.page, other.section
        return Explanation(name, f"{text} {other.text}", page, section, other.see, other.name)
    if _NO_PAGE.match(header):
        page = section = ""
    return Explanation(name, text, page, section, tuple((match["see"] or "").split()))


def explain(name: str) -> Explanation | None:
    """Return what is told of the call `name`; None for a name that is not in the table."""
    return _parse(name) if name in _entries() else None
