"""Socket addresses: which struct a family has, and what prints those that are more than a struct."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from seccomp_tui.syscalls import constants, structs
from seccomp_tui.syscalls.memory import Memory, earlier
from seccomp_tui.syscalls.text import quote

from .base import FACTORIES, Place, Printer, behind, kind, signed
from .structures import struct_show
from .wire import byte_texts

SOCKADDR_MAX = 128
"""Longest socket address the kernel takes (struct sockaddr_storage)."""
_FIELDS = {
    "AF_INET": (16, "sockaddr_in"),
    "AF_INET6": (24, "sockaddr_in6"),
    "AF_NETLINK": (12, "sockaddr_nl"),
    "AF_PACKET": (20, "sockaddr_ll"),
    "AF_VSOCK": (16, "sockaddr_vm"),
    "AF_IPX": (16, "sockaddr_ipx"),
    "AF_X25": (18, "sockaddr_x25"),
    "AF_ALG": (25, "sockaddr_alg"),
    "AF_IEEE802154": (20, "sockaddr_ieee802154"),
    "AF_NFC": (16, "sockaddr_nfc"),
    "AF_XDP": (16, "sockaddr_xdp"),
    "AF_QIPCRTR": (12, "sockaddr_qrtr"),
    "AF_MCTP": (12, "sockaddr_mctp"),
    "AF_RXRPC": (36, "sockaddr_rxrpc"),
}
"""For each family the fewest bytes of an address, and the struct that it then has."""
_EXACT = {
    "AF_BLUETOOTH": {
        4: "sockaddr_hci",
        6: "sockaddr_hci",
        8: "sockaddr_sco",
        10: "sockaddr_rc",
        12: "sockaddr_l2",
        14: "sockaddr_l2",
    },
}
"""For each family the struct that an address has which is just so long."""
Text = Callable[[bytes, Place, Memory], str]
"""Text of an address's bytes, in braces."""


def _unix(data: bytes, _place: Place, _memory: Memory) -> str:
    path = data[2:110]
    if not path:
        return "{sa_family=AF_UNIX}"
    if path[:1] == b"\0":
        return f"{{sa_family=AF_UNIX, sun_path=@{quote(path[1:])}}}"
    return f"{{sa_family=AF_UNIX, sun_path={quote(path.split(bytes(1), 1)[0])}}}"


def _packet(fields: str, data: bytes, _place: Place, _memory: Memory) -> str:
    given, there = data[11], data[12:]
    if not given:
        return fields
    shown = byte_texts(there[:given]) + ["..."] * (given > len(there))
    return f"{fields[:-1]}, sll_addr=[{', '.join(shown)}]}}"


def _alg(fields: str, data: bytes, _place: Place, _memory: Memory) -> str:
    name, found, _ = data[24:].partition(b"\0")
    return f"{fields[:-1]}, salg_name={quote(name) if found else quote(data[24:-1]) + '...'}}}"


def _nfc(fields: str, data: bytes, place: Place, memory: Memory) -> str:
    if len(data) >= structs.layout("sockaddr_nfc_llcp", place.arch.word).size:
        return struct_show("sockaddr_nfc_llcp", place.arch, place.style)(data, memory)
    return f"{fields[:-1]}, ...}}" if len(data) > 16 else fields


_TRANSPORTS = {2: ("sin", "sockaddr_in", 16), 10: ("sin6", "sockaddr_in6", 28)}
"""Addresses inside one of AF_RXRPC: how their fields begin, their struct and its bytes."""


def _rxrpc(fields: str, data: bytes, place: Place, memory: Memory) -> str:
    length = int.from_bytes(data[6:8], "little")
    inner = data[8:]
    family = int.from_bytes(inner[:2], "little")
    name, layout, least = _TRANSPORTS.get(family, ("", "", 1 << 16))
    if length >= least and len(inner) >= least:
        text = struct_show(layout, place.arch, place.style)(inner[:least], memory).replace("sa_", f"{name}_", 1)
    else:
        rest = inner[2 : max(length, 2)]
        shown = f", {quote(rest)}" if rest else ""
        text = f"{{{name and name + '_'}family={constants.enum('family', family)}{shown}}}"
    return f"{fields[:-1]}, transport={f'{{{name}={text}}}' if name else text}}}"


_AFTERWARDS = {"AF_PACKET": _packet, "AF_ALG": _alg, "AF_NFC": _nfc, "AF_RXRPC": _rxrpc}
"""What adds to the text of the struct."""
_CALL, _DIGIPEATERS = 7, 8
"""Bytes of an amateur radio's call sign, and how many stations on the way an address may have."""


def call_sign(data: bytes) -> str:
    """Return a call sign of AX.25, which is shifted by one bit; as bytes where it is none."""
    letters = "".join([chr(byte >> 1) for byte in data[:6]]).rstrip(" ")
    station = f"{letters}-{data[6] >> 1 & 15}"
    if not any(byte & 1 for byte in data) and data[6] < 0x20:
        if not letters and not data[6]:
            return "*"
        if letters and letters.isalnum() and letters.upper() == letters:
            return station
    comment = f" /* {station} */" if letters.isprintable() and not set(letters) & {"*", "/", "\x7f"} else ""
    return f"{{ax25_call={quote(data, hexa=True)}}}{comment}"


