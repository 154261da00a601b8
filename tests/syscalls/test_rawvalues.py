from __future__ import annotations

import pytest

from seccomp_tui.syscalls import rawvalues
from seccomp_tui.syscalls.kinds import FACTORIES
from seccomp_tui.syscalls.rawvalues import text


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("fd", 3, "3"),
        ("dirfd", 0xFFFF_FF9C, "-100"),
        ("dirfd", 0xFFFF_FFFF_FFFF_FF9C, "-100"),
        ("fd", 0x1_0000_0003, "0x100000003"),
        ("fd", 0xDEAD_0000_FFFF_FFFF, "0xdead0000ffffffff"),
        ("size", 131_072, "131072"),
        ("offset", (1 << 64) - 1, "-1"),
        ("uid", 0xFFFF_FFFF, "-1"),
        ("uid16", 0xFFFF, "-1"),
        ("uint", 0xFFFF_FFFF, "4294967295"),
        ("mode", 0o644, "0644"),
        ("mode", 0o22, "022"),
        ("enum", 1030, "1030"),
        ("enum", 0xFEE1_DEAD, "0xfee1dead"),
        ("flags", 0x25E, "0x25e"),
        ("flags", 0, "0"),
        ("ioctl_request", 0x5401, "0x5401"),
        ("path", 0x7FFC_0000_0000, "0x7ffc00000000"),
        ("path", 100, "0x64"),
        ("ptr", 0, "0"),
        ("stat", 0, "0"),
        ("", 0, "0x0"),
        ("", 5, "0x5"),
    ],
)
def test_the_kind_says_in_which_base_a_word_is_written(kind: str, value: int, shown: str) -> None:
    assert text(kind, value) == shown


def test_a_narrow_word_has_its_own_sign() -> None:
    assert text("long", 0xFFFF_FFFF, 4) == text("fd", 0xFFFF_FFFF, 4) == "-1"
    assert text("long", 0xFFFF_FFFF) == "4294967295"


def test_every_kind_that_is_told_apart_is_one() -> None:
    assert {*rawvalues._DECIMAL, *rawvalues._NAMED, *rawvalues._OCTAL} <= FACTORIES.keys()
