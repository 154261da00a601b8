"""Socket options: their names, by level, and what they are set to or what they tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.arch import Arch
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.text import quote

from .addresses import int_at, sockaddr_text
from .base import MOST_ITEMS, Place, Printer, behind, kind, signed
from .bpf import packet_instruction, program_text
from .strings import bytes_text, embedded_bytes
from .structures import field_places, struct_show

_SETS = {
    "SOL_IP": "ip",
    "SOL_SOCKET": "socket",
    "SOL_TCP": "tcp",
    "SOL_UDP": "udp",
    "AF_VSOCK": "vsock",
    "SOL_IPV6": "ipv6",
    "SOL_CAN_RAW": "can_raw",
    "SOL_SCTP": "sctp",
    "SOL_RAW": "raw",
    "SOL_IPX": "ipx",
    "SOL_AX25": "ax25",
    "SOL_PACKET": "packet",
    "SOL_IRDA": "irda",
    "SOL_LLC": "llc",
    "SOL_DCCP": "dccp",
    "SOL_NETLINK": "netlink",
    "SOL_TIPC": "tipc",
    "SOL_RXRPC": "rxrpc",
    "SOL_PPPOL2TP": "pppol2tp",
    "SOL_BLUETOOTH": "bluetooth",
    "SOL_PNPIPE": "pnpipe",
    "SOL_RDS": "rds",
    "SOL_IUCV": "iucv",
    "SOL_CAIF": "caif",
    "SOL_ALG": "alg",
    "SOL_NFC": "nfc",
    "SOL_KCM": "kcm",
    "SOL_TLS": "tls",
    "SOL_XDP": "xdp",
}
"""The set of options of a level is sockopt_NAME; those that can only be set, or only be got, are in sockopt_NAME_set
and sockopt_NAME_get."""
_LOW = 0xFFFFFFFF
_INT = 4
Show = Callable[[int, int, Place, Memory], str]
"""Text of a value: of its address, its size, the argument, and the caller's memory."""


@cache
def _tables(level: int, ending: str) -> tuple[constants.Constants, ...]:
    name = _SETS.get(constants.enum("sol", level))
    if name is None:
        return ()
    found = [f"sockopt_{name}_{ending}", f"sockopt_{name}"]
    return tuple(constants.table(each) for each in found if each in constants.set_names())


def option_text(level: int, option: int, call: str) -> str:
    """Return the name of an option; the number of one whose level has no names."""
    tables = _tables(level, call[:3])
    for table in tables:
        text = table.text(option)
        if "???" not in text:
            return text
    return tables[0].text(option) if tables else str(option)


@kind("socket_option")
def socket_option(place: Place) -> Printer:
    """An option; its names depend on the level."""
    index, level, call = place.index, place.indexes["level"], place.call

    def show(args: Sequence[int], _memory: Memory) -> str:
        return option_text(args[level] & _LOW, args[index] & _LOW, call)

    return show


# --- values ---


def _number(address: int, memory: Memory, text: Callable[[int], str] = str) -> str:
    value = int_at(address, memory)
    return f"{address:#x}" if value is None else f"[{text(value)}]"


def _anything(address: int, size: int, place: Place, memory: Memory) -> str:
    """A number if it has the size of one, else bytes."""
    if size == _INT:
        return _number(address, memory)
    if place.argument.direction == "out" and size <= 0:
        return f"{address:#x}"
    return bytes_text(address, size & _LOW, memory, place.style.string_limit)


def _int(address: int, size: int, place: Place, memory: Memory) -> str:
    if size >= _INT:
        return _number(address, memory)
    data = memory.read(address, size) if size > 0 and place.argument.direction == "out" else b""
    return quote(data, hexa=True) if data else f"{address:#x}"


def _netlink_int(address: int, size: int, place: Place, memory: Memory) -> str:
    if size >= _INT or (size > 0 and place.argument.direction == "out"):
        return _number(address, memory)
    return f"{address:#x}"


