"""Listeners that come from elsewhere, and what is known of the targets that they belong to.

Whoever has got hold of one sends it to the supervisor, one a message, on a SOCK_SEQPACKET: an OCI runtime's by way of
the agent's socket, another process's taken with pidfd_getfd(2).
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Callable
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from seccomp_tui.policy.calls import Contained
from seccomp_tui.syscalls.text import escape

_MESSAGE_MOST = 128 << 10


class Arrival(msgspec.Struct, frozen=True, tag=True):
    """What is sent with a listener.

    Attributes:
        container, name, pid, metadata, annotations, rules: as of `records.ContainerSeen`.
        bundle: the container's; empty: not known.
        notified: names of the calls that trap; None: not known.
        above: processes whose descendants are the targets, where there is no such `pid`; first who put the filter on.
    """

    container: str
    name: str = ""
    pid: int = 0
    metadata: str = ""
    annotations: dict[str, str] = {}
    rules: str = ""
    bundle: str = ""
    notified: list[str] | None = None
    above: list[int] = []


class Complaint(msgspec.Struct, frozen=True, tag=True):
    """One printable line about what came and could not be used."""

    text: str


class Container(NamedTuple):
    """The target of one listener.

    Attributes:
        number: of the listener, from 1.
        contained: what expressions can ask for.
    """

    number: int
    contained: Contained

    @property
    def called(self) -> str:
        """What people call it."""
        return (self.contained.name or self.contained.container).decode()


_decode = msgspec.msgpack.Decoder(Arrival | Complaint).decode
_encode = msgspec.msgpack.Encoder().encode


def send(sock: socket.socket, arrival: Arrival, listener: int) -> bool:
    """Hand over a listener, of which the receiver gets a duplicate; False: without the annotations, which are too long.

    Raises:
        OSError: nobody is there to take it, or the message is too long.
    """
    message = _encode(arrival)
    whole = len(message) <= _MESSAGE_MOST
    if not whole:
        message = _encode(replace(arrival, annotations={}))
        if len(message) > _MESSAGE_MOST:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
    socket.send_fds(sock, [message], [listener])
    return whole


def tell(sock: socket.socket, text: str) -> None:
    """Let the user know of what came and could not be used; without effect when nobody is there."""
    with contextlib.suppress(OSError):
        sock.send(_encode(Complaint(text)))


class Arrivals:
    """The supervisor's end.

    Args:
        sock: does not block.
        arrived: called with each listener and what came with it.
        complained: called with each line for the user.
        ended: called when no more will come.
    """

    def __init__(
        self,
        sock: socket.socket,
        arrived: Callable[[int, Arrival], None],
        complained: Callable[[str], None],
        ended: Callable[[], None],
    ) -> None:
        sock.setblocking(False)
        self.open = True
        self._sock = sock
        self._arrived = arrived
        self._complained = complained
        self._ended = ended

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._sock.fileno()

    def hear(self) -> None:
        """Take what has come."""
        while self.open:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._sock, _MESSAGE_MOST, 1, socket.MSG_CMSG_CLOEXEC)
            except BlockingIOError:
                return
            except OSError:
                data, descriptors = b"", []
            if not data:
                self.open = False
                self._ended()
                return
            try:
                message = _decode(data)
            except msgspec.DecodeError:  # only we write here; what was cut is of no use
                for descriptor in descriptors:
                    os.close(descriptor)
                continue
            if isinstance(message, Complaint):
                self._complained(message.text)
            elif descriptors:
                self._arrived(descriptors[0], message)
            else:
                self._complained(
                    f"container {escape(message.container.encode())}: no descriptor is left for its listener"
                    " (RLIMIT_NOFILE): its calls fail with ENOSYS"
                )

    def close(self) -> None:
        """Take no more."""
        self.open = False
        self._sock.close()
