"""Fields as they go over a network: `htons(80)`, `inet_addr("127.0.0.1")`, hardware addresses, interfaces."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.constants import Constants
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, at, kind
from .scalars import hex_text, padded_hex
from .strings import embedded_bytes
from .structures import struct_show


def byte_texts(data: bytes) -> list[str]:
    """Return bytes each as a number, a zero with two digits."""
    return [f"{byte:#x}" if byte else "00" for byte in data]


def swapped(value: int, size: int) -> int:
    """Return a number of `size` bytes in the other order."""
    return int.from_bytes(value.to_bytes(size, "little"), "big")


def inet_text(address: bytes) -> str:
    """Return four bytes as C would make them."""
    return f'inet_addr("{socket.inet_ntop(socket.AF_INET, address)}")'


for _name, _text in {
    "htons": lambda value: f"htons({swapped(value, 2)})",
    "htonl": lambda value: f"htonl({swapped(value, 4)})",
    "htonl_hex": lambda value: f"htonl({hex_text(swapped(value, 4))})",
    "htobs": lambda value: f"htobs({value})",
    "hex_byte": lambda value: f"{value:#x}" if value else "00",
    "in_address": lambda value: inet_text(value.to_bytes(4, "little")),
    "groups": padded_hex,
}.items():

    def _factory(place: Place, text: Callable[[int], str] = _text) -> Printer:
        return at(place, text)

    kind(_name)(_factory)


@kind("htons_of")
def htons_of(place: Place) -> Printer:
    """A number in the order of the network that has names: `htons(ETH_P_ALL)`."""
    names = constants.table(place.option).text
    return at(place, lambda value: f"htons({names(swapped(value, 2))})")


@kind("htobs_of")
def htobs_of(place: Place) -> Printer:
    """A number of Bluetooth that has names; of those that are given out freely only the ends of the range have."""
    table = constants.table(place.option)
    named = set(table.names.values())
    ranges = [
        (first, table.names[name.replace("_START", "_END")], name)
        for name, first in table.names.items()
        if name.endswith("_START")
    ]

    def text(value: int) -> str:
        for first, last, name in ranges:
            if first < value < last and value not in named:
                return f"htobs({name}+{value - first})"
        return f"htobs({table.text(value)})"

    return at(place, text)


def commented_text(table: Constants) -> Callable[[int], str]:
    """Return what prints a number with its name as a comment."""

    def text(value: int) -> str:
        names, number = table.text(value), hex_text(value)
        return names if "/*" in names or names == number else f"{number} /* {names} */"

    return text


@kind("commented")
def commented(place: Place) -> Printer:
    """A number with its name as a comment: `0x1 /* CM_SERVICE */`; without one where the set has no word for others."""
    return at(place, commented_text(constants.table(place.option, place.arch.token)))


def interface_text(value: int, name_of: Callable[[int], str] | None) -> str:
    """Return a network interface: `if_nametoindex("lo")` where `name_of` knows its name."""
    name = name_of(value) if name_of else ""
    return f"if_nametoindex({quote(name.encode(errors='replace'))})" if name else str(value)


@kind("interface")
def interface(place: Place) -> Printer:
    """A network interface by its number; with its name where that is known."""
    name_of = place.style.interfaces
    return at(place, lambda value: interface_text(value, name_of))


_LINK_LOCAL = ((0xFE, 0xC0, 0x80), (0xFF, 0x0F, 0x02))
"""First byte, mask and value of the second: addresses that mean something on one link only."""


@kind("scope_id")
def scope_id(place: Place) -> Printer:
    """The scope of an IPv6 address: an interface for an address of a link."""
    index, address, named = place.index, place.indexes["sin6_addr"], interface(place)

    def show(args: Sequence[int], memory: Memory) -> str | None:
        first, second = embedded_bytes(args, address)[:2]
        local = any(first == wanted and second & mask == value for wanted, mask, value in _LINK_LOCAL)
        return named(args, memory) if local else str(args[index])

    return show


def _octets(place: Place, text: Callable[[bytes], str | None]) -> Printer:
    """Return the printer of bytes inside a struct."""
    index = place.index
    return lambda args, _memory: text(embedded_bytes(args, index))


@kind("mac")
def mac(place: Place) -> Printer:
    """A hardware address."""
    return _octets(place, lambda data: data.hex(":"))


@kind("byte_list")
def byte_list(place: Place) -> Printer:
    """Bytes as an array of numbers."""
    return _octets(place, lambda data: f"[{', '.join(byte_texts(data))}]")


@kind("hex_octets_set")
def hex_octets_set(place: Place) -> Printer:
    r"""Bytes that should be zero, shown if they aren't: `"\x01\x00\x00"`."""
    return _octets(place, lambda data: quote(data, hexa=True) if any(data) else None)


@kind("in6_address")
def in6_address(place: Place) -> Printer:
    """An IPv6 address, with the field's name inside."""
    name = place.argument.name

    def text(data: bytes) -> str:
        return f'inet_pton(AF_INET6, "{socket.inet_ntop(socket.AF_INET6, data)}", &{name})'

    return _octets(place, text)


@kind("octets_of")
def octets_of(place: Place) -> Printer:
    """Bytes inside a struct, of which another field says how many count."""
    index, length = place.index, place.indexes[place.option]
    return lambda args, _memory: quote(embedded_bytes(args, index)[: args[length]])


@kind("xdp_descriptor")
def xdp_descriptor(place: Place) -> Printer:
    """The socket whose memory is shared; where none is a mere number, if there is one."""
    index, flags = place.index, place.indexes["sxdp_flags"]

    def show(args: Sequence[int], _memory: Memory) -> str | None:
        if args[flags] & 1:
            return str(args[index])
        return hex_text(args[index]) if args[index] else None

    return show


_SHORT = 2


@kind("ieee802154")
def ieee802154(place: Place) -> Printer:
    """An address of IEEE 802.15.4, short or long."""
    long, short = (struct_show(name, place.arch, place.style) for name in ("ieee802154_addr", "ieee802154_short"))
    index = place.index

    def show(args: Sequence[int], memory: Memory) -> str:
        data = embedded_bytes(args, index)
        return (short if int.from_bytes(data[:4], "little") == _SHORT else long)(data, memory)

    return show
