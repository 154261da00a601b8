"""The tables, the differences and the JSON of benchmarks.decode."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.decode.compare import REASONS, WHOLE_REASONS
from benchmarks.decode.cost import Cost
from benchmarks.decode.measure import Comparison, Difference

LINES, WHOLE_LINES = 0.99, 0.97
CALLS = 0.95
"""Of the input side; of whole lines only the share of lines is asked for."""
MICROSECONDS = 8.0
_WIDTH = 400
_RAW = re.compile("(0x[0-9a-f]+, ){5}0x[0-9a-f]+")
"""How the arguments look of a call that the table of prototypes does not describe."""


@dataclass
class Share:
    """A share that is asked for.

    Attributes:
        name: of what.
        value: as measured; None when nothing was.
        limit: what it has to reach, or, for times, not to pass.
        most: the limit is an upper one.
    """

    name: str
    value: float | None
    limit: float
    most: bool = False

    @property
    def passed(self) -> bool | None:
        """Tell whether the limit is kept."""
        if self.value is None:
            return None
        return self.value <= self.limit if self.most else self.value >= self.limit


def total(comparisons: Sequence[Comparison]) -> Comparison:
    """Return all programs as one: a system call is identical when all its lines in all of them are."""
    whole = Comparison("all", whole=any(one.whole for one in comparisons))
    for one in comparisons:
        whole.lines += one.lines
        whole.same += one.same
        whole.reasons += one.reasons
        whole.differences += one.differences
        whole.only_ours += one.only_ours
        whole.only_theirs += one.only_theirs
        whole.unknown += one.unknown
        whole.signals += one.signals
        whole.ends += one.ends
        whole.cost.add(one.cost)
    return whole


def identical_calls(one: Comparison) -> int:
    """Return how many system calls have identical lines only."""
    return sum(one.same[name] == count for name, count in one.lines.items())


def shares(whole: Comparison) -> list[Share]:
    """Return what is held against limits."""
    lines = whole.lines.total()
    warm = whole.cost.microseconds()[0]
    same = whole.same.total() / lines if lines else None
    asked = [Share("decoding, microseconds a call", warm if whole.cost.calls else None, MICROSECONDS, most=True)]
    if whole.whole:
        return [Share("identical whole lines", same, WHOLE_LINES), *asked]
    alike = identical_calls(whole) / len(whole.lines) if lines else None
    return [
        Share("identical lines", same, LINES),
        Share("system calls with identical lines only", alike, CALLS),
        *asked,
    ]


def show(comparisons: Sequence[Comparison], top: int, everything: bool) -> None:
    """Print the tables and the differences.

    Args:
        comparisons: one for each program.
        top: kinds of differences shown.
        everything: show each different line instead.
    """
    whole = total(comparisons)
    measured = [one for one in comparisons if not one.failed]
    _show_lines(comparisons, [*measured, *([whole] if len(measured) > 1 else [])])
    _show_cost([*measured, *([whole] if len(measured) > 1 else [])])
    _show_shares(shares(whole))
    if everything:
        _show_all(measured)
    else:
        _show_kinds(whole.differences, top)


def _show_lines(comparisons: Sequence[Comparison], rows: Sequence[Comparison]) -> None:
    reasons = [reason.name for reason in (*REASONS, *WHOLE_REASONS)]
    print(
        f"{'program':12}{'lines':>8}{'identical':>10}{'%':>7} {'calls':>6}{'identical':>10}{'%':>7} "
        + "".join(f"{name:>7}" for name in reasons) + f"{'ours':>7}{'theirs':>7}{'unknown':>8}{'signals':>8}{'ends':>6}"
    )  # fmt: skip
    for one in rows:
        lines, same, calls, good = one.lines.total(), one.same.total(), len(one.lines), identical_calls(one)
        print(
            f"{one.name[:11]:12}{lines:8}{same:10}{_percent(same, lines):>7} "
            f"{calls:6}{good:10}{_percent(good, calls):>7} "
            + "".join(f"{one.reasons[name]:7}" for name in reasons)
            + f"{len(one.only_ours):7}{len(one.only_theirs):7}{one.unknown:8}{one.signals:8}{one.ends:6}"
        )  # fmt: skip
        if one.codes[0] != one.codes[1]:
            print(f"{'':12}exit code {one.codes[0]} under seccomp-tui, {one.codes[1]} under strace")
    for one in comparisons:
        if one.failed:
            print(f"{one.name[:11]:12}not measured: {one.failed}")
    print("\nlines: calls that both runs made; of these, identical ones for which was needed:")
    for reason in (*REASONS, *WHOLE_REASONS):
        print(f"  {reason.name:7} {reason.why}")
    print(
        "Not compared: calls that only one run made (ours, theirs), calls that this strace doesn't know by name\n"
        "(unknown), strace's lines of signals and of the ends of threads."
    )


def _show_cost(rows: Sequence[Comparison]) -> None:
    print(f"\n{'microseconds a call':20}{'decoding':>10}{'at first':>10}{'strace':>10}{'ratio':>8}")
    for one in rows:
        warm, cold, strace = one.cost.microseconds()
        ratio = f"{warm / strace:.2f}" if strace else "-"
        print(f"{one.name[:19]:20}{warm:10.2f}{cold:10.2f}{strace:10.2f}{ratio:>8}")
    print("decoding: recorded calls to text; at first: with compiling the table's lines; strace: its own user time.")


def _show_shares(asked: Sequence[Share]) -> None:
    print()
    for share in asked:
        if share.value is None:
            print(f"{share.name:42}{'-':>9}{'':14}not measured")
            continue
        value, limit = (f"{share.value:.2f}", f"{share.limit:g}") if share.most else (
            f"{share.value:.2%}", f"{share.limit:.0%}")  # fmt: skip
        print(f"{share.name:42}{value:>9}  limit {limit:>5}  {'pass' if share.passed else 'FAIL'}")


def _show_kinds(differences: Sequence[Difference], top: int) -> None:
    kinds: Counter[str] = Counter(kind(difference) for difference in differences)
    first = {kind(difference): difference for difference in reversed(differences)}
    if kinds:
        print(f"\n{sum(kinds.values())} different lines of {len(kinds)} kinds, the most frequent first:")
    for name, count in kinds.most_common(top):
        print(f"\n{count} x {name}")
        _show_pair(first[name])
    if len(kinds) > top:
        print(f"\n{len(kinds) - top} more kinds; --top N shows N of them, --all-differences each line")


def _show_all(measured: Sequence[Comparison]) -> None:
    for one in measured:
        for difference in one.differences:
            print(f"\n{one.name}: {kind(difference)}")
            _show_pair(difference)


def _show_pair(difference: Difference) -> None:
    for who, call in (("ours", difference.ours), ("strace", difference.theirs)):
        print(f"  {who:7} {_printable(call.text)}")


def _printable(text: str) -> str:
    """Return one bounded line; what programs print is in it."""
    return re.sub(r"[^ -~]", "?", text if len(text) <= _WIDTH else f"{text[:_WIDTH]} ..[{len(text)} characters]")


def kind(difference: Difference) -> str:
    """Return what differs, without what is particular to this line."""
    part = difference.part
    if _RAW.fullmatch(difference.ours.arguments):
        return f"{part.call}: not described"
    where = ".".join("N" if step.isdigit() and depth else step for depth, step in enumerate(part.path))
    return _printable(f"{part.call} {where}: {_sort(part.ours)} for {_sort(part.theirs)}")


def _sort(text: str) -> str:
    """Return what kind of text it is: strings, numbers and addresses without their value."""
    text = re.sub(r'"(?:[^"\\]|\\.)*"(\.\.\.)?', '"s"', text)
    text = re.sub(r"0x[0-9a-f]+", "0xN", text)
    text = re.sub(r"(?<![\w\"])-?\d+", "N", text)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "-"


def as_json(comparisons: Sequence[Comparison], top: int, everything: bool) -> str:
    """Return everything measured as one JSON object."""
    whole = total(comparisons)
    kinds = Counter(kind(difference) for difference in whole.differences)
    machine = {"kernel": os.uname().release, "machine": os.uname().machine, "python": sys.version.split()[0]}
    return json.dumps(
        {
            "machine": machine,
            "programs": [_fields(one, everything) for one in comparisons],
            "all": _fields(whole, everything=False),
            "limits": [
                {"name": share.name, "value": share.value, "limit": share.limit, "passed": share.passed}
                for share in shares(whole)
            ],
            "kinds": [{"kind": name, "lines": count} for name, count in kinds.most_common(None if everything else top)],
        },
        indent=2,
    )


def _fields(one: Comparison, everything: bool) -> dict[str, object]:
    fields: dict[str, object] = {
        "name": one.name,
        "failed": one.failed or None,
        "lines": one.lines.total(),
        "identical": one.same.total(),
        "calls": len(one.lines),
        "identical_calls": identical_calls(one),
        "different_calls": sorted(name for name, count in one.lines.items() if one.same[name] != count),
        "reasons": dict(one.reasons),
        "only_ours": len(one.only_ours),
        "only_strace": len(one.only_theirs),
        "unknown": one.unknown,
        "signals": one.signals,
        "ends": one.ends,
        "cost": _cost_fields(one.cost),
    }
    if everything:
        fields["differences"] = [
            {"kind": kind(found), "ours": found.ours.text, "strace": found.theirs.text} for found in one.differences
        ]
    return fields


def _cost_fields(cost: Cost) -> dict[str, object]:
    warm, cold, strace = cost.microseconds()
    return {
        "calls": cost.calls,
        "decoding_us": warm,
        "first_us": cold,
        "strace_user_us": strace,
        "ratio": warm / strace if strace else None,
    }
