"""Messages of netlink: headers of all protocols, contents of errors and of rtnetlink (netlink.txt)."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from seccomp_tui.syscalls import constants, errnos, structs
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.text import quote

from .base import MOST_ITEMS, Place
from .structures import struct_show
from .wire import inet_text, interface_text, swapped

_FILE = Path(__file__).parent.with_name("netlink.txt")
_HEADER, _ATTRIBUTE = struct.Struct("<IHHIi"), struct.Struct("<HH")
_ROUTE, _XFRM, _SOCK_DIAG = 0, 6, 4
_TYPES = {_ROUTE: "rtm", _XFRM: "xfrm_msg", _SOCK_DIAG: "sock_diag"}
"""The sets of the types of messages by protocol; of others only those are known that all have."""
_AF_NETLINK = b"\x10\0"
NETLINK_MAX = 64 << 10
"""Longer buffers are not read to their end."""
_LONGEST_MAC = 32
_FIRST_TYPE = 16
"""Types from here on are the protocol's own."""
_ERROR, _DONE = 2, 3
_CAPPED = 0x100
_RTM_FLAGS = ("nlmsg_flags_new", "nlmsg_flags_delete", "nlmsg_flags_get", "nlmsg_flags")
"""What flags mean by the last bits of a type of rtnetlink."""
_DELACTION = 49
"""RTM_DELACTION may ask for all, as what gets does."""
_XFRM_FLAGS = {"NEW": "nlmsg_flags_new", "DEL": "nlmsg_flags_delete", "GET": "nlmsg_flags_get"}
_NESTED, _NET_BYTEORDER = 0x8000, 0x4000
_DEEPEST = 8
"""Messages and attributes may lie so deep in each other."""
_PROTOCOL = re.compile(rb"NETLINK:\[(\d{1,9}):")


@dataclass(frozen=True, slots=True)
class Context:
    """What a message belongs to.

    Attributes:
        place: the argument of the call.
        memory: the caller's.
        protocol: of the socket; None when it is not known.
        family: of the message: AF_*.
        depth: how many more may lie in each other.
    """

    place: Place
    memory: Memory
    protocol: int | None
    family: int = 0
    depth: int = _DEEPEST

    @property
    def limit(self) -> int:
        """How many items are shown, unless all are, and bytes of a string."""
        return self.place.style.string_limit


Value = Callable[[bytes, Context], str | None]
"""Text of an attribute's contents; None when they are no such thing."""


def is_netlink(address: int, size: int, memory: Memory) -> bool:
    """Tell whether a socket address of `size` bytes is one of netlink."""
    return bool(address) and size >= len(_AF_NETLINK) and memory.read(address, len(_AF_NETLINK)) == _AF_NETLINK


def is_message(start: bytes, size: int) -> bool:
    """Tell whether a buffer of `size` bytes that begins so may hold a message, which begins with its length."""
    return len(start) >= 4 and _HEADER.size <= int.from_bytes(start[:4], "little") <= size


def protocol_of(fd: int, memory: Memory) -> int | None:
    """Return the netlink protocol of descriptor `fd`, None when it is not known."""
    found = _PROTOCOL.search(memory.descriptor(fd, frozenset(("socket",))))
    return int(found[1]) if found else None


def messages_text(data: bytes, context: Context) -> str:
    """Return the messages in a buffer."""
    pieces = _listed(_messages(data, context), context)
    return pieces[0] if len(pieces) == 1 else f"[{', '.join(pieces)}]" if pieces else '""'


def _listed(texts: Iterator[str], context: Context) -> list[str]:
    """Return as many texts as are shown."""
    shown: list[str] = []
    most = MOST_ITEMS if context.place.style.verbose else context.limit
    for text in texts:
        if len(shown) == most:
            return [*shown, "..."]
        shown.append(text)
    return shown


def _hex(data: bytes, context: Context) -> str:
    return quote(data, context.limit, hexa=True)


def _messages(data: bytes, context: Context) -> Iterator[str]:
    at = 0
    while at < len(data):
        if len(data) - at < _HEADER.size:
            yield _hex(data[at:], context)
            return
        length = int.from_bytes(data[at : at + 4], "little")
        yield _message(data[at : at + max(length, _HEADER.size)], context)
        if length < _HEADER.size:
            return
        at += (length + 3) // 4 * 4


def _message(data: bytes, context: Context) -> str:
    """Return one message, or what there is of it."""
    length, kind_of, flags, seq, pid = _HEADER.unpack_from(data)
    marks = constants.flags(_flag_set(kind_of, context.protocol), flags)
    header = f"{{nlmsg_len={length}, nlmsg_type={_type(kind_of, context.protocol)}, nlmsg_flags={marks}"
    header += f", nlmsg_seq={seq}, nlmsg_pid={pid}}}"
    payload = data[_HEADER.size :]
    if not payload:
        return header
    return f"[{header}, {_payload(payload, kind_of, flags, context)}]"


