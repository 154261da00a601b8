"""Takes listeners from OCI runtimes and hands them to the supervisor; a process of its own, which may wait for them.

Whatever a runtime sends, nothing is left open: of a connection that is refused every descriptor is closed, so that the
container's calls fail with ENOSYS and do not wait for nobody.
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
import time
from pathlib import Path

from seccomp_tui.kernel.listener import is_listener
from seccomp_tui.sources.agent_profile import with_notified
from seccomp_tui.sources.agent_rules import named_rules
from seccomp_tui.sources.agent_socket import AgentSocket
from seccomp_tui.sources.agent_state import Document, Malformed, read
from seccomp_tui.supervisor import arrivals
from seccomp_tui.syscalls.text import escape

_PATIENCE_SECONDS = 10.0
"""So long a runtime may take for what it has to say."""
_PIECE = 1 << 16
_DESCRIPTORS_MOST = 253
"""More the kernel lets nobody send in a message (SCM_MAX_FD)."""
_CONNECTIONS_MOST = 128
_REST_SECONDS = 1.0
"""So long nobody is accepted when it could not be done: for want of descriptors or memory, which may last."""
_CREDENTIALS = struct.Struct("=iII")


class Acceptor:
    """Accepts until the supervisor hangs up.

    Args:
        listening: the agent's socket.
        supervisor: where listeners go.
        rules_dir: folder of the rules that a container can name; None: it can't.
    """

    def __init__(self, listening: AgentSocket, supervisor: socket.socket, rules_dir: Path | None) -> None:
        self._listening = listening
        self._supervisor = supervisor
        self._rules_dir = rules_dir
        self._selector = selectors.DefaultSelector()
        self._connections: dict[int, _Connection] = {}
        self._rests_until = 0.0
        """When to accept again; 0: we do."""

    def run(self) -> int:
        """Accept; return the exit code."""
        self._listening.socket.setblocking(False)
        self._selector.register(self._listening.socket, selectors.EVENT_READ)
        self._selector.register(self._supervisor, selectors.EVENT_READ)
        try:
            while True:
                for key, _ in self._selector.select(self._pause()):
                    if key.fileobj is self._supervisor:
                        return 0  # it never says anything: it has hung up
                    if key.fileobj is self._listening.socket:
                        self._accept()
                    else:
                        self._hear(self._connections[key.fd])
                self._look_at_the_clock()
        finally:
            self._listening.remove()

    def _pause(self) -> float | None:
        due = [each.until for each in self._connections.values()] + [self._rests_until] * bool(self._rests_until)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _accept(self) -> None:
        try:
            sock, _ = self._listening.socket.accept()
        except OSError as error:  # it has gone again, or we have no descriptor left
            if not isinstance(error, BlockingIOError | ConnectionAbortedError):
                self._tell(f"a runtime could not be accepted, and waits: {error.strerror}")
                self._selector.unregister(self._listening.socket)
                self._rests_until = time.monotonic() + _REST_SECONDS
            return
        peer, uid, _ = _CREDENTIALS.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
        connection = _Connection(sock, peer, time.monotonic() + _PATIENCE_SECONDS)
        if uid not in (0, os.geteuid()):
            self._refuse(connection, f"it runs as user {uid}")
        elif len(self._connections) >= _CONNECTIONS_MOST:
            self._refuse(connection, "too many others are connected")
        else:
            sock.setblocking(False)
            self._connections[sock.fileno()] = connection
            self._selector.register(sock, selectors.EVENT_READ)

    def _hear(self, connection: _Connection) -> None:
        try:
            document = connection.receive()
            if document is None:
                return
            arrival, at = read(document, len(connection.descriptors))
            listener = connection.descriptors[at]
            if not is_listener(listener):
                raise Malformed("its seccompFd is no seccomp listener")
            if self._rules_dir is not None and arrival.metadata:
                arrival = named_rules(self._rules_dir, arrival, self._tell)
            if not arrivals.send(self._supervisor, with_notified(arrival), listener):
                self._tell(f"container {arrival.container}: its annotations are too long, and left out")
        except Malformed as error:
            self._refuse(connection, str(error))
        except OSError as error:
            self._refuse(connection, error.strerror or str(error))
        else:
            self._forget(connection)

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if self._rests_until and now >= self._rests_until:
            self._rests_until = 0.0
            self._selector.register(self._listening.socket, selectors.EVENT_READ)
        for connection in list(self._connections.values()):
            if now >= connection.until:
                self._refuse(connection, f"nothing complete came in {_PATIENCE_SECONDS:.0f} seconds")

    def _refuse(self, connection: _Connection, why: str) -> None:
        self._tell(f"a runtime (process {connection.peer}) was refused: {why}")
        self._forget(connection)

    def _forget(self, connection: _Connection) -> None:
        if self._connections.pop(connection.sock.fileno(), None) is not None:
            self._selector.unregister(connection.sock)
        connection.close()

    def _tell(self, text: str) -> None:
        arrivals.tell(self._supervisor, escape(text.encode(errors="replace")))


class _Connection:
    """A runtime that has connected; `until`: when it must have said all."""

    def __init__(self, sock: socket.socket, peer: int, until: float) -> None:
        self.sock = sock
        self.peer = peer
        self.until = until
        self.descriptors: list[int] = []
        self._document = Document()

    def receive(self) -> bytes | None:
        """Take what has come; return the document once it is whole.

        Raises:
            Malformed: it can't become one.
            OSError: the connection has broken.
        """
        data, descriptors, flags, _ = socket.recv_fds(self.sock, _PIECE, _DESCRIPTORS_MOST, socket.MSG_CMSG_CLOEXEC)
        first = not self._document.data
        self.descriptors += descriptors
        if flags & socket.MSG_CTRUNC:
            raise Malformed("not all of its descriptors could be received")
        if descriptors and not first:
            raise Malformed("descriptors came after the first message")
        if not data:
            raise Malformed("it has hung up in the middle" if not first else "it has said nothing")
        return self._document.feed(data)

    def close(self) -> None:
        """Close it, and all that has come."""
        self.sock.close()
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []
