"""What is asked to be written for one argument of a call, and how a kind says what writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seccomp_tui.syscalls.encode import EncodeError, unquote
from seccomp_tui.syscalls.kinds.addresses import int_at
from seccomp_tui.syscalls.kinds.base import IN_BYTES, RESULT, Place, signed
from seccomp_tui.syscalls.memory import Memory, Segment

Fields = Sequence[tuple[str, str]]
MOST_ITEMS = 1024
"""So many items of an array, or buffers of a vector, are written to at most."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What is written for one argument.

    Attributes:
        writes: where and what; they may be empty.
        counted: what the call returns because of it, 0 when it tells nothing; of several arguments they are added up.
    """

    writes: tuple[Segment, ...] = ()
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written where one argument of a call points to.

    Attributes:
        place: the argument.
        words: of the call, as its architecture has them.
        values, fields: what; texts are written as the decoder prints them.
        memory: of the caller.
        base: what is there before; None: zeros, or what the memory holds where the call reads it.
        free: of a string that is there, a longer one may take the place.
    """

    place: Place
    words: Sequence[int]
    values: Sequence[bytes | str]
    fields: Fields
    memory: Memory
    base: bytes | None = None
    free: bool = False

    @property
    def name(self) -> str:
        """Name of the argument."""
        return self.place.argument.name

    @property
    def address(self) -> int:
        """Where it points to.

        Raises:
            EncodeError: to nothing.
        """
        return self._there(self.words[self.place.index])

    @property
    def count(self) -> int:
        """What the argument says that holds the length: so many bytes, or items."""
        name = self.place.argument.options[0].removeprefix(IN_BYTES)
        value = self.words[self.place.indexes[name]]
        length = next(each for each in self.place.arguments if each.name == name)
        if length.direction:
            return max(int_at(value, self.memory) or 0, 0)
        return max(signed(value), 0) if length.kind in ("int", "uint") else value

    @property
    def told(self) -> bool:
        """The call returns how much there is."""
        return RESULT in self.place.argument.options

    def _there(self, address: int) -> int:
        if not address:
            message = f"{self.name} is NULL: nothing can be written there"
            raise EncodeError(message)
        return address

    def data(self) -> bytes:
        """Return the bytes of all values together."""
        self.without_fields()
        return b"".join([value if isinstance(value, bytes) else unquote(value) for value in self.values])

    def words_given(self) -> list[str]:
        """Return the values as texts, for what is no buffer."""
        self.without_fields()
        return [value if isinstance(value, str) else value.decode("utf-8", "replace") for value in self.values]

    def without_fields(self) -> None:
        """Refuse fields where there are none."""
        if self.fields:
            message = f"{self.name} has no fields: '{self.fields[0][0]}' means nothing there"
            raise EncodeError(message)

    def fits(self, size: int, room: int, what: str = "bytes") -> None:
        """Refuse more than there is room for."""
        if size > room:
            message = f"{self.name} has room for {room} {what}, not {size}"
            raise EncodeError(message)

    def before(self, size: int) -> bytes:
        """Return the bytes that are there before."""
        data = self.base
        if data is None:
            reads = self.place.argument.direction != "out"
            data = self.memory.read(self.words[self.place.index], size) if reads else b""
        return data[:size].ljust(size, b"\0")

    def written(self, data: bytes, counted: int = 0) -> Filled:
        """Return that `data` is written where the argument points to."""
        return Filled(((self.address, data),) if data else (), counted)


Filler = Callable[[Asked], Filled]
FILLERS: dict[str, Filler] = {}


def filler(*names: str) -> Callable[[Filler], Filler]:
    """Register what writes the kinds of these names."""

    def register(made: Filler) -> Filler:
        FILLERS.update(dict.fromkeys(names, made))
        return made

    return register