def _type(kind_of: int, protocol: int | None) -> str:
    names = _TYPES.get(protocol, "") if protocol is not None and kind_of >= _FIRST_TYPE else ""
    return constants.enum(names or "nlmsg_type", kind_of)


def _flag_set(kind_of: int, protocol: int | None) -> str:
    """Return the set of the flags that a message of a type may have."""
    if kind_of == _ERROR:
        return "nlmsg_flags_error"
    if kind_of >= _FIRST_TYPE and protocol == _ROUTE:
        return "nlmsg_flags_get" if kind_of == _DELACTION else _RTM_FLAGS[kind_of & 3]
    if kind_of >= _FIRST_TYPE and protocol == _SOCK_DIAG:
        return "nlmsg_flags_get"
    if kind_of >= _FIRST_TYPE and protocol == _XFRM:
        return _XFRM_FLAGS.get(_type(kind_of, protocol).removeprefix("XFRM_MSG_")[:3], "nlmsg_flags")
    return "nlmsg_flags"


def _payload(data: bytes, kind_of: int, flags: int, context: Context) -> str:
    """Return what a message holds."""
    if kind_of == _DONE and len(data) == 4:
        return str(int.from_bytes(data, "little", signed=True))
    if kind_of == _ERROR and len(data) >= 4 + _HEADER.size:
        return _error(data, flags, context)
    if kind_of >= _FIRST_TYPE and context.protocol == _ROUTE:
        return _route(data, kind_of, context)
    return _hex(data, context)


