"""The arguments of a call one by one, as values that can be compared: a number, a text, the names of its constants.

The number is the one that the line shows: signed where it is shown so, an id of -1 as -1. The text of a path, a string
or a buffer is its bytes; of anything else it is what the line shows. What the call is to fill in has no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from . import constants, ioctls, numbers, operations, prototypes, signals
from .arch import ARCHES
from .decode import places
from .kinds import Place, Style, printer
from .kinds.base import signed
from .kinds.by import chosen, of
from .kinds.conditions import presence
from .kinds.network import PROTOCOLS, msghdr_layout
from .kinds.options import all_option_sets, option_sets
from .memory import AT_FDCWD, PATH_MAX, Memory

Bits = tuple[int, int]
"""Value of a constant, and the bits of a number that are compared with it."""
TEXT_MOST = 1 << 20
"""So many bytes of a string or a buffer are looked at at most."""
_LOW = 0xFFFFFFFF
_ALL = ~0
_STYLE = Style(string_limit=1024, verbose=True)
_FILE_TYPE = 0o170000
_DESCRIPTORS = ("fd", "module_fd")
_BUFFERS = ("bytes", "packet")
_REQUEST = "ioctl_request"
_STRINGS = ("path", "string", "mount_type", "mount_data")
"""Texts that end with a NUL; of the last two only the pointer counts where the flags of mount(2) say so."""
_FIRSTS = (*_DESCRIPTORS, "path", "sockaddr", "msghdr")


def _uid(value: int) -> int:
    value &= _LOW
    return -1 if value == _LOW else value


def _uid16(value: int) -> int:
    value &= 0xFFFF
    return -1 if value == 0xFFFF else value


_NUMBERS: dict[str, Callable[[int], int]] = {
    **dict.fromkeys(("int", "pid", "fd", "dirfd", "fanotify_dirfd", "module_fd", "signal"), signed),
    **dict.fromkeys(("uid", "gid"), _uid),
    "uid16": _uid16,
    **dict.fromkeys(("mode", "file_mode"), lambda value: value & 0xFFFF),
    **dict.fromkeys(("uint", "hex32", "dev", "flags", "enum", "futex_op", "futex_bits"), lambda value: value & _LOW),
    **dict.fromkeys(("socket_option", "protocol", "mmap_flags", "clone_flags"), lambda value: value & _LOW),
    **dict.fromkeys(("ioctl_request", "commented_enum", "named", "remarked"), lambda value: value & _LOW),
    **dict.fromkeys(("error", "key", "persona", "swap_flags", "memfd_flags"), lambda value: value & _LOW),
    "page_offset": lambda value: (value & _LOW) << 12,
}
"""How the word of a kind is read; all other words are unsigned."""
_OFFSETS = ("offset", "offset_pair", "offset_high_low")
_WORD = "word"
"""The option of a set whose whole word counts."""
_WIDE = ("wide", "wide_flags")

_SETS = {
    "mmap_flags": ("mmap",),
    "clone_flags": ("clone",),
    "file_mode": ("file_type",),
    "error": ("errno",),
    "key": ("key_serial",),
    "kexec_flags": ("kexec_flags",),
    "memfd_flags": ("memfd",),
    "mount_flags": ("mount",),
    "persona": ("per_flags",),
    "swap_flags": ("swap",),
    "protocol": tuple(dict.fromkeys(PROTOCOLS.values())),
}
"""The sets of kinds that don't name theirs."""
_NAMES_OWN_SET = ("flags", "enum", "futex_op", "long_flags", "wide_flags", "commented_enum", "named", "remarked")
_SIGNALS = ("signal", "long_signal")
_FOLDERS = ("dirfd", "fanotify_dirfd")


