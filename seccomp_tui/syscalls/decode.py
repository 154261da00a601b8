"""System calls as text: `openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC)`, to the letter as strace prints an entry.

Every call is compiled once for an architecture into closures; what comes from the target never makes it raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from . import errnos, numbers, prototypes
from .arch import ARCHES, Arch
from .kinds import Place, Printer, Style, printer
from .kinds.base import PARTS, RESULT, Part
from .kinds.by import chosen
from .kinds.process import clone_call
from .kinds.returned import is_plain, returned
from .kinds.scalars import hex_text
from .memory import PATH_MAX, AfterMemory, Memory, RecordedMemory, earlier
from .multiplex import MULTIPLEXERS
from .prototypes import Argument, Prototype
from .results import errno_of
from .text import hexed
from .usual import usual

Formatter = Callable[[Sequence[int], Memory], str]
Make = Callable[[str, Prototype, Arch, Style], Formatter]
WORDS = 6
"""So many words a call has; the one behind them is its result."""
_TWO_WORDS = ("offset", "offset_pair", "offset_high_low", "wide", "wide_flags")
_ONE_WORD_OF_64 = ("offset", "wide", "wide_flags")
_MAY_BE_ABSENT = ("by", "skip", "moved_to")
"""Kinds that may print nothing."""
_LOW = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Field:
    """One argument for a table of details.

    Attributes:
        name: as in the man page; `arg0`.. where the call is not described.
        value: the raw word, unsigned.
        text: what it means, as in the line.
        kind: its kind in prototypes.txt; "" where the call is not described.
        parts: rows of their own that belong to it: name and text.
    """

    name: str
    value: int
    text: str
    kind: str
    parts: tuple[Part, ...] = ()


def places(name: str, prototype: Prototype, arch: Arch, style: Style) -> list[Place]:
    """Return the described arguments of a call, each with the word it starts at."""
    arguments = prototype.arguments or ()
    indexes: dict[str, int] = {RESULT: WORDS}
    at = 0
    for argument in arguments:
        indexes[argument.name] = at
        wide = argument.kind in _TWO_WORDS and (arch.word == 4 or argument.kind not in _ONE_WORD_OF_64)
        at += 2 if wide else 1
    return [Place(arch, name, argument, arguments, indexes, style) for argument in arguments]


class Decoder:
    """Turns calls into text.

    Args:
        string_limit: bytes of a string and items of an array that are shown, strace's -s.
        verbose: abbreviate nothing, strace's -v.
        descriptors: of `memory.DETAILS`, what is shown of a descriptor, strace's -y.
        interfaces: tells the name of a network interface by its number.
        hex_strings: 0; 1: bytes of strings that are not ASCII are shown in hexadecimal; 2: all bytes: strace's -x, -xx.
    """

    def __init__(
        self,
        string_limit: int = 32,
        verbose: bool = False,
        descriptors: frozenset[str] = frozenset(),
        interfaces: Callable[[int], str] | None = None,
        hex_strings: int = 0,
    ) -> None:
        self._style = Style(
            string_limit, verbose, descriptors=descriptors, interfaces=interfaces, hex_strings=hex_strings
        )
        self._after = replace(self._style, after=True)
        self._formatters: dict[tuple[int, int], Formatter] = {}
        self._after_formatters: dict[tuple[int, int], Formatter] = {}
        self._results: dict[tuple[int, int], Formatter] = {}
        self._paths: dict[tuple[int, int], tuple[int, int] | None] = {}

    def prepare(self, arch: int) -> None:
        """Work out how the usual calls of `arch` are printed, before there are any."""
        words, nothing = (0,) * WORDS, RecordedMemory([])
        for nr in usual(arch):
            self.call(arch, nr, words, nothing)
            self.returned(arch, nr, words, 0, nothing)
            self.result(arch, nr, words, 0, nothing)

    def call(self, arch: int, nr: int, args: Sequence[int], memory: Memory) -> str:
        """Return the line strace prints when the call is entered.

        Args:
            arch: AUDIT_ARCH_* token.
            nr: number of the call.
            args: its six words, unsigned.
            memory: the caller's memory.
        """
        try:
            formatter = self._formatters[arch, nr]
        except KeyError:
            formatter = self._compile(arch, nr, self._style, self._formatters)
        return formatter(args, memory)

    def returned(
        self, arch: int, nr: int, args: Sequence[int], result: int, memory: Memory, before: Memory | None = None
    ) -> str:
        """Return the line of a call that has returned: what it has filled in is shown, unless it failed.

        Args:
            arch, nr, args: as of `call`.
            result: what it returned, signed; -4095 to -1 are errnos.
            memory: the caller's memory, after the call.
            before: its memory when the call was entered; without it `memory` stands for both.
        """
        failed = errno_of(result)
        if failed and not (failed in errnos.RESTARTS and self._leaves_time(arch, nr)):
            return self.call(arch, nr, args, before or memory)
        formatter = self._after_formatters.get((arch, nr))
        if formatter is None:
            formatter = self._compile(arch, nr, self._after, self._after_formatters)
        return formatter([*args, result], AfterMemory(before, memory) if before else memory)

    def result(
        self, arch: int, nr: int, args: Sequence[int], value: int, memory: Memory, before: Memory | None = None
    ) -> str:
        """Return what strace writes behind the `=` of a call: `3`, `1 ([{fd=3, revents=POLLIN}])`, `-1 EIO (...)`.

        Args:
            arch, nr, args, memory, before: as of `returned`; what is not known of `memory` is left out.
            value: what it returned, signed.
        """
        failed = errno_of(value)
        if failed:
            return errnos.result_text(failed)
        show = self._results.get((arch, nr))
        if show is None:
            show = self._compile(arch, nr, self._after, self._results, result=True)
        if show is _plain_result:  # of most calls
            return str(value)
        return show([*args, value], AfterMemory(before, memory) if before else memory)

    def fields(
        self,
        arch: int,
        nr: int,
        args: Sequence[int],
        memory: Memory,
        result: int = 0,
        after: Memory | None = None,
    ) -> list[Field]:
        """Return the arguments one by one; those that are not there with these values are left out.

        Args:
            arch, nr, args: as of `call`.
            memory: the caller's memory when the call was entered.
            result: what it has returned, signed.
            after: its memory after the call; None: it has not returned.
        """
        style = self._style
        if after is not None and not errno_of(result):
            style, memory = self._after, AfterMemory(memory, after)
        words = [*_words(arch, args), result]
        name = numbers.name(arch, nr)
        find = MULTIPLEXERS.get(name)
        if find and (meant := find(words, earlier(memory), style.after)):
            prototype = prototypes.find(meant.name, arch, meant.through)
            assert prototype is not None
            return _fields(places(meant.name, prototype, ARCHES[arch], style), (*meant.words, result), memory)
        prototype = prototypes.find(name, arch)
        if arch not in ARCHES or prototype is None or prototype.arguments is None:
            return [Field(f"arg{index}", value, f"{value:#x}", "") for index, value in enumerate(words[:WORDS])]
        return _fields(places(name, prototype, ARCHES[arch], style), words, memory)

    def path(self, arch: int, nr: int, args: Sequence[int], memory: Memory) -> bytes | None:
        """Return the first path among the arguments, without its NUL; None when there is none or it can't be read."""
        try:
            given = self._paths[arch, nr]
        except KeyError:
            given = self._given_path(arch, nr)
            if nr in numbers.names(arch):
                self._paths[arch, nr] = given
        if given is None:
            return None
        index, mask = given
        address = args[index] & mask
        data = memory.read_string(address, PATH_MAX) if address else b""
        return data[:-1] if data[-1:] == b"\0" else None

    def _places(self, arch: int, nr: int) -> list[Place]:
        name = numbers.name(arch, nr)
        prototype = prototypes.find(name, arch)
        if arch not in ARCHES or prototype is None:
            return []
        return places(name, prototype, ARCHES[arch], self._style)

    def _leaves_time(self, arch: int, nr: int) -> bool:
        """Tell whether the call says how much of a sleep was left when it was interrupted."""
        return any(place.argument.kind == "time_left" for place in self._places(arch, nr))

    def _given_path(self, arch: int, nr: int) -> tuple[int, int] | None:
        """Return which word points to the first path, and the bits of it that count."""
        mask = _LOW if arch in ARCHES and ARCHES[arch].word == 4 else -1
        return next(((each.index, mask) for each in self._places(arch, nr) if _is_given_path(each)), None)

    def _compile(
        self, arch: int, nr: int, style: Style, kept: dict[tuple[int, int], Formatter], *, result: bool = False
    ) -> Formatter:
        """Build the formatter of a call, or of its result, and keep it; not of unknown numbers, there are too many."""
        name = numbers.name(arch, nr)
        known = ARCHES.get(arch)
        prototype = prototypes.find(name, arch)
        if known is None or prototype is None:
            return _plain_result if result else _raw(name)
        if result and name not in MULTIPLEXERS and is_plain(prototype.returns, style):
            kept[arch, nr] = _plain_result
            return _plain_result
        make = _result if result else _formatter
        formatter = make(name, prototype, known, style)
        if name in MULTIPLEXERS:
            formatter = _meant(name, known, style, formatter, make)
        if known.word == 4:
            formatter = _narrow(formatter)
        if style.hex_strings:
            formatter = _hexed(formatter, style.hex_strings)
        kept[arch, nr] = formatter
        return formatter


