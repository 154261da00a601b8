"""The form in which out-arguments are filled in, and the answer that comes of what is typed there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seccomp_tui.syscalls import filling
from seccomp_tui.syscalls.memory import Memory

from .answer_choices import Choices
from .answer_text import field_text
from .answer_words import HEX

ENTRIES = "entries"
EMPTY_FOLDER = "./.."
_UNESCAPED = re.compile(r'(?<!\\)((?:\\\\)*)"')


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form.

    Attributes:
        argument: which is filled in.
        field: of a struct; empty: the argument is no struct.
        kind: as in prototypes.txt.
        text: what it is now, as it is typed: of strings without their quotes.
        quoted: it is a string.
        names: the constants that may stand there.
    """

    argument: str
    field: str
    kind: str
    text: str
    quoted: bool
    names: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return f"{self.argument}.{self.field}" if self.field else self.argument

    @property
    def data(self) -> bool:
        """It is a buffer, which may be written in hex as well."""
        return self.quoted and not self.field

    def part(self, text: str, *, hexa: bool = False) -> str:
        """Return what stands for it in an answer."""
        if self.kind == ENTRIES:
            return " ".join(_quotes(name) for name in text.split("/") if name) or '""'
        if self.data and hexa:
            return HEX + "".join(text.split())
        value = _quotes(text) if self.quoted else text.strip()
        if not self.field:
            return value
        return f"{self.field}={value}" if self.quoted else field_text(self.field, value)


def lines(arch: int, nr: int, args: Sequence[int], memory: Memory, arguments: Iterable[str]) -> list[Line]:
    """Return the form for arguments of a call."""
    found = []
    for argument in arguments:
        try:
            rows = filling.form(arch, nr, args, argument, memory)
        except ValueError:
            continue
        for row in rows:
            quoted = len(row.text) > 1 and row.text[0] == row.text[-1] == '"'
            text = EMPTY_FOLDER if row.kind == ENTRIES else row.text[1:-1] if quoted else row.text
            found.append(Line(argument, row.field, row.kind, text, quoted or row.kind == ENTRIES, row.names))
    return found


def answer(form: Sequence[Line], texts: Mapping[str, str], hexa: bool = False) -> str:
    """Return the answer that a filled form is: what was changed; of the first argument at least one line.

    Args:
        texts: what stands in the lines, by their names.
    """
    clauses = []
    for argument in dict.fromkeys(line.argument for line in form):
        own = [line for line in form if line.argument == argument]
        changed = [line for line in own if texts[line.name] != line.text]
        if not changed and argument == form[0].argument:
            changed = own[:1]
        if changed:
            clauses.append(" ".join(["fill", argument, *(line.part(texts[line.name], hexa=hexa) for line in changed)]))
    return " ".join(clauses)


def wrong(line: Line, text: str, choices: Choices, *, hexa: bool = False) -> str:
    """Return what is wrong with one line; empty when nothing is."""
    if not text.strip() and not line.quoted:
        return "empty: expected a value"
    found = choices.wrong(f"fill {line.argument} {line.part(text, hexa=hexa)}")
    return found[0] if found is not None else ""


def escaped(text: str) -> str:
    """Return what is typed without quotes as it stands between quotes."""
    return _UNESCAPED.sub(r'\1\\"', text)


def _quotes(text: str) -> str:
    return f'"{escaped(text)}"'
