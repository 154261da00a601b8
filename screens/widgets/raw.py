"""What stands in the tab Raw of the details: the registers, numbers and times of a call, and its JSON object."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets.lines import wrap
from seccomp_tui.screens.wording import Part
from seccomp_tui.supervisor.records import (
    FLAG_DELAYED,
    FLAG_LATE,
    FLAG_LAUNCH,
    FLAG_POKED,
    FLAG_RULED,
    FLAG_STARTUP,
)
from seccomp_tui.syscalls.arch import ARCHES

Line = list[Part]
REGISTERS = {
    "x86_64": ("rdi", "rsi", "rdx", "r10", "r8", "r9"),
    "i386": ("ebx", "ecx", "edx", "esi", "edi", "ebp"),
    "aarch64": ("x0", "x1", "x2", "x3", "x4", "x5"),
}
"""Where an architecture's calls have their words; syscall(2)."""
FLAGS = {
    FLAG_STARTUP: "start-up",
    FLAG_LAUNCH: "launch",
    FLAG_LATE: "filled in: read late",
    FLAG_RULED: "by a rule",
    FLAG_DELAYED: "delayed",
    FLAG_POKED: "poked",
}
_NAME = 12


def lines(subject: Subject, record: str, width: int) -> list[Line]:
    """Return the tab.

    Args:
        subject: the call.
        record: its JSON object, empty where there is none yet.
        width: cells a line.
    """
    room = max(width - 1, 20)
    found = [*_registers(subject), [], *_rows(_facts(subject), room), [], [(" JSON", theme.BOLD)]]
    if not record:
        return [*found, [(" not recorded yet", theme.FAINT)]]
    return [*found, *(line for row in record.splitlines() for line in wrap(_json(row), room, 6))]


def _registers(subject: Subject) -> list[Line]:
    arch = ARCHES.get(subject.arch)
    names = REGISTERS.get(arch.name if arch else "", tuple(f"arg{at}" for at in range(6)))
    bits = 8 * (arch.word if arch else 8)
    found: list[Line] = [[(" Registers", theme.BOLD), ("   as unsigned and as signed numbers", theme.FAINT)]]
    for at, (name, value) in enumerate(zip(names, subject.args, strict=False)):
        low = value & (1 << bits) - 1
        signed = low - (1 << bits) if low >> bits - 1 else low
        found.append(
            [
                (f" arg{at} ", theme.FAINT),
                (f"{name:<4} ", theme.ALLOWED),
                (f"{value:#018x}  ", theme.PLAIN),
                (f"{signed}{_as_int(low)}", theme.FAINT),
            ]
        )
    return found


def _as_int(value: int) -> str:
    """Return what a word is as a C int, where that is negative and the word is not."""
    return f"   as int: {value - (1 << 32)}" if 1 << 31 <= value < 1 << 32 else ""


def _facts(subject: Subject) -> list[tuple[str, str]]:
    arch = ARCHES.get(subject.arch)
    flags = [word for bit, word in FLAGS.items() if subject.flags & bit]
    facts = [
        ("call", f"{subject.name}, number {subject.nr} of {arch.name if arch else 'an unknown architecture'}"),
        ("arch", f"{subject.arch:#x}"),
        ("instruction", f"{subject.ip:#x}"),
        ("process", f"{subject.pid}, thread {subject.tid}"),
        ("received", f"{subject.time} ns of CLOCK_MONOTONIC"),
        ("state", f"{State(subject.state).name.lower()}, {subject.state.value}"),
        ("answer", f"{Kind(subject.kind).name.lower()}, value {subject.value} ({subject.value & (1 << 64) - 1:#x})"),
        ("by", By(subject.by).name.lower()),
        ("rule", str(subject.rule) if subject.rule else "none"),
        ("flags", f"{subject.flags:#x} {', '.join(flags)}".rstrip()),
        ("copied", f"{wording.plural(len(subject.segments), 'piece')}, {_size(subject.segments)}"),
        ("filled in", f"{wording.plural(len(subject.filled), 'piece')}, {_size(subject.filled)}"),
    ]
    if subject.settled is not None:
        facts.append(("answered", f"{subject.settled} ns, {wording.duration(subject.settled - subject.time)} later"))
    if subject.result is not None:
        facts.append(("result", f"{subject.result} ({subject.result & (1 << 64) - 1:#x})"))
    if subject.returned is not None:
        facts.append(("returned", f"{subject.returned} ns, {wording.duration(subject.returned - subject.time)} later"))
    return facts


def _size(segments: Sequence[tuple[int, bytes]]) -> str:
    return wording.size(sum(len(data) for _, data in segments))


def _rows(facts: Sequence[tuple[str, str]], width: int) -> list[Line]:
    return [
        line
        for name, text in facts
        for line in wrap([(f" {name:<{_NAME}} ", theme.ALLOWED), (text, theme.PLAIN)], width, _NAME + 2)
    ]


def _json(row: str) -> Line:
    """Return a line of JSON, with its key coloured."""
    key, colon, value = row.partition('":')
    if not colon:
        return [(f" {row}", theme.PLAIN)]
    return [(f" {key}{colon}", theme.ALLOWED), *wording.coloured(value)]
