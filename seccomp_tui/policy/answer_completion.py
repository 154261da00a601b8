"""What can be written next in an answer: for the fields in which one is typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seccomp_tui.syscalls import signals

from .answer_choices import Choices
from .answer_parsing import OPEN
from .answer_words import Words
from .expression.errors import ExpressionError

DELAYS = ("1ms", "100ms", "1s", "10s")
_WORD = re.compile(r"[^\s|]*\Z")
_FIELD = re.compile(r"""(?P<head>.*\s)(?P<field>[A-Za-z_0-9.]+)=(?:[^\s"'|]*\|)*(?P<typed>[^\s"'|]*)\Z""", re.DOTALL)
_ACCESS = ("O_RDONLY", "O_WRONLY", "O_RDWR")
_AFTER_MAIN = ("after", "poke", "signal")
_MAIN = ("allow", "errno", "return", "fd", "perform", "kill", "hold")
_WITH_FILL = ("errno", "return", "perform")
_TAKES_ONE = ("errno", "return", "after", "signal")
_CLAUSES = frozenset((*_MAIN, "fill", *_AFTER_MAIN))


class Offer(NamedTuple):
    """One way to go on.

    Attributes:
        text: what may stand there.
        note: what it is; may be empty.
    """

    text: str
    note: str = ""


class _Clause(NamedTuple):
    word: str
    rest: list[str]


def complete(text: str, cursor: int, choices: Choices) -> tuple[int, list[Offer]]:
    """Return what may stand at the cursor and begins with what is typed there, and where that begins, from 0.

    Args:
        text: the answer as far as it is typed.
        cursor: where the cursor is, from 0.
        choices: what can be said.
    """
    before = text[:cursor]
    if (field := _FIELD.search(before)) is not None:
        return _constants(field, choices)
    match = _WORD.search(before)
    typed = match[0] if match else ""
    start = cursor - len(typed)
    joined = before[:start].endswith("|")
    head = before[:start] if not joined else before[: before[:start].rstrip("|").rfind(" ") + 1]
    try:
        clauses = _split(Words(head))
    except ExpressionError:
        return cursor, []  # inside a string or brackets
    offers = _open_flags() if joined and _in_flags(clauses) else [] if joined else _next(clauses, choices)
    return start, [each for each in offers if each.text.startswith(typed)]


def _constants(field: re.Match[str], choices: Choices) -> tuple[int, list[Offer]]:
    """Return what may stand behind `fill ARGUMENT FIELD=`, or behind a bar there."""
    try:
        clauses = _split(Words(field["head"]))
    except ExpressionError:
        return field.end(), []
    if not clauses or clauses[-1].word not in ("fill", "poke") or not clauses[-1].rest:
        return field.end(), []
    names = choices.names(clauses[-1].rest[0], field["field"])
    return field.start("typed"), [each for each in _offers(names) if each.text.startswith(field["typed"])]


def _split(words: Words) -> list[_Clause]:
    clauses: list[_Clause] = []
    while (token := words.next()) is not None:
        if token.text in _CLAUSES and not (clauses and clauses[-1].word in _TAKES_ONE and not clauses[-1].rest):
            clauses.append(_Clause(token.text, []))
        elif clauses:
            clauses[-1].rest.append(token.text)
        else:
            clauses.append(_Clause("", [token.text]))
    return clauses


def _next(clauses: Sequence[_Clause], choices: Choices) -> list[Offer]:
    """Return what may come behind these clauses."""
    if not clauses:
        return _offers(_beginnings(choices))
    word, rest = clauses[-1]
    if word in _TAKES_ONE and not rest:
        return _offers(
            {
                "errno": choices.errnos,
                "return": (),
                "after": DELAYS,
                "signal": [signals.name(number) for number in range(1, signals.HIGHEST + 1)],
            }[word]
        )
    if word in ("fill", "poke"):
        return _content(word, rest, clauses, choices)
    if word == "fd":
        return [*_descriptor(rest), *(_clause_words(clauses, choices) if _given(rest) else [])]
    if word == "perform" and rest == ["as"]:
        return _offers(["supervisor"])
    more = _clause_words(clauses, choices)
    return [*_offers(["as"]), *more] if word == "perform" and not rest else more


def _beginnings(choices: Choices) -> list[str]:
    possible = {"fd": choices.fd, "perform": choices.perform, "hold": choices.hold}
    words = [word for word in _MAIN if possible.get(word, True)]
    return [*words[:3], *(["fill"] if choices.fills else []), *words[3:]]


def _clause_words(clauses: Sequence[_Clause], choices: Choices) -> list[Offer]:
    said = [clause.word for clause in clauses]
    main = next((word for word in said if word in _MAIN), "")
    if main == "hold" or not said[-1]:
        return []
    words: list[str] = []
    if choices.fills and (not main or main in _WITH_FILL):
        words.append("fill")
    if not main:
        words += [word for word in _WITH_FILL if word != "perform" or choices.perform]
    words += [word for word in _AFTER_MAIN if word == "poke" or word not in said]
    return _offers([word for word in words if word != "poke" or choices.pokes])


def _content(word: str, rest: Sequence[str], clauses: Sequence[_Clause], choices: Choices) -> list[Offer]:
    """Return what may come behind `fill` or `poke`: an argument, its fields, and when there is something the rest."""
    if not rest:
        names = choices.fills if word == "fill" else choices.pokes
        return [Offer(name, choices.pointers[name]) for name in names]
    given = {value.partition("=")[0] for value in rest[1:] if "=" in value and value[0] not in "\"'"}
    fields = choices.fields(rest[0]) if len(given) == len(rest) - 1 else ()
    offers = [Offer(f"{name}=") for name in fields if name not in given]
    return [*offers, *(_clause_words(clauses, choices) if rest[1:] else [])]


def _descriptor(rest: Sequence[str]) -> list[Offer]:
    """Return what may come behind `fd`."""
    if not rest:
        return _offers(["null", "pipe", "memfd", "edit"])
    if rest[-1] == "at" or (rest[0] in ("pipe", "memfd", "edit") and not _given(rest)):
        return []
    flags = _open_flags() if len(rest) == 1 and rest[0][0] in "\"'" else []
    return [*flags, *_offers([word for word in ("at", "cloexec", "no-cloexec") if word not in rest])]


def _given(rest: Sequence[str]) -> bool:
    """Tell whether a descriptor is said whole."""
    return bool(rest) and rest[-1] != "at" and len(rest) > {"pipe": 1, "memfd": 1, "edit": 2}.get(rest[0], 0)


def _in_flags(clauses: Sequence[_Clause]) -> bool:
    return bool(clauses) and clauses[-1].word == "fd" and len(clauses[-1].rest) == 1


def _open_flags() -> list[Offer]:
    return _offers(dict.fromkeys([*_ACCESS, *(name for name in OPEN.all_names() if name.startswith("O_"))]))


def _offers(texts: Iterable[str]) -> list[Offer]:
    return [Offer(text) for text in texts]
