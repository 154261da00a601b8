"""What is known of threads, and when it is forgotten."""

from __future__ import annotations

import os
import select
import signal

from seccomp_tui.supervisor.threads import Thread, Threads


def test_an_event_of_another_descriptor_of_the_same_number_ends_no_thread() -> None:
    seen: list[Thread] = []
    with select.epoll() as epoll:
        threads = Threads(epoll, seen.append)
        child = os.fork()
        if not child:
            signal.pause()
            os._exit(0)
        try:
            thread = threads.meet(child)
            assert thread.pidfd is not None
            assert threads.ended(thread.pidfd) is None
            assert threads.get(child) is thread
        finally:
            os.kill(child, signal.SIGKILL)
        assert [fd for fd, _ in epoll.poll(30)] == [thread.pidfd]
        assert threads.ended(thread.pidfd) == child
        assert threads.get(child) is None
        os.waitpid(child, 0)
