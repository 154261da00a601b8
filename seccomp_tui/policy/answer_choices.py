"""What answers a call can get: offered where one is typed, and held against the very call before it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from seccomp_tui.syscalls import arguments, errnos, filling, present, prototypes
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.prototypes import Prototype

from .answer_check import matched
from .answer_parsing import parse
from .answer_words import Words
from .answers import Answer, Content, Kind
from .expression import Expression
from .expression.errors import ExpressionError

RAW = tuple(f"arg{at}" for at in range(6))
"""Names that every argument has."""
_FILLED = ("out", "inout")
_POKED = ("in", "out", "inout")
_CALLS_MOST = 12
"""A rule for more calls is offered no names of their arguments."""

Where = tuple[str, int]
"""What is wrong, and at which character, from 0."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be said in an answer.

    Attributes:
        name: of the call; empty: there is not just one.
        errnos: names, those worth offering first.
        pointers: arguments that lead to memory, and their directions.
        fd, perform, hold: whether these answers are possible.
        fields: returns the names of the fields of what an argument leads to.
        names: returns the constants that such a field takes.
        fits: returns why what an argument is to be filled with (False) or changed to (True) can't be written; empty
            when it can.
    """

    name: str
    errnos: Sequence[str]
    pointers: Mapping[str, str]
    fd: bool
    perform: bool
    hold: bool
    fields: Callable[[str], Sequence[str]] = field(default=lambda argument: ())
    names: Callable[[str, str], Sequence[str]] = field(default=lambda argument, name: ())
    fits: Callable[[Content, bool], str] = field(default=lambda content, free: "")

    @property
    def fills(self) -> list[str]:
        """The arguments that can be filled in."""
        return [name for name, direction in self.pointers.items() if direction in _FILLED]

    @property
    def pokes(self) -> list[str]:
        """The arguments whose memory can be changed before the call goes on."""
        return [name for name, direction in self.pointers.items() if direction in _POKED]

    def wrong(self, text: str) -> Where | None:
        """Return what is wrong with an answer's text, None when it can be given."""
        try:
            answer = parse(text)
        except ExpressionError as error:
            unfinished = error.reason.startswith("a string that does not end")
            return error.reason, len(text) if unfinished else error.column - 1
        clauses = list(_clauses(text))
        unfit = [*self._unfit(clauses, "fill", answer.fills, self.fills, free=False)]
        unfit += self._unfit(clauses, "poke", answer.pokes, self.pokes, free=answer.kind == Kind.PERFORM)
        unfit += self._impossible(clauses, answer)
        return min(unfit, key=lambda each: each[1], default=None)

    def _unfit(
        self,
        clauses: Iterable[tuple[str, int, int]],
        verb: str,
        contents: Sequence[Content],
        there: Sequence[str],
        *,
        free: bool,
    ) -> Iterator[Where]:
        if not self.name:
            return
        places = [at for word, _, at in clauses if word == verb]
        for content, at in zip(contents, places, strict=True):
            if content.argument in there or content.argument in RAW:
                if why := self.fits(content, free):
                    yield why, at
            elif there:
                yield f"{self.name} has {', '.join(there)} to {verb} here, and no '{content.argument}'", at
            else:
                yield f"{self.name} has nothing to {verb} here", at

    def _impossible(self, clauses: Iterable[tuple[str, int, int]], answer: Answer) -> Iterator[Where]:
        reasons = {
            Kind.FD: (self.fd, f"{self.name} returns no descriptor"),
            Kind.PERFORM: (self.perform, f"the supervisor can't make {self.name} in the program's place"),
            Kind.HOLD: (self.hold, "it is held already: say what happens"),
        }
        possible, reason = reasons.get(answer.kind, (True, ""))
        if not possible:
            yield reason, next((at for word, at, _ in clauses if word == answer.kind.name.lower()), 0)


def _clauses(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of an answer with their places, and those of the words behind them; `text` is an answer."""
    words = Words(text)
    before = words.next()
    while before is not None:
        token = words.next()
        yield before.text, before.at, before.at if token is None else token.at
        before = token


def of_call(arch: int, nr: int, args: Sequence[int], memory: Memory, *, hold: bool = False) -> Choices:
    """Return what can be said in an answer to one call.

    Args:
        arch, nr, args: the call.
        memory: of the caller, as it was copied.
        hold: it may also be held.
    """
    call = present.arguments(arch, nr, args, memory)
    prototype = prototypes.find(call.name, arch)
    pointers = {
        place.argument.name: place.argument.direction
        for place in call.places
        if place.argument.direction and call.words[place.index]
    }

    def fields(argument: str) -> Sequence[str]:
        try:
            return [row.field for row in filling.form(arch, nr, args, argument, memory) if row.field]
        except ValueError:
            return ()

    def names(argument: str, name: str) -> Sequence[str]:
        try:
            rows = filling.form(arch, nr, args, argument, memory)
        except ValueError:
            return ()
        return next((row.names for row in rows if row.field == name), ())

    def fits(content: Content, free: bool) -> str:
        try:
            filling.fill(arch, nr, args, content, memory, free=free)
        except ValueError as error:
            return str(error)
        return ""

    return Choices(
        call.name, _errnos(call.name), pointers, _gives(prototype), _performable(prototype), hold, fields, names, fits
    )


def of_rule(expression: Expression | None) -> Choices:
    """Return what can be said in the answer of a rule for the calls that an expression matches.

    Args:
        expression: None: it is not known.
    """
    calls = matched(expression) if expression is not None else []
    names = list(dict.fromkeys(name for _, name in calls))
    if not 0 < len(names) <= _CALLS_MOST:
        return Choices("", _errnos(""), {}, fd=True, perform=True, hold=True)
    pointers = {
        argument.name: argument.direction
        for token, name in calls
        for argument in arguments.described(name, token)
        if argument.direction
    }
    found = [prototypes.find(name, token) for token, name in calls]
    return Choices(
        "",
        list(dict.fromkeys(errno for name in names for errno in _errnos(name))),
        pointers,
        fd=any(map(_gives, found)),
        perform=any(map(_performable, found)),
        hold=True,
    )


def _gives(prototype: Prototype | None) -> bool:
    """Tell whether a call may return a descriptor."""
    return prototype is not None and (prototype.result == "fd" or bool(prototype.returns.by))


def _performable(prototype: Prototype | None) -> bool:
    return prototype is not None and prototype.performable


def _errnos(call: str) -> list[str]:
    likely = [errnos.name(number) for number in errnos.likely(call)]
    return list(dict.fromkeys([*likely, *sorted(map(errnos.name, errnos.ALL))]))
