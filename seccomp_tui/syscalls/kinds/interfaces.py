"""What ioctl(2) does with network interfaces, and with the listener of seccomp."""

from __future__ import annotations

from collections.abc import Sequence

from seccomp_tui.syscalls import constants, errnos, structs
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, at, behind, kind, pointer, signed
from .siginfo import call_text
from .strings import embedded_bytes
from .structures import struct_show

IFREQ = {4: 32, 8: 40}
"""Bytes of a struct ifreq by the size of a word."""
MOST_INTERFACES = 256
"""So many interfaces of SIOCGIFCONF are shown at most."""
_NAME = 16


def _name(data: bytes) -> str:
    """Return an interface's name."""
    text, found, _ = data[:_NAME].partition(b"\0")
    return quote(text) if found else f"{quote(data[: _NAME - 1])}..."


@kind("ifreq")
def ifreq(place: Place) -> Printer:
    """A request about an interface, `ifreq[mtu]`: its name and ifr_mtu; before the call only if it is to be set."""
    size = IFREQ[place.arch.word]
    member = struct_show(f"ifr_{place.option}", place.arch, place.style)
    whole = place.argument.direction == "in" or place.style.after

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        if len(data) < size:
            return f"{address:#x}"
        value = f", {member(data[_NAME:], memory)[1:-1]}" if whole else ""
        return f"{{ifr_name={_name(data)}{value}}}"

    return behind(place, show)


_ADDRESS_BYTES = {
    "ARPHRD_NETROM": 7,
    "ARPHRD_AX25": 7,
    "ARPHRD_ETHER": 6,
    "ARPHRD_IEEE802": 6,
    "ARPHRD_LOOPBACK": 6,
    "ARPHRD_FDDI": 6,
    "ARPHRD_HIPPI": 6,
    "ARPHRD_IEEE80211": 6,
    "ARPHRD_IEEE80211_PRISM": 6,
    "ARPHRD_IEEE80211_RADIOTAP": 6,
    "ARPHRD_ARCNET": 1,
    "ARPHRD_MCTP": 1,
    "ARPHRD_LOCALTLK": 1,
    "ARPHRD_PHONET": 1,
    "ARPHRD_PHONET_PIPE": 1,
    "ARPHRD_CAIF": 1,
    "ARPHRD_DLCI": 2,
    "ARPHRD_EUI64": 8,
    "ARPHRD_IEEE802154": 8,
    "ARPHRD_IEEE802154_MONITOR": 8,
    "ARPHRD_6LOWPAN": 8,
    "ARPHRD_VSOCKMON": 8,
    "ARPHRD_ROSE": 5,
    "ARPHRD_X25": 5,
    "ARPHRD_TUNNEL": 4,
    "ARPHRD_SIT": 4,
    "ARPHRD_IPDDP": 4,
    "ARPHRD_IPGRE": 4,
    "ARPHRD_PIMREG": 4,
    "ARPHRD_IRDA": 4,
    "ARPHRD_CAN": 0,
    "ARPHRD_PPP": 0,
    "ARPHRD_RAWIP": 0,
    "ARPHRD_NETLINK": 0,
}
"""Bytes of a hardware address by the type of hardware; others may have all that there is room for."""


@kind("hardware_address")
def hardware_address(place: Place) -> Printer:
    """A hardware address with the type of hardware."""
    index = place.index

    def show(args: Sequence[int], _memory: Memory) -> str:
        data = embedded_bytes(args, index)
        hardware = constants.enum("arphrd", int.from_bytes(data[:2], "little"))
        address = data[2:][: _ADDRESS_BYTES.get(hardware, len(data))]
        return f"{{sa_family={hardware}, sa_data={address.hex(':')}}}"

    return show


@kind("interface_name")
def interface_name(place: Place) -> Printer:
    """The name of an interface that is to be made."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read_string(address, _NAME)
        if not data:
            return f"{address:#x}"
        return quote(data[:-1]) if data.endswith(b"\0") else f"{quote(data)}..."

    return behind(place, show)


@kind("interface_list")
def interface_list(place: Place) -> Printer:
    """All interfaces with their addresses: before the call the room for them."""
    word = place.arch.word
    layout, size = structs.layout("ifconf", word), IFREQ[word]
    member, after = struct_show("ifr_addr", place.arch, place.style), place.style.after
    limit = MOST_INTERFACES if place.style.verbose else min(place.style.string_limit, MOST_INTERFACES)

    def length(value: int) -> str:
        count = f" /* {value // size} * sizeof(struct ifreq) */" if value > 0 and value % size == 0 else ""
        return f"{value}{count}"

    def interfaces(address: int, given: int, memory: Memory) -> str:
        count = max(given, 0) // size
        data = memory.read(address, min(count, limit) * size)
        if len(data) < min(count, limit) * size:
            return f"{address:#x}"
        items = [data[start : start + size] for start in range(0, len(data), size)]
        texts = [f"{{ifr_name={_name(item)}, {member(item[_NAME:], memory)[1:-1]}}}" for item in items]
        return f"[{', '.join(texts + ['...'] * (count > limit))}]"

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data, before = memory.read(address, layout.size), earlier(memory).read(address, layout.size)
        if len(data) < layout.size or len(before) < layout.size:
            return f"{address:#x}"
        (room, _), (given, buffer) = layout.packing.unpack(before), layout.packing.unpack(data)
        changed = after and buffer and room != given
        told = f"{length(room)} => {length(given)}" if changed else length(given)
        shown = interfaces(buffer, given, memory) if after and buffer and given >= 0 else pointer(buffer)
        return f"{{ifc_len={told}, ifc_buf={shown}}}"

    return behind(place, show)


@kind("error_number")
def error_number(place: Place) -> Printer:
    """A negative errno: `-EPERM`."""
    return at(place, lambda value: errnos.negative(signed(value)))


@kind("call_number")
def call_number(place: Place) -> Printer:
    """The number of a system call of some architecture, with its name where that is one of the caller's."""
    index, token = place.index, place.indexes["arch"]
    return lambda args, _memory: call_text(args[index], args[token], place.arch)


@kind("notification")
def notification(place: Place) -> Printer:
    """A notification of seccomp: what was there, unless it was zeros, and what has been received."""
    size = structs.layout("seccomp_notif", place.arch.word).size
    fields = struct_show("seccomp_notif", place.arch, place.style)
    after = place.style.after

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        before, data = earlier(memory).read(address, size), memory.read(address, size)
        if len(before) < size or len(data) < size:
            return f"{address:#x}"
        received = fields(data, memory) if after else f"{address:#x}"
        return f"{fields(before, memory)} => {received}" if any(before) else received

    return behind(place, show)
