"""System calls as text: `openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC)`, to the letter as strace prints an entry.

Every call is compiled once for an architecture into closures; what comes from the target never makes it raise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from . import constants, numbers, prototypes
from .arch import ARCHES, Arch
from .kinds import FACTORIES, Place, Printer, Style
from .kinds.process import clone_call
from .memory import PATH_MAX, Memory
from .prototypes import Argument, Condition, Prototype

Formatter = Callable[[Sequence[int], Memory], str]
_TWO_WORDS = ("offset", "offset_pair", "offset_high_low")
_FILE_TYPE = 0o170000
_LOW = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Field:
    """One argument for a table of details.

    Attributes:
        name: as in the man page; `arg0`.. where the call is not described.
        value: the raw word, unsigned.
        text: what it means, as in the line.
        kind: its kind in prototypes.txt; "" where the call is not described.
    """

    name: str
    value: int
    text: str
    kind: str


def places(name: str, prototype: Prototype, arch: Arch, style: Style) -> list[Place]:
    """Return the described arguments of a call, each with the word it starts at."""
    indexes: dict[str, int] = {}
    at = 0
    for argument in prototype.arguments or ():
        indexes[argument.name] = at
        wide = argument.kind in _TWO_WORDS and (arch.word == 4 or argument.kind != "offset")
        at += 2 if wide else 1
    return [Place(arch, name, argument, indexes, style) for argument in prototype.arguments or ()]


def printer(place: Place) -> Printer:
    """Return what prints one argument, with its condition."""
    show = FACTORIES[place.argument.kind](place)
    condition = place.argument.condition
    if condition is None:
        return show
    holds = _condition(condition, place)

    def conditional(args: Sequence[int], memory: Memory) -> str | None:
        return show(args, memory) if holds(args) else None

    return conditional


def _condition(condition: Condition, place: Place) -> Callable[[Sequence[int]], bool]:
    """Return the test whether an argument is there."""
    index = place.indexes[condition.argument]
    if condition.test == ">":
        least = int(condition.operands[0])
        return lambda args: args[index] & _LOW > least
    values = [_constant(operand, condition.argument, place) for operand in condition.operands]
    if condition.test == "has":
        return lambda args: _has(args[index], values)
    if condition.test == "is":
        return lambda args: args[index] & _FILE_TYPE in values
    return lambda args: (args[index] & _LOW in values) is not condition.negated


def _has(bits: int, values: list[int]) -> bool:
    """Tell whether all bits of one of the values are there."""
    for value in values:  # noqa: SIM110 - twice as fast as any()
        if bits & value == value:
            return True
    return False


def _constant(name: str, argument: str, place: Place) -> int:
    """Return the value of a name used in a condition: from the set of that argument, or a type of file."""
    described = prototypes.find(place.call, place.arch.token)
    for candidate in (described.arguments if described else None) or ():
        if candidate.name == argument and candidate.options:
            value = constants.table(candidate.options[0], place.arch.token).value(name)
            if value is not None:
                return value
    return constants.table("file_type").names[name]


class Decoder:
    """Turns calls into text.

    Args:
        string_limit: bytes of a string and items of an array that are shown, strace's -s.
        verbose: show environments in full, strace's -v.
    """

    def __init__(self, string_limit: int = 32, verbose: bool = False) -> None:
        self._style = Style(string_limit, verbose)
        self._formatters: dict[tuple[int, int], Formatter] = {}
        self._rows: dict[tuple[int, int], list[tuple[Argument, int, Printer]]] = {}
        self._paths: dict[tuple[int, int], int | None] = {}

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
            formatter = self._compile(arch, nr)
        return formatter(args, memory)

    def fields(self, arch: int, nr: int, args: Sequence[int], memory: Memory) -> list[Field]:
        """Return the arguments one by one; those that are not there with these values are left out."""
        args = _words(arch, args)
        rows = self._rows.get((arch, nr))
        if rows is None:
            rows = self._build_rows(arch, nr)
            if rows:
                self._rows[arch, nr] = rows
        if not rows:
            described = prototypes.find(numbers.name(arch, nr), arch)
            if described and described.arguments is not None:
                return []
            return [Field(f"arg{index}", value, f"{value:#x}", "") for index, value in enumerate(args)]
        shown = ((argument, args[index], show(args, memory)) for argument, index, show in rows)
        return [Field(argument.name, value, text, argument.kind) for argument, value, text in shown if text is not None]

    def path(self, arch: int, nr: int, args: Sequence[int], memory: Memory) -> bytes | None:
        """Return the first path among the arguments, without its NUL; None when there is none or it can't be read."""
        try:
            index = self._paths[arch, nr]
        except KeyError:
            index = self._path_index(arch, nr)
            if nr in numbers.names(arch):
                self._paths[arch, nr] = index
        if index is None:
            return None
        address = _words(arch, args)[index]
        data = memory.read_string(address, PATH_MAX) if address else b""
        return data[:-1] if data[-1:] == b"\0" else None

    def _places(self, arch: int, nr: int) -> list[Place]:
        name = numbers.name(arch, nr)
        prototype = prototypes.find(name, arch)
        if arch not in ARCHES or prototype is None:
            return []
        return places(name, prototype, ARCHES[arch], self._style)

    def _path_index(self, arch: int, nr: int) -> int | None:
        return next((place.index for place in self._places(arch, nr) if place.argument.kind == "path"), None)

    def _build_rows(self, arch: int, nr: int) -> list[tuple[Argument, int, Printer]]:
        return [(place.argument, place.index, printer(place)) for place in self._places(arch, nr)]

    def _compile(self, arch: int, nr: int) -> Formatter:
        """Build the formatter of a call and keep it; unknown numbers are not kept, there are too many."""
        name = numbers.name(arch, nr)
        known = ARCHES.get(arch)
        prototype = prototypes.find(name, arch)
        if known is None or prototype is None:
            return _raw(name)
        if prototype.arguments is None:
            formatter = _raw(name)
        else:
            made = places(name, prototype, known, self._style)
            if name == "clone":
                formatter = _join(name, [clone_call(made[0])])
            else:
                formatter = _join(name, [printer(place) for place in made], [_optional(place) for place in made])
        if known.word == 4:
            formatter = _narrow(formatter)
        self._formatters[arch, nr] = formatter
        return formatter


def with_style(place: Place, style: Style) -> Place:
    """Return the same place in another style."""
    return replace(place, style=style)


def _optional(place: Place) -> bool:
    return place.argument.condition is not None or place.argument.kind == "by"


def _words(arch: int, args: Sequence[int]) -> Sequence[int]:
    """Return the arguments as the architecture has them: its words may be narrower."""
    known = ARCHES.get(arch)
    return [value & _LOW for value in args] if known and known.word == 4 else args


def _narrow(formatter: Formatter) -> Formatter:
    """Return the formatter for a 32-bit architecture."""
    return lambda args, memory: formatter([value & _LOW for value in args], memory)


def _raw(name: str) -> Formatter:
    """Return the formatter of a call that is not described."""

    def show(args: Sequence[int], _memory: Memory) -> str:
        return f"{name}({', '.join([f'{value:#x}' for value in args])})"

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
