"""The memory of a call as the details show it: what was copied, what was read since, and what has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seccomp_tui.screens import wording
from seccomp_tui.syscalls.memory import RecordedMemory, Segment, of_memory

if TYPE_CHECKING:
    from seccomp_tui.screens.subject import Subject
    from seccomp_tui.supervisor.wire import MemoryRead
    from seccomp_tui.syscalls.extents import Extent

CALLS = 16
"""Of so many calls is kept what was looked at."""
_FAR_APART = 1 << 20
_LOW = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(slots=True)
class Look:
    """What was read of a held call's memory because the operator wanted to see it.

    Attributes:
        at: when, in nanoseconds after the call came.
        first: what stood there when it was first looked at.
        again: it was looked at once more.
    """

    address: int
    data: bytes
    at: int
    first: bytes
    again: bool = False


class Looks:
    """All looks, by the number of the call."""

    def __init__(self) -> None:
        self._of: dict[int, list[Look]] = {}

    def of(self, seq: int) -> list[Look]:
        """Return what was looked at of a call, in the order in which it was first looked at."""
        return self._of.get(seq, [])

    def take(self, message: MemoryRead, came: int) -> None:
        """Keep what was read.

        Args:
            message: what the supervisor has read.
            came: when the call came.
        """
        looks = self._of.setdefault(message.seq, [])
        while len(self._of) > CALLS:
            self._of.pop(next(iter(self._of)))
        at, end = message.time - came, message.address + len(message.data)
        for look in looks:
            start = message.address - look.address
            if start >= 0 and end <= look.address + len(look.data):
                look.data = look.data[:start] + message.data + look.data[start + len(message.data) :]
                look.at, look.again = at, True
                return
        looks.append(Look(message.address, message.data, at, message.data))


@dataclass(frozen=True, slots=True)
class Piece:
    """Some memory to show.

    Attributes:
        owner: the arguments that point there.
        note: when it was read.
        before: what stood there when the call came; the same where nothing was read since.
        again: it was read once more.
    """

    address: int
    data: bytes
    owner: str
    note: str
    before: bytes
    again: bool = False

    @property
    def end(self) -> int:
        """The address behind it."""
        return self.address + len(self.data)

    @property
    def changed(self) -> int:
        """How many bytes have changed."""
        return sum(now != then for now, then in zip(self.data, self.before, strict=False))


def pieces(subject: Subject) -> list[Piece]:
    """Return the memory that is known of a call."""
    looks = list(subject.looks)
    found = [_with_looks(subject, segment, looks) for segment in of_memory(subject.segments)]
    for address, data in of_memory(subject.filled):
        found.append(Piece(address, data, f"{_owner(subject, address, data)} after the call".lstrip(), "", data))
    for look in looks:
        owner = _owner(subject, look.address, look.data)
        found.append(Piece(look.address, look.data, owner, _note(look, "read"), look.first, look.again))
    return [piece for piece in found if piece.data]


def absent(known: list[Piece], told: list[Extent]) -> list[tuple[str, int, int]]:
    """Return what arguments lead to and nobody has read: the argument's name, the address, and how many bytes."""
    found: dict[str, tuple[int, int]] = {}
    for extent in told:
        if any(piece.address <= extent.address < piece.end for piece in known):
            continue
        name = extent.name.partition(".")[0].partition("[")[0]
        start, end = found.get(name, (extent.address, extent.address))
        found[name] = min(start, extent.address), max(end, extent.address + extent.size)
    return [(name, start, end - start) for name, (start, end) in found.items() if end - start < _FAR_APART]


def told(subject: Subject) -> list[Extent]:
    """Return which bytes are what."""
    from seccomp_tui.syscalls.extents import extents

    now = [(look.address, look.data) for look in subject.looks]
    memory = RecordedMemory([*now, *subject.segments])
    filled = RecordedMemory(subject.filled) if subject.filled else None
    try:
        return extents(subject.arch, subject.nr, subject.args, memory, subject.result, filled)
    except Exception:  # noqa: BLE001 - hostile bytes, as in `Decoding`
        return []


def _with_looks(subject: Subject, segment: Segment, looks: list[Look]) -> Piece:
    """Return a copied piece as it is by now; the look that it was seen by is taken out of `looks`."""
    address, data = segment
    owner = _owner(subject, address, data)
    for look in looks:
        if look.address <= address and address + len(data) <= look.address + len(look.data) and data:
            if look.address == address and len(look.data) == len(data):
                looks.remove(look)
            start = address - look.address
            now = look.data[start : start + len(data)]
            return Piece(address, now, owner, _note(look, "read again"), data, True)
    return Piece(address, data, owner, "copied on arrival", data)


def _note(look: Look, word: str) -> str:
    return f"{word} {wording.duration(look.at)} later"


def _owner(subject: Subject, address: int, data: bytes) -> str:
    """Return the arguments that point into a piece of memory."""
    names = [
        field.name
        for field in subject.fields
        if isinstance(field.value, int) and address <= (field.value & _LOW) < address + max(len(data), 1)
    ]
    return " ".join(names)