def _rehash(address: int, size: int, place: Place, memory: Memory) -> str:
    names = constants.table("txrehash")

    def text(value: int) -> str:
        return names.text(value) if value in names.names.values() else f"{value} /* {names.unknown} */"

    return _number(address, memory, text) if size >= _INT else _int(address, size, place, memory)


def _struct(name: str, exactly: bool = False) -> Show:
    """Return what prints a struct; its address where it is too small, or, of `exactly` its size, too large."""

    def show(address: int, size: int, place: Place, memory: Memory) -> str:
        whole = structs.layout(name, place.arch.word).size
        data = memory.read(address, whole) if (size == whole if exactly else size >= whole) else b""
        if len(data) < whole:
            return f"{address:#x}"
        return struct_show(name, place.arch, place.style)(data, memory)

    return show


def _cut_struct(name: str) -> Show:
    """Return what prints as much of a struct as there is; of a field that is cut the bytes."""

    def show(address: int, size: int, place: Place, memory: Memory) -> str:
        layout = structs.layout(name, place.arch.word)
        wanted = min(size, layout.size)
        data = memory.read(address, wanted) if wanted > 0 else b""
        if not data or len(data) < wanted:
            return f"{address:#x}"
        return _fields(name, data, place.arch, place, memory)

    return show


def _fields(name: str, data: bytes, arch: Arch, place: Place, memory: Memory) -> str:
    layout = structs.layout(name, arch.word)
    whole = [field for field in layout.fields if field.offset + field.size <= len(data)]
    parts = (
        [struct_show(name, arch, place.style)(data[: whole[-1].offset + whole[-1].size], memory)[1:-1]] if whole else []
    )
    for field, _ in field_places(layout, arch, place.style)[len(whole) : len(whole) + 1]:
        if data[field.offset :]:
            parts.append(f"{field.argument.name}={quote(data[field.offset :], hexa=True)}")
    return f"{{{', '.join(parts)}}}"


def _memberships(address: int, size: int, place: Place, memory: Memory) -> str:
    count = min(size // 4, MOST_ITEMS if place.style.verbose else place.style.string_limit) if size > 0 else 0
    data = memory.read(address, 4 * count) if count else b""
    if size <= 0 or len(data) < 4 * count:
        return f"{address:#x}"
    items = [str(int.from_bytes(data[start : start + 4], "little")) for start in range(0, 4 * count, 4)]
    return f"[{', '.join(items + ['...'] * (count < size // 4))}]"


_ICMP_TYPES = 32


def _icmp_filter(address: int, size: int, _place: Place, memory: Memory) -> str:
    """The types of messages that are let through or, if those are the fewer, that are not."""
    data = memory.read(address, min(size, _INT)) if size > 0 else b""
    if not data:
        return f"{address:#x}"
    blocked = int.from_bytes(data.ljust(_INT, b"\xff"), "little")
    listed = [bit for bit in range(_ICMP_TYPES) if blocked >> bit & 1]
    inverted = len(listed) >= 8 * len(data) * 2 // 3
    if inverted:
        listed = [bit for bit in range(_ICMP_TYPES) if not blocked >> bit & 1]
    return f"{'~' if inverted else ''}[{' '.join([constants.enum('icmp_filter', bit) for bit in listed])}]"


def _filter(address: int, size: int, place: Place, memory: Memory) -> str:
    """Instructions of a socket filter, of which the size is the number; shown with -v only."""
    if size <= 0 or not place.style.verbose:
        return f"{address:#x}"
    return program_text(address, size, memory, packet_instruction)


_INTS = """
SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY
SO_BSDCOMPAT SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_SNDLOWAT SO_DETACH_FILTER SO_TIMESTAMP_OLD SO_ACCEPTCONN
SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS_OLD SO_MARK SO_TIMESTAMPING_OLD SO_RXQ_OVFL SO_WIFI_STATUS
SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_INCOMING_CPU SO_CNX_ADVICE SO_INCOMING_NAPI_ID
SO_ZEROCOPY SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL
SO_BUSY_POLL_BUDGET SO_RESERVE_MEM SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ
"""
_NETLINK_INTS = """
NETLINK_ADD_MEMBERSHIP NETLINK_DROP_MEMBERSHIP NETLINK_PKTINFO NETLINK_BROADCAST_ERROR NETLINK_NO_ENOBUFS
NETLINK_RX_RING NETLINK_TX_RING NETLINK_LISTEN_ALL_NSID NETLINK_LIST_MEMBERSHIPS NETLINK_CAP_ACK NETLINK_EXT_ACK
NETLINK_GET_STRICT_CHK
"""
_EITHER: dict[str, Show] = {
    **dict.fromkeys(_INTS.split(), _int),
    **dict.fromkeys(_NETLINK_INTS.split(), _netlink_int),
    "SO_TXREHASH": _rehash,
    "ICMP_FILTER": _icmp_filter,
}
_SET: dict[str, Show] = _EITHER | {
    "SO_LINGER": _struct("linger"),
    "SO_ATTACH_FILTER": _struct("socket_fprog", exactly=True),
    "SO_ATTACH_REUSEPORT_CBPF": _struct("socket_fprog", exactly=True),
    "IP_ADD_MEMBERSHIP": _struct("ip_mreq"),
    "IP_DROP_MEMBERSHIP": _struct("ip_mreq"),
    "MCAST_JOIN_GROUP": _struct("group_req"),
    "MCAST_LEAVE_GROUP": _struct("group_req"),
    "IPV6_ADD_MEMBERSHIP": _struct("ipv6_mreq"),
    "IPV6_DROP_MEMBERSHIP": _struct("ipv6_mreq"),
    "IPV6_JOIN_ANYCAST": _struct("ipv6_mreq"),
    "IPV6_LEAVE_ANYCAST": _struct("ipv6_mreq"),
    "PACKET_ADD_MEMBERSHIP": _struct("packet_mreq", exactly=True),
    "PACKET_DROP_MEMBERSHIP": _struct("packet_mreq", exactly=True),
    "PACKET_RX_RING": _struct("tpacket_req", exactly=True),
    "PACKET_TX_RING": _struct("tpacket_req", exactly=True),
}
"""What options are set to that isn't just a number or bytes."""
_GOT: dict[str, Show] = _EITHER | {
    "SO_ERROR": _int,
    "SO_LINGER": _cut_struct("linger"),
    "SO_PEERCRED": _cut_struct("ucred"),
    "SO_GET_FILTER": _filter,
    "PACKET_STATISTICS": _cut_struct("tpacket_stats"),
    "NETLINK_LIST_MEMBERSHIPS": _memberships,
}
"""What options tell."""


@kind("socket_option_value")
def socket_option_value(place: Place) -> Printer:
    """The value of an option: `in socket_option_value[length]`; out, the length lies in memory as well."""
    length, level, option, call = place.length_index, place.indexes["level"], place.indexes["optname"], place.call
    getting = place.argument.direction == "out"
    shows = _GOT if getting else _SET

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        size = int_at(args[length], memory) if getting else signed(args[length])
        if size is None:
            return f"{address:#x}"
        name = option_text(args[level] & _LOW, args[option] & _LOW, call)
        return shows.get(name, _anything)(address, size, place, memory)

    return behind(place, show)


@kind("sockaddr_inside")
def sockaddr_inside(place: Place) -> Printer:
    """A socket address that is a field of a struct."""
    index = place.index
    return lambda args, memory: sockaddr_text(embedded_bytes(args, index), place, memory)


@kind("mac_of")
def mac_of(place: Place) -> Printer:
    """A hardware address inside a struct, of which another field says how long it is."""
    index, length = place.index, place.indexes[place.option]
    return lambda args, _memory: embedded_bytes(args, index)[: args[length]].hex(":")
