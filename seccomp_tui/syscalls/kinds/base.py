"""What all kinds of arguments share: how a kind is registered, and how it is built for one argument of one call.

A kind is a factory: it gets a `Place` (once for each call, architecture and style) and returns a `Printer`, a closure
that turns the six words of a call into this argument's text. What can be settled beforehand is settled in the factory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from seccomp_tui.syscalls.arch import Arch
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.prototypes import RESULT as RESULT
from seccomp_tui.syscalls.prototypes import Argument

Printer = Callable[[Sequence[int], Memory], str | None]
"""Text of one argument; None when it is not printed at all."""
Part = tuple[str, str]
"""A part of an argument that has a row of its own in the details: its name, and its text."""
Parts = Callable[[Sequence[int], Memory], list[Part]]
Pointed = Callable[[int, Sequence[int], Memory], str]
"""Text of what lies at an address that is not 0."""

IN_BYTES = "bytes "
"""Before the argument that holds the size of one struct, not how many there are: `clone_args[bytes size]`."""
LEAST = "least "
"""Before the size under which such a struct is not looked at: `clone_args[bytes size, least 64]`."""
MOST = "most "
"""Before the length over which a buffer is not looked at: `bytes[len, most 64]`."""
MOST_ITEMS = 1024
"""So many items of an array are read and shown at most, whatever the string limit: lengths come from the target."""


@dataclass(frozen=True, slots=True)
class Style:
    """How much is shown.

    Attributes:
        string_limit: bytes of a string, strace's -s, and items of an array.
        verbose: strace's -v.
        copying: what is to be copied is worked out, not text: the result is not known yet.
        after: the call has returned: what it filled in is shown, and the seventh word is its result.
        descriptors: of `memory.DETAILS`, what is shown of a descriptor, strace's -y.
        interfaces: tells the name of a network interface, "" for an unknown one; without it they are numbers.
        hex_strings: 1: bytes that are not ASCII are shown in hexadecimal; 2: all; strace's -x and -xx.
    """

    string_limit: int = 32
    verbose: bool = False
    after: bool = False
    copying: bool = False
    descriptors: frozenset[str] = frozenset()
    interfaces: Callable[[int], str] | None = None
    hex_strings: int = 0

    @property
    def item_limit(self) -> int:
        """So many items of an array are shown: with -v as many as were read."""
        return MOST_ITEMS if self.verbose else self.string_limit


@dataclass(frozen=True, slots=True)
class Place:
    """One argument of a call, or one field of a struct, on one architecture.

    Attributes:
        arch: whose words these are.
        call: the call's name, or the struct's.
        argument: its line in the table.
        arguments: it and those beside it.
        indexes: for each argument's name the word it starts at; RESULT for what the call returned.
        style: how much is shown.
        mask: the bits that count of a plain value.
    """

    arch: Arch
    call: str
    argument: Argument
    arguments: tuple[Argument, ...]
    indexes: dict[str, int]
    style: Style
    mask: int = 0xFFFFFFFF

    @property
    def index(self) -> int:
        """Which of the six words it is."""
        return self.indexes[self.argument.name]

    @property
    def option(self) -> str:
        """The first option; "" without one."""
        return self.argument.options[0] if self.argument.options else ""

    @property
    def length_index(self) -> int:
        """Which word holds the length: of `kind[argument]`, or of `kind[.., return]` once the call has returned."""
        options = self.argument.options
        name = options[-1] if options[-1] == RESULT and self.style.after and not self.style.copying else options[0]
        return self.indexes[name.removeprefix(IN_BYTES)]

    @property
    def shown_as_address(self) -> bool:
        """It is to be filled by the call, which has not returned yet."""
        return self.argument.direction == "out" and not self.style.after


Factory = Callable[[Place], Printer]
FACTORIES: dict[str, Factory] = {}
ANY_STRUCT = "struct"
"""The factory of all kinds that have none of their own: they are structs of structs.h."""


_Made = TypeVar("_Made")


def enter(registry: dict[str, _Made], names: Sequence[str], made: _Made) -> None:
    """Enter something under names that must be free: of two, the one imported last would silently count."""
    for name in names:
        if name in registry:
            message = f"kind {name} twice"
            raise ValueError(message)
        registry[name] = made


def kind(*names: str) -> Callable[[Factory], Factory]:
    """Register a factory under the names that prototypes.txt uses."""

    def register(factory: Factory) -> Factory:
        enter(FACTORIES, names, factory)
        return factory

    return register


PARTS: dict[str, Callable[[Place], Parts]] = {}


def parts(*names: str) -> Callable[[Callable[[Place], Parts]], Callable[[Place], Parts]]:
    """Register what finds the parts of a kind's arguments; most kinds have none."""

    def register(find: Callable[[Place], Parts]) -> Callable[[Place], Parts]:
        enter(PARTS, names, find)
        return find

    return register


def pointer(value: int) -> str:
    """Return an address as strace does."""
    return f"{value:#x}" if value else "NULL"


def signed(value: int, bits: int = 32) -> int:
    """Return the low bits of `value` as a signed number."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def at(place: Place, text: Callable[[int], str]) -> Printer:
    """Return the printer of a plain value."""
    index = place.index

    def show(args: Sequence[int], _memory: Memory) -> str:
        return text(args[index])

    return show


def behind(place: Place, text: Pointed) -> Printer:
    """Return the printer of what a pointer points to; what is yet to be filled is printed as its address."""
    if place.shown_as_address:
        return FACTORIES["ptr"](place)
    index = place.index

    def show(args: Sequence[int], memory: Memory) -> str:
        address = args[index]
        return text(address, args, memory) if address else "NULL"

    return show


def array(address: int, count: int, size: int, limit: int, memory: Memory, text: Callable[[bytes], str]) -> str:
    """Return `[a, b, ...]` for `count` items of `size` bytes, of which at most `limit` are shown."""
    if count <= 0:
        return "[]"
    if address + count * size >> 64:
        return f"{address:#x}"
    wanted = min(count, limit, MOST_ITEMS)
    data = memory.read(address, wanted * size)
    items = [text(data[start : start + size]) for start in range(0, len(data) - size + 1, size)]
    if not items:
        return f"{address:#x}"
    if len(items) < wanted:
        items.append(f"... /* {address + len(items) * size:#x} */")
    elif wanted < count:
        items.append("...")
    return f"[{', '.join(items)}]"


def pointed_value(size: int, text: Callable[[int], str]) -> Pointed:
    """Return what prints one unsigned number of `size` bytes at an address: `[0]`."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        return f"[{text(int.from_bytes(data, 'little'))}]" if len(data) == size else f"{address:#x}"

    return show


def pair(size: int, text: Callable[[bytes, Memory], str]) -> Pointed:
    """Return what prints two things of `size` bytes beside each other; their address where not both can be read."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, 2 * size)
        if len(data) < 2 * size:
            return f"{address:#x}"
        return f"[{text(data[:size], memory)}, {text(data[size:], memory)}]"

    return show
