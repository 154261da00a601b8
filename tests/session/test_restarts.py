"""Calls that come again after the kernel took them back are paired with those they were."""

from __future__ import annotations

import pytest

from seccomp_tui.session.restarts import Restarts
from seccomp_tui.supervisor.records import CallRecord
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native

ARCH = native().token


def call(seq: int, name: str, *args: int, tid: int = 7, ip: int = 0x1000) -> CallRecord:
    nr = numbers.number(ARCH, name)
    assert nr is not None
    return CallRecord(seq, 0, 7, tid, ARCH, nr, ip, (*args, *[0] * (6 - len(args))), 1, 0, 0, 0, 0, b"")


def test_the_same_call_of_the_same_thread_is_it_once_more() -> None:
    restarts = Restarts()
    assert not restarts
    restarts.withdrawn(call(1, "read", 3, 4, 5))
    assert restarts
    assert restarts.again(call(2, "read", 3, 4, 5, tid=8)) == 0
    assert restarts.again(call(3, "read", 3, 4, 5)) == 1
    assert not restarts


@pytest.mark.parametrize("other", [call(2, "read", 3, 4, 6), call(2, "write", 3, 4, 5), call(2, "read", 3, 4, 5, ip=1)])
def test_another_call_is_not(other: CallRecord) -> None:
    restarts = Restarts()
    restarts.withdrawn(call(1, "read", 3, 4, 5))
    assert restarts.again(other) == 0


def test_a_handler_s_calls_come_in_between() -> None:
    restarts = Restarts()
    restarts.withdrawn(call(1, "read", 3))
    assert [restarts.again(each) for each in (call(2, "write", 1), call(3, "rt_sigreturn"), call(4, "read", 3))] == [
        0,
        0,
        1,
    ]


def test_what_does_not_come_right_behind_the_handler_is_not_it() -> None:
    restarts = Restarts()
    restarts.withdrawn(call(1, "read", 3))
    for each in (call(2, "rt_sigreturn"), call(3, "write", 1)):
        assert restarts.again(each) == 0
    assert restarts.again(call(4, "read", 3)) == 0
    assert not restarts


def test_a_handler_that_is_interrupted_itself() -> None:
    restarts = Restarts()
    restarts.withdrawn(call(1, "read", 3))
    restarts.withdrawn(call(2, "write", 1))
    assert restarts.again(call(3, "rt_sigreturn")) == 0
    assert restarts.again(call(4, "write", 1)) == 2
    assert restarts.again(call(5, "rt_sigreturn")) == 0
    assert restarts.again(call(6, "read", 3)) == 1
    assert not restarts


def test_a_thread_s_end_is_the_end_of_it() -> None:
    restarts = Restarts()
    restarts.withdrawn(call(1, "read", 3))
    restarts.gone(7)
    assert not restarts
    assert restarts.again(call(2, "read", 3)) == 0
