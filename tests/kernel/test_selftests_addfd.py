"""The kernel's own self-test scenarios for ADDFD: user_notification_addfd, _rlimit, _send_interrupted."""

from __future__ import annotations

import errno
import os
import re
import select
import signal
import sys
from collections.abc import Callable, Iterator
from fcntl import ioctl

import pytest

from seccomp_tui.kernel import abi
from seccomp_tui.supervisor.installing import Installed, Installer
from tests.conftest import PATIENCE
from tests.kernel.conftest import Notification, Start, Target
from tests.kernel.nesting import GETPPID, PRELUDE

_ADDFD = 0x4000_2103
"""The number without the size of what it points to."""
GIVEN = PRELUDE + "is_(call(GETPPID), int(sys.argv[1]))\n"


def given(wanted: int, more: str = "") -> list[str]:
    return [sys.executable, "-I", "-S", "-c", GIVEN + more, str(wanted)]


def asked(target: Target) -> Notification:
    call = target.next(GETPPID)
    assert call is not None
    return call


@pytest.fixture
def null() -> Iterator[int]:
    descriptor = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    yield descriptor
    os.close(descriptor)


@pytest.mark.parametrize(
    ("flags", "newfd", "newfd_flags"),
    [(0, 0, os.O_NONBLOCK), (0, 0, os.O_CLOEXEC | 1), (0x80, 0, 0), (0, 5, 0)],
    ids=["O_NONBLOCK", "an access mode", "an unknown flag", "a number without SETFD"],
)
def test_addfd_what_the_kernel_does_not_know_is_refused(
    start: Start, null: int, flags: int, newfd: int, newfd_flags: int
) -> None:
    target = start(given(42), "getppid")
    call = asked(target)
    with pytest.raises(OSError, match=re.escape(os.strerror(errno.EINVAL))):
        ioctl(target.launched.listener, abi.IOCTL_ADDFD, abi.ADDFD.pack(call.id, flags, null, newfd, newfd_flags))
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


@pytest.mark.parametrize(
    ("size", "tail", "error"), [(23, b"", errno.EINVAL), (64, b"\1" * 40, errno.E2BIG), (64, bytes(40), 0)]
)
def test_addfd_a_struct_of_another_size(start: Start, null: int, size: int, tail: bytes, error: int) -> None:
    target = start(given(42), "getppid")
    call = asked(target)
    data = bytearray(abi.ADDFD.pack(call.id, 0, null, 0, 0)[:size] + tail)
    if error:
        with pytest.raises(OSError, match=re.escape(os.strerror(error))):
            ioctl(target.launched.listener, _ADDFD | size << 16, data, True)
    else:
        assert ioctl(target.launched.listener, _ADDFD | size << 16, data, True) > 2
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


def test_addfd_a_descriptor_that_is_not_open_and_a_call_that_is_not_there(start: Start, null: int) -> None:
    target = start(given(42), "getppid")
    call = asked(target)
    with pytest.raises(OSError, match=re.escape(os.strerror(errno.EBADF))):
        target.listener.add_fd(call.id, 1 << 20)
    assert target.listener.add_fd(call.id + 1, null) is None
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


def test_addfd_several_come_in_and_the_call_waits_on(start: Start, null: int) -> None:
    """The lowest free number, the next one, and in the place of both, with and without close-on-exec."""
    more = (
        "is_([os.get_inheritable(fd) for fd in (30, 31)], [True, False])\n"
        "is_(os.readlink('/proc/self/fd/30'), '/dev/null')"
    )
    target = start(given(42, more), "getppid")
    call = asked(target)
    first = target.listener.add_fd(call.id, null)
    second = target.listener.add_fd(call.id, null)
    assert first is not None
    assert second == first + 1
    assert target.listener.add_fd(call.id, null, target=30) == 30
    assert target.listener.add_fd(call.id, null, target=31, cloexec=True) == 31
    assert target.listener.add_fd(call.id, null, target=30) == 30
    assert target.listener.is_pending(call.id)
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


def test_addfd_with_send_the_number_is_the_answer_and_there_is_no_second_one(start: Start, null: int) -> None:
    target = start(given(33, "is_(os.readlink('/proc/self/fd/33'), '/dev/null')"), "getppid")
    call = asked(target)
    assert target.listener.add_fd(call.id, null, target=33, answer=True) == 33
    assert not target.listener.give(call.id, 42)
    assert target.listener.add_fd(call.id, null) is None
    assert target.finish() == 0


LIMITED = """
import resource, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
is_(call(GETPPID), 42)
"""


def test_addfd_rlimit_without_room_the_call_stays_answerable(start: Start, null: int) -> None:
    target = start(PRELUDE + LIMITED, "getppid")
    call = asked(target)
    for number, error in ((None, errno.EMFILE), (30, errno.EBADF)):
        for answer in (False, True):
            with pytest.raises(OSError, match=re.escape(os.strerror(error))):
                target.listener.add_fd(call.id, null, target=number, answer=answer)
    assert target.listener.is_pending(call.id)
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


AGAIN = PRELUDE + "for _ in range(100): is_(os.readlink(f'/proc/self/fd/{call(GETPPID)}'), '/dev/null')"


def test_addfd_send_interrupted_each_call_gets_one_descriptor_though_signals_rain_on_us(start: Start) -> None:
    target = start(AGAIN, "getppid")
    watched: dict[int, Callable[[], None]] = {}
    installer = Installer(target.listener, watched.__setitem__)
    told: list[Installed] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: None)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        for _ in range(100):
            call = asked(target)
            told.clear()
            installer.install(call.id, lambda: os.open(os.devnull, os.O_RDONLY), -1, True, told.append)
            ((event, hand_over),) = watched.items()
            while not told:
                select.select([event], [], [], PATIENCE)
                hand_over()
            assert told[0].number > 2, told[0].why
            assert not target.listener.is_pending(call.id)
        assert target.finish() == 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        installer.close()