class Value:
    """One argument of a call on an architecture.

    Attributes:
        name, kind: as in prototypes.txt.
        direction: "in", "out", "inout"; "" for a plain value.
    """

    def __init__(self, place: Place) -> None:
        self.name = place.argument.name
        self.kind = place.argument.kind
        self.direction = place.argument.direction
        self._place = place
        self._present = presence(place)
        self._show = printer(place)
        self._plain = self.kind in (*_STRINGS, *_BUFFERS)

    @property
    def unconditional(self) -> bool:
        """The argument is there with any words."""
        return self._present is None

    @property
    def index(self) -> int:
        """Which of the call's words it is."""
        return self._place.index

    def present(self, args: Sequence[int]) -> bool:
        """Tell whether the argument is there at all with these words."""
        return self._present is None or self._present(args)

    def number(self, args: Sequence[int]) -> int:
        """Return the argument's number; of what lies in memory it is the address."""
        index, word = self._place.index, self._place.arch.word
        value = args[index]
        if self.kind in _OFFSETS and (word == 4 or self.kind == "offset_high_low"):
            first, second = value, args[index + 1]
            return signed(first << 32 | second if self.kind == "offset_high_low" else first | second << 32, 64)
        if self.kind in _WIDE and word == 4:
            return value | args[index + 1] << 32
        if self.kind in _OFFSETS or self.kind == "long":
            return signed(value, word * 8)
        read = None if _WORD in self._place.argument.options else _NUMBERS.get(self.kind)
        return read(value) if read else value

    def text(self, args: Sequence[int], memory: Memory) -> bytes | None:
        """Return the argument's text; None where there is none, or it can't be read."""
        if self.direction == "out":
            return None
        if not self._plain:
            shown = self._show(args, memory)
            return None if shown is None else shown.encode("ascii", "replace")
        address = args[self._place.index]
        if not address:
            return None
        if self.kind in _BUFFERS:
            length = args[self._place.length_index]
            return memory.read(address, min(length, TEXT_MOST)) if length else b""
        data = memory.read_string(address, PATH_MAX if self.kind == "path" else TEXT_MOST)
        if data[-1:] == b"\0":
            return data[:-1]
        return data if data and self.kind != "path" else None

    def points_to(self, args: Sequence[int], memory: Memory) -> tuple[int, int] | None:
        """Return address and length of the socket address that a sockaddr or msghdr argument names."""
        address = args[self._place.index]
        if self.kind == "sockaddr":
            return address, signed(args[self._place.length_index])
        layout = msghdr_layout(self._place.arch.word)
        data = memory.read(address, layout.size) if address else b""
        return layout.unpack(data)[:2] if len(data) == layout.size else None

    def bits(self, name: str, args: Sequence[int]) -> Bits | None:
        """Return a constant of the argument's set; None when it has none of that name."""
        if self.kind in _SIGNALS:
            number = signals.number(name)
            return None if number is None or not name.startswith("SIG") else (number, _ALL)
        if self.kind in (*_FOLDERS, *_DESCRIPTORS):
            return (AT_FDCWD, _ALL) if name == "AT_FDCWD" else None
        if self.kind == _REQUEST:
            request = ioctls.numbers(self._place.arch.token).get(name)
            return None if request is None else (request, _ALL)
        for known in self._sets(args):
            found = constants.table(known, self._place.arch.token).bits(name)
            if found:
                return (found[0], _FILE_TYPE) if self.kind == "file_mode" else found
        return None

    def _sets(self, args: Sequence[int]) -> Sequence[str]:
        """Return the sets of constants that count with these words."""
        if self.kind == "socket_option":
            return option_sets(args[self._place.indexes["level"]] & _LOW, self._place.call)
        if self.kind == "protocol":
            known = PROTOCOLS.get(constants.enum("family", args[self._place.indexes["domain"]] & _LOW))
            return (known,) if known else ()
        return _sets_of(self._place.argument)


class Arguments:
    """The arguments of one system call on an architecture.

    Attributes:
        names: of all arguments that it may have, whatever the operation.
        narrow: its words have 32 bits.
    """

    def __init__(self, described: Sequence[Place], narrow: bool) -> None:
        self.narrow = narrow
        plain = (place for place in described if place.argument.kind not in ("by", "skip"))
        self._values = {place.argument.name: Value(place) for place in plain}
        self._by = [place for place in described if place.argument.kind == "by"]
        self._chosen: dict[tuple[str, int], list[Place | Value]] = {}
        depending = {
            argument.name for place in self._by for argument in _depending(place.argument, place.call, place.arch.token)
        }
        self.names = frozenset(self._values) | depending
        self._first = {kind: next(self._of_kind(kind), None) for kind in _FIRSTS}

    def words(self, args: Sequence[int]) -> Sequence[int]:
        """Return the words as the architecture has them."""
        return [value & _LOW for value in args] if self.narrow else args

    def find(self, name: str, args: Sequence[int]) -> Value | None:
        """Return the argument `name`, None where it is not there with these words."""
        value = self._values.get(name)
        if value is None:
            value = next((found for place in self._by if (found := self._operation(place, name, args))), None)
        return value if value is not None and value.present(args) else None

    def always(self, name: str) -> Value | None:
        """Return the argument `name` where it is there with any words."""
        value = self._values.get(name)
        return value if value is not None and value.unconditional else None

    def first(self, *kinds: str) -> Value | None:
        """Return the first argument of one of these kinds: of `fd`, `module_fd`, `path`, `sockaddr`, `msghdr`."""
        for kind in kinds:
            if (found := self._first[kind]) is not None:  # a loop: much faster than next()
                return found
        return None

    def _of_kind(self, kind: str) -> Iterator[Value]:
        return (value for value in self._values.values() if value.kind == kind and value.direction != "out")

    def _operation(self, place: Place, name: str, args: Sequence[int]) -> Value | None:
        """Return the argument `name` of what another argument decides, which may decide of more itself."""
        deciding = args[place.indexes[place.option]]
        known = of(place)
        key = (place.option, known.key(deciding))
        made = self._chosen.get(key)
        if made is None:
            made = [each if each.argument.kind == "by" else Value(each) for each in chosen(place, deciding)]
            if key[1] in known.lines:  # the target can make up any number of others
                self._chosen[key] = made
        for each in made:
            if isinstance(each, Place):
                found = self._operation(each, name, args)
                if found is not None:
                    return found
            elif each.name == name:
                return each
        return None


