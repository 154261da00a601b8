"""What is known of threads, and when it is forgotten."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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


_SECOND_THREAD = """
import sys, threading
threading.Thread(target=sys.stdin.read, daemon=True).start()
print(flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("room", [1000, 0], ids=["remembered", "not remembered"])
def test_nothing_is_kept_of_a_process_whose_first_thread_has_made_no_call(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        select.epoll() as epoll,
        subprocess.Popen(
            [sys.executable, "-c", _SECOND_THREAD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child,
    ):
        threads = Threads(epoll, lambda thread: None)
        monkeypatch.setattr(threads, "_room", room)
        assert child.stdout is not None
        child.stdout.readline()
        (second,) = {int(each.name) for each in Path(f"/proc/{child.pid}/task").iterdir()} - {child.pid}
        pidfd = threads.meet(second).pidfd
        assert (pidfd is not None) == bool(room)
        child.kill()
        if pidfd is not None:
            assert [fd for fd, _ in epoll.poll(30)] == [pidfd]
            assert threads.ended(pidfd) == second
    assert not threads._startups
