"""Finds which thread and which call of one run is which of another run of the same program."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from benchmarks.decode.lines import Call, split

_BIRTHS = ("clone", "clone3", "fork", "vfork")
_MOST_CELLS = 250_000
"""Two stretches are compared call by call up to this product of their lengths."""


@dataclass
class Process:
    """A process in the tree of one run: its threads and children by the order of their creation (their number)."""

    threads: list[int] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


Tree = dict[int, Process]


def tree_of(relations: Sequence[tuple[int, int, int]], first: int) -> Tree:
    """Return the processes of one run.

    Args:
        relations: (thread, its process, the process that made it) of each thread.
        first: the first of them: numbers below its own were given after the kernel had begun anew.
    """
    tree: Tree = {pid: Process() for _, pid, _ in relations}
    for tid, pid, parent in relations:
        if tid != pid:
            tree[pid].threads.append(tid)
        elif parent in tree and parent != pid:
            tree[parent].children.append(pid)
    for process in tree.values():
        process.threads.sort(key=lambda tid: (tid < first, tid))
        process.children.sort(key=lambda pid: (pid < first, pid))
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

    The same calls in the same order need no search. Else the lines that occur once in each hold the two together, and
    between those calls of the same name are paired, the more alike the better. What is left in equal numbers between
    the same neighbours is taken for the same calls under different names, so that a wrong name is seen.
    """
    if [call.name for call in ours] == [call.name for call in theirs]:
        return [(index, index) for index in range(len(ours))]
    aligned: list[tuple[int | None, int | None]] = []
    at, other_at = 0, 0
    for one, other in [*_anchors(ours, theirs), (len(ours), len(theirs))]:
        pairs = _by_name(ours[at:one], theirs[other_at:other])
        aligned += _between([(at + i, other_at + j) for i, j in pairs], (at, one), (other_at, other))
        if one < len(ours):
            aligned.append((one, other))
        at, other_at = one + 1, other + 1
    return aligned


def _anchors(ours: Sequence[Call], theirs: Sequence[Call]) -> list[tuple[int, int]]:
    """Return the pairs of equal lines that occur once on each side, as many as stand in the same order."""
    places, other_places = _once(ours), _once(theirs)
    common = [(index, other_places[line]) for line, index in places.items() if line in other_places]
    common.sort()
    ends: list[int] = []  # for each length, the least index that a run of that length ends with
    lengths = []
    for _, other in common:
        length = bisect_left(ends, other)
        ends[length : length + 1] = [other]
        lengths.append(length)
    found: list[tuple[int, int]] = []
    wanted = len(ends) - 1
    for pair, length in zip(reversed(common), reversed(lengths), strict=True):
        if length == wanted and (not found or pair[1] < found[-1][1]):
            found.append(pair)
            wanted -= 1
    return found[::-1]


def _once(calls: Sequence[Call]) -> dict[tuple[str, str], int]:
    """Return the place of each line that occurs once."""
    count = Counter((call.name, call.arguments) for call in calls)
    lines = (((call.name, call.arguments), index) for index, call in enumerate(calls))
    return {line: index for line, index in lines if count[line] == 1}


def _by_name(ours: Sequence[Call], theirs: Sequence[Call]) -> list[tuple[int, int]]:
    """Return the pairs of indexes of calls of the same name that are most alike altogether, in order."""
    if len(ours) * len(theirs) > _MOST_CELLS:
        names, other_names = [call.name for call in ours], [call.name for call in theirs]
        blocks = SequenceMatcher(None, names, other_names, autojunk=False).get_matching_blocks()
        return [(block.a + step, block.b + step) for block in blocks for step in range(block.size)]
    parts, other_parts = [split(call.arguments) for call in ours], [split(call.arguments) for call in theirs]
    rows, columns = len(ours), len(theirs)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if ours[i].name == theirs[j].name:
                best[i][j] = max(best[i][j], best[i + 1][j + 1] + _alike(parts[i], other_parts[j]))
    found, i, j = [], 0, 0
    while i < rows and j < columns:
        same = ours[i].name == theirs[j].name
        if same and best[i][j] == best[i + 1][j + 1] + _alike(parts[i], other_parts[j]):
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """Return how much two calls of the same name are alike, from 1 to 2."""
    equal = sum(one == other for one, other in zip(ours, theirs, strict=False))
    return 1 + equal / max(len(ours), len(theirs), 1)


def _between(
    pairs: Sequence[tuple[int, int]], ours: tuple[int, int], theirs: tuple[int, int]
) -> Iterator[tuple[int | None, int | None]]:
    """Yield the pairs, and what is between them in two ranges: as pairs where it is equally many, else alone."""
    at, other_at = ours[0], theirs[0]
    for one, other in [*pairs, (ours[1], theirs[1])]:
        left, other_left = range(at, one), range(other_at, other)
        if len(left) == len(other_left):
            yield from zip(left, other_left, strict=True)
        else:
            yield from ((index, None) for index in left)
            yield from ((None, index) for index in other_left)
        if one < ours[1] and other < theirs[1]:
            yield one, other
        at, other_at = one + 1, other + 1
