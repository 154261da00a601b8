"""The usual calls, and what is made ready for them."""

from __future__ import annotations

import pytest

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import ARCHES
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory
from seccomp_tui.syscalls.usual import usual


@pytest.mark.parametrize("arch", ARCHES)
def test_each_is_a_call_of_the_architecture(arch: int) -> None:
    found = usual(arch)
    assert len(found) > 40
    assert {"execve", "openat", "mmap", "exit_group"} <= {numbers.name(arch, nr) for nr in found}


@pytest.mark.parametrize("arch", ARCHES)
def test_a_decoder_that_was_prepared_prints_the_same(arch: int) -> None:
    prepared, fresh, memory = Decoder(), Decoder(), RecordedMemory([])
    prepared.prepare(arch)
    for nr in usual(arch):
        words = (1, 2, 3, 4, 5, 6)
        assert prepared.call(arch, nr, words, memory) == fresh.call(arch, nr, words, memory)
        assert prepared.returned(arch, nr, words, 1, memory) == fresh.returned(arch, nr, words, 1, memory)
