"""The kernel's own self-test scenarios for user notification, with our listener: what it sends, receives and is told.

They bear the names of tools/testing/selftests/seccomp/seccomp_bpf.c where there is one; those on answers that a caller
sees are in test_listener.py, those on filters of the target's own in test_selftests_filters.py.
"""

from __future__ import annotations

import errno
import os
import re
import select
import signal
import struct
import sys
from contextlib import AbstractContextManager
from fcntl import ioctl
from pathlib import Path

import pytest

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.listener import Listener
from tests.conftest import PATIENCE, until
from tests.kernel.conftest import Notification, Start, Target
from tests.kernel.nesting import GETPPID, PRELUDE, pending_signals, state

PLAIN = PRELUDE + "is_(call(GETPPID), 42)"


def asked(target: Target) -> Notification:
    call = target.next(GETPPID)
    assert call is not None
    return call


def refused(number: int) -> AbstractContextManager[object]:
    return pytest.raises(OSError, match=re.escape(os.strerror(number)))


# --- user_notification_basic, _continue, _sync, get_notif_sizes ---


def test_basic_poll_tells_first_that_a_call_can_be_received_then_that_it_can_be_answered(start: Start) -> None:
    target = start(PLAIN, "getppid")
    poll = select.poll()
    poll.register(target.listener.fileno(), select.POLLIN | select.POLLOUT)
    assert poll.poll(PATIENCE * 1000)[0][1] == select.POLLIN
    call = asked(target)
    assert poll.poll(PATIENCE * 1000)[0][1] == select.POLLOUT
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


def test_basic_an_answer_with_unknown_flags_is_refused_and_the_call_stays_answerable(start: Start) -> None:
    target = start(PLAIN, "getppid")
    call = asked(target)
    with refused(errno.EINVAL):
        ioctl(target.launched.listener, abi.IOCTL_SEND, abi.RESP.pack(call.id, 0, 0, 2))
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


@pytest.mark.parametrize(("value", "error"), [(1, 0), (0, -1)])
def test_continue_bears_neither_value_nor_error(start: Start, value: int, error: int) -> None:
    target = start(PLAIN, "getppid")
    call = asked(target)
    with refused(errno.EINVAL):
        ioctl(target.launched.listener, abi.IOCTL_SEND, abi.RESP.pack(call.id, value, error, abi.RESP_CONTINUE))
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


def test_sync_unknown_bits_are_refused(start: Start) -> None:
    target = start("pass", "getppid")
    with refused(errno.EINVAL):
        ioctl(target.launched.listener, abi.IOCTL_SET_FLAGS, 0x22)
    assert target.finish() == 0


def test_the_sizes_are_those_of_our_structures() -> None:
    assert abi.notif_sizes() == (abi.NOTIF.size, abi.RESP.size, 64)


def test_an_unknown_command_is_refused_and_the_descriptor_can_t_be_read(start: Start) -> None:
    target = start("pass", "getppid")
    with refused(errno.EINVAL):
        ioctl(target.launched.listener, 0x40082109, 0)
    with refused(errno.EINVAL):
        os.read(target.launched.listener, 80)
    assert target.finish() == 0


# --- user_notification_fault_recv, _fifo ---


def test_fault_recv_keeps_the_notification(start: Start) -> None:
    target = start(PLAIN, "getppid")
    assert target._poll.poll(PATIENCE * 1000)
    with refused(errno.EFAULT):
        ioctl(target.launched.listener, abi.IOCTL_RECV, 0)
    assert target.listener.give(asked(target).id, 42)
    assert target.finish() == 0


FORKS = (
    PRELUDE
    + """
children = []
for i in range(4):
    children.append(os.fork())
    if not children[-1]:
        call(GETPPID); os._exit(0)
for child in children: os.waitpid(child, 0)
"""
)


def test_fifo_calls_are_received_in_the_order_of_their_numbers(start: Start) -> None:
    target = start(FORKS, "getppid")
    calls = [asked(target) for _ in range(4)]
    assert [call.id - calls[0].id for call in calls] == [0, 1, 2, 3]
    for call in reversed(calls):
        assert target.listener.give(call.id, 0)
    assert target.finish() == 0


# --- user_notification_kill_in_middle, _signal, _wait_killable ---

SIGNALLED = (
    PRELUDE
    + """
handled = []
signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
signal.siginterrupt(signal.SIGUSR1, sys.argv[1] == 'interrupts')
got = call(GETPPID)
is_((got, handled), (int(sys.argv[2]), [signal.SIGUSR1]))
"""
)


def signalled(how: str, wanted: int) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", SIGNALLED, how, str(wanted)]


