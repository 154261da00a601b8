"""Signals and sets of them."""

from __future__ import annotations

import signal

import pytest

from seccomp_tui.syscalls import signals


def test_names_are_those_of_the_kernel() -> None:
    for known in signal.Signals:
        if known.value < 32:
            assert signals.name(known.value) == known.name
            assert signals.number(known.name) == known.value


def test_realtime_signals_count_from_the_kernels_first() -> None:
    assert [signals.name(number) for number in (32, 33, 64)] == ["SIGRTMIN", "SIGRT_1", "SIGRT_32"]
    assert signals.number("RT_1") == 33


def test_what_is_no_signal_is_a_number() -> None:
    assert [signals.name(number) for number in (0, 65, -3)] == ["0", "65", "-3"]
    assert signals.number("SIGNONSENSE") is None


@pytest.mark.parametrize(
    ("mask", "text"),
    [
        (0, "[]"),
        (0x10002, "[INT CHLD]"),
        ((1 << 64) - 1, "~[]"),
        ((1 << 64) - 1 & ~0x180000000, "~[RTMIN RT_1]"),
    ],
)
def test_sets(mask: int, text: str) -> None:
    assert signals.set_text(mask) == text
