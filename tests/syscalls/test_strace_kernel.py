"""Calls on facilities of the kernel are printed as strace prints them: before they are made, and afterwards."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from seccomp_tui.syscalls.arch import X86_64, Arch
from tests.syscalls import bpf_calls, kernel_calls
from tests.syscalls.strace_compare import (
    both_words,
    compare,
    in_hexadecimal,
    needs_strace,
    with_and_without_v,
    with_cases,
)

MODULES = (bpf_calls, kernel_calls)
pytestmark = needs_strace


@with_cases("REFUSED", *MODULES)
@both_words
@with_and_without_v
def test_refused(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    compare(calls.REFUSED, arch, tmp_path, verbose, refuse=True)


@with_cases("REFUSED", *MODULES)
@in_hexadecimal
def test_strings_in_hexadecimal(calls: ModuleType, hex_strings: int, tmp_path: Path) -> None:
    compare(calls.REFUSED, X86_64, tmp_path, verbose=True, refuse=True, hex_strings=hex_strings)


@with_cases("MADE", *MODULES)
@both_words
@with_and_without_v
def test_made(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    compare(calls.MADE, arch, tmp_path, verbose, late=True)


@pytest.mark.needs("root")
@with_cases("MADE_BY_ROOT", *MODULES)
@both_words
@with_and_without_v
def test_made_by_root(calls: ModuleType, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    compare(calls.MADE_BY_ROOT, arch, tmp_path, verbose, late=True)
