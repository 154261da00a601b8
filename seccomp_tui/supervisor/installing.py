"""Puts descriptors into the target.

The kernel does it when the target's thread has woken up, and makes us wait until then: so a thread of ours waits.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.supervisor.sources import CantGive

_THREADS = 4
_REASONS = {
    errno.EMFILE: "the program has no free descriptor (RLIMIT_NOFILE)",
    errno.EBADF: "the program may have no descriptor of that number (RLIMIT_NOFILE)",
    errno.EBUSY: "another descriptor is being put into the program",
    errno.ESRCH: "the thread has died",
    errno.EINVAL: "this kernel can't put descriptors into a program (Linux 5.9)",
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
        self._threads: list[threading.Thread] = []
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
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

        Raises:
            CantGive, OSError: there is no thread to be had for it, or no descriptor.
        """
        self._start()

        def task() -> None:
            self._done.append((done, self._make_and_install(notification, make, number, cloexec)))
            os.eventfd_write(self._event, 1)

        self._tasks.put(task)

    def close(self) -> None:
        """Nothing more is installed."""
        for _ in self._threads:
            self._tasks.put(None)

    def _start(self) -> None:
        """Have threads: one at least."""
        if self._event < 0:
            self._event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            self._watch(self._event, self._hand_over)
        while len(self._threads) < _THREADS:
            thread = threading.Thread(target=self._work, name="installing", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # RLIMIT_NPROC, which the target may have used up
                if self._threads:
                    return
                raise CantGive("no thread can be started for it (RLIMIT_NPROC)", errno.EAGAIN) from None
            self._threads.append(thread)

    def _work(self) -> None:
        """Runs in a thread."""
        # A signal that interrupts ADDFD with SEND loses the answer: Linux 6.18 takes the request back, and yet has the
        # call for answered.
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while (task := self._tasks.get()) is not None:
            task()

    def _make_and_install(self, notification: int, make: Callable[[], int], number: int, cloexec: bool) -> Installed:
        """Runs in a thread."""
        try:
            source = make()
            try:
                return self._install(notification, source, number, cloexec)
            finally:
                os.close(source)
        except CantGive as error:
            return Installed(why=str(error), error=error.number)
        except (OSError, MemoryError) as error:
            number = getattr(error, "errno", None) or errno.ENOMEM
            return Installed(why=f"there is no descriptor to give ({os.strerror(number)})", error=number)

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

    def _hand_over(self) -> None:
        with contextlib.suppress(BlockingIOError):  # the event may have been another's, of the same number
            os.eventfd_read(self._event)
        while self._done:
            done, installed = self._done.popleft()
            done(installed)


def _failure(error: OSError) -> Installed:
    number = error.errno or errno.EIO
    return Installed(why=_REASONS.get(number, os.strerror(number)), error=number)
