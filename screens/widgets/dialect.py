"""What programs send to a terminal beside what pyte understands: told apart here, acted on by the emulator. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LIMIT = 64 * 1024
"""Longest unfinished sequence kept, in bytes; then it is dropped."""

_SEQUENCES = re.compile(
    rb"""
      \x1b\[ (?P<private>[<=>?]?) (?P<parameters>[0-9;:]*) (?P<between>[\x20-\x2f]+) (?P<final>[@-~])
    | \x1b\[ (?P<mark>[<=>]) (?P<numbers>[0-9;:]*) (?P<end>[@-~])
    | \x1b\[ (?P<colons>[0-9;]*:[0-9;:]*) m
    | \x1b (?P<set>[()]) (?P<charset>[\x20-\x7e])
    | \x1b [*+\-./] [\x20-\x7e]
    | \x1b [PX^_] [^\x1b\x07\x9c]* (?: \x1b\\ | \x07 | (?=\x1b[^\\]) )
    | \x1b\] (?P<asked>10|11|12) ; \? (?: \x07 | \x1b\\ )
    | (?P<shift>[\x0e\x0f])
    """,
    re.VERBOSE,
)
_UNFINISHED = re.compile(
    rb"\x1b(?:\[[<=>?]?[0-9;:]*[\x20-\x2f]*|[()*+\-./]?|[PX^_][^\x1b\x07\x9c]*\x1b?|\](?:1[012]?(?:;(?:\?\x1b?)?)?)?)?\Z"
)


class Sequence(NamedTuple):
    """One sequence that pyte does not know.

    Attributes:
        name: what it is about: "mode?", "shape", "reset", "charset", "shift", "style", "version?", "colour?".
        value: its parameters, as sent.
    """

    name: str
    value: str


class Splitter:
    """Divides what a program writes into text for pyte and sequences for us."""

    def __init__(self) -> None:
        self._rest = b""

    def split(self, data: bytes) -> Iterator[bytes | Sequence]:
        """Yield the parts of `data` in their order; a sequence that is cut off is kept for the next time."""
        data, self._rest = self._rest + data, b""
        if b"\x1b" not in data and b"\x0e" not in data and b"\x0f" not in data:
            yield data
            return
        if cut := _UNFINISHED.search(data, max(data.rfind(b"\x1b") - 1, 0)):
            data, rest = data[: cut.start()], data[cut.start() :]
            self._rest = rest if len(rest) <= LIMIT else b""
        at = 0
        for match in _SEQUENCES.finditer(data):
            if at < match.start():
                yield data[at : match.start()]
            at = match.end()
            if (sequence := _read(match)) is not None:
                yield sequence
        if at < len(data):
            yield data[at:]


def _read(match: re.Match[bytes]) -> Sequence | None:
    found = {name: value.decode("ascii") for name, value in match.groupdict().items() if value is not None}
    if "final" in found:
        name = {("", " ", "q"): "shape", ("?", "$", "p"): "mode?", ("", "!", "p"): "reset"}.get(
            (found["private"], found["between"], found["final"])
        )
        return Sequence(name, found["parameters"]) if name else None
    if "end" in found:
        return Sequence("version?", found["numbers"]) if (found["mark"], found["end"]) == (">", "c") else None
    if "colons" in found:
        return Sequence("style", _without_colons(found["colons"]))
    if "charset" in found:
        return Sequence("charset", found["set"] + found["charset"])
    if "asked" in found:
        return Sequence("colour?", found["asked"])
    if "shift" in found:
        return Sequence("shift", "out" if found["shift"] == "\x0e" else "in")
    return None


def _without_colons(parameters: str) -> str:
    """Return a style with semicolons only: 4:3 is 4, 38:2::1:2:3 is 38;2;1;2;3; colours of underlines are left out."""
    made = []
    for each in parameters.split(";"):
        head, *rest = each.split(":")
        if not rest:
            made.append(head)
        elif head == "4":
            made.append("24" if rest[0] == "0" else "4")
        elif head in ("38", "48") and rest[0] == "2" and len(rest) >= 4:
            made.append(";".join([head, "2", *[value or "0" for value in rest[-3:]]]))
        elif head in ("38", "48") and rest[0] == "5" and len(rest) >= 2:
            made.append(f"{head};5;{rest[1] or '0'}")
    return ";".join(made)
