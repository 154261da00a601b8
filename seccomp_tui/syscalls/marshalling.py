"""What a call needs to be made once more, by another process: its words, with copies of all that they point to.

Made of the copy that was taken when the call trapped, so that what is done is what was looked at. Nothing of the target
but numbers of descriptors is left in a plan: no pointer, and no path that has not been marked as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from . import numbers, prototypes, structs
from .arch import ARCHES, native
from .decode import places
from .kinds import Place, Style
from .kinds.base import IN_BYTES, MOST, signed
from .kinds.by import chosen
from .kinds.conditions import presence
from .kinds.structures import least_size, struct_name
from .lookups import Lookup, lookup, takes_empty
from .memory import AT_FDCWD, PATH_MAX, Memory

ROOM_MOST = 1 << 20
"""Bytes of what a call fills in, at most; no performable call has more to say."""
COPY_MOST = 64 << 20
"""Bytes of what a call reads, at most: a module image."""
STRING_MOST = 64 << 10

_LOW = 0xFFFFFFFF
_O_CREAT_WRONLY_TRUNC = 0o1101
_O_CLOEXEC = 0o2000000
_AF_UNIX = 1
_NO_MAGICLINKS, _NO_SYMLINKS = 2, 4
_IDMAP = 0x100000
_FSCONFIG_SET_FD = 5
_PAIRS = ("timespec_pair", "timeval_pair", "timespec64_pair")
_STRINGS = ("string", "mount_type", "mount_data")
_BUFFERS = ("bytes", "hex_bytes", "sockaddr", "module_image")
_DESCRIPTORS = ("fd", "dirfd", "module_fd")
_CLOEXEC = {
    "open": (1, _O_CLOEXEC),
    "openat": (2, _O_CLOEXEC),
    "open_tree": (2, _O_CLOEXEC),
    "fsopen": (1, 1),
    "fsmount": (1, 1),
    "fspick": (2, 1),
}
"""Which word asks for a descriptor that is closed at an execve, and with which bit."""
_MAKING = "fsopen fsmount fspick fsconfig"
_BLOCKING = (
    *("mount", "umount2", "open_tree", "move_mount", "mount_setattr", *_MAKING.split()),
    *("connect", "bind", "init_module", "finit_module", "delete_module"),
)
"""Calls that may wait long, or that depend on the pid namespace of the process that makes them."""


class Refused(ValueError):
    """A call that can't be made in the target's place; the message says why."""


@dataclass(frozen=True, slots=True)
class Number:
    """A word as it is; 0 for NULL."""

    value: int


@dataclass(frozen=True, slots=True)
class Bytes:
    """A pointer to these bytes.

    Attributes:
        inside: what stands at offsets in them in the place of the target's own words, 8 bytes each.
    """

    data: bytes
    inside: tuple[tuple[int, Item], ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """A pointer to bytes of which not all were copied: the target's memory must be read once more.

    Attributes:
        size: how many; -1: up to and with a NUL.
        copied: what was, and what the rest must therefore begin with.
    """

    address: int
    size: int
    copied: bytes


@dataclass(frozen=True, slots=True)
class Room:
    """A pointer to what the call fills in.

    Attributes:
        address: where it belongs in the target.
        size: bytes.
        counted: only so many count as the call returns; else all, once it succeeds.
    """

    address: int
    size: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A pointer to what the target itself can't read, or to what nobody looks at."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor of the target; AT_FDCWD: its working folder."""

    number: int


@dataclass(frozen=True, slots=True)
class Path:
    """A path, to be looked up as the target would.

    Attributes:
        base: the folder's descriptor that a relative one starts from.
        flags: which word has the flags, of OPEN; -1: they are the first 8 bytes of the struct in the next word.
    """

    text: bytes
    lookup: Lookup
    base: int = AT_FDCWD
    flags: int = 0


Item = Number | Bytes | Copy | Room | Unreadable | Descriptor | Path


@dataclass(frozen=True, slots=True)
class Plan:
    """A call that can be made in the target's place.

    Attributes:
        name: of the call as the target made it.
        nr: number of the call to make.
        words: one for each of its arguments.
        descriptor: what it returns is a new descriptor.
        cloexec: which is to be closed at an execve.
        blocks: it may wait long.
        checked: the kernel alone looks the path up: what it opens must not be one's own entry in a procfs.
        working: texts in it may be paths, which start from the working folder.
    """

    name: str
    nr: int
    words: tuple[Item, ...]
    descriptor: bool = False
    cloexec: bool = False
    blocks: bool = False
    checked: bool = False
    working: bool = False

    def all_items(self) -> Iterator[Item]:
        """Yield all words, and what stands inside of what they point to."""
        for word in self.words:
            yield word
            if isinstance(word, Bytes):
                yield from (item for _, item in word.inside)


