"""Puts descriptors into the target.

The kernel does it when the target's thread has woken up, and makes us wait until then: so a thread of ours waits.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.supervisor.sources import CantGive

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_THREADS = 4
_REASONS = {
    errno.EMFILE: "the program has no free descriptor (RLIMIT_NOFILE)",
    errno.EBADF: "the program may have no descriptor of that number (RLIMIT_NOFILE)",
    errno.EBUSY: "another descriptor is being put into the program",
    errno.ESRCH: "the thread has died",
}


class Installed:
    """What has come of it.

    Attributes:
        number: of the descriptor in the target; -1: there is none.
        why, error: the reason, and the errno; empty when the call is gone.
    """

    __slots__ = ("error", "number", "why")

    def __init__(self, number: int = -1, why: str = "", error: int = 0) -> None:
        self.number = number
        self.why = why
        self.error = error


class Installer:
    """Answers calls with descriptors.

    Args:
        listener: through which the kernel is told.
        watch: calls a handler in the loop whenever a descriptor is readable.
    """

    def __init__(self, listener: Listener, watch: Callable[[int, Callable[[], None]], None]) -> None:
        self._listener = listener
        self._watch = watch
        self._threads: ThreadPoolExecutor | None = None
        self._done: deque[tuple[Callable[[Installed], None], Installed]] = deque()
        self._event = -1

    def install(
        self, notification: int, make: Callable[[], int], number: int, cloexec: bool, done: Callable[[Installed], None]
    ) -> None:
        """Put a descriptor into the target, and make the call return its number.

        Args:
            make: returns our own, which is closed afterwards, or raises `CantGive`; called in a thread.
            number: which it shall be in the target, in the place of what is there; -1: the lowest free one.
            done: called in the loop.
        """
        if self._threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(_THREADS, "installing")
            self._event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            self._watch(self._event, self._hand_over)
        task = self._threads.submit(self._make_and_install, notification, make, number, cloexec)
        task.add_done_callback(lambda future: self._installed(done, future))

    def close(self) -> None:
        """Nothing more is installed."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _make_and_install(self, notification: int, make: Callable[[], int], number: int, cloexec: bool) -> Installed:
        """Runs in a thread."""
        try:
            source = make()
        except CantGive as error:
            return Installed(why=str(error), error=error.number)
        try:
            return self._install(notification, source, number, cloexec)
        finally:
            os.close(source)

    def _install(self, notification: int, source: int, number: int, cloexec: bool) -> Installed:
        target = number if number >= 0 else None
        try:
            got = self._listener.add_fd(notification, source, target=target, cloexec=cloexec, answer=True)
        except OSError as error:
            if error.errno == errno.EINTR:
                return self._install(notification, source, number, cloexec)
            if error.errno == errno.EINVAL:
                return self._install_in_two_steps(notification, source, target, cloexec)
            return _failure(error)
        return Installed() if got is None else Installed(got)

    def _install_in_two_steps(self, notification: int, source: int, target: int | None, cloexec: bool) -> Installed:
        """Install, then answer: what kernels before 5.14 can."""
        try:
            got = self._listener.add_fd(notification, source, target=target, cloexec=cloexec)
        except OSError as error:
            return _failure(error)
        return Installed(got) if got is not None and self._listener.give(notification, got) else Installed()

    def _installed(self, done: Callable[[Installed], None], future: Future[Installed]) -> None:
        """Runs in a thread: only hands the result over."""
        if not future.cancelled():
            self._done.append((done, future.result()))
            os.eventfd_write(self._event, 1)

    def _hand_over(self) -> None:
        os.eventfd_read(self._event)
        while self._done:
            done, installed = self._done.popleft()
            done(installed)


def _failure(error: OSError) -> Installed:
    number = error.errno or errno.EIO
    return Installed(why=_REASONS.get(number, os.strerror(number)), error=number)
