"""What control messages of sockets carry: descriptors, credentials, times, what IP says of a packet."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory
from seccomp_tui.syscalls.text import quote

from .addresses import sockaddr_text
from .base import Place
from .descriptors import descriptor_text
from .structures import struct_show

_IP, _SOCKET = 0, 1


@dataclass(frozen=True, slots=True)
class Data:
    """The contents of a control message.

    Attributes:
        octets: its bytes, at least one.
        place: the argument it belongs to.
        memory: the caller's memory.
    """

    octets: bytes
    place: Place
    memory: Memory


def _ints(data: Data) -> list[int]:
    return [value for (value,) in struct.iter_unpack("<i", data.octets[: len(data.octets) // 4 * 4])]


def _listed(items: list[str], data: Data) -> str:
    limit = len(items) if data.place.style.verbose else data.place.style.string_limit
    return f"[{', '.join(items[:limit] + ['...'] * (len(items) > limit))}]" if items else ""


def _numbers(data: Data) -> str:
    return _listed([str(value) for value in _ints(data)], data)


def _bytes(data: Data) -> str:
    return _listed([f"{byte:#x}" if byte else "0" for byte in data.octets], data)


def _descriptors(data: Data) -> str:
    return _listed([descriptor_text(fd, data.memory, data.place.style) for fd in _ints(data)], data)


def _text(data: Data) -> str:
    return quote(data.octets)


def _address(data: Data) -> str:
    return sockaddr_text(data.octets, data.place, data.memory) if len(data.octets) >= 16 else ""


def _struct(name: str, short: str = "", count: int = 1) -> Callable[[Data], str]:
    """Return what prints a struct, or several; `short` where there are too few bytes."""

    def text(data: Data) -> str:
        arch, style = data.place.arch, data.place.style
        size, show = structs.layout(name, arch.word).size, struct_show(name, arch, style)
        if len(data.octets) < size * count:
            return short
        shown = [show(data.octets[start : start + size], data.memory) for start in range(0, size * count, size)]
        return shown[0] if count == 1 else f"[{', '.join(shown)}]"

    return text


_UNREADABLE = "???"
_CONTENTS: dict[tuple[int, str], Callable[[Data], str]] = {
    (_SOCKET, "SCM_RIGHTS"): _descriptors,
    (_SOCKET, "SCM_PIDFD"): _descriptors,
    (_SOCKET, "SCM_CREDENTIALS"): _struct("ucred"),
    (_SOCKET, "SCM_SECURITY"): _text,
    (_SOCKET, "SO_TIMESTAMP_OLD"): _struct("timeval", _UNREADABLE),
    (_SOCKET, "SO_TIMESTAMPNS_OLD"): _struct("timespec", _UNREADABLE),
    (_SOCKET, "SO_TIMESTAMPING_OLD"): _struct("timespec", _UNREADABLE, 3),
    (_SOCKET, "SO_TIMESTAMP_NEW"): _struct("timeval64", _UNREADABLE),
    (_SOCKET, "SO_TIMESTAMPNS_NEW"): _struct("timespec64", _UNREADABLE),
    (_SOCKET, "SO_TIMESTAMPING_NEW"): _struct("timespec64", _UNREADABLE, 3),
    (_IP, "IP_TOS"): _bytes,
    (_IP, "IP_TTL"): _numbers,
    (_IP, "SCM_SECURITY"): _text,
    (_IP, "IP_RECVOPTS"): _bytes,
    (_IP, "IP_RETOPTS"): _bytes,
    (_IP, "IP_PKTINFO"): _struct("in_pktinfo"),
    (_IP, "IP_RECVERR"): _struct("sock_extended_err_offender"),
    (_IP, "IP_ORIGDSTADDR"): _address,
    (_IP, "IP_CHECKSUM"): _numbers,
}
"""By level and type."""


def control_data(type_name: str, level: int, data: Data) -> str:
    """Return what a control message carries; "" where it can't be told."""
    show = _CONTENTS.get((level, type_name))
    return show(data) if show else ""