def plan(arch: int, nr: int, args: Sequence[int], memory: Memory) -> Plan:
    """Return how call `nr` is made in the target's place.

    Args:
        arch: AUDIT_ARCH_* token.
        args: its six words.
        memory: what was copied when it trapped.

    Raises:
        Refused: it can't be.
    """
    machine = native()
    if arch != machine.token:
        known = ARCHES[arch].name if arch in ARCHES else f"{arch:#x}"
        raise Refused(f"a call of {known} can't be made by a process of {machine.name}")
    name = numbers.name(arch, nr)
    prototype = prototypes.find(name, arch)
    if prototype is None or not prototype.performable:
        raise Refused(f"{name} can't be made in the target's place: it is about the calling process itself")
    call = _Call(name, args, memory, places(name, prototype, machine, Style(copying=True)))
    words = call.words()
    made = prototype.result == "fd"
    if name == "creat":
        nr = numbers.number(arch, "open") or nr
        words = (words[0], Number(_O_CREAT_WRONLY_TRUNC), *words[1:])
    if name == "openat2":
        return _openat2(nr, words)
    at, bit = _CLOEXEC.get(name, (0, 0))
    working = name == "fsconfig" and not any(isinstance(word, Path) for word in words)
    return Plan(name, nr, words, made, bool(args[at] & bit), name in _BLOCKING, working=working)


def _openat2(nr: int, words: tuple[Item, ...]) -> Plan:
    """Return the plan of an openat2(2). One with a say in how it is looked up is left to the kernel."""
    _, path, how, size = words
    data = how.data if isinstance(how, Bytes) else b""
    cloexec = bool(int.from_bytes(data[:8], "little") & _O_CLOEXEC)
    resolve = int.from_bytes(data[16:24], "little")
    if not resolve or not isinstance(path, Path):
        return Plan("openat2", nr, words, True, cloexec)
    how = Bytes(data[:16] + (resolve | _NO_MAGICLINKS).to_bytes(8, "little") + data[24:])
    words = (Descriptor(path.base), Bytes(path.text + b"\0"), how, size)
    return Plan("openat2", nr, words, True, cloexec, checked=not resolve & (_NO_SYMLINKS | _NO_MAGICLINKS))


class _Call:
    """One call while its plan is made."""

    def __init__(self, name: str, args: Sequence[int], memory: Memory, described: Sequence[Place]) -> None:
        self.name = name
        self.args = args
        self.memory = memory
        self.places = list(described)
        if self.places and self.places[-1].argument.kind == "by":
            last = self.places.pop()
            self.places += chosen(last, args[last.indexes[last.option]])

    def words(self) -> tuple[Item, ...]:
        """Return what each word becomes."""
        made: dict[int, Item] = {}
        for place in self.places:
            if place.index not in made:
                made[place.index] = self._word(place, made)
        return tuple(made.get(index, Number(self.args[index])) for index in range(max(made, default=-1) + 1))

    def _word(self, place: Place, made: dict[int, Item]) -> Item:
        kind = place.argument.kind
        value = self.args[place.index]
        if kind == "path":
            return self._path(place, made)
        if kind in _DESCRIPTORS or (self.name == "fsconfig" and kind == "int" and _is_fd(self.args)):
            return Descriptor(signed(value))
        if place.argument.direction:
            present = presence(place)
            return self._pointed(place, value) if value and (present is None or present(self.args)) else Number(0)
        return Number(1 if value else 0) if kind == "ptr" else Number(value)

    def _pointed(self, place: Place, address: int) -> Item:
        kind, direction = place.argument.kind, place.argument.direction
        if direction != "in":
            return self._room(place, address)
        if kind in _STRINGS:
            return _string(self.memory, address)
        if kind == "sockaddr":
            return self._address(place, address)
        if kind in _BUFFERS:
            return _buffer(place, self.args, self.memory)
        if kind in _PAIRS:
            return _exactly(self.memory, address, 32)
        return self._struct(place, address)

    def _room(self, place: Place, address: int) -> Item:
        if structs.declared(place.argument.kind):
            return Room(address, structs.layout(struct_name(place), place.arch.word).size, counted=False)
        size = self.args[place.length_index]
        return Room(address, min(size, ROOM_MOST), counted=True)

    # --- paths ---

    def _path(self, place: Place, made: dict[int, Item]) -> Item:
        """Return what a path becomes; a folder's descriptor beside it is then part of it, and no word of its own."""
        at, address = place.index, self.args[place.index]
        how = lookup(self.name, place.argument.name, self.args)
        folder = None if how == Lookup.TEXT else self._folder_of(place)
        text = self.memory.read_string(address, PATH_MAX) if address else b""
        ended = text[-1:] == b"\0"
        if not ended and len(text) < PATH_MAX:
            if folder is not None:
                empty = takes_empty(self.name, place.argument.name, self.args)
                made[folder] = self._folder(folder, working=empty and not address)
            return Unreadable() if address else Number(0)
        text = text.removesuffix(b"\0")
        if not text or how == Lookup.TEXT:
            if folder is not None:
                made[folder] = self._folder(folder, working=True)
            return Bytes(text + b"\0")
        base = AT_FDCWD
        if folder is not None:
            base = signed(self.args[folder])
            made[folder] = Number(AT_FDCWD & (1 << 64) - 1)
        return Path(text, how, base, -1 if self.name == "openat2" else at + 1)

    def _folder_of(self, place: Place) -> int | None:
        """Return which word has the folder that a relative path starts from."""
        beside = {each.index: each.argument.kind for each in self.places}
        step = 1 if self.name == "fsconfig" else -1
        return place.index + step if beside.get(place.index + step) == "dirfd" else None

    def _folder(self, index: int, working: bool) -> Item:
        number = signed(self.args[index])
        return Number(number & (1 << 64) - 1) if number == AT_FDCWD and not working else Descriptor(number)

    def _address(self, place: Place, address: int) -> Item:
        """Return a socket's address; one of a unix socket that is no abstract name is a path."""
        length = signed(self.args[place.length_index])
        found = _buffer(place, self.args, self.memory)
        if not isinstance(found, Bytes) or not 2 < length <= 110 or found.data[2:3] == b"\0":
            return found
        if int.from_bytes(found.data[:2], "little") != _AF_UNIX:
            return found
        how = Lookup.CONNECT if self.name == "connect" else Lookup.BIND
        return Path(found.data[2:].partition(b"\0")[0], how)

    # --- structs ---

    def _struct(self, place: Place, address: int) -> Item:
        layout = structs.layout(struct_name(place), place.arch.word)
        size = layout.size
        if place.option.startswith(IN_BYTES):
            size = self.args[place.length_index]
            if not least_size(place) <= size <= 4096:
                return Unreadable()  # the kernel refuses the size before it looks
        found = _exactly(self.memory, address, size)
        inside = _INSIDE.get(layout.name)
        if not inside or not isinstance(found, Bytes):
            return found
        fields = layout.packing.unpack(found.data[: layout.size].ljust(layout.size, b"\0"))
        offsets = {field.argument.name: field.offset for field in layout.fields}
        values = {field.argument.name: value for field, value in zip(layout.fields, fields, strict=True)}
        items = tuple((offsets[name], item) for name, item in inside(values, self.memory))
        return Bytes(found.data, tuple((at, item) for at, item in items if at + 8 <= len(found.data)))


