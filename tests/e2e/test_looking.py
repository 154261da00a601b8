"""The memory of a held call, looked at and written while it waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, errno_answer
from seccomp_tui.supervisor.wire import MEMORY_MOST, MemoryRead, Status, TargetExited
from tests.e2e.operator import operate

pytestmark = pytest.mark.needs("user_notif")

CAT = ["cat", "/etc/hostnam_"]


def test_any_address_of_a_held_calls_thread_can_be_read(tmp_path: Path) -> None:
    with operate(CAT, tmp_path / "s.db", trace="openat", holding=True) as operator:
        call = operator.held("openat")
        path = call.args[1]
        operator.client.ask_memory(call.seq, path + 5, 4)
        read = operator.expect(MemoryRead)
        assert (read.seq, read.address, read.size, read.data, read.why) == (call.seq, path + 5, 4, b"host", "")
        assert read.time >= call.time
        operator.client.ask_memory(call.seq, path - path % 4096, 1 << 40)
        assert 4096 <= len(operator.expect(MemoryRead).data) <= MEMORY_MOST


def test_what_can_not_be_read_is_said(tmp_path: Path) -> None:
    with operate(CAT, tmp_path / "s.db", trace="openat") as operator:
        call = operator.held("openat")
        for address, size in ((8, 16), ((1 << 64) - 1, 16), (call.args[1], 0), (1 << 63, 1), (call.args[1], -1)):
            operator.client.ask_memory(call.seq, address, size)
            read = operator.expect(MemoryRead)
            assert (read.data, read.why) == (b"", "nothing is mapped there")
        operator.client.ask_memory(call.seq + 1, call.args[1], 16)
        assert operator.expect(MemoryRead).why == "the call is not held any more"
        operator.answer(call, errno_answer(2))
        operator.client.ask_memory(call.seq, call.args[1], 16)
        assert operator.expect(MemoryRead).why == "the call is not held any more"


def test_what_is_written_is_there_before_the_answer_and_in_the_recording(tmp_path: Path) -> None:
    with operate(CAT, tmp_path / "s.db", trace="openat") as operator:
        call = operator.held("openat")
        operator.client.write_memory(call.seq, call.args[1] + 12, b"e")
        operator.client.hold(False, call.seq)
        operator.answer(call, ALLOW)
        read = operator.expect(MemoryRead)
        assert (read.data, read.written, read.why) == (b"e", True, "") or read.why
        assert operator.expect(TargetExited).status == 0
        operator.expect(Status, lambda status: not status.alive)
    assert operator.recorded(call.seq).row.text.startswith('openat(AT_FDCWD, "/etc/hostname"')


def test_a_page_that_is_read_only_is_not_written(tmp_path: Path) -> None:
    with operate(CAT, tmp_path / "s.db", trace="openat") as operator:
        call = operator.held("openat")
        operator.client.write_memory(call.seq, call.ip, b"x")
        assert "can't be written: Bad address" in operator.expect(MemoryRead).why