def _formatter(name: str, prototype: Prototype, known: Arch, style: Style) -> Formatter:
    """Return the formatter of a call whose words are given."""
    if prototype.arguments is None:
        return _raw(name)
    made = places(name, prototype, known, style)
    if name == "clone":
        return _join(name, [clone_call(made[0])])
    return _join(name, [printer(place) for place in made], [_optional(place) for place in made])


def _plain_result(args: Sequence[int], _memory: Memory) -> str:
    return str(args[WORDS])


def _result(name: str, prototype: Prototype, known: Arch, style: Style) -> Formatter:
    """Return the formatter of what a call has returned; the words are its arguments and the result."""
    described = places(name, prototype, known, style)
    argument = Argument(RESULT, "int")
    indexes = described[0].indexes if described else {RESULT: WORDS}
    show = returned(Place(known, name, argument, prototype.arguments or (), indexes, style), prototype.returns)
    return lambda args, memory: str(show(args, memory))


def _meant(name: str, known: Arch, style: Style, plain: Formatter, make: Make) -> Formatter:
    """Return the formatter of a call that stands for many; `plain` is for when it can't be told for which."""
    find = MULTIPLEXERS[name]
    made: dict[tuple[str, str], Formatter] = {}

    def show(args: Sequence[int], memory: Memory) -> str:
        meant = find(args, earlier(memory), style.after)
        if meant is None:
            return plain(args, memory)
        formatter = made.get((meant.name, meant.through))
        if formatter is None:
            prototype = prototypes.find(meant.name, known.token, meant.through)
            assert prototype is not None
            formatter = made[meant.name, meant.through] = make(meant.name, prototype, known, style)
        return formatter((*meant.words, *args[WORDS:]), memory)

    return show


