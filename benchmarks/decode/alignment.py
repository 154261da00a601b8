"""Finds which thread and which call of one run is which of another run of the same program."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from benchmarks.decode.lines import Call

_BIRTHS = ("clone", "clone3", "fork", "vfork")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass
class Process:
    """A process in the tree of one run: its threads and children by the order of their creation (their number)."""

    threads: list[int] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


Tree = dict[int, Process]


def tree_of(relations: Sequence[tuple[int, int, int]]) -> Tree:
    """Return the processes of one run.

    Args:
        relations: (thread, its process, the process that made it) of each thread.
    """
    tree: Tree = {pid: Process() for _, pid, _ in relations}
    for tid, pid, parent in relations:
        if tid != pid:
            tree[pid].threads.append(tid)
        elif parent in tree and parent != pid:
            tree[parent].children.append(pid)
    for process in tree.values():
        process.threads.sort()
        process.children.sort()
    return tree


def relations_in(calls: Sequence[Call]) -> list[tuple[int, int, int]]:
    """Return the relations of the threads in strace's lines, as the results of clone and the like tell them.

    A thread that no result names counts as a child of the first.
    """
    born: dict[int, tuple[int, bool]] = {}
    for call in calls:
        if call.name in _BIRTHS and call.result.split(" ")[0].isdigit():
            born[int(call.result.split(" ")[0])] = (call.tid, "CLONE_THREAD" in call.arguments)
    tids = list(dict.fromkeys(call.tid for call in calls))

    def leader(tid: int) -> int:
        seen = set()
        while tid in born and born[tid][1] and tid not in seen:
            seen.add(tid)
            tid = born[tid][0]
        return tid

    first = tids[0] if tids else 0
    return [(tid, leader(tid), leader(born[tid][0]) if tid in born else (0 if tid == first else first)) for tid in tids]


def match_threads(ours: Tree, theirs: Tree, first: tuple[int, int]) -> dict[int, int]:
    """Return for each of our threads the one of the other run; those that only one run has are left out.

    Args:
        ours: processes of our run.
        theirs: processes of the other run.
        first: the processes that both began with.
    """
    matched: dict[int, int] = {}
    waiting = [first]
    while waiting:
        one, other = waiting.pop()
        matched[one] = other
        if one not in ours or other not in theirs:
            continue
        matched.update(zip(ours[one].threads, theirs[other].threads, strict=False))
        waiting.extend(zip(ours[one].children, theirs[other].children, strict=False))
    return matched


def align(ours: Sequence[Call], theirs: Sequence[Call]) -> list[tuple[int | None, int | None]]:
    """Return pairs of indexes, in order; None where the call has no partner.

    First calls of the same name on the same first string are put together, then between those calls of the same name,
    and what is left in equal numbers between the same neighbours is taken for the same calls under different names.
    """
    aligned: list[tuple[int | None, int | None]] = []
    sharp = _blocks([_sharp(call) for call in ours], [_sharp(call) for call in theirs])
    for (low, high), (other_low, other_high), same in sharp:
        if same:
            aligned += zip(range(low, high), range(other_low, other_high), strict=True)
            continue
        blunt = _blocks([call.name for call in ours[low:high]], [call.name for call in theirs[other_low:other_high]])
        for (a, b), (c, d), _ in blunt:
            one, other = range(low + a, low + b), range(other_low + c, other_low + d)
            if len(one) == len(other):
                aligned += zip(one, other, strict=True)
            else:
                aligned += [(index, None) for index in one]
                aligned += [(None, index) for index in other]
    return aligned


def _sharp(call: Call) -> tuple[str, str]:
    """Return what tells a call from its neighbours in both runs: its name and first string."""
    match = _STRING.search(call.arguments)
    return call.name, match.group() if match else ""


def _blocks(
    ours: Sequence[Hashable], theirs: Sequence[Hashable]
) -> Iterator[tuple[tuple[int, int], tuple[int, int], bool]]:
    """Yield the ranges that are the same in both, and the ranges between them."""
    start, end = 0, 0
    shorter = min(len(ours), len(theirs))
    while start < shorter and ours[start] == theirs[start]:
        start += 1
    while end < shorter - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    middle, other_middle = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    yield (0, start), (0, start), True
    if middle or other_middle:
        matcher = SequenceMatcher(None, middle, other_middle, autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            yield (start + a, start + b), (start + c, start + d), tag == "equal"
    yield (len(ours) - end, len(ours)), (len(theirs) - end, len(theirs)), True
