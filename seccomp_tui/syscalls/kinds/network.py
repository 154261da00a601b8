"""Socket addresses, messages and options."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.text import quote

from .base import Place, Printer, array, behind, kind, pointer, signed
from .descriptors import descriptor_text
from .scalars import uid_text
from .strings import bytes_text
from .vectors import MOST_BUFFERS, iovec_text

SOCKADDR_MAX = 128
"""Longest socket address the kernel takes (struct sockaddr_storage)."""
CONTROL_MAX = 4096
"""So many bytes of control messages are read at most."""
MESSAGES_SHOWN = 32
"""So many messages of sendmmsg(2) are shown at most."""
_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
OPTIONS = {
    0: "sockopt_ip",
    1: "sockopt_socket",
    6: "sockopt_tcp",
    17: "sockopt_udp",
    41: "sockopt_ipv6",
    263: "sockopt_packet",
    270: "sockopt_netlink",
}
"""The sets of options by level."""
_SOL_SOCKET = 1
_SO_LINGER = 13
_SCM_RIGHTS, _SCM_CREDENTIALS = 1, 2


def _unix(data: bytes) -> str:
    path = data[2:110]
    if not path:
        return ""
    if path[:1] == b"\0":
        return f", sun_path=@{quote(path[1:])}"
    return f", sun_path={quote(path.split(bytes(1), 1)[0])}"


def _inet(data: bytes) -> str:
    (port,) = struct.unpack_from(">H", data, 2)
    address = socket.inet_ntop(socket.AF_INET, data[4:8])
    return f', sin_port=htons({port}), sin_addr=inet_addr("{address}")'


def _inet6(data: bytes) -> str:
    port, flow = struct.unpack_from(">HI", data, 2)
    address = socket.inet_ntop(socket.AF_INET6, data[8:24])
    text = f', sin6_port=htons({port}), sin6_flowinfo=htonl({flow}), inet_pton(AF_INET6, "{address}", &sin6_addr)'
    if len(data) >= 28:
        text += f", sin6_scope_id={int.from_bytes(data[24:28], 'little')}"
    return text


def _netlink(data: bytes) -> str:
    pid, groups = struct.unpack_from("<iI", data, 4)
    return f", nl_pid={pid}, nl_groups={'00000000' if not groups else f'{groups:#08x}'}"


_FAMILIES: dict[int, tuple[int, Callable[[bytes], str]]] = {
    _UNIX: (2, _unix),
    _INET: (16, _inet),
    _INET6: (24, _inet6),
    _NETLINK: (12, _netlink),
}
"""For each family we read, the fewest bytes of an address and what prints them."""


def sockaddr_text(data: bytes) -> str:
    """Return a socket address of at least two bytes."""
    family = int.from_bytes(data[:2], "little")
    text = f"{{sa_family={constants.enum('family', family)}"
    least, show = _FAMILIES.get(family, (0, None))
    if show and len(data) >= least:
        text += show(data)
    elif len(data) > 2:
        text += f", sa_data={quote(data[2:])}"
    return text + "}"


def _address(address: int, length: int, memory: Memory) -> str:
    if not address:
        return "NULL"
    wanted = min(length, SOCKADDR_MAX)
    data = memory.read(address, wanted) if wanted >= 2 else b""
    return sockaddr_text(data) if data and len(data) == wanted else f"{address:#x}"


@kind("sockaddr")
def sockaddr(place: Place) -> Printer:
    """A socket address: `sockaddr[length]`."""
    index, length = place.index, place.length_index
    return lambda args, memory: _address(args[index], signed(args[length]), memory)


@kind("protocol")
def protocol(place: Place) -> Printer:
    """A protocol; its names depend on the family."""
    index, domain = place.index, place.indexes["domain"]
    internet = constants.table("inet_protocol").text
    netlink = constants.table("netlink_protocol").text

    def show(args: Sequence[int], _memory: Memory) -> str:
        family, value = args[domain] & 0xFFFFFFFF, args[index] & 0xFFFFFFFF
        if family in (_INET, _INET6):
            return internet(value)
        return netlink(value) if family == _NETLINK else str(value)

    return show


@kind("socket_option")
def socket_option(place: Place) -> Printer:
    """An option; its names depend on the level."""
    index, level = place.index, place.indexes["level"]

    def show(args: Sequence[int], _memory: Memory) -> str:
        names = OPTIONS.get(args[level] & 0xFFFFFFFF)
        value = args[index] & 0xFFFFFFFF
        return constants.enum(names, value, place.arch.token) if names else f"{value:#x}"

    return show


@kind("socket_option_value")
def socket_option_value(place: Place) -> Printer:
    """What an option is set to: `socket_option_value[length]`."""
    length, level, option = place.length_index, place.indexes["level"], place.indexes["optname"]
    limit = place.style.string_limit

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = signed(args[length])
        if size < 0:
            return f"{address:#x}"
        lingers = args[level] & 0xFFFFFFFF == _SOL_SOCKET and args[option] & 0xFFFFFFFF == _SO_LINGER
        wanted = 8 if lingers else 4
        data = memory.read(address, wanted) if size >= wanted else b""
        if len(data) == wanted and lingers:
            on, seconds = struct.unpack("<ii", data)
            return f"{{l_onoff={on}, l_linger={seconds}}}"
        if len(data) == 4 and size == 4:
            return f"[{int.from_bytes(data, 'little', signed=True)}]"
        return bytes_text(address, size, memory, limit)

    return behind(place, show)


def _control_data(level: int, kind_of: int, data: bytes, memory: Memory, details: frozenset[str]) -> str:
    if level == _SOL_SOCKET and kind_of == _SCM_RIGHTS:
        return f"[{', '.join([descriptor_text(fd, memory, details) for fd in _ints(data)])}]"
    if level == _SOL_SOCKET and kind_of == _SCM_CREDENTIALS and len(data) >= 12:
        pid, uid, gid = struct.unpack_from("<iII", data)
        return f"{{pid={pid}, uid={uid_text(uid)}, gid={uid_text(gid)}}}"
    return quote(data, 32)


def _ints(data: bytes) -> list[int]:
    return [value for (value,) in struct.iter_unpack("<i", data[: len(data) // 4 * 4])]


def _messages(data: bytes, word: int) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield length, level, type and contents of the control messages of a msghdr; a length that lies is the last."""
    header = struct.Struct("<Qii" if word == 8 else "<Iii")
    at = 0
    while at + header.size <= len(data):
        length, level, kind_of = header.unpack_from(data, at)
        yield length, level, kind_of, data[at + header.size : at + length]
        if length < header.size:
            return
        at += (length + word - 1) // word * word