_NONE = Arguments((), narrow=False)


def find(arch: int, nr: int) -> Arguments:
    """Return the arguments of call `nr` of an architecture (a token); none where they are not described."""
    return _arguments(arch, nr) if nr in numbers.names(arch) else _NONE


@cache
def _arguments(arch: int, nr: int) -> Arguments:
    name = numbers.name(arch, nr)
    prototype = prototypes.find(name, arch)
    described = places(name, prototype, ARCHES[arch], _STYLE) if prototype else []
    return Arguments(described, narrow=ARCHES[arch].word == 4)


@cache
def _table() -> dict[str, dict[str, tuple[prototypes.Argument, ...]]]:
    """Return for each name of an argument the calls that have it, on any architecture, and what it is there."""
    found: dict[str, dict[str, tuple[prototypes.Argument, ...]]] = {}
    for call in prototypes.all_names():
        for argument in dict.fromkeys(argument for arch in ARCHES for argument in described(call, arch)):
            calls = found.setdefault(argument.name, {})
            calls[call] = (*calls.get(call, ()), argument)
    return found


def described(call: str, arch: int) -> Iterator[prototypes.Argument]:
    """Yield all arguments that a call may have on an architecture."""
    prototype = prototypes.find(call, arch)
    for argument in (prototype and prototype.arguments) or ():
        yield from _depending(argument, call, arch)


def _depending(argument: prototypes.Argument, call: str, arch: int) -> Iterator[prototypes.Argument]:
    """Yield an argument; of one that another decides, all that it may be."""
    if argument.kind == "by":
        known = operations.find(call, argument.options[0], arch)
        for inside in dict.fromkeys((*known.lines.values(), known.default)):
            for each in prototypes.parse_arguments(inside):
                yield from _depending(each, call, arch)
    elif argument.kind != "skip":
        yield argument


def all_names() -> list[str]:
    """Return the names of all arguments in the tables."""
    return list(_table())


@cache
def calls_with(name: str) -> frozenset[str]:
    """Return the calls that have an argument `name`, on any architecture and with any operation."""
    return frozenset(_table().get(name, ()))


@cache
def calls_with_kind(*kinds: str) -> frozenset[str]:
    """Return the calls that have an argument of one of these kinds, on any architecture and with any operation."""
    return frozenset(
        call
        for calls in _table().values()
        for call, arguments in calls.items()
        if any(argument.kind in kinds for argument in arguments)
    )


def named(name: str, call: str) -> tuple[prototypes.Argument, ...]:
    """Return what an argument `name` of a call is, on each architecture and with each operation."""
    return _table().get(name, {}).get(call, ())


@cache
def constants_of(name: str) -> frozenset[str]:
    """Return the constants that an argument `name` may be compared with, in any call on any architecture."""
    found: set[str] = set()
    for argument in {argument for arguments in _table().get(name, {}).values() for argument in arguments}:
        if argument.kind in (*_FOLDERS, *_DESCRIPTORS):
            found.add("AT_FDCWD")
        elif argument.kind == _REQUEST:
            found.update(name for arch in ARCHES for name in ioctls.numbers(arch))
        found.update(one for arch in ARCHES for one in constants_for(argument, arch))
    return frozenset(found)


def constants_for(argument: prototypes.Argument, arch: int) -> list[str]:
    """Return the flags, or values with names, that an argument or a field of a struct takes on an architecture."""
    if argument.kind in _SIGNALS:
        return [signals.name(number) for number in range(1, signals.HIGHEST + 1)]
    return [one for known in _sets_of(argument) for one in _all_names(known, arch)]


def _sets_of(argument: prototypes.Argument) -> Sequence[str]:
    if argument.kind == "socket_option":
        return all_option_sets()
    return argument.options[:1] if argument.kind in _NAMES_OWN_SET else _SETS.get(argument.kind, ())


def _all_names(known: str, arch: int) -> list[str]:
    return constants.table(known, arch).all_names()
