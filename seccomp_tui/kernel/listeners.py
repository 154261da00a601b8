"""Several listeners that are used as one.

Answers find their way by the notification's id: the kernel begins to count at a random 64-bit number for each filter.
"""

from __future__ import annotations

import contextlib
import select
from collections.abc import Callable, Iterator

from seccomp_tui.kernel.listener import Listener

_KEPT = 1024
"""So many open notifications are kept before those are looked for that the kernel has withdrawn."""


class Listeners(Listener):
    """What the answering loop takes for one listener; its descriptor is readable when one of them has something.

    A listener is closed when its filter has no user left.

    Args:
        ended: called with a listener that has just been closed for that reason.
    """

    __slots__ = ("_by_fd", "_ended", "_most", "_owner", "_ready")

    def __init__(self, ended: Callable[[Listener], None]) -> None:
        self._ready = select.epoll()
        super().__init__(self._ready.fileno())
        self._ended = ended
        self._by_fd: dict[int, Listener] = {}
        self._owner: dict[int, Listener] = {}
        """For each notification that was received and not answered the listener that it came from."""
        self._most = _KEPT

    def __len__(self) -> int:
        return len(self._by_fd)

    def __iter__(self) -> Iterator[Listener]:
        return iter(list(self._by_fd.values()))

    def add(self, listener: Listener) -> None:
        """Listen to one more."""
        self._by_fd[listener.fileno()] = listener
        self._ready.register(listener.fileno(), select.EPOLLIN)

    def owner(self, notification: int) -> Listener | None:
        """Return the listener that a notification without an answer came from."""
        return self._owner.get(notification)

    def close(self) -> None:
        """Close all of them: every trapped call of theirs fails with ENOSYS, pending ones too."""
        for listener in self:
            self._drop(listener)

    def receive(self) -> bytearray | None:
        """Return one `struct seccomp_notif`, or None when there is none after all; never blocks."""
        for fd, mask in self._ready.poll(0, 1):
            listener = self._by_fd[fd]
            if mask & select.EPOLLIN:
                return self._received(listener)
            self._drop(listener)
            self._ended(listener)
        return None

    def allow(self, notification: int) -> bool:
        """Let the call go on; `Listener.allow`."""
        listener = self._owner.pop(notification, None)
        return listener is not None and listener.allow(notification)

    def fail(self, notification: int, number: int) -> bool:
        """Make the call fail; `Listener.fail`."""
        listener = self._owner.pop(notification, None)
        return listener is not None and listener.fail(notification, number)

    def give(self, notification: int, value: int) -> bool:
        """Make the call return a value; `Listener.give`."""
        listener = self._owner.pop(notification, None)
        return listener is not None and listener.give(notification, value)

    def is_pending(self, notification: int) -> bool:
        """Return whether the received call still waits; `Listener.is_pending`."""
        listener = self._owner.get(notification)
        if listener is None:
            return False
        pending = listener.is_pending(notification)
        if not pending:
            self._owner.pop(notification, None)
        return pending

    def add_fd(
        self, notification: int, source: int, *, target: int | None = None, cloexec: bool = False, answer: bool = False
    ) -> int | None:
        """Put a copy of our descriptor into the target; `Listener.add_fd`."""
        listener = self._owner.get(notification)
        if listener is None:
            return None
        number = listener.add_fd(notification, source, target=target, cloexec=cloexec, answer=answer)
        if answer or number is None:
            self._owner.pop(notification, None)
        return number

    def wake_synchronously(self) -> bool:
        """Hand the CPU over at each answer; `Listener.wake_synchronously`."""
        return all(listener.wake_synchronously() for listener in self)

    def _received(self, listener: Listener) -> bytearray | None:
        buffer = listener.receive()
        if buffer is None:
            return None
        notification = int.from_bytes(buffer[:8], "little")
        other = self._owner.get(notification)
        if other is not None and other.is_pending(notification):
            listener.allow(notification)  # two filters count at the same place: the later one can't be told apart
            return None
        self._owner[notification] = listener
        if len(self._owner) > self._most:
            self._prune()
        return buffer

    def _prune(self) -> None:
        """Forget what was withdrawn without anybody's asking."""
        for notification, listener in list(self._owner.items()):
            if not listener.is_pending(notification):
                self._owner.pop(notification, None)
        self._most = max(_KEPT, 2 * len(self._owner))

    def _drop(self, listener: Listener) -> None:
        fd = listener.fileno()
        del self._by_fd[fd]
        with contextlib.suppress(OSError):
            self._ready.unregister(fd)
        for notification, owner in list(self._owner.items()):  # a copy: threads of ours answer meanwhile
            if owner is listener:
                self._owner.pop(notification, None)
        listener.close()
