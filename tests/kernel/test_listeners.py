"""Several listeners used as one: answers find their way, and what nobody uses any more is closed."""

from __future__ import annotations

import errno
import os
import select
import struct
from collections.abc import Iterator

import pytest

from seccomp_tui.kernel import filter as bpf
from seccomp_tui.kernel import listeners as module
from seccomp_tui.kernel.launch import Launched, Program, launch
from seccomp_tui.kernel.listener import Listener
from seccomp_tui.kernel.listeners import Listeners
from seccomp_tui.syscalls import arch, numbers

pytestmark = pytest.mark.needs("user_notif")


def start(script: str) -> Launched:
    token = arch.native().token
    number = numbers.number(token, "mkdirat") or -1
    program = Program(b"/usr/bin/env", [b"env", b"python3", b"-c", script.encode()], [b"PATH=/usr/bin:/bin"])
    return launch(program, bpf.trap({token: {"mkdirat": number}}))


MAKES = """
import os
try:
    os.mkdir("x", dir_fd=os.open("/proc", os.O_RDONLY))
except OSError as error:
    os._exit(error.errno)
"""
REFUSED = (errno.ENOENT, errno.EPERM, errno.EACCES, errno.EROFS)
"""What the kernel itself says to that."""


@pytest.fixture
def two() -> Iterator[list[Launched]]:
    both = [start(MAKES), start(MAKES)]
    yield both
    for each in both:
        each.process.kill()
        each.process.wait()
        os.close(each.pidfd)


def received(listeners: Listeners) -> int:
    """Return the id of the next notification, once there is one."""
    poll = select.poll()
    poll.register(listeners.fileno(), select.POLLIN)
    while True:
        assert poll.poll(20_000)
        buffer = listeners.receive()
        if buffer is not None:
            return int(struct.unpack_from("=Q", buffer)[0])


def test_answers_find_their_way_and_the_unused_are_closed(two: list[Launched]) -> None:
    ended: list[Listener] = []
    listeners = Listeners(ended.append)
    each = [Listener(one.listener) for one in two]
    for listener, one in zip(each, two, strict=True):
        listeners.add(listener)
        one.open_gate()
    ids = [received(listeners) for _ in two]
    assert listeners.receive() is None
    owners = [listeners.owner(notification) for notification in ids]
    assert {id(owner) for owner in owners} == {id(listener) for listener in each}
    assert all(listeners.is_pending(notification) for notification in ids)
    numbers_given = {id(owners[0]): errno.EMLINK, id(owners[1]): errno.EDQUOT}
    assert listeners.fail(ids[1], errno.EDQUOT)
    assert listeners.fail(ids[0], errno.EMLINK)
    assert not listeners.allow(ids[0])
    assert listeners.owner(ids[0]) is None
    for one, listener in zip(two, each, strict=True):
        assert one.process.wait(20) == numbers_given[id(listener)]
    poll = select.poll()
    poll.register(listeners.fileno(), select.POLLIN)
    while len(listeners):
        assert poll.poll(20_000)
        assert listeners.receive() is None
    assert {id(listener) for listener in ended} == {id(listener) for listener in each}
    assert poll.poll(0) == []


def test_a_number_that_two_have_is_let_go_at_once(two: list[Launched]) -> None:
    listeners = Listeners(lambda listener: None)
    for one in two:
        listeners.add(Listener(one.listener))
        one.open_gate()
    first = received(listeners)

    class Same(Listener):
        """Gives each notification the number of the first."""

        def receive(self) -> bytearray | None:
            buffer = super().receive()
            if buffer is not None:
                self.really = int.from_bytes(buffer[:8], "little")
                buffer[:8] = first.to_bytes(8, "little")
            return buffer

        def allow(self, notification: int) -> bool:
            return super().allow(self.really)

    same = next(one for one in two if listeners.owner(first).fileno() != one.listener)  # type: ignore[union-attr]
    listeners._by_fd[same.listener] = Same(same.listener)
    poll = select.poll()
    poll.register(listeners.fileno(), select.POLLIN)
    assert poll.poll(20_000)
    assert listeners.receive() is None
    assert same.process.wait(20) in REFUSED
    assert listeners.is_pending(first)
    listeners.close()


def test_what_was_withdrawn_is_forgotten(two: list[Launched], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 0)
    listeners = Listeners(lambda listener: None)
    for one in two:
        listeners.add(Listener(one.listener))
    listeners._most = 1
    two[0].open_gate()
    first = received(listeners)
    two[0].process.kill()
    two[0].process.wait(20)
    two[1].open_gate()
    second = received(listeners)
    assert listeners.owner(first) is None
    assert listeners.owner(second) is not None
    listeners.close()
