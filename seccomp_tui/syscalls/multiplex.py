"""Calls that stand for many: socketcall(2) and ipc(2) of i386, whose first argument says which call is meant.

They are printed as the call meant. Its own line in prototypes.txt counts, or one that begins with `socketcall:` or
`ipc:`, where it is passed in another way.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import prototypes
from .memory import Memory

_WORD = 4
_LOW = 0xFFFFFFFF
_CALL = 0xFFFF
_SOCKET_NAMES = """
socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown setsockopt
getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg
"""
_SOCKETCALLS = _SOCKET_NAMES.split()
"""By number, from 1."""
_IPC_CALLS = {
    1: ("semop", (1, 4, 2)),
    2: ("semget", (1, 2, 3)),
    3: ("semctl", (1, 2, 3, 4)),
    4: ("semtimedop", (1, 4, 2, 5)),
    11: ("msgsnd", (1, 4, 2, 3)),
    12: ("msgrcv", (1, 4, 2, 5, 3)),
    13: ("msgget", (1, 2)),
    14: ("msgctl", (1, 2, 4)),
    21: ("shmat", (1, 4, 2, 3)),
    22: ("shmdt", (4,)),
    23: ("shmget", (1, 2, 3)),
    24: ("shmctl", (1, 2, 4)),
}
"""By number: the call, and which of ipc's words its arguments are."""


READ_MOST = 6 * _WORD
"""So many bytes are read at most to find out which call is meant."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The call that is meant.

    Attributes:
        name: its name.
        through: what its line in prototypes.txt may begin with.
        words: its six words.
        read: where further ones than those of the call itself were read, and how many bytes.
    """

    name: str
    through: str
    words: tuple[int, ...]
    read: tuple[int, int] = (0, 0)


def _six(words: Sequence[int]) -> tuple[int, ...]:
    return (*words, 0, 0, 0, 0, 0, 0)[:6]


def _socketcall(args: Sequence[int], memory: Memory, _after: bool) -> Meant | None:
    number, address = args[0] & _LOW, args[1]
    if not 0 < number <= len(_SOCKETCALLS) or not address:
        return None
    name = _SOCKETCALLS[number - 1]
    prototype = prototypes.find(name)
    assert prototype is not None
    size = _WORD * len(prototype.arguments or ())
    data = memory.read(address, size)
    if len(data) < size:
        return None
    return Meant(name, "socketcall", _six(struct.unpack(f"<{size // _WORD}I", data)), (address, size))


def _ipc(args: Sequence[int], memory: Memory, after: bool) -> Meant | None:
    found = _IPC_CALLS.get(args[0] & _CALL)
    if found is None:
        return None
    name, order = found
    words = _six([args[index] for index in order])
    if name != "msgrcv":
        return Meant(name, "ipc", words)
    if args[0] >> 16 & _CALL:
        return Meant(name, "", words)
    pair = memory.read(words[1], 2 * _WORD) if words[1] else b""
    if not after or len(pair) < 2 * _WORD:
        return Meant(name, "ipc", _six([words[0], words[1], words[2], words[4]]), (words[1], len(pair)))
    message, kind = struct.unpack("<II", pair)
    return Meant(name, "", (words[0], message, words[2], kind, words[4], 0), (words[1], len(pair)))


MULTIPLEXERS: dict[str, Callable[[Sequence[int], Memory, bool], Meant | None]] = {
    "socketcall": _socketcall,
    "ipc": _ipc,
}
"""By name: what finds out which call is meant, None where it can't be told."""
