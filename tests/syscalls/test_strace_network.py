"""Calls on sockets, IPC, terminals and interfaces are printed as strace prints them: before they are made, and after.

What strace 6.1 has no name for yet may have one for us.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from seccomp_tui.syscalls.arch import I386, X86_64, Arch
from tests.syscalls import (
    interface_ioctls,
    ipc_calls,
    netlink_messages,
    socket_addresses,
    socket_calls,
    socket_options,
    terminal_ioctls,
)
from tests.syscalls.caller import Caller, build
from tests.syscalls.forged import Forged

MODULES = (
    interface_ioctls,
    ipc_calls,
    netlink_messages,
    socket_addresses,
    socket_calls,
    socket_options,
    terminal_ioctls,
)
pytestmark = pytest.mark.needs("strace", "gcc", "x86_64")
each_topic = pytest.mark.parametrize("calls", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
both_words = pytest.mark.parametrize(
    "arch", [X86_64, pytest.param(I386, marks=pytest.mark.needs("gcc-m32"))], ids=lambda arch: arch.name
)
with_and_without_v = pytest.mark.parametrize("verbose", [False, True], ids=["", "v"])


_NAMELESS = re.compile(r"((?:0x[0-9a-f]+|\d+) /\* \w+_\?\?\? \*/)")


def same(theirs: str, ours: str) -> bool:
    """Tell whether two lines are the same, but for names that strace has not heard of."""
    if theirs == ours or "???" not in theirs:
        return theirs == ours
    pieces = [re.escape(piece) for piece in _NAMELESS.split(theirs)]
    pattern = "".join([f"(?:{piece}|\\w+)" if index % 2 else piece for index, piece in enumerate(pieces)])
    return re.fullmatch(pattern, ours) is not None


def assert_same(caller: Caller) -> None:
    """Fail with the first few lines that differ."""
    theirs = caller.theirs()
    assert len(theirs) == len(caller.ours)
    assert not [pair for pair in zip(theirs, caller.ours, strict=True) if not same(*pair)][:5]
    assert caller.refuse or not [pair for pair in zip(caller.ours, caller.late, strict=True) if pair[0] != pair[1]][:5]


@each_topic
@both_words
@with_and_without_v
def test_refused(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    with Caller(build(tmp_path, arch), arch, tmp_path / "log", verbose, refuse=True) as caller:
        caller.run(calls.REFUSED)
    assert_same(caller)


@each_topic
@both_words
@with_and_without_v
def test_made(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    with Caller(build(tmp_path, arch), arch, tmp_path / "log", verbose) as caller:
        caller.run(calls.MADE)
    assert_same(caller)


@each_topic
@both_words
@with_and_without_v
def test_whatever_is_filled_in(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    program = build(tmp_path, arch)
    for result, cases in calls.FORGED.items():
        with Forged(program, arch, tmp_path / "log", verbose, result, cases) as caller:
            caller.run(cases)
        assert_same(caller)
