"""Decides whether our line of a call says what strace's says, as far as it can be known when the call is entered.

Two lines that are equal need no more. Else each part that differs must have a reason from `REASONS`, and only where
strace itself, given the memory that we recorded, prints for a failing call what we print (benchmarks/decode/entry.py).
So a reason can excuse another run's data, and never another decoding of the same data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.decode.lines import Call, pieces, split

_ADDRESS = re.compile(r"0x[0-9a-f]+|NULL")
_NUMBER = re.compile(r"\d+")
_FIELD = re.compile(r"(?P<name>\w+)=(?P<value>.*)", re.DOTALL)
_CONTAINER = re.compile(r"(?P<open>[^\[{(\"]*[\[{(])(?P<inside>.*)(?P<close>[\])}][^\])}]*)", re.DOTALL)
_UNKNOWN = ("?", "? (gone)")
_STACK = re.compile(r"0x7[0-9a-f]{11}( /\* \d+ vars? \*/)?")
_STACK_ADDRESS = re.compile("0x7fff[0-9a-f]{8}")
_TIMEOUTS = {
    ("poll", "2"), ("ppoll", "2"), ("epoll_wait", "3"), ("epoll_pwait", "3"), ("epoll_pwait2", "3"), ("select", "4"),
    ("pselect6", "4"), ("futex", "3"), ("rt_sigtimedwait", "2"), ("nanosleep", "0"), ("clock_nanosleep", "2"),
}  # fmt: skip
"""Arguments that often are the time left until something, by the program's clock."""


Place = tuple[str, ...]
"""A system call, the number or name of an argument, then names of fields; `*` for any item of a list."""


@dataclass(frozen=True)
class Facts:
    """What is known of the runs of a program.

    Attributes:
        threads: our thread of each of strace's.
        varying: what differs between two runs of strace.
        signals: the program had signals.
        whole: what calls return and fill in is known to us too, and compared.
    """

    threads: Mapping[int, int] = field(default_factory=dict)
    varying: frozenset[Place] = frozenset()
    signals: bool = False
    whole: bool = False


class Part(NamedTuple):
    """A part of the arguments on which the lines differ.

    Attributes:
        call: name of the system call.
        path: where the part is: the number of the argument, then fields and items.
        ours: as we print it.
        theirs: as strace does.
        entry: as strace prints it of our memory when the call fails; None when it is not known.
        facts: of the whole program.
    """

    call: str
    path: tuple[str, ...]
    ours: str
    theirs: str
    entry: str | None
    facts: Facts

    @property
    def place(self) -> Place:
        """Where it is, whatever the number of the item in a list."""
        return place(self.call, self.path)

    @property
    def as_strace_decodes(self) -> bool:
        """Strace decodes the same memory as we do: shown by the entry, or, of whole lines, not to be shown."""
        return self.facts.whole or self.entry == self.ours


@dataclass(frozen=True)
class Reason:
    """Why a part may differ, and what is still asked of it.

    Attributes:
        name: as the counts and JSON have it.
        why: what legitimately differs.
        holds: tells whether it explains a part.
    """

    name: str
    why: str
    holds: Callable[[Part], bool]


def _known_on_exit(part: Part) -> bool:
    if part.facts.whole:
        return False
    return part.entry == part.ours and bool(_ADDRESS.fullmatch(part.ours)) and not _ADDRESS.fullmatch(part.theirs)


def _same_thread(part: Part) -> bool:
    if _NUMBER.sub("#", part.ours) != _NUMBER.sub("#", part.theirs):
        return False
    numbers = zip(_NUMBER.findall(part.ours), _NUMBER.findall(part.theirs), strict=True)
    return all(one == other or part.facts.threads.get(int(other)) == int(one) for one, other in numbers)


def _tracer_memory(part: Part) -> bool:
    if part.call != "execve" or part.path != ("2",):
        return False
    ours, theirs = _STACK.fullmatch(part.ours), _STACK.fullmatch(part.theirs)
    return bool(ours and theirs and ours[1] == theirs[1])


def _varies_anyway(part: Part) -> bool:
    return part.as_strace_decodes and part.place in part.facts.varying and _kind(part.ours) == _kind(part.theirs)


def _time_left(part: Part) -> bool:
    return part.as_strace_decodes and _kind(part.ours) == _kind(part.theirs) and (part.call, part.path[0]) in _TIMEOUTS


def _handler_stack(part: Part) -> bool:
    texts = (part.ours, part.theirs)
    return part.as_strace_decodes and part.facts.signals and all(map(_STACK_ADDRESS.fullmatch, texts))


def _kind(text: str) -> str:
    """Return what sort of text it is, so that one decoded and one not decoded are never taken for the same."""
    match = _CONTAINER.fullmatch(text)
    if match:
        return match["open"]
    return "number" if re.match(r"-?\d", text) else text[:1] if text.startswith('"') else "word"


REASONS = (
    Reason(
        "exit", "filled in by the kernel: strace prints the bare address, as we do, when the call fails", _known_on_exit
    ),
    Reason("thread", "numbers of processes and threads; they must be of the same thread", _same_thread),
    Reason("tracer", "the environment of the first execve is in the memory of the tracer", _tracer_memory),
)
WHOLE_REASONS = (
    Reason(
        "data",
        "two runs of strace differ in that argument too: times, random bytes, temporary names, other processes",
        _varies_anyway,
    ),
    Reason("stack", "a signal found the program at another depth of its stack", _handler_stack),
    Reason("time", "a time left, by the program's clock; the tracers differ in speed", _time_left),
)
"""Asked only after what is inside the part was compared."""


