"""One end of the control socket: messages go out as packets, and a large one as a sealed memfd."""

from __future__ import annotations

import array
import os
import socket
from typing import Generic, TypeVar

import msgspec

INLINE_MAX = 60_000
"""Largest encoded message sent as a packet, in bytes."""

_Out = TypeVar("_Out")
_In = TypeVar("_In")


class Channel(Generic[_Out, _In]):
    """One end of the control socket.

    Args:
        sock: a connected SOCK_SEQPACKET socket; made non-blocking.
        incoming: the union of messages that may arrive.
    """

    def __init__(self, sock: socket.socket, incoming: object) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[_In] = msgspec.msgpack.Decoder(incoming)

    def fileno(self) -> int:
        """Return the descriptor, to wait for messages."""
        return self._sock.fileno()

    def close(self) -> None:
        """Close this end; the other sees the end of the stream."""
        self._sock.close()

    def send(self, message: _Out) -> None:
        """Send one message.

        Raises:
            BlockingIOError: the other side does not read.
            OSError: EPIPE or ECONNRESET, the other side is gone.
        """
        data = self._encoder.encode(message)
        if len(data) <= INLINE_MAX:
            self._sock.send(b"i" + data)
            return
        fd = os.memfd_create("seccomp-tui-message", os.MFD_CLOEXEC)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            self._sock.sendmsg([b"m"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
        finally:
            os.close(fd)

    def receive(self) -> _In | None:
        """Return the next message, None when the other side has closed.

        Raises:
            BlockingIOError: nothing has arrived.
            msgspec.ValidationError: not a message of this protocol.
        """
        try:
            data, fds, _, _ = socket.recv_fds(self._sock, INLINE_MAX + 1, 1)
        except ConnectionResetError:
            # The other side has closed with messages of ours unread. That is said once, and before what it had sent.
            data, fds, _, _ = socket.recv_fds(self._sock, INLINE_MAX + 1, 1)
        if not data:
            return None
        if not fds:
            return self._decoder.decode(data[1:])
        with os.fdopen(fds[0], "rb") as file:
            file.seek(0)
            return self._decoder.decode(file.read())
