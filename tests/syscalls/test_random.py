"""Random calls over random memory: nothing raises, everything is bounded and printable, a recording says what was live.

Each shard is a part of 200,000 examples (--long); what fails is kept by hypothesis and tried first the next time.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import ARCHES, X86_64
from seccomp_tui.syscalls.copying import call_budget, copier
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory
from tests.syscalls.live import LiveMemory

EXAMPLES, SHARDS, LIMIT = 200_000, 20, 1024
LONGEST = 100_000
AREA, AREA32 = 0x7F00_0000_0000, 0x0804_8000
ONES = (1 << 64) - 1
NUMBERS = [(arch.token, number) for arch in ARCHES.values() for number in (*numbers.names(arch.token), 999, -1)]
WORD = st.one_of(
    st.integers(0, 300),
    st.sampled_from([AREA, AREA + 8, AREA + 64, AREA32, AREA32 + 16, ONES, ONES - 99, 1 << 63, 1 << 31, 0xFFFFFFFF]),
    st.integers(0, ONES),
)
RESULT = st.one_of(st.integers(-4200, 5000), st.integers(-(1 << 63), (1 << 63) - 1))
POINTERS = struct.pack("<QQQQIIII", AREA + 64, 16, AREA, 3, AREA32 + 16, 8, AREA32, 3)
MEMORY = st.binary(max_size=400).map(lambda data: LiveMemory({AREA: POINTERS + data, AREA32: POINTERS[32:] + data}))
DECODER = Decoder()


def hold(call: tuple[int, int], args: list[int], live: LiveMemory, result: int) -> None:
    """Hold what is said of a call against what must be so of all."""
    arch, nr = call
    text = DECODER.call(arch, nr, args, live)
    after = DECODER.returned(arch, nr, args, result, live)
    for line in (text, after):
        assert line.isascii()
        assert line.isprintable()
        assert len(line) < LONGEST
    copy = copier(arch, nr, LIMIT)
    segments = copy(live, args) if copy else []
    assert sum(len(data) for _, data in segments) <= call_budget(LIMIT)
    recorded = RecordedMemory(segments)
    assert DECODER.call(arch, nr, args, recorded) == text
    assert DECODER.fields(arch, nr, args, recorded) == DECODER.fields(arch, nr, args, live)


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_random_calls(shard: int, repetitions: Callable[[int], int]) -> None:
    @settings(
        max_examples=repetitions(EXAMPLES // SHARDS),
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(NUMBERS[shard::SHARDS]), st.lists(WORD, min_size=6, max_size=6), MEMORY, RESULT)
    def check(call: tuple[int, int], args: list[int], live: LiveMemory, result: int) -> None:
        hold(call, args, live, result)

    check()


def test_an_address_without_bytes_says_nothing_of_the_socket() -> None:
    sendto = (X86_64.token, 44)
    hold(sendto, [0, AREA, 1, 0, AREA + 8, 0], LiveMemory({AREA: POINTERS}), 0)  # at AREA + 8 stands AF_NETLINK