def _spread(described: Sequence[Place], args: Sequence[int]) -> Iterator[Place]:
    """Yield the arguments; in the place of one that depends on another those that it is with these values."""
    for place in described:
        if place.argument.kind == "by":
            yield from _spread(chosen(place, args[place.indexes[place.option]]), args)
        else:
            yield place


def _fields(described: Sequence[Place], args: Sequence[int], memory: Memory) -> list[Field]:
    found = []
    for place in _spread(described, args):
        text = printer(place)(args, memory)
        if text is not None:
            parts = _parts(place, args, memory)
            text = hexed(text, place.style.hex_strings) if place.style.hex_strings else text
            found.append(Field(place.argument.name, args[place.index], text, place.argument.kind, parts))
    return found


def _parts(place: Place, args: Sequence[int], memory: Memory) -> tuple[Part, ...]:
    find = PARTS.get(place.argument.kind)
    return tuple(find(place)(args, memory)) if find else ()


def _is_given_path(place: Place) -> bool:
    return place.argument.kind == "path" and place.argument.direction == "in"


def _optional(place: Place) -> bool:
    return place.argument.condition is not None or place.argument.kind in _MAY_BE_ABSENT


def _words(arch: int, args: Sequence[int]) -> Sequence[int]:
    """Return the arguments as the architecture has them: its words may be narrower."""
    known = ARCHES.get(arch)
    return [value & _LOW for value in args] if known and known.word == 4 else args


def _hexed(formatter: Formatter, which: int) -> Formatter:
    """Return the formatter that shows strings in hexadecimal."""
    return lambda args, memory: hexed(formatter(args, memory), which)


def _narrow(formatter: Formatter) -> Formatter:
    """Return the formatter for a 32-bit architecture."""
    return lambda args, memory: formatter([*[value & _LOW for value in args[:WORDS]], *args[WORDS:]], memory)


def _raw(name: str) -> Formatter:
    """Return the formatter of a call that is not described."""

    def show(args: Sequence[int], _memory: Memory) -> str:
        return f"{name}({', '.join([hex_text(value) for value in args[:WORDS]])})"

    return show


def _join(name: str, shows: list[Printer], optional: Sequence[bool] = ()) -> Formatter:
    """Return the formatter that puts the arguments together; the common lengths are written out for speed."""
    if any(optional):
        return _join_optional(name, shows, not any(optional[:-1]))
    match shows:
        case [first]:
            return lambda args, memory: f"{name}({first(args, memory)})"
        case [first, second]:
            return lambda args, memory: f"{name}({first(args, memory)}, {second(args, memory)})"
        case [first, second, third]:
            return lambda args, memory: f"{name}({first(args, memory)}, {second(args, memory)}, {third(args, memory)})"
        case [first, second, third, fourth]:
            return lambda args, memory: (
                f"{name}({first(args, memory)}, {second(args, memory)}, {third(args, memory)}, {fourth(args, memory)})"
            )
    return lambda args, memory: f"{name}({', '.join([str(show(args, memory)) for show in shows])})"


def _join_optional(name: str, shows: list[Printer], only_last: bool) -> Formatter:
    """Return the formatter of a call whose arguments may be absent."""
    *most, last = shows
    if only_last and len(most) == 3:
        first, second, third = most

        def four(args: Sequence[int], memory: Memory) -> str:
            text = f"{name}({first(args, memory)}, {second(args, memory)}, {third(args, memory)}"
            tail = last(args, memory)
            return f"{text})" if tail is None else f"{text}, {tail})"

        return four

    def show(args: Sequence[int], memory: Memory) -> str:
        texts = [show(args, memory) for show in shows]
        return f"{name}({', '.join([text for text in texts if text is not None])})"

    return show
