"""The target's threads: who they are, their memory, and when that stops being true."""

from __future__ import annotations

import os
import resource
import select
import signal
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from seccomp_tui.kernel.memory import ThreadMemory
from seccomp_tui.kernel.processes import Identity, identify, is_over, open_thread
from seccomp_tui.policy.startup import Startup
from seccomp_tui.syscalls.copying import Copier
from seccomp_tui.syscalls.memory import Segment

if TYPE_CHECKING:
    from seccomp_tui.supervisor.arrivals import Container

_SPARE = 64
"""Descriptors that are kept for everything but threads, each of which takes two."""
_OF_RESULTS = 4
"""One part in so many is for the events that results come from, of targets that were not launched by us."""


class Thread:
    """One thread that has made a call.

    Attributes:
        startup: start-up of the program that its process runs; shared by the process's threads.
        stale: it has called execve: who it is must be looked at again.
        next_argv: the arguments of that execve.
        container: what it came with, where it was not launched by us.
        owing: its last call has filled memory in that is to be read at its next: its number, what reads it, its words,
            what it pointed to before.
    """

    __slots__ = ("container", "identity", "memory", "next_argv", "owing", "pidfd", "stale", "startup")

    def __init__(
        self, identity: Identity, startup: Startup, pidfd: int | None, container: Container | None, *, keep: bool
    ) -> None:
        self.identity = identity
        self.container = container
        self.memory = ThreadMemory(identity.tid, keep=keep)
        self.startup = startup
        self.pidfd = pidfd
        self.stale = False
        self.next_argv: list[bytes] = []
        self.owing: tuple[int, Copier, Sequence[int], Sequence[Segment]] | None = None

    @property
    def tid(self) -> int:
        """Its id."""
        return self.identity.tid

    @property
    def pid(self) -> int:
        """Its process."""
        return self.identity.pid


class Threads:
    """All threads that have made calls and have not ended.

    A thread's end is told by its pidfd, before its id can be used again; that is what keeps the cached memory handles
    right. A thread for which there is no pidfd (Linux before 6.9, or no descriptor to spare) is not remembered: it is
    looked at anew at each call, and its memory is read without a handle.

    Args:
        epoll: where the pidfds are registered.
        seen: called with a thread at its first call, and at its first after an execve.

    Attributes:
        started: called with the id of a thread at its first call in another program.
        blind: an execve may not be seen, since the filter is another's: threads are looked at anew at each call, and
            no handle on their memory is kept.
    """

    def __init__(self, epoll: select.epoll, seen: Callable[[Thread], None]) -> None:
        self._epoll = epoll
        self._seen = seen
        self._by_tid: dict[int, Thread] = {}
        self._by_pidfd: dict[int, int] = {}
        # Of each process, as long as one of its threads is remembered: its first one may never call.
        self._startups: WeakValueDictionary[int, Startup] = WeakValueDictionary()
        self._room = (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE - results_room()) // 2
        self.get = self._by_tid.get
        self.started: Callable[[int], None] = lambda tid: None
        self.blind = False
        self._unseen: object = self
        """What the last caller came with that has no number here."""

    def __len__(self) -> int:
        return len(self._by_tid)

    def all(self) -> list[Thread]:
        """Return those that are remembered."""
        return list(self._by_tid.values())

    def doubt(self) -> None:
        """Look anew at all of them: calls may have gone another way. To be called at any moment, as by a signal."""
        for thread in self.all():
            thread.stale = True

    def meet(self, tid: int, container: Container | None = None) -> Thread:
        """Return thread `tid` as it is now: it is new, or has called execve.

        Args:
            container: what it has come with.
        """
        known = self._by_tid.get(tid)
        if known is None:
            return self._first_call(tid, container)
        identity = identify(tid)
        if self.blind and identity == known.identity:
            return known
        if _runs_another_program(known.identity, identity):
            known.startup = self._startups[identity.pid] = Startup(known.next_argv)
            self.started(tid)
        known.identity = identity
        known.stale = self.blind
        known.owing = None
        known.memory.forget()
        self._seen(known)
        return known

    def execs(self, thread: Thread, argv: list[bytes]) -> None:
        """Note that `thread` goes on with an execve: nothing that is known of its memory will be true after it.

        An execve by another thread than the leader gives it the leader's id.
        """
        leader = self._by_tid.get(thread.identity.pid)
        for one in (thread, leader):
            if one is not None:
                one.memory.forget()
                one.stale = True
                one.next_argv = argv

    def ended(self, pidfd: int) -> int | None:
        """Forget the thread behind a pidfd that became readable and return its id; None for any other descriptor.

        What was told of a descriptor that has been closed since may reach a new one of the same number.
        """
        tid = self._by_pidfd.get(pidfd)
        if tid is None or not is_over(pidfd):
            return None
        del self._by_pidfd[pidfd]
        self._epoll.unregister(pidfd)
        os.close(pidfd)
        thread = self._by_tid.pop(tid, None)
        if thread is not None:
            thread.memory.forget()
            if thread.identity.pid == tid:
                self._startups.pop(tid, None)
        return tid

    def _first_call(self, tid: int, container: Container | None) -> Thread:
        identity = identify(tid)
        leader = self._by_tid.get(identity.pid)
        if leader is not None and leader.stale:
            self.meet(identity.pid, container)  # it has exec'd, and another thread of the new program calls first
        # A child that was forked is past its start-up; a new thread shares its process's.
        startup = self._startups.setdefault(identity.pid, Startup(None))
        pidfd = open_thread(tid) if identity.pid and len(self._by_tid) < self._room else None
        thread = Thread(identity, startup, pidfd, container, keep=pidfd is not None and not self.blind)
        thread.stale = self.blind
        if pidfd is not None:
            self._by_pidfd[pidfd] = tid
            self._epoll.register(pidfd, select.EPOLLIN)
            self._by_tid[tid] = thread
        if tid or container is not self._unseen:
            # All that can't be seen have the number 0: what is told of it changes with the container only.
            self._unseen = self._unseen if tid else container
            self._seen(thread)
        return thread


def results_room() -> int:
    """Return how many descriptors results may take where they need some for each thread."""
    return int(resource.getrlimit(resource.RLIMIT_NOFILE)[0]) // _OF_RESULTS


def kill_process(thread: Thread) -> bool:
    """Send SIGKILL to the thread's process; False when it is gone already, or we have no right to.

    A thread without a pidfd is looked up anew at each call, so while its call is pending its id is its own.
    """
    try:
        if thread.pidfd is not None:
            signal.pidfd_send_signal(thread.pidfd, signal.SIGKILL)
        elif thread.identity.pid:
            os.kill(thread.identity.pid, signal.SIGKILL)
        else:
            return False
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _runs_another_program(before: Identity, now: Identity) -> bool:
    """Return whether the execve succeeded: each new program gets its stack at another place."""
    return (before.image, before.comm, before.exe) != (now.image, now.comm, now.exe)
