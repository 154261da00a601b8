"""One program through all of it: run, aligned, compared, counted."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.decode import entry, running
from benchmarks.decode.alignment import align, match_threads, relations_in, tree_of
from benchmarks.decode.compare import Facts, Part, compare, varying
from benchmarks.decode.cost import Cost, cost_of
from benchmarks.decode.lines import Call, Log
from benchmarks.decode.programs import Program

_BY_TIMING = ("futex",)
"""Whether a thread waits, and wakes another, depends on which of them comes first."""


@dataclass
class Pair:
    """The same call in both logs.

    Attributes:
        index: of our call, in our log.
        ours: our line.
        theirs: strace's.
        again: that of another run of strace.
    """

    index: int
    ours: Call
    theirs: Call
    again: Call | None


@dataclass
class Difference:
    """A call whose lines say different things."""

    ours: Call
    theirs: Call
    part: Part


@dataclass
class Comparison:
    """What came of one program.

    Attributes:
        name: the program.
        failed: why there is nothing else.
        whole: whole lines were compared, with results and what the calls fill in.
        lines: compared lines by system call.
        same: those of them that are identical.
        reasons: how many identical lines needed each reason.
        differences: the others, in order.
        only_ours: calls that only our run has.
        only_theirs: calls that only strace's has.
        unknown: lines of calls that this strace doesn't know by name.
        signals: strace's lines about signals.
        ends: its lines about the ends of threads.
        codes: both exit codes.
        cost: what decoding our calls took.
    """

    name: str
    failed: str = ""
    whole: bool = False
    lines: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    only_ours: list[Call] = field(default_factory=list)
    only_theirs: list[Call] = field(default_factory=list)
    unknown: int = 0
    signals: int = 0
    ends: int = 0
    codes: tuple[int, int] = (0, 0)
    cost: Cost = field(default_factory=Cost)


def measure(program: Program, scratch: Path, repeat: int, whole: bool = False) -> Comparison:
    """Run a program under both and compare.

    Args:
        program: what to run.
        scratch: a folder for all that is written.
        repeat: for the cost: how often the calls are decoded, and the program runs under strace, at least twice.
        whole: compare whole lines: results, and what the calls fill in.
    """
    found = Comparison(program.name, whole=whole)
    if not shutil.which(program.argv[0]):
        found.failed = f"{program.argv[0]} is not installed"
        return found
    try:
        theirs = running.strace(program, scratch)
        ours = running.seccomp_tui(program, scratch, whole)
        again = running.strace(program, scratch)
        timed = [theirs, again, *(running.strace(program, scratch) for _ in range(repeat - 2))]
    except (running.RunFailed, OSError) as error:
        found.failed = str(error)
        return found
    found.codes = ours.code, theirs.code
    found.signals, found.ends = theirs.log.signals, theirs.log.ends
    threads = threads_of(ours.relations, ours.log, theirs.log)
    pairs = pair_up(found, ours.log, theirs.log, again.log, threads)
    facts = Facts(
        {other: one for one, other in threads.items()},
        frozenset().union(*(varying(pair.theirs, pair.again) for pair in pairs if pair.again)),
        signals=theirs.log.signals > 0,
        whole=whole,
    )
    count(found, pairs, _entries(pairs, ours.recorded), facts)
    found.cost = cost_of(ours.recorded, repeat)
    found.cost.strace_user = sum(run.user for run in timed)
    found.cost.strace_calls = sum(len(run.log.calls) for run in timed)
    return found


def threads_of(relations: Sequence[tuple[int, int, int]] | None, ours: Log, theirs: Log) -> dict[int, int]:
    """Return strace's thread for each of ours; without relations of our run they are read from its results too."""
    if not ours.calls or not theirs.calls:
        return {}
    first, other = ours.calls[0].tid, theirs.calls[0].tid
    tree = tree_of(relations if relations is not None else relations_in(ours.calls), first)
    return match_threads(tree, tree_of(relations_in(theirs.calls), other), (first, other))


def pair_up(found: Comparison, ours: Log, theirs: Log, again: Log, threads: Mapping[int, int]) -> list[Pair]:
    """Align all threads, and note what has no partner."""
    repeated = _repeated(theirs, again)
    places = {id(call): index for index, call in enumerate(ours.calls)}
    our_threads, their_threads = ours.by_thread(), theirs.by_thread()
    pairs = []
    for tid, other in threads.items():
        calls, other_calls = our_threads.pop(tid, []), their_threads.pop(other, [])
        for one, two in align(calls, other_calls):
            if one is not None and two is not None:
                call = other_calls[two]
                pairs.append(Pair(places[id(calls[one])], calls[one], call, repeated.get(id(call))))
            elif one is not None:
                found.only_ours.append(calls[one])
            elif two is not None:
                found.only_theirs.append(other_calls[two])
    found.only_ours += [call for calls in our_threads.values() for call in calls]
    found.only_theirs += [call for calls in their_threads.values() for call in calls]
    return pairs


def _repeated(theirs: Log, again: Log) -> dict[int, Call]:
    """Return by the identity of strace's calls the same calls of its other run."""
    found: dict[int, Call] = {}
    threads, other_threads = theirs.by_thread(), again.by_thread()
    for tid, other in threads_of(None, theirs, again).items():
        calls, other_calls = threads.get(tid, []), other_threads.get(other, [])
        for one, two in align(calls, other_calls):
            if one is not None and two is not None:
                found[id(calls[one])] = other_calls[two]
    return found


def _entries(pairs: Sequence[Pair], recorded: Sequence[entry.Recorded]) -> dict[int, Call | None]:
    """Return strace's lines of the entries, by our index, of the pairs that are not plainly equal."""
    unclear = [pair for pair in pairs if not compare(pair.ours, pair.theirs, None, Facts()).identical]
    names = [pair.ours.name if pair.ours.name == pair.theirs.name and not pair.ours.unknown else "" for pair in unclear]
    lines = entry.entries([recorded[pair.index] for pair in unclear], names)
    return {pair.index: line for pair, line in zip(unclear, lines, strict=True)}


def count(found: Comparison, pairs: Sequence[Pair], entries: Mapping[int, Call | None], facts: Facts) -> None:
    """Compare the pairs and count.

    Args:
        found: gets the counts.
        pairs: the same calls in both logs.
        entries: strace's lines of the entries of our calls, by their index, where they were asked for.
        facts: of the program.
    """
    for pair in pairs:
        if pair.theirs.unknown and not pair.ours.unknown:
            found.unknown += 1
            continue
        verdict = compare(pair.ours, pair.theirs, entries.get(pair.index), facts)
        if verdict.different and _another_call(pair, entries.get(pair.index)):
            found.only_ours.append(pair.ours)
            found.only_theirs.append(pair.theirs)
            continue
        found.lines[pair.theirs.name] += 1
        if verdict.different:
            found.differences.append(Difference(pair.ours, pair.theirs, verdict.different))
        else:
            found.same[pair.theirs.name] += 1
            found.reasons.update(verdict.reasons)


def _another_call(pair: Pair, entry_line: Call | None) -> bool:
    """Tell whether two calls are not the same one: strace prints ours as we do, and which is made is up to timing."""
    return pair.ours.name in _BY_TIMING and entry_line is not None and entry_line.arguments == pair.ours.arguments
