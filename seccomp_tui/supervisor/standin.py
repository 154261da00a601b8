"""Answers in the dead supervisor's place: lets every call go on, with the supervisor's care for exits."""

from __future__ import annotations

import select
import struct
import time
from collections import deque
from collections.abc import Iterable

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.supervisor.exits import Exits
from seccomp_tui.supervisor.threads import Threads
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import ARCHES

_unpack = struct.Struct("=QI4xiI").unpack_from
"""The head of struct seccomp_notif: id, tid, nr, arch."""
_EVENTS = 16
_AT_ONCE = 256
"""Calls that are let go before the keeper's other work is looked at."""
_PROBE_AHEAD = 4096
"""How far behind the last id that the supervisor noted another may lie that it had received."""


class StandIn:
    """Lets go what calls, from the moment that the supervisor has died.

    Args:
        listener: the keeper's duplicate.
        processes: the target's: as parents of others they may have to wait for a child's end.

    Attributes:
        waiting: `serve` must be called soon, even if nothing has come.
    """

    def __init__(self, listener: Listener, processes: Iterable[int]) -> None:
        self._listener = listener
        self._epoll = select.epoll()
        self._queued = select.poll()
        self._queued.register(listener.fileno(), select.POLLIN)
        self._received: deque[bytearray] = deque()
        # A call that was received is safe from signals, and an exit that is let go sends one.
        self._drain()
        self._epoll.register(listener.fileno(), select.EPOLLIN)
        self._threads = Threads(self._epoll, lambda thread: None)
        for pid in processes:
            self._threads.meet(pid)
        self._exits = Exits(listener, self._threads, self._drain, self._received)
        self._leaving = {(token, numbers.number(token, "exit_group")) for token in ARCHES}

    @property
    def waiting(self) -> bool:
        """An exit waits for its parent, a parent for an exit, or a received call for us."""
        return self._exits.waiting or bool(self._received)

    def fileno(self) -> int:
        """Return a descriptor that is readable when there is something to do."""
        return self._epoll.fileno()

    def take_over(self, oldest: int, last: int) -> None:
        """Let go what the supervisor had received: such a notification is never given twice, only found by its number.

        Args:
            oldest: the oldest that was open.
            last: the newest that the supervisor has noted.
        """
        ours = {_unpack(buffer)[0] for buffer in self._received}
        for notification in range(oldest, last + _PROBE_AHEAD):
            if notification not in ours and self._listener.is_pending(notification):
                self._listener.allow(notification)
                self._drain()
                ours.update(_unpack(buffer)[0] for buffer in self._received)

    def serve(self, *, allow: bool) -> bool:
        """Take what has come; False when nobody uses the filter any more.

        Args:
            allow: let it go; else it waits until it is killed.
        """
        for fd, mask in self._epoll.poll(0, _EVENTS):
            if fd != self._listener.fileno():
                tid = self._threads.ended(fd)
                if tid is not None:
                    self._exits.thread_ended(tid)
            elif mask & select.EPOLLIN:
                self._drain()
            else:
                return False
        if not allow:
            self._received.clear()
        for _ in range(_AT_ONCE):
            if not self._received:
                break
            self._take(self._received.popleft())
        if self._exits.waiting:
            self._exits.tick(time.monotonic_ns())
        return True

    def close(self) -> None:
        """Close what is ours; the listener is not."""
        self._epoll.close()

    def _take(self, buffer: bytearray) -> None:
        notification, tid, nr, arch = _unpack(buffer)
        now = time.monotonic_ns()
        thread = self._threads.get(tid) or self._threads.meet(tid)
        if self._exits.waiting and self._exits.stops(tid, buffer, now):
            return
        if (arch, nr) in self._leaving:
            self._exits.allow(notification, thread, now)
        else:
            self._listener.allow(notification)

    def _drain(self) -> set[int]:
        """Receive all that is queued, and return the threads whose calls wait to be taken."""
        while (events := self._queued.poll(0)) and events[0][1] & select.POLLIN:
            buffer = self._listener.receive()
            if buffer is not None:
                self._received.append(buffer)
        return {_unpack(buffer)[1] for buffer in self._received}