def _ax25(data: bytes, _place: Place, _memory: Memory) -> str:
    count = signed(int.from_bytes(data[12:16], "little"))
    station = f"sax25_call={call_sign(data[2:9])}, sax25_ndigis={count}"
    if len(data) == 16 and not count:
        return f"{{sa_family=AF_AX25, {station}}}"
    text = f"{{sa_family=AF_AX25, fsa_ax25={{{station}}}"
    if count > 0:
        wanted = min(count, _DIGIPEATERS)
        there = min(wanted, (len(data) - 16) // _CALL)
        stations = [call_sign(data[start : start + _CALL]) for start in range(16, 16 + there * _CALL, _CALL)]
        text += f", fsa_digipeater=[{', '.join(stations + ['...'] * (there < wanted))}]"
    whole = (len(data) - 16) % _CALL == 0 and len(data) <= 16 + _DIGIPEATERS * _CALL
    return f"{text}}}" if whole else f"{text}, ...}}"


_WHOLE: dict[str, tuple[int, Text]] = {"AF_UNIX": (2, _unix), "AF_AX25": (16, _ax25)}
"""Addresses that are no plain struct: their fewest bytes, and what prints them."""


@cache
def _family(number: int) -> str:
    return constants.enum("family", number)


def structs_of(family: str) -> list[str]:
    """Return the structs that an address of a family may have; of "" those of all families."""
    names = [name for known, (_, name) in _FIELDS.items() if family in ("", known)]
    return names + [
        name for known, each in _EXACT.items() if family in ("", known) for name in dict.fromkeys(each.values())
    ]


def family_of(name: str) -> str:
    """Return the family whose addresses are such structs."""
    return next(family for family in (*_FIELDS, *_EXACT) if name in structs_of(family))


def sockaddr_text(data: bytes, place: Place, memory: Memory) -> str:
    """Return a socket address of at least two bytes."""
    family = _family(int.from_bytes(data[:2], "little"))
    size = len(data)
    if family in _WHOLE and size >= _WHOLE[family][0]:
        return _WHOLE[family][1](data, place, memory)
    least, name = _FIELDS.get(family) or (0, _EXACT.get(family, {}).get(size, ""))
    if not name or size < least:
        return f"{{sa_family={family}{f', sa_data={quote(data[2:])}' if size > 2 else ''}}}"
    fields = struct_show(name, place.arch, place.style)(data, memory)
    return _AFTERWARDS[family](fields, data, place, memory) if family in _AFTERWARDS else fields


def address_text(address: int, length: int, place: Place, memory: Memory) -> str:
    """Return the socket address of `length` bytes that lies at an address."""
    if not address:
        return "NULL"
    wanted = min(length, SOCKADDR_MAX)
    data = memory.read(address, wanted) if wanted >= 2 else b""
    return sockaddr_text(data, place, memory) if data and len(data) == wanted else f"{address:#x}"


@kind("sockaddr")
def sockaddr(place: Place) -> Printer:
    """A socket address: `sockaddr[length]`."""
    index, length = place.index, place.length_index
    return lambda args, memory: address_text(args[index], signed(args[length]), place, memory)


@kind("sockaddr_filled")
def sockaddr_filled(place: Place) -> Printer:
    """A socket address that the call fills in: `sockaddr_filled[length]`, where the length lies in memory as well.

    The kernel says there how long the address is, and writes of it no more than there was room for.
    """
    if place.shown_as_address:
        return FACTORIES["ptr"](place)
    index, where = place.index, place.length_index

    def show(args: Sequence[int], memory: Memory) -> str:
        room, given = int_at(args[where], earlier(memory)), int_at(args[where], memory)
        if room is None or given is None:
            return FACTORIES["ptr"](place)(args, memory) or ""
        return address_text(args[index], min(room, given), place, memory)

    return show


def int_at(address: int, memory: Memory) -> int | None:
    """Return the int at an address; None where it can't be read."""
    data = memory.read(address, 4) if address else b""
    return int.from_bytes(data, "little", signed=True) if len(data) == 4 else None


@kind("int_changed")
def int_changed(place: Place) -> Printer:
    """A number that the call may change: `[128 => 16]`; `int_changed[buffer]` means nothing without a buffer."""
    buffer = place.indexes[place.option] if place.option else None

    def show(address: int, args: Sequence[int], memory: Memory) -> str:
        before, now = int_at(address, earlier(memory)), int_at(address, memory)
        if before is None or now is None or (buffer is not None and not args[buffer]):
            return f"{address:#x}"
        return f"[{before}]" if before == now else f"[{before} => {now}]"

    return behind(place, show)