@dataclass
class Verdict:
    """What came of comparing two lines.

    Attributes:
        different: the first part without a reason; None when there is none.
        reasons: names of the reasons that were needed.
    """

    different: Part | None = None
    reasons: set[str] = field(default_factory=set)

    @property
    def identical(self) -> bool:
        """Tell whether the lines say the same."""
        return self.different is None


def compare(ours: Call, theirs: Call, entry: Call | None, facts: Facts) -> Verdict:
    """Compare a call of both logs.

    Args:
        ours: our line.
        theirs: strace's line.
        entry: strace's line of our recorded call, failing.
        facts: of the program.
    """
    if ours.name != theirs.name:
        return Verdict(Part(theirs.name, ("name",), ours.name, theirs.name, None, facts))
    verdict = _result(ours, theirs, facts)
    if verdict.different:
        return verdict
    whole = Part(theirs.name, (), ours.arguments, theirs.arguments, entry and entry.arguments, facts)
    if ours.arguments == theirs.arguments:
        return verdict
    arguments = _items_of(whole, (whole.ours, whole.theirs, whole.entry), cut=not theirs.complete)
    return Verdict(arguments.different, verdict.reasons | arguments.reasons)


def _result(ours: Call, theirs: Call, facts: Facts) -> Verdict:
    """Compare what stands behind the `=`, as far as we know it."""
    if ours.result == theirs.result or (ours.result in _UNKNOWN and not facts.whole):
        return Verdict()
    part = Part(theirs.name, ("result",), ours.result, theirs.result, None, facts)
    return _excused((*REASONS, *WHOLE_REASONS), part) or Verdict(part)


def varying(one: Call, other: Call) -> set[Place]:
    """Return where two lines of strace differ."""
    found: set[Place] = {(one.name, "result")} if one.result != other.result else set()
    waiting: list[tuple[Place, str, str]] = [((one.name,), one.arguments, other.arguments)]
    while waiting:
        at, text, other_text = waiting.pop()
        items, other_items = _items(text), _items(other_text)
        if len(at) > 1 and items.keys() != other_items.keys():
            found.add(at)
        for key in items.keys() & other_items.keys():
            value, other_value = items[key], other_items[key]
            below = (*at, "*" if key.isdigit() and len(at) > 1 else key)
            inside, other_inside = _CONTAINER.fullmatch(value), _CONTAINER.fullmatch(other_value)
            if value != other_value and inside and other_inside and inside["open"] == other_inside["open"]:
                waiting.append((below, inside["inside"], other_inside["inside"]))
            elif value != other_value:
                found.add(below)
    return found


def place(call: str, path: Sequence[str]) -> Place:
    """Return where a part is, whatever the number of the item in a list."""
    return (call, *path[:1], *("*" if key.isdigit() else key for key in path[1:]))


def _items_of(part: Part, texts: Sequence[str | None], *, cut: bool = False) -> Verdict:
    """Compare what stands between two brackets, item by item.

    Args:
        part: what the brackets are of.
        texts: what they hold: ours, strace's, the entry's.
        cut: strace's line ends early.
    """
    verdict = Verdict()
    ours, theirs, entry = (_items(text) for text in texts)
    if cut:
        theirs |= {key: ours[key] for key in ours if key not in theirs}
    missing = [key for key in theirs if key not in ours]
    if [key for key in theirs if key in ours] != [key for key in ours if key in theirs]:
        return Verdict(part)
    for key in [*ours, *missing]:
        if key in missing and part.path and entry and key not in entry:
            verdict.reasons.add("exit")
            continue
        item = Part(part.call, (*part.path, key), ours.get(key, ""), theirs.get(key, ""), entry.get(key), part.facts)
        inner = _compare_part(item)
        verdict.reasons |= inner.reasons
        if inner.different:
            return inner
    return verdict


def _items(text: str | None) -> dict[str, str]:
    """Return the items of a list by field name, else by number."""
    items: dict[str, str] = {}
    for number, item in enumerate(split(text or "")):
        match = _FIELD.fullmatch(item)
        key, value = (match["name"], match["value"]) if match else (str(number), item)
        items[key if key not in items else f"{key}:{number}"] = value
    return items


def _compare_part(part: Part) -> Verdict:
    """Compare one part: as it is, by the reasons, then what is inside it."""
    if not part.facts.whole:
        part = part._replace(theirs=_before(part.theirs))
    if part.ours == part.theirs:
        return Verdict()
    inner = _excused(REASONS, part) or _inside(part)
    return (inner.different and _excused(WHOLE_REASONS, part)) or inner


def _excused(reasons: Sequence[Reason], part: Part) -> Verdict | None:
    """Return a verdict if one of the reasons holds."""
    return next((Verdict(reasons={reason.name}) for reason in reasons if reason.holds(part)), None)


def _inside(part: Part) -> Verdict:
    """Compare what the brackets of a part hold; without the same brackets the part itself differs."""
    matches = [_CONTAINER.fullmatch(text) if text else None for text in (part.ours, part.theirs, part.entry)]
    ours, theirs = matches[:2]
    if not ours or not theirs or (ours["open"], ours["close"]) != (theirs["open"], theirs["close"]):
        return Verdict(part)
    return _items_of(part, [match and match["inside"] for match in matches])


def _before(text: str) -> str:
    """Return of strace's `BEFORE => AFTER` what was there before."""
    for at, piece, depth in pieces(text):
        if depth == 0 and "=>" in piece:
            return text[: at + piece.index("=>")].strip()
    return text
