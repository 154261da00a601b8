"""Values that only hostile programs have."""

from __future__ import annotations

import struct

import pytest

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import X86_64
from seccomp_tui.syscalls.decode import Decoder
from tests.syscalls.live import LiveMemory

AREA = 0x8000


@pytest.mark.parametrize("seconds", [67767976233536399, 1 << 62, -(1 << 62)])
def test_a_year_that_can_not_be_written_has_no_date(seconds: int) -> None:
    times = struct.pack("<4q", seconds, 0, 0, 0)
    nr = numbers.number(X86_64.token, "utimensat")
    assert nr is not None
    line = Decoder().call(X86_64.token, nr, [3, 0, AREA, 0, 0, 0], LiveMemory({AREA: times}))
    assert line == f"utimensat(3, NULL, [{{tv_sec={seconds}, tv_nsec=0}}, {{tv_sec=0, tv_nsec=0}}], 0)"
