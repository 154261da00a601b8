"""Architectures by their token."""

from __future__ import annotations

from unittest import mock

import pytest

from seccomp_tui.syscalls import arch


def test_a_token_leads_to_its_architecture() -> None:
    assert arch.ARCHES[0xC000003E] is arch.X86_64
    assert arch.ARCHES[0x40000003].word == 4
    assert [known.name for known in arch.ARCHES.values()] == ["x86_64", "i386", "aarch64"]


def test_an_x86_64_kernel_also_takes_calls_of_i386() -> None:
    assert arch.supported(arch.X86_64) == [arch.X86_64, arch.I386]
    assert arch.supported(arch.I386) == [arch.I386]
    assert arch.supported(arch.AARCH64) == [arch.AARCH64]


@pytest.mark.parametrize(("machine", "name"), [("x86_64", "x86_64"), ("i686", "i386"), ("aarch64", "aarch64")])
def test_the_native_architecture_is_that_of_the_machine(machine: str, name: str) -> None:
    with mock.patch("os.uname", return_value=mock.Mock(machine=machine)):
        assert arch.native.__wrapped__().name == name


def test_an_unknown_machine_is_named() -> None:
    with (
        mock.patch("os.uname", return_value=mock.Mock(machine="vax")),
        pytest.raises(RuntimeError, match="machine vax is not supported"),
    ):
        arch.native.__wrapped__()
