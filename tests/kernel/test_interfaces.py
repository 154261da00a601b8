"""Names of network interfaces are those of this machine."""

from __future__ import annotations

import socket

import pytest

from seccomp_tui.kernel.interfaces import interface_name


def test_every_interface_has_its_name() -> None:
    for index, name in socket.if_nameindex():
        assert interface_name(index) == name


@pytest.mark.parametrize("index", [0, -1, 0x7FFFFFFF, 1 << 40])
def test_what_is_no_interface_has_none(index: int) -> None:
    assert interface_name(index) == ""
