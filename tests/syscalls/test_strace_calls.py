"""Calls on processes, time, memory, sockets, IPC and terminals are printed as strace prints them, before and after."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

from seccomp_tui.syscalls.arch import X86_64, Arch
from tests.syscalls import (
    interface_ioctls,
    ipc_calls,
    memory_calls,
    netlink_messages,
    prctl_calls,
    process_calls,
    ptrace_calls,
    result_calls,
    scheduling_calls,
    signal_calls,
    socket_addresses,
    socket_calls,
    socket_options,
    terminal_ioctls,
    time_calls,
)
from tests.syscalls.strace_compare import (
    both_words,
    compare,
    compare_forged,
    in_hexadecimal,
    needs_strace,
    with_and_without_v,
    with_cases,
)

PROCESSES = (
    memory_calls,
    prctl_calls,
    process_calls,
    ptrace_calls,
    result_calls,
    scheduling_calls,
    signal_calls,
    time_calls,
)
IMPOSSIBLE = (ptrace_calls, scheduling_calls)
"""These make up what no kernel says or fills in, such as more than there is room for: it is not copied."""
NETWORK = (
    interface_ioctls,
    ipc_calls,
    netlink_messages,
    socket_addresses,
    socket_calls,
    socket_options,
    terminal_ioctls,
)
MODULES = (*PROCESSES, *NETWORK)
pytestmark = needs_strace
_NAMELESS = re.compile(r"((?:0x[0-9a-f]+|\d+) /\* \w+_\?\?\? \*/|(?<=\|)0x[0-9a-f]+(?=\)$))")


def same(theirs: str, ours: str) -> bool:
    """Tell whether two lines are the same, but for names that strace 6.1 has not heard of."""
    if theirs == ours or not _NAMELESS.search(theirs):
        return theirs == ours
    pieces = [re.escape(piece) for piece in _NAMELESS.split(theirs)]
    pattern = "".join([f"(?:{piece}|\\w+)" if index % 2 else piece for index, piece in enumerate(pieces)])
    return re.fullmatch(pattern, ours) is not None


@with_cases("REFUSED", *MODULES)
@both_words
@with_and_without_v
def test_refused(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    compare(calls.REFUSED, arch, tmp_path, verbose, refuse=True, same=same)


@with_cases("REFUSED", *MODULES)
@in_hexadecimal
def test_strings_in_hexadecimal(calls: ModuleType, hex_strings: int, tmp_path: Path) -> None:
    compare(calls.REFUSED, X86_64, tmp_path, verbose=True, refuse=True, same=same, hex_strings=hex_strings)


@with_cases("MADE", *MODULES)
@in_hexadecimal
def test_strings_that_are_filled_in_too(calls: ModuleType, hex_strings: int, tmp_path: Path) -> None:
    compare(calls.MADE, X86_64, tmp_path, verbose=True, same=same, hex_strings=hex_strings)


@with_cases("MADE", *MODULES)
@both_words
@with_and_without_v
def test_made(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    compare(calls.MADE, arch, tmp_path, verbose, same=same, late=True)


@with_cases("FORGED", *MODULES)
@both_words
@with_and_without_v
def test_whatever_is_filled_in(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    compare_forged(calls.FORGED, arch, tmp_path, verbose, same=same, late=calls not in IMPOSSIBLE)
