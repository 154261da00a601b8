"""The kernel's contract for answers, with real targets; compare seccomp_unotify(2) and selftests/seccomp."""

from __future__ import annotations

import errno
import os
import signal
import sys
from fcntl import ioctl
from pathlib import Path

import pytest

from seccomp_tui.kernel import abi
from tests.kernel.conftest import NUMBERS, Start

GETPPID = NUMBERS["getppid"]
ASK = """
import os, sys
try:
    r = os.getppid()
except OSError as e:
    r = -e.errno
open(sys.argv[1], 'w').write(str(r))
"""


def ask(path: Path) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", ASK, str(path)]


def raw_getppid(path: Path) -> list[str]:
    """A target that reports result and errno of the bare system call."""
    code = (
        "import ctypes, sys\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.syscall.restype = ctypes.c_long\n"
        f"r = libc.syscall({GETPPID})\nopen(sys.argv[1], 'w').write(f'{{r}} {{ctypes.get_errno()}}')"
    )
    return [sys.executable, "-I", "-S", "-c", code, str(path)]


def test_an_allowed_call_is_really_done(start: Start, answers_file: Path) -> None:
    target = start(ask(answers_file), "getppid")
    call = target.next(GETPPID)
    assert call is not None
    assert target.listener.allow(call.id)
    assert target.finish() == 0
    assert answers_file.read_text() == str(os.getpid())


@pytest.mark.parametrize(("number", "expected"), [(errno.ENOENT, "-1 2"), (1, "-1 1"), (4095, "-1 4095")])
def test_a_failed_call_gives_exactly_that_errno(start: Start, answers_file: Path, number: int, expected: str) -> None:
    target = start(raw_getppid(answers_file), "getppid")
    call = target.next(GETPPID)
    assert call is not None
    assert target.listener.fail(call.id, number)
    assert target.finish() == 0
    assert answers_file.read_text() == expected


@pytest.mark.parametrize("number", [0, -5, 4096])
def test_an_errno_the_kernel_would_hand_back_as_success_is_refused(
    start: Start, answers_file: Path, number: int
) -> None:
    target = start(raw_getppid(answers_file), "getppid")
    call = target.next(GETPPID)
    assert call is not None
    with pytest.raises(ValueError, match="errno must be"):
        target.listener.fail(call.id, number)
    assert target.listener.is_pending(call.id)


@pytest.mark.parametrize("value", [0, 42, 1 << 40, -(1 << 63) + 5, (1 << 63) - 1])
def test_a_given_value_has_all_64_bits(start: Start, answers_file: Path, value: int) -> None:
    target = start(raw_getppid(answers_file), "getppid")
    call = target.next(GETPPID)
    assert call is not None
    assert target.listener.give(call.id, value)
    assert target.finish() == 0
    assert answers_file.read_text() == f"{value} 0"


def test_a_second_answer_finds_the_call_gone(start: Start, answers_file: Path) -> None:
    target = start(ask(answers_file), "getppid")
    call = target.next(GETPPID)
    assert call is not None
    assert target.listener.give(call.id, 7)
    assert not target.listener.allow(call.id)
    assert not target.listener.is_pending(call.id)
    assert target.finish() == 0
    assert answers_file.read_text() == "7"


def test_a_killed_callers_notification_is_gone_not_an_error(start: Start, answers_file: Path) -> None:
    target = start(ask(answers_file), "getppid")
    call = target.next(GETPPID)
    assert call is not None
    assert target.listener.is_pending(call.id)
    target.launched.process.send_signal(signal.SIGKILL)
    target.launched.process.wait()
    assert not target.listener.is_pending(call.id)
    assert not target.listener.allow(call.id)
    assert not target.listener.fail(call.id, 1)
    assert target.listener.add_fd(call.id, 0) is None


def test_receiving_when_everything_has_ended_gives_nothing(start: Start) -> None:
    target = start("pass", "getppid")
    assert target.finish() == 0
    assert target.next() is None


def test_a_dirty_buffer_is_refused_by_the_kernel_so_ours_is_fresh_each_time(start: Start, answers_file: Path) -> None:
    target = start(ask(answers_file), "getppid")
    target._poll.poll()
    with pytest.raises(OSError, match=os.strerror(errno.EINVAL)):
        ioctl(target.launched.listener, abi.IOCTL_RECV, bytearray(b"\1" * 80), True)
    assert target.finish() == 0


def test_a_descriptor_arrives_as_the_result_of_the_call(start: Start, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text("from the supervisor")
    code = "import os, sys; fd = os.open('/nowhere', 0); sys.exit(os.read(fd, 99) != b'from the supervisor')"
    target = start(code, "openat")
    while (call := target.next(NUMBERS["openat"])) is not None:
        from seccomp_tui.kernel.memory import ThreadMemory

        if ThreadMemory(call.tid).read_string(call.args[1], 4096) == b"/nowhere\0":
            with given.open("rb") as file:
                number = target.listener.add_fd(call.id, file.fileno(), answer=True)
            assert number is not None
            assert number >= 3
            break
        target.listener.allow(call.id)
    assert target.finish() == 0


def test_a_descriptor_beyond_the_targets_limit_leaves_the_call_answerable(start: Start, answers_file: Path) -> None:
    target = start(ask(answers_file), "getppid")
    call = target.next(GETPPID)
    assert call is not None
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        target.listener.add_fd(call.id, 0, target=1 << 30)
    assert target.listener.give(call.id, 5)
    assert target.finish() == 0


def test_synchronous_wake_up_is_passed_by_value(start: Start) -> None:
    target = start("pass", "getppid")
    major, minor = (int(part) for part in os.uname().release.split(".")[:2])
    assert target.listener.wake_synchronously() == ((major, minor) >= (6, 6))
    assert target.finish() == 0


THREADS = """
import ctypes, sys, threading
libc = ctypes.CDLL(None)  # releases the interpreter lock, which os.getppid does not
seen = {}
def one(i):
    seen[i] = libc.getppid()
threads = [threading.Thread(target=one, args=(i,)) for i in range(8)]
for t in threads: t.start()
for t in threads: t.join()
sys.exit(0 if sorted(seen.values()) == list(range(100, 108)) else 1)
"""


def test_eight_threads_are_answered_in_reverse_order_each_with_its_own_answer(start: Start) -> None:
    target = start(THREADS, "getppid")
    calls = [target.next(GETPPID) for _ in range(8)]
    assert len({call.tid for call in calls if call}) == 8
    for value, call in enumerate(reversed(calls), start=100):
        assert call is not None
        assert target.listener.give(call.id, value)
    assert target.finish() == 0


INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGUSR1, lambda n, f: None)
sys.exit(0 if os.getppid() == 77 else 1)
"""


@pytest.mark.needs("wait_killable")
def test_a_handled_signal_does_not_end_the_wait_of_a_received_call(start: Start) -> None:
    target = start(INTERRUPTED, "getppid")
    call = target.next(GETPPID)
    assert call is not None
    os.kill(target.launched.process.pid, signal.SIGUSR1)
    assert target.listener.is_pending(call.id)
    assert target.listener.give(call.id, 77)
    assert target.finish() == 0


def test_an_interruptible_call_is_withdrawn_by_a_handled_signal(start: Start) -> None:
    target = start(INTERRUPTED, "getppid", interruptible=True)
    call = target.next(GETPPID)
    assert call is not None
    os.kill(target.launched.process.pid, signal.SIGUSR1)
    again = target.next(GETPPID)  # Python's handler is installed with restart: the call comes anew
    assert again is not None or not target.listener.allow(call.id)
