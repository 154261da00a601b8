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
_STACK = re.compile(r"0x7[0-9a-f]{11}( /\* \d+ vars? \*/)?")
_TIMEOUTS = {
    ("poll", "2"), ("ppoll", "2"), ("epoll_wait", "3"), ("epoll_pwait", "3"), ("epoll_pwait2", "3"), ("select", "4"),
    ("pselect6", "4"), ("futex", "3"), ("rt_sigtimedwait", "2"), ("nanosleep", "0"), ("clock_nanosleep", "2"),
}  # fmt: skip
"""Arguments that often are the time left until something, by the program's clock."""


class Part(NamedTuple):
    """A part of the arguments on which the lines differ.

    Attributes:
        call: name of the system call.
        path: where the part is: the number of the argument, then fields and items.
        ours: as we print it.
        theirs: as strace does.
        entry: as strace prints it of our memory when the call fails; None when it is not known.
        again: as strace prints it in another run; None when that has no such call.
        threads: our thread of each of strace's.
    """

    call: str
    path: tuple[str, ...]
    ours: str
    theirs: str
    entry: str | None
    again: str | None
    threads: Mapping[int, int]


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
    return part.entry == part.ours and bool(_ADDRESS.fullmatch(part.ours)) and not _ADDRESS.fullmatch(part.theirs)


def _same_thread(part: Part) -> bool:
    if _NUMBER.sub("#", part.ours) != _NUMBER.sub("#", part.theirs):
        return False
    numbers = zip(_NUMBER.findall(part.ours), _NUMBER.findall(part.theirs), strict=True)
    return all(one == other or part.threads.get(int(other)) == int(one) for one, other in numbers)


def _tracer_memory(part: Part) -> bool:
    return part.call == "execve" and part.path == ("2",) and all(map(_STACK.fullmatch, (part.ours, part.theirs)))


def _changes_anyway(part: Part) -> bool:
    if part.entry != part.ours or part.again is None or part.again == part.theirs:
        return False
    return _kind(part.ours) == _kind(part.theirs) == _kind(part.again)


def _time_left(part: Part) -> bool:
    return part.entry == part.ours and _kind(part.ours) == _kind(part.theirs) and (part.call, part.path[0]) in _TIMEOUTS


def _kind(text: str) -> str:
    """Return what sort of text it is, so that one decoded and one not decoded are never taken for the same."""
    match = _CONTAINER.fullmatch(text)
    if match:
        return match["open"]
    return "number" if re.match(r"-?\d", text) else text[:1] if text.startswith('"') else "word"


REASONS = (
    Reason("exit", "filled in by the kernel: strace prints the bare address, as we do, when the call fails", _known_on_exit),
    Reason("thread", "numbers of processes and threads; they must be of the same thread", _same_thread),
    Reason("tracer", "the environment of the first execve is in the memory of the tracer", _tracer_memory),
)
WHOLE_REASONS = (
    Reason("data", "two runs of strace differ there too: times, random bytes, names of temporary files", _changes_anyway),
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


def compare(
    ours: Call, theirs: Call, entry: Call | None, again: Call | None, threads: Mapping[int, int]
) -> Verdict:
    """Compare a call of both logs.

    Args:
        ours: our line.
        theirs: strace's line.
        entry: strace's line of our recorded call, failing.
        again: strace's line of the same call in another run of strace.
        threads: our thread of each of strace's.
    """
    verdict = Verdict()
    if ours.name != theirs.name:
        verdict.different = Part(theirs.name, ("name",), ours.name, theirs.name, None, None, threads)
        return verdict
    if ours.result not in ("?", "? (gone)") and ours.result != theirs.result:
        verdict.different = Part(theirs.name, ("result",), ours.result, theirs.result, None, None, threads)
        return verdict
    if ours.arguments != theirs.arguments or not ours.complete:
        texts = [call and call.arguments for call in (ours, theirs, entry, again)]
        _list(verdict, theirs, (), texts, threads)
    return verdict


def _list(
    verdict: Verdict, call: Call, path: tuple[str, ...], texts: Sequence[str | None], threads: Mapping[int, int]
) -> None:
    """Compare what stands between two brackets, item by item.

    Args:
        verdict: gets the outcome.
        call: strace's.
        path: where the brackets are.
        texts: ours, strace's, the entry's, the other run's.
        threads: our thread of each of strace's.
    """
    ours, theirs, entry, again = (_items(text) for text in texts)
    if not path and not call.complete:
        theirs |= {key: ours[key] for key in ours if key not in theirs}
    missing = [key for key in theirs if key not in ours]
    if [key for key in theirs if key in ours] != [key for key in ours if key in theirs]:
        verdict.different = Part(call.name, path, *(text or "" for text in texts[:2]), None, None, threads)
        return
    for key in [*ours, *missing]:
        if key in missing and path and entry and key not in entry:
            verdict.reasons.add("exit")
            continue
        part = Part(
            call.name, (*path, key), ours.get(key, ""), theirs.get(key, ""), entry.get(key), again.get(key), threads
        )
        _part(verdict, call, part)
        if verdict.different:
            return


def _items(text: str | None) -> dict[str, str]:
    """Return the items of a list by field name, else by number."""
    items: dict[str, str] = {}
    for number, item in enumerate(split(text or "")):
        match = _FIELD.fullmatch(item)
        key, value = (match["name"], match["value"]) if match else (str(number), item)
        items[key if key not in items else f"{key}:{number}"] = value
    return items


def _part(verdict: Verdict, call: Call, part: Part) -> None:
    """Compare one part: as it is, by the reasons, then what is inside it."""
    part = part._replace(theirs=_before(part.theirs), again=part.again and _before(part.again))
    if part.ours == part.theirs or _excused(verdict, REASONS, part):
        return
    inner = _inside(call, part)
    if inner.different is None:
        verdict.reasons |= inner.reasons
    elif not _excused(verdict, WHOLE_REASONS, part):
        verdict.different = inner.different


def _excused(verdict: Verdict, reasons: Sequence[Reason], part: Part) -> bool:
    """Tell whether one of the reasons holds, and note it."""
    name = next((reason.name for reason in reasons if reason.holds(part)), None)
    if name:
        verdict.reasons.add(name)
    return name is not None


def _inside(call: Call, part: Part) -> Verdict:
    """Compare what the brackets of a part hold; without the same brackets the part itself differs."""
    texts = (part.ours, part.theirs, part.entry, part.again)
    ours, theirs, entry, again = (_CONTAINER.fullmatch(text) if text else None for text in texts)
    if not ours or not theirs or (ours["open"], ours["close"]) != (theirs["open"], theirs["close"]):
        return Verdict(part)
    verdict = Verdict()
    _list(verdict, call, part.path, [match and match["inside"] for match in (ours, theirs, entry, again)], part.threads)
    return verdict


def _before(text: str) -> str:
    """Return of strace's `BEFORE => AFTER` what was there before."""
    for at, piece, depth in pieces(text):
        if depth == 0 and "=>" in piece:
            return text[: at + piece.index("=>")].strip()
    return text
