"""Values that only hostile programs have, and those that only some kernels fill in."""

from __future__ import annotations

import struct

import pytest

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import X86_64
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory
from tests.syscalls.live import LiveMemory

AREA = 0x8000


@pytest.mark.parametrize("seconds", [67767976233536399, 1 << 62, -(1 << 62)])
def test_a_year_that_can_not_be_written_has_no_date(seconds: int) -> None:
    times = struct.pack("<4q", seconds, 0, 0, 0)
    nr = numbers.number(X86_64.token, "utimensat")
    assert nr is not None
    line = Decoder().call(X86_64.token, nr, [3, 0, AREA, 0, 0, 0], LiveMemory({AREA: times}))
    assert line == f"utimensat(3, NULL, [{{tv_sec={seconds}, tv_nsec=0}}, {{tv_sec=0, tv_nsec=0}}], 0)"


def test_features_that_the_kernel_adds_are_told_from_those_asked_for() -> None:
    nr = numbers.number(X86_64.token, "ioctl")
    assert nr is not None
    args = [3, 0xC018AA3F, AREA, 0, 0, 0]
    before, after = (RecordedMemory([(AREA, struct.pack("<3Q", 0xAA, features, 1))]) for features in (1, 3))
    decoder = Decoder()
    assert decoder.returned(X86_64.token, nr, args, 0, after, before) == (
        "ioctl(3, UFFDIO_API, {api=0xaa, features=UFFD_FEATURE_PAGEFAULT_FLAG_WP => features="
        "UFFD_FEATURE_PAGEFAULT_FLAG_WP|UFFD_FEATURE_EVENT_FORK, ioctls=1<<_UFFDIO_REGISTER})"
    )
    assert "=>" not in decoder.returned(X86_64.token, nr, args, 0, before, before)
