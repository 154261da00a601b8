"""Messages of sockets, with their buffers, addresses and control data."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory, earlier

from .addresses import address_text, int_at
from .base import FACTORIES, RESULT, Place, Printer, array, at, behind, kind, pointer, signed
from .control import Data, control_data
from .netlink import NETLINK_MAX, Context, is_message, is_netlink, messages_text, protocol_of
from .scalars import hex_text
from .strings import bytes_text
from .vectors import MOST_BUFFERS, iovec_text
from .wire import commented_text, swapped

CONTROL_MAX = 4096
"""So many bytes of control messages are read at most."""
MESSAGES_SHOWN = 32
"""So many messages of sendmmsg(2) are shown at most."""
_SOL_SOCKET, _SCM_RIGHTS = 1, 1
_LOW = 0xFFFFFFFF
_TYPES = {0: "cmsg_ip", 1: "scm"}
"""The sets of the types of control messages by level."""


@dataclass(frozen=True, slots=True)
class Control:
    """A control message of a msghdr.

    Attributes:
        length, level, kind: as its header has them.
        octets: its contents.
        end: where the next one would start.
    """

    length: int
    level: int
    kind: int
    octets: bytes
    end: int


def _messages(data: bytes, word: int) -> Iterator[Control]:
    """Yield the control messages of a msghdr; one whose length lies is the last."""
    header = struct.Struct("<Qii" if word == 8 else "<Iii")
    at = 0
    while at + header.size <= len(data):
        length, level, kind_of = header.unpack_from(data, at)
        contents = data[at + header.size : at + length]
        at += (max(length, header.size) + word - 1) // word * word
        yield Control(length, level, kind_of, contents, at)
        if length < header.size:
            return


def rights(control: bytes, word: int) -> list[int]:
    """Return the descriptors that the control messages pass on."""
    passed: list[int] = []
    for found in _messages(control, word):
        if found.level == _SOL_SOCKET and found.kind == _SCM_RIGHTS:
            passed += [fd for (fd,) in struct.iter_unpack("<i", found.octets[: len(found.octets) // 4 * 4])]
    return passed


def _control(found: Control, place: Place, memory: Memory) -> str:
    """Return a control message."""
    level = constants.enum("sol", found.level & _LOW).replace("SOL_??", "SOL_???")
    names = _TYPES.get(found.level)
    type_name = constants.enum(names, found.kind & _LOW) if names else hex_text(found.kind & _LOW)
    shown = control_data(type_name, found.level, Data(found.octets, place, memory)) if found.octets else ""
    data = f", cmsg_data={shown}" if shown else ""
    return f"{{cmsg_len={found.length}, cmsg_level={level}, cmsg_type={type_name}{data}}}"


@cache
def msghdr_layout(word: int) -> struct.Struct:
    """Return the layout of a struct msghdr."""
    return struct.Struct("<Qi4xQQQQI4x" if word == 8 else "<IiIIIII")


def _control_text(control: int, length: int, place: Place, memory: Memory) -> str:
    """Return the control messages at an address."""
    wanted = min(length, CONTROL_MAX)
    data = memory.read(control, wanted) if control else b""
    found = list(_messages(data, place.arch.word)) if len(data) == wanted else []
    if not found:
        return pointer(control)
    texts = [_control(each, place, memory) for each in found]
    if wanted < length:
        texts.append("...")
    elif found[-1].end < wanted:
        texts.append(f"... /* {control + found[-1].end:#x} */")
    return f"[{', '.join(texts)}]"


@kind("packet")
def packet(place: Place) -> Printer:
    """The buffer of a socket, as `bytes`; of one of netlink its messages."""
    if place.shown_as_address:
        return FACTORIES["ptr"](place)
    index, length, limit = place.index, place.length_index, place.style.string_limit
    room = place.indexes[place.option]  # with MSG_TRUNC more is returned than there was room for
    peer = place.indexes.get("dest_addr", place.indexes.get("src_addr"))
    peer_size, sends = place.indexes.get("addrlen"), "dest_addr" in place.indexes

    def show(args: Sequence[int], memory: Memory) -> str | None:
        size = min(args[length], args[room])
        if not args[index]:
            return "NULL"
        if not of_netlink(args, size, memory):
            return bytes_text(args[index], size, memory, limit)
        return _netlink(place, args, memory)(args[index], size)

    def of_netlink(args: Sequence[int], size: int, memory: Memory) -> bool:
        if peer is not None and peer_size is not None and args[peer]:
            there = args[peer_size] if sends else int_at(args[peer_size], memory) or 0
            return is_netlink(args[peer], signed(there), memory)
        return is_message(memory.read(args[index], 4), size) and _protocol_of(place, args, memory) is not None

    return show


def _protocol_of(place: Place, args: Sequence[int], memory: Memory) -> int | None:
    return protocol_of(signed(args[place.indexes["sockfd"]]), memory)


def _netlink(place: Place, args: Sequence[int], memory: Memory) -> Callable[[int, int], str]:
    """Return what shows buffers of a call on a netlink socket."""
    context = Context(place, memory, _protocol_of(place, args, memory))

    def show(address: int, size: int) -> str:
        data = memory.read(address, min(size, NETLINK_MAX))
        return messages_text(data, context) if data or not size else f"{address:#x}"

    return show


def msghdr_text(
    data: bytes,
    place: Place,
    args: Sequence[int],
    memory: Memory,
    filled: int | None = None,
    room: int | None = None,
) -> str:
    """Return a struct msghdr.

    Args:
        data, place, args, memory: its bytes, what it is, the call's words, and where it points to.
        filled: so many bytes of its buffers have been filled in; None: all.
        room: the bytes that there were for the address; None: as many as it has.
    """
    name, name_length, iov, iov_length, control, control_length, flags = msghdr_layout(place.arch.word).unpack(data)
    there = name_length if room is None else min(room, name_length)
    changed = f"{name_length}" if room in (None, name_length) else f"{room} => {name_length}"
    buffer = _netlink(place, args, memory) if is_netlink(name, signed(there), memory) else None
    vector = iovec_text(iov, iov_length, MOST_BUFFERS, place, memory, filled, buffer) if iov else "NULL"
    text = f"{{msg_name={address_text(name, there, place, memory)}, msg_namelen={changed}"
    text += f", msg_iov={vector}, msg_iovlen={iov_length}"
    if control_length:
        text += f", msg_control={_control_text(control, control_length, place, memory)}"
    return f"{text}, msg_controllen={control_length}, msg_flags={constants.flags('msg', flags)}}}"


def _room(address: int, place: Place, memory: Memory) -> int | None:
    """Return how many bytes a message had for an address before the call."""
    data = memory.read(address + place.arch.word, 4)
    return int.from_bytes(data, "little", signed=True) if len(data) == 4 else None


@kind("msghdr")
def msghdr(place: Place) -> Printer:
    """A message with its buffers, address and control data."""
    size = msghdr_layout(place.arch.word).size

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        return msghdr_text(data, place, args, memory) if len(data) == size else f"{address:#x}"

    return behind(place, show)


@kind("msghdr_to_fill")
def msghdr_to_fill(place: Place) -> Printer:
    """A message to be received: only the room for the address means something before."""
    size, result = msghdr_layout(place.arch.word).size, place.indexes[RESULT]

    def before(address: int, _args: Sequence[int], memory: Memory) -> str:
        room = _room(address, place, memory)
        return f"{address:#x}" if room is None else f"{{msg_namelen={room}}}"

    def after(address: int, args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        if len(data) < size:
            return f"{address:#x}"
        return msghdr_text(data, place, args, memory, args[result], _room(address, place, earlier(memory)))

    return behind(place, after if place.style.after else before)


@kind("mmsghdr")
def mmsghdr(place: Place) -> Printer:
    """Several messages: `mmsghdr[count]`; as many as the call returned once it has."""
    header = msghdr_layout(place.arch.word).size
    size = header + place.arch.word
    length, limit = place.length_index, min(place.style.string_limit, MESSAGES_SHOWN)
    after, filling, result = place.style.after, place.argument.direction == "out", place.indexes[RESULT]

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        numbers = count()

        def item(data: bytes) -> str:
            number = next(numbers)
            done = after and number < args[result]
            sent = int.from_bytes(data[header : header + 4], "little")
            room = _room(address + number * size, place, earlier(memory)) if filling else None
            text = msghdr_text(data[:header], place, args, memory, sent if filling else None, room)
            return f"{{msg_hdr={text}{f', msg_len={sent}' if done else ''}}}"

        return array(address, args[length] & _LOW, size, limit, memory, item)

    return behind(place, show)


PROTOCOLS = {
    "AF_INET": "inet_protocol",
    "AF_INET6": "inet_protocol",
    "AF_NETLINK": "netlink_protocol",
    "AF_IRDA": "irda_protocol",
    "AF_CAN": "can_protocol",
    "AF_BLUETOOTH": "bluetooth_protocol",
    "AF_RXRPC": "family",
    "AF_ISDN": "isdn_protocol",
    "AF_PHONET": "phonet_protocol",
    "AF_CAIF": "caif_protocol",
    "AF_NFC": "nfc_protocol",
    "AF_KCM": "kcm_protocol",
    "AF_SMC": "smc_protocol",
}
"""The sets of the protocols by family."""


@lru_cache(64)
def _protocol(family: int) -> Callable[[int], str]:
    """Return what names the protocols of a family."""
    name = constants.enum("family", family)
    if name == "AF_PACKET":
        ethernet = constants.table("eth_p").text
        return lambda value: f"htons({ethernet(swapped(value & 0xFFFF, 2))})"
    if name == "AF_AX25":
        return commented_text(constants.table("ax25_protocol"))
    if name in PROTOCOLS:
        names = constants.table(PROTOCOLS[name]).text
        return lambda value: names(value & _LOW)
    return str


@kind("protocol")
def protocol(place: Place) -> Printer:
    """A protocol; its names depend on the family."""
    index, domain = place.index, place.indexes["domain"]
    return lambda args, _memory: _protocol(args[domain] & _LOW)(args[index])


@kind("enum_signed")
def enum_signed(place: Place) -> Printer:
    """A name of a set; a number without one is signed."""
    names = {value: name for name, value in constants.table(place.option).names.items()}
    return at(place, lambda value: names.get(value & _LOW) or str(signed(value)))
