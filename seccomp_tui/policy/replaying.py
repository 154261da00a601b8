"""Rules out of the answers that the operator has given: they answer the same calls in the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.policy.rules import Rule

_INTERNET = re.compile(r"\[?(?P<address>[0-9a-fA-F.:]+?)\]?:(?P<port>\d+)")
_MOST_STEPS = 64
"""So many answers to one call, one after the other, are told apart."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of the operator.

    Attributes:
        seq: number of the call.
        name: its name.
        path: its first path; None: it has none.
        address: the socket address that it names, printable; None: it names none.
        answer: as a rule writes it.
        text: the call's line.
    """

    seq: int
    name: str
    path: bytes | None
    address: str | None
    answer: str
    text: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A rule, and what it was made of.

    Attributes:
        comment: one line.
    """

    rule: Rule
    comment: str


def replays(answers: Iterable[Given]) -> list[Replay]:
    """Return the rules that give the same answers, in the order of the first call of each.

    Calls of one name with the same path or address are one call here. Where it was answered in different ways, each
    answer but the last is given once, in their order.
    """
    calls: dict[str, list[Given]] = {}
    for each in answers:
        calls.setdefault(condition(each), []).append(each)
    found = [replay for when, each in calls.items() for replay in _of_call(when, each)]
    return [replay for _, replay in sorted(found, key=lambda pair: pair[0])]


def condition(given: Given) -> str:
    """Return the expression that is true of an answered call, and of those like it."""
    if given.path is not None:
        return f"{given.name} and path == {quoted(given.path)}"
    if given.address is None:
        return given.name
    match = _INTERNET.fullmatch(given.address)
    if match:
        return f"{given.name} and addr == {quoted(match['address'].encode())} and port == {match['port']}"
    return f"{given.name} and addr == {quoted(given.address.encode())}"


def _of_call(when: str, answers: Sequence[Given]) -> Iterator[tuple[int, Replay]]:
    """Yield the rules of one call, each with the number by which it is put in order."""
    runs = [list(run) for _, run in groupby(answers, key=lambda each: each.answer)]
    if len(runs) == 1:
        yield answers[0].seq, Replay(Rule(when, answers[0].answer), _comment(answers))
        return
    *steps, last = runs
    for given in [given for run in steps for given in run][:_MOST_STEPS]:
        yield answers[0].seq, Replay(Rule(when, given.answer, once=True), _comment([given]))
    yield answers[0].seq, Replay(Rule(when, last[0].answer), _comment(last))


def _comment(answers: Sequence[Given]) -> str:
    first = answers[0]
    times = "" if len(answers) == 1 else f", {len(answers)} times"
    return f"{first.text if len(first.text) <= 80 else first.text[:77] + '...'} (call {first.seq}{times})"


def toml(found: Sequence[Replay], head: str) -> str:
    """Return rules as a file of them.

    Args:
        head: what stands above, as a comment.
    """
    blocks = [f"# {head}\n"]
    for replay in found:
        rule = replay.rule
        lines = [f"# {replay.comment}", "[[rule]]", f"when = {_string(rule.when)}", f"answer = {_string(rule.answer)}"]
        if rule.once:
            lines.append("once = true")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _string(text: str) -> str:
    """Return a string of TOML: in single quotes where nothing in it needs an escape."""
    return f"'{text}'" if "'" not in text and text.isascii() and text.isprintable() else json.dumps(text)