@pytest.mark.parametrize("answer", [42, -512])
def test_signal_withdraws_a_received_call_which_comes_anew_and_errno_512_is_passed_on(
    start: Start, answer: int
) -> None:
    target = start(signalled("restarts", answer), "getppid", interruptible=True)
    first = asked(target)
    os.kill(target.launched.process.pid, signal.SIGUSR1)
    again = asked(target)
    assert not target.listener.is_pending(first.id)
    assert not target.listener.give(first.id, 1)
    assert (again.id, again.tid, again.nr, again.args) == (first.id + 1, first.tid, first.nr, first.args)
    answered = target.listener.give(again.id, answer) if answer > 0 else target.listener.fail(again.id, -answer)
    assert answered
    assert target.finish() == 0


def test_signal_without_restart_ends_the_call_with_eintr(start: Start) -> None:
    target = start(signalled("interrupts", -errno.EINTR), "getppid", interruptible=True)
    first = asked(target)
    os.kill(target.launched.process.pid, signal.SIGUSR1)
    assert target.finish() == 0
    assert not target.listener.is_pending(first.id)


@pytest.mark.needs("wait_killable")
def test_wait_killable_pre_notification_a_call_that_was_not_received_is_interrupted(start: Start) -> None:
    target = start(signalled("interrupts", -errno.EINTR), "getppid")
    assert target._poll.poll(PATIENCE * 1000)
    os.kill(target.launched.process.pid, signal.SIGUSR1)
    until(lambda: not any(events & select.POLLIN for _, events in target._poll.poll(0)))
    assert target.finish() == 0


@pytest.mark.needs("wait_killable")
def test_wait_killable_the_handler_runs_after_the_answer(start: Start) -> None:
    target = start(signalled("interrupts", 42), "getppid")
    call = asked(target)
    until(lambda: state(call.tid) == "S")
    os.kill(call.tid, signal.SIGUSR1)
    until(lambda: state(call.tid) == "D")
    assert pending_signals(call.tid) >> signal.SIGUSR1 - 1 & 1
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


@pytest.mark.needs("wait_killable")
def test_wait_killable_fatal_sigterm_ends_the_wait(start: Start) -> None:
    target = start(PLAIN, "getppid")
    call = asked(target)
    os.kill(call.tid, signal.SIGTERM)
    assert target.next() is None
    assert not target.listener.give(call.id, 42)
    assert target.launched.process.wait() == -signal.SIGTERM


# --- user_notification_closed_listener, _filter_empty, _threaded ---


def test_closed_listener_fails_pending_and_later_calls_with_enosys(start: Start) -> None:
    target = start(PRELUDE + "is_((call(GETPPID), call(GETPPID)), (-38, -38))", "getppid")
    asked(target)
    listener, target.listener = target.listener, Listener(os.dup(os.open(os.devnull, os.O_RDONLY)))
    listener.close()
    assert target.launched.process.wait() == 0


THREADED = (
    PRELUDE
    + """
if os.fork():  # so that the exit code is that of a process with its leader alive
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
leader = os.getpid()
def other():
    while open(f'/proc/{leader}/task/{leader}/stat').read().rpartition(') ')[2][0] != 'Z': pass
    os._exit(call(GETPPID) - 42)
threading.Thread(target=other).start()
libc.syscall(ctypes.c_long(93 if os.uname().machine == 'aarch64' else 60), 0)
"""
)


def test_filter_empty_threaded_a_thread_that_outlives_the_leader_is_still_answered(start: Start) -> None:
    target = start(THREADED, "getppid")
    call = asked(target)
    assert state(int(Path(f"/proc/{call.tid}/status").read_text().partition("\nTgid:\t")[2].split()[0])) == "Z"
    assert target.listener.give(call.id, 42)
    assert target.next() is None  # POLLHUP
    assert target.launched.process.wait() == 0


# --- user_notification_child_pid_ns, _sibling_pid_ns ---


@pytest.mark.needs("root")
def test_child_pid_ns_the_callers_id_is_translated(start: Start) -> None:
    code = PRELUDE + "libc.unshare(0x20000000)\nif not os.fork(): os._exit(call(GETPPID) - 42)\nis_(os.wait()[1], 0)"
    target = start(code, "getppid")
    call = asked(target)
    ids = Path(f"/proc/{call.tid}/status").read_text().partition("\nNSpid:\t")[2].splitlines()[0].split()
    assert ids == [str(call.tid), "1"]
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


@pytest.mark.needs("root")
def test_sibling_pid_ns_a_caller_that_can_t_be_seen_is_0_and_can_be_answered(start: Start) -> None:
    """Received by a process of a pid namespace of its own, in which the target is not."""
    target = start(PLAIN, "getppid")
    assert target._poll.poll(PATIENCE * 1000)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            _receive_in_a_namespace(target.listener, writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    assert struct.unpack("=I", told) == (0,)
    assert target.finish() == 0


def _receive_in_a_namespace(listener: Listener, writing: int) -> None:
    from seccomp_tui.kernel import rawcalls

    rawcalls.unshare(0x20000000)
    inner = os.fork()
    if inner:
        os.waitpid(inner, 0)
        return
    buffer = listener.receive()
    assert buffer is not None
    number, tid, *_ = abi.NOTIF.unpack_from(buffer)
    listener.give(number, 42)
    os.write(writing, struct.pack("=I", tid))
