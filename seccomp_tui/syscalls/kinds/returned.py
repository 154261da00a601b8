"""What a call has returned: a number, and in parentheses what it means: `0x1 (flags FD_CLOEXEC)`, `0 (Timeout)`.

Some results say what memory holds by then; what is not known of that is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from seccomp_tui.syscalls import constants, errnos, operations
from seccomp_tui.syscalls.memory import AfterMemory, Memory
from seccomp_tui.syscalls.prototypes import Argument, Result

from .base import FACTORIES, MOST_ITEMS, Place, Printer, Style, kind
from .descriptors import descriptor_text
from .structures import struct_name, structure_text
from .times import date_comment
from .vectors import POLLFD, bits, fd_set_size

_LOW = 0xFFFFFFFF
_ERRNO_MAX = 4095
_TIMEOUT = "Timeout"
_ONLY_BY_NAME = ("enum", "flags", "signal", "signal_handler")
"""Meanings that are left out where they have no name; after a word of their own the bare number stands for it."""


def _hex(value: int, word: int) -> str:
    return f"{value & (1 << 8 * word) - 1:#x}" if value else "0"


def _errno(value: int, _word: int) -> str:
    """Return a number of 32 bits that may be an errno: the kernel has not made a word of it."""
    failed = (1 << 32) - value
    return f"{value} {errnos.name(failed)} ({errnos.describe(failed)})" if 0 < failed <= _ERRNO_MAX else str(value)


_NUMBERS: dict[str, Callable[[int, int], str]] = {
    **dict.fromkeys(("ptr", "addr", "hex"), _hex),
    "mode": lambda value, _word: f"0{value:o}".zfill(3),
    "errno": _errno,
}
"""How a result is written that is not decimal."""


def number(name: str, value: int, word: int) -> str:
    """Return a result of a kind (of prototypes.txt) that is no errno, where words have so many bytes."""
    text = _NUMBERS.get(name)
    return text(value, word) if text else str(value)


def is_plain(result: Result, style: Style) -> bool:
    """Tell whether a result that is no errno is always shown as just a number."""
    leads = result.kind == "fd" and style.descriptors
    return not (result.by or result.meaning or result.kind in _NUMBERS or leads)


def returned(place: Place, result: Result) -> Printer:
    """Return the printer of a result that is no errno.

    Args:
        place: of the result, beside the arguments.
        result: what the table says of it.
    """
    if result.by:
        return _by(place, result)
    show = _number(place, result.kind)
    if result.kind == "fd" and place.style.descriptors:
        show = _descriptor(place, result)
    elif result.kind == "ptr" and result.same:
        show = _left_at(place, place.indexes[result.same])
    if result.meaning is None:
        return show
    tell = _meaning(place, result.meaning, result.word)

    def with_meaning(args: Sequence[int], memory: Memory) -> str:
        text = tell(args, memory)
        return f"{show(args, memory)} ({text})" if text is not None else str(show(args, memory))

    return with_meaning


def _number(place: Place, name: str) -> Printer:
    index, text, word = place.index, _NUMBERS.get(name), place.arch.word
    return (lambda args, _memory: text(args[index], word)) if text else (lambda args, _memory: str(args[index]))


def _left_at(place: Place, index: int) -> Printer:
    """Return the printer of an address that the call does not return but leaves in memory."""
    word, plain = place.arch.word, _number(place, "ptr")

    def show(args: Sequence[int], memory: Memory) -> str | None:
        data = memory.read(args[index], word)
        return _hex(int.from_bytes(data, "little"), word) if len(data) == word else plain(args, memory)

    return show


def _by(place: Place, result: Result) -> Printer:
    """Return the printer of a result whose meaning an argument decides."""
    known, deciding = operations.find(place.call, result.by, place.arch.token), place.indexes[result.by]
    plain, made = returned(place, replace(result, by="")), dict[int, Printer]()

    def show(args: Sequence[int], memory: Memory) -> str | None:
        key = known.key(args[deciding])
        if key not in known.results:
            return plain(args, memory)
        if key not in made:
            made[key] = returned(place, known.results[key])
        return made[key](args, memory)

    return show


class _New(AfterMemory):
    """Memory in which a descriptor is always the one that the call has made."""

    def __init__(self, memory: AfterMemory) -> None:
        super().__init__(memory.before, memory.after)
        self._made = memory.made

    def descriptor(self, fd: int, details: frozenset[str], /) -> bytes:
        """Return what it leads to."""
        return self._made(fd, details)


def _descriptor(place: Place, result: Result) -> Printer:
    """Return the printer of a descriptor that the call has made, with what it leads to.

    That is known where it is another one for what an argument leads to, or was looked up afterwards.
    """
    index, style, same = place.index, place.style, place.indexes[result.same] if result.same else None

    def show(args: Sequence[int], memory: Memory) -> str:
        fd = args[index]
        if same is None:
            return descriptor_text(fd, _New(memory) if isinstance(memory, AfterMemory) else memory, style)
        return f"{fd}{descriptor_text(args[same] & _LOW, memory, style).lstrip('0123456789')}"

    return show


def _meaning(place: Place, meaning: Argument, word: str) -> Printer:
    """Return what prints the text in parentheses, or nothing."""
    show = FACTORIES[meaning.kind](replace(place, argument=meaning))
    if meaning.kind not in _ONLY_BY_NAME:
        return (lambda args, memory: f"{word} {show(args, memory)}") if word else show

    def named(args: Sequence[int], memory: Memory) -> str | None:
        text, _, _ = str(show(args, memory)).partition(" /*")
        if text == "0" or (text[0].isdigit() and not word):
            return None
        return f"{word} {text}" if word else text

    return named


# --- meanings ---


@kind("seconds_date")
def seconds_date(place: Place) -> Printer:
    """A time in seconds, as the date."""
    return lambda args, _memory: date_comment(args[place.index], "").removeprefix(" /* ").removesuffix(" */") or None


@kind("entry_number")
def entry_number(place: Place) -> Printer:
    """The number of the entry that was filled in: `entry_number[u_info]`."""
    index = place.indexes[place.option]

    def show(args: Sequence[int], memory: Memory) -> str | None:
        data = memory.read(args[index], 4) if args[index] else b""
        return f"entry_number={int.from_bytes(data, 'little')}" if len(data) == 4 else None

    return show


def _left(place: Place, name: str) -> Printer:
    """Return what prints how much of a time to wait was left; "" where there was no such time."""
    argument = next(each for each in place.arguments if each.name == name)
    there = replace(place, argument=argument)
    index, show = there.index, structure_text(struct_name(there), there)

    def left(args: Sequence[int], memory: Memory) -> str | None:
        address = args[index]
        text = show(address, args, memory) if address else ""
        return None if text.startswith("0x") else text and f"left {text}"

    return left


@kind("left")
def left(place: Place) -> Printer:
    """What was left of the time to wait: `left[timeout]`."""
    show = _left(place, place.option)

    def text(args: Sequence[int], memory: Memory) -> str | None:
        return (show(args, memory) or None) if args[place.index] else _TIMEOUT

    return text


@kind("ready")
def ready(place: Place) -> Printer:
    """The descriptors on which something has happened: `ready[fds, count]`, `ready[fds, count, timeout]`."""
    fds, count, *timeout = place.argument.options
    index, length, result = place.indexes[fds], place.indexes[count], place.index
    events, style, limit = constants.table("poll").text, place.style, place.style.item_limit
    remaining = _left(place, timeout[0]) if timeout else None

    def text(args: Sequence[int], memory: Memory) -> str | None:
        if not args[result]:
            return _TIMEOUT
        wanted = min(args[length] & _LOW, MOST_ITEMS) * POLLFD.size
        data = memory.read(args[index], wanted)
        rest = remaining(args, memory) if remaining else ""
        if len(data) < wanted or rest is None:
            return None
        items = [
            f"{{fd={descriptor_text(fd, memory, style)}, revents={events(got & 0xFFFF).partition(' /*')[0]}}}"
            for fd, _, got in POLLFD.iter_unpack(data)
            if got
        ]
        shown = [*items[:limit], *["..."] * (len(items) > limit)]
        return ", ".join([*([f"[{', '.join(shown)}]"] if shown else []), *([rest] if rest else [])]) or None

    return text


_SETS = (("readfds", "in"), ("writefds", "out"), ("exceptfds", "except"))


@kind("selected")
def selected(place: Place) -> Printer:
    """The descriptors that are left in the sets of select(2), as many as it says: `selected[count, timeout]`."""
    count, timeout = place.argument.options
    sets = [(place.indexes[name], word) for name, word in _SETS]
    length, result, word, style = place.indexes[count], place.index, place.arch.word, place.style
    remaining = _left(place, timeout)

    def text(args: Sequence[int], memory: Memory) -> str | None:
        if not args[result]:
            return _TIMEOUT
        parts, missing = [], args[result]
        size, most = fd_set_size(args[length], word)
        for index, name in sets:
            data = memory.read(args[index], size) if args[index] else b""
            if args[index] and len(data) < size:
                return None
            found = bits(data, most)[:missing]
            missing -= len(found)
            if found:
                parts.append(f"{name} [{' '.join([descriptor_text(fd, memory, style) for fd in found])}]")
        rest = remaining(args, memory)
        return None if rest is None else ", ".join(parts + ([rest] if rest else []))

    return text
