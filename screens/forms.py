"""A call as text that is copied: its line, its JSON object, what strace prints, a path, its memory, an expression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from seccomp_tui.screens import wording
from seccomp_tui.screens.pieces import pieces
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.subject import Subject

HEX_MOST = 64 * 1024
"""So many bytes of memory are copied as text."""
_STRINGS = ("path", "string")


class Form(NamedTuple):
    """One way to write a call.

    Attributes:
        key: the letter that chooses it.
        name: what it is.
        text: the text, printable but for its line ends; empty where there is none.
    """

    key: str
    name: str
    text: str


def forms(subjects: Sequence[Subject], recording: Recording) -> list[Form]:
    """Return all ways to write calls: one after the other, and as an expression that is true of each."""
    return [
        Form("l", "line", _each(subjects, _line)),
        Form("j", "JSON", _each(subjects, lambda each: _printed(each, recording, "jsonl"))),
        Form("s", "strace's text", _each(subjects, lambda each: _printed(each, recording, "strace"))),
        Form("p", "path or string", _each(subjects, _string)),
        Form("h", "memory in hex", _each(subjects, _hex)),
        Form("x", "expression", _each(subjects, _expression, " or ")),
    ]


def _each(subjects: Sequence[Subject], write: Callable[[Subject], str], between: str = "\n") -> str:
    return between.join(dict.fromkeys(text for subject in subjects if (text := write(subject))))


def _line(subject: Subject) -> str:
    result = wording.result(
        subject.state, subject.kind, subject.value, subject.name, subject.result, subject.shown
    ).strip()
    return f"{subject.seq} {subject.comm or '?'}[{subject.tid}] {subject.text} {result}"


def _printed(subject: Subject, recording: Recording, line_format: str) -> str:
    lines = recording.printed(subject.seq, line_format)
    return lines[-1] if lines else ""


def _string(subject: Subject) -> str:
    """Return the first path or string among the arguments; what is not printable is escaped: it will be pasted."""
    for field in subject.fields:
        if field.kind in _STRINGS and field.value:
            data = subject.memory.read_string(field.value, HEX_MOST)
            if data:
                return wording.clean(data.removesuffix(b"\0"))
    return ""


def _hex(subject: Subject) -> str:
    """Return the memory as `xxd` writes it, with a heading for each piece."""
    lines: list[str] = []
    left = HEX_MOST
    for piece in pieces(subject):
        data = piece.data[:left]
        left -= len(data)
        if data:
            lines.append(f"# {piece.owner} {wording.size(len(piece.data))} at {piece.address:#x}")
        for at in range(0, len(data), 16):
            row = data[at : at + 16]
            shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
            lines.append(f"{piece.address + at:012x}: {row.hex(' ', -2):<39}  {shown}")
    return "\n".join(lines)


def _expression(subject: Subject) -> str:
    from seccomp_tui.policy.rules.ladder import ladder

    try:
        rungs = ladder(subject.arch, subject.nr, subject.args, subject.memory)
    except Exception:  # noqa: BLE001 - hostile bytes, as in `Decoding`
        return ""
    return rungs[0].expression if rungs else ""