def _error(data: bytes, flags: int, context: Context) -> str:
    """Return an error or acknowledgement, with the message that it answers."""
    (error,) = struct.unpack_from("<i", data)
    length = _HEADER.size if flags & _CAPPED else max(int.from_bytes(data[4:8], "little"), _HEADER.size)
    inner, rest = data[4 : 4 + length], data[4 + (length + 3) // 4 * 4 :]
    if not context.depth:
        return _hex(data, context)
    text = f"{{error={errnos.negative(error)}, msg={_message(inner, replace(context, depth=context.depth - 1))}}}"
    return f"[{text}, {_attributes_text(rest, 'nlmsgerr_attributes', context)}]" if rest else text


def _route(data: bytes, kind_of: int, context: Context) -> str:
    """Return the contents of a message of rtnetlink."""
    family = constants.enum("family", data[0])
    described = _tables()["messages"].get(constants.enum("rtm", kind_of))
    if not described:
        rest = f", data={_hex(data[1:], context)}" if len(data) > 1 else ""
        return f"{{family={family}{rest}}}"
    name, attributes = described.split()
    layout = structs.layout(name, context.place.arch.word)
    if len(data) < layout.size:
        return f"{{{layout.fields[0].argument.name}={family}, ...}}"
    text = struct_show(name, context.place.arch, context.place.style)(data[: layout.size], context.memory)
    more = data[layout.size :]
    return f"{text}, {_attributes_text(more, attributes, replace(context, family=data[0]))}" if more else text


# --- attributes ---


def _attributes_text(data: bytes, names: str, context: Context) -> str:
    """Return attributes: one by itself, several in brackets."""
    if not context.depth:
        return _hex(data, context)
    pieces = _listed(_attributes(data, names, replace(context, depth=context.depth - 1)), context)
    return pieces[0] if len(pieces) == 1 else f"[{', '.join(pieces)}]"


def _attributes(data: bytes, names: str, context: Context) -> Iterator[str]:
    at, size = 0, _ATTRIBUTE.size
    while at < len(data):
        if len(data) - at < size:
            yield _hex(data[at:], context)
            return
        length, kind_of = _ATTRIBUTE.unpack_from(data, at)
        name = constants.enum(names, kind_of & ~(_NESTED | _NET_BYTEORDER))
        marks = "NLA_F_NESTED|" * bool(kind_of & _NESTED) + "NLA_F_NET_BYTEORDER|" * bool(kind_of & _NET_BYTEORDER)
        header = f"{{nla_len={length}, nla_type={marks}{name}}}"
        value = data[at + size : at + length]
        if length < size or not value:
            yield header
        else:
            shown = None if kind_of & _NET_BYTEORDER else _value(names, name, value, context)
            yield f"[{header}, {_hex(value, context) if shown is None else shown}]"
        if length < size:
            return
        at += (length + 3) // 4 * 4


def _value(names: str, name: str, data: bytes, context: Context) -> str | None:
    meaning = _tables()[names].get(name)
    return _shower(meaning)(data, context) if meaning else None


@cache
def _tables() -> dict[str, dict[str, str]]:
    """Return the sections of netlink.txt: what each name means."""
    tables: dict[str, dict[str, str]] = {}
    for section in _FILE.read_text(encoding="ascii").split("\n[")[1:]:
        title, _, body = section.partition("]\n")
        lines = [line.partition(": ") for line in body.splitlines() if line and not line.startswith("#")]
        tables[title] = {name: meaning for names, _, meaning in lines for name in names.split()}
    return tables


@cache
def _shower(meaning: str) -> Value:
    """Return what shows the contents of an attribute."""
    word, *rest = meaning.split()
    if word in _SHOWN:
        return _SHOWN[word]
    name, *options = rest
    if word == "struct":
        return _struct(name, int(options[1]) if options else 0)
    if word == "nested":
        return lambda data, context: _attributes_text(data, name, context) if len(data) >= _ATTRIBUTE.size else None
    bits = int(word.lstrip("abcdefghijklmnopqrstuvwxyz"))
    if word.startswith("indexed"):
        return _indexed(name, bits // 8, int(options[1]) if options else 0)
    return _number(bits // 8, constants.table(name).text)


def _number(size: int, text: Callable[[int], str] = str, signed: bool = False) -> Value:
    def show(data: bytes, _context: Context) -> str | None:
        return text(int.from_bytes(data[:size], "little", signed=signed)) if len(data) >= size else None

    return show


def _struct(name: str, least: int) -> Value:
    def show(data: bytes, context: Context) -> str | None:
        size = structs.layout(name, context.place.arch.word).size
        if len(data) < (least or size):
            return None
        return struct_show(name, context.place.arch, context.place.style)(data[:size], context.memory)

    return show


def _indexed(names: str, size: int, first: int) -> Value:
    """Return what shows numbers that each have a name."""
    table = constants.table(names)
    known = {value: name for name, value in table.names.items()}

    def item(index: int, data: bytes) -> str:
        name = known.get(index + first)
        number = int.from_bytes(data, "little", signed=size == 4)
        if name is None:
            return f"[{index} /* {table.unknown} */]={number}"
        return f"[{name}{f'-{first}' if first else ''}]={number}"

    def show(data: bytes, context: Context) -> str | None:
        if len(data) < size:
            return None
        items = (item(start // size, data[start : start + size]) for start in range(0, len(data) - size + 1, size))
        return f"[{', '.join(_listed(items, context))}]"

    return show


def _address(data: bytes, context: Context) -> str | None:
    if context.family == socket.AF_INET and len(data) >= 4:
        return inet_text(data[:4])
    return _in6_address(data, context) if context.family == socket.AF_INET6 else None


def _in6_address(data: bytes, _context: Context) -> str | None:
    return f'inet_pton(AF_INET6, "{socket.inet_ntop(socket.AF_INET6, data[:16])}")' if len(data) >= 16 else None


def _string(data: bytes, context: Context, counted: bool = True) -> str:
    """Return a string; of most, strace -x counts the NUL that ends it."""
    if data.endswith(b"\0"):
        if counted and context.place.style.hex_strings:
            return f"{_hex(data[: context.limit], context)}..."
        return quote(data[:-1], context.limit)
    return f"{quote(data[: context.limit])}..."


def _interface(data: bytes, context: Context) -> str | None:
    number = _NUMBERS["u32"](data, context)
    return None if number is None else interface_text(int(number), context.place.style.interfaces)


def _protocol(data: bytes, _context: Context) -> str | None:
    return constants.enum("inet_protocol", int.from_bytes(data, "little")) if len(data) <= 8 else None


def _numbers(data: bytes, context: Context) -> str:
    return f"[{', '.join(_listed((str(byte) for byte in data), context))}]"


_NUMBERS: dict[str, Value] = {
    "u8": _number(1),
    "u16": _number(2),
    "u32": _number(4),
    "s32": _number(4, signed=True),
    "u64": _number(8),
    "htons": _number(2, lambda value: f"htons({swapped(value, 2)})"),
    "htobe64": _number(8, lambda value: f"htobe64({swapped(value, 8)})"),
}
_SHOWN: dict[str, Value] = {
    **_NUMBERS,
    "address": _address,
    "in6_address": _in6_address,
    "string": _string,
    "word": lambda data, context: _string(data, context, counted=False),
    "bytes": _numbers,
    "mac": lambda data, _context: data.hex(":") if len(data) <= _LONGEST_MAC else None,
    "interface": _interface,
    "protocol": _protocol,
}