def rights(control: bytes, word: int) -> list[int]:
    """Return the descriptors that the control messages pass on."""
    passed: list[int] = []
    for _, level, kind_of, payload in _messages(control, word):
        if level == _SOL_SOCKET and kind_of == _SCM_RIGHTS:
            passed += _ints(payload)
    return passed


def _control(control: bytes, word: int, memory: Memory, details: frozenset[str]) -> Iterator[str]:
    """Yield the control messages of a msghdr."""
    for length, level, kind_of, payload in _messages(control, word):
        names = constants.enum("scm", kind_of & 0xFFFFFFFF) if level == _SOL_SOCKET else f"{kind_of & 0xFFFFFFFF:#x}"
        text = f"{{cmsg_len={length}, cmsg_level={constants.enum('sol', level & 0xFFFFFFFF)}, cmsg_type={names}"
        data = f", cmsg_data={_control_data(level, kind_of, payload, memory, details)}" if payload else ""
        yield f"{text}{data}}}"


@cache
def msghdr_layout(word: int) -> struct.Struct:
    """Return the layout of a struct msghdr."""
    return struct.Struct("<Qi4xQQQQI4x" if word == 8 else "<IiIIIII")


def msghdr_text(data: bytes, place: Place, memory: Memory) -> str:
    """Return a struct msghdr."""
    word = place.arch.word
    name, name_length, iov, iov_length, control, control_length, flags = msghdr_layout(word).unpack(data)
    vector = iovec_text(iov, iov_length, MOST_BUFFERS, place, memory) if iov else "NULL"
    text = f"{{msg_name={_address(name, name_length, memory)}, msg_namelen={name_length}"
    text += f", msg_iov={vector}, msg_iovlen={iov_length}"
    if control_length:
        wanted = min(control_length, CONTROL_MAX)
        found = memory.read(control, wanted) if control else b""
        shown = _control(found, word, memory, place.style.descriptors)
        messages = ", ".join(shown) if len(found) == wanted else ""
        if messages and wanted < control_length:
            messages += ", ..."
        text += f", msg_control={f'[{messages}]' if messages else pointer(control)}"
    return f"{text}, msg_controllen={control_length}, msg_flags={constants.flags('msg', flags)}}}"


@kind("msghdr")
def msghdr(place: Place) -> Printer:
    """A message with its buffers, address and control data."""
    size = msghdr_layout(place.arch.word).size

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, size)
        return msghdr_text(data, place, memory) if len(data) == size else f"{address:#x}"

    return behind(place, show)


@kind("msghdr_to_fill")
def msghdr_to_fill(place: Place) -> Printer:
    """A message to be received: only the room for the address means something before."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, place.arch.word + 4)
        if len(data) < place.arch.word + 4:
            return f"{address:#x}"
        return f"{{msg_namelen={int.from_bytes(data[-4:], 'little', signed=True)}}}"

    return behind(place, show)


@kind("mmsghdr")
def mmsghdr(place: Place) -> Printer:
    """Several messages: `mmsghdr[count]`."""
    header = msghdr_layout(place.arch.word).size
    size = header + place.arch.word
    length, limit = place.length_index, min(place.style.string_limit, MESSAGES_SHOWN)

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        def item(data: bytes) -> str:
            return f"{{msg_hdr={msghdr_text(data[:header], place, memory)}}}"

        return array(address, args[length] & 0xFFFFFFFF, size, limit, memory, item)

    return behind(place, show)