_Fields = dict[str, int]


def _value_in(fields: _Fields, memory: Memory) -> Iterator[tuple[str, Item]]:
    if fields["value"]:
        too_long = fields["size"] > STRING_MOST
        yield "value", Unreadable() if too_long else _exactly(memory, fields["value"], fields["size"])


def _value_out(fields: _Fields, _memory: Memory) -> Iterator[tuple[str, Item]]:
    if fields["value"]:
        yield "value", Room(fields["value"], min(fields["size"], ROOM_MOST), counted=True)


def _mapped(fields: _Fields, _memory: Memory) -> Iterator[tuple[str, Item]]:
    if fields["attr_set"] & _IDMAP:
        yield "userns_fd", Descriptor(signed(fields["userns_fd"]))


_INSIDE: dict[str, Callable[[_Fields, Memory], Iterator[tuple[str, Item]]]] = {
    "xattr_args": _value_in,
    "xattr_args_to_fill": _value_out,
    "mount_attr": _mapped,
}
"""What fields of structs point to, and which are descriptors."""


def _string(memory: Memory, address: int) -> Item:
    data = memory.read_string(address, STRING_MOST)
    return Bytes(data) if data[-1:] == b"\0" else Copy(address, -1, data)


def _exactly(memory: Memory, address: int, size: int) -> Item:
    data = memory.read(address, size) if size else b""
    return Bytes(data) if len(data) == size else Copy(address, size, data)


def _buffer(place: Place, args: Sequence[int], memory: Memory) -> Item:
    """Return a buffer; one that is longer than the call takes is not looked at by the kernel either."""
    size = args[place.length_index]
    if place.argument.kind in ("sockaddr", "hex_bytes"):
        size &= _LOW
    most = next((int(option[len(MOST) :]) for option in place.argument.options if option.startswith(MOST)), 0)
    if place.argument.kind == "sockaddr":
        most = 128
    if place.call.endswith(("setxattr",)):
        most = STRING_MOST
    if most and size > most:
        return Unreadable()
    if size > COPY_MOST:
        raise Refused(f"{place.argument.name} of {size} bytes is too long: at most {COPY_MOST} are copied")
    return _exactly(memory, args[place.index], size)


def _is_fd(args: Sequence[int]) -> bool:
    return args[1] & _LOW == _FSCONFIG_SET_FD
