"""Descriptors on a kernel that has no SECCOMP_ADDFD_FLAG_SEND: a flag in memory, which no filter can refuse for us."""

from __future__ import annotations

import errno
import os
import queue
import select
from collections.abc import Callable

import pytest

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.supervisor.installing import Installed, Installer
from tests.conftest import PATIENCE
from tests.kernel.conftest import NUMBERS, Start, start  # noqa: F401


class Linux513(Listener):
    """Knows ADDFD, and not how to answer with it."""

    def add_fd(
        self, notification: int, source: int, *, target: int | None = None, cloexec: bool = False, answer: bool = False
    ) -> int | None:
        if answer:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return super().add_fd(notification, source, target=target, cloexec=cloexec)


@pytest.mark.needs("user_notif")
def test_before_linux_5_14_a_descriptor_is_given_in_two_steps(start: Start) -> None:  # noqa: F811
    target = start("import os, sys; sys.exit(os.read(os.getppid(), 9) != b'from us')", "getppid")
    call = target.next(NUMBERS["getppid"])
    assert call is not None
    reading, writing = os.pipe()
    os.write(writing, b"from us")
    os.close(writing)
    handlers: dict[int, Callable[[], None]] = {}
    installer = Installer(Linux513(target.launched.listener), handlers.__setitem__)
    done: queue.SimpleQueue[Installed] = queue.SimpleQueue()
    installer.install(call.id, lambda: reading, -1, False, done.put)
    ((event, handler),) = handlers.items()
    assert select.select([event], [], [], PATIENCE)[0]
    handler()
    installed = done.get_nowait()
    installer.close()
    os.close(event)
    assert (installed.why, installed.error) == ("", 0)
    assert installed.number > 2
    assert target.finish() == 0
