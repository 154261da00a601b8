"""What the supervisor and a performer say to each other: one msgspec struct a packet, descriptors beside it.

A performer runs with the rights of the target, which may be our user's own: what it says is checked like anything that
comes from the target.
"""

from __future__ import annotations

import array
import socket
from enum import IntEnum
from typing import Literal

import msgspec

PACKET_MOST = 192 << 10
"""Bytes of a packet, below what the kernel lets a socket hold."""
DATA_MOST = 64 << 10
"""Bytes of a buffer inside a packet; longer ones come as memfds."""
DESCRIPTORS_MOST = 64
_RIGHTS = array.array("i").itemsize


class Lookup(IntEnum):
    """How the last component of a path is looked up, as in `syscalls/lookups.py`."""

    FOLLOW = 0
    KEEP = 1
    NAME = 2
    OPEN = 3
    UNMOUNT = 4
    READ_LINK = 5
    MOUNT_POINT = 6
    CONNECT = 7
    BIND = 8


class Number(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """A word as it is."""

    value: int


class Bytes(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """A pointer to these bytes, with words at offsets inside of them."""

    data: bytes
    inside: tuple[tuple[int, Word], ...] = ()


class File(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """A pointer to the contents of a memfd, the packet's descriptor number `slot`."""

    slot: int
    size: int


class Room(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """A pointer to what the call fills in; `counted`: as many bytes of it as it returns."""

    size: int
    counted: bool


class Unreadable(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """A pointer to nothing."""


class Slot(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """A descriptor, the packet's number `slot`; -1: one that is not open."""

    slot: int


class Path(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """A path that starts from the folder `base`, a slot; `flags` as in `syscalls/marshalling.py`."""

    text: bytes
    lookup: Lookup
    base: int
    flags: int


Word = Number | Bytes | File | Room | Unreadable | Slot | Path


class Enter(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """First of all: become like the target. With it come the target's pidfd and its root folder.

    Attributes:
        namespaces: CLONE_NEW* of those to join.
        ids: of users and groups: real, effective, saved, of files; none: they stay.
        groups: supplementary ones.
        capabilities: effective and permitted; none: they stay.
        inodes: of the target's namespaces, by their names; where it turns out to stand elsewhere, it has changed.
        root: what tells its root folder apart, likewise.
        confined: magic links are followed where they are the caller's own only: with rights that the target has not,
            those of others lead out of its root.
    """

    namespaces: int
    ids: tuple[tuple[int, int, int, int], tuple[int, int, int, int]] | None
    groups: tuple[int, ...]
    capabilities: tuple[int, int] | None
    inodes: dict[str, int] = {}
    root: tuple[int, ...] = ()
    confined: bool = False


class Job(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """Make a call.

    Attributes:
        descriptor: what it returns is a new descriptor, to be handed over.
        forks: it may wait long.
        checked: what it opens must not be one's own entry in a procfs.
        working: a slot, the folder to make it in; -1: where the paths of the call need it.
        numbers: of the target's thread and process in each pid namespace, the outermost first.
    """

    id: int
    nr: int
    words: tuple[Word, ...]
    descriptor: bool
    forks: bool
    checked: bool
    working: int
    umask: int
    numbers: tuple[tuple[int, ...], tuple[int, ...]]


class Cancel(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """Nobody waits for that call any more."""

    id: int


class Ready(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """It has become like the target."""


Step = Literal["namespaces", "root", "users", "groups", "capabilities", "start", "place"]
"""What a performer does before it takes jobs."""


class Failed(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """It could not: `step` says what."""

    step: Step
    errno: int


class Forked(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """A process of its own makes the call."""

    id: int


class Done(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """The call has returned. With it comes the new descriptor, if there is one.

    Attributes:
        value: as the kernel returns it: -errno when it failed.
        rooms: what was filled in, in the order of the words.
        refused: why it was not made; then `value` is -errno of a fitting one.
    """

    id: int
    value: int
    rooms: tuple[bytes, ...] = ()
    refused: str = ""


class Idle(msgspec.Struct, array_like=True, tag=True, frozen=True):
    """It has had nothing to do for long."""


Order = Enter | Job | Cancel
Report = Ready | Failed | Forked | Done | Idle

encode = msgspec.msgpack.Encoder().encode
decode_order = msgspec.msgpack.Decoder(Order).decode
decode_report = msgspec.msgpack.Decoder(Report).decode


def send(end: socket.socket, message: Order | Report, descriptors: tuple[int, ...] = ()) -> None:
    """Send a packet.

    Raises:
        OSError: sendmsg(2).
    """
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    end.sendmsg([encode(message)], rights, socket.MSG_NOSIGNAL)


def receive(end: socket.socket) -> tuple[bytes, list[int]]:
    r"""Return a packet and the descriptors that came with it, which are the caller's; nothing at the end of all.

    A packet that was cut is `b"\0"`, which no decoder takes.

    Raises:
        OSError: recvmsg(2).
    """
    data, rights, flags, _ = end.recvmsg(
        PACKET_MOST, socket.CMSG_SPACE(DESCRIPTORS_MOST * _RIGHTS), socket.MSG_CMSG_CLOEXEC
    )
    descriptors = array.array("i")
    for level, type_of, content in rights:
        if level == socket.SOL_SOCKET and type_of == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) - len(content) % _RIGHTS])
    return b"\0" if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC) else data, list(descriptors)
