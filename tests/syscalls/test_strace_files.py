"""Calls on files, mounts and devices are printed as strace prints them: before they are made, and afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seccomp_tui.syscalls.arch import X86_64, Arch
from tests.syscalls import file_calls, file_ioctls, mount_calls
from tests.syscalls.strace_compare import both_words, compare, in_hexadecimal, needs_strace, with_and_without_v

pytestmark = needs_strace
_REQUEST = re.compile(r"^(ioctl\(-?\d+, )(?:_IOC\([^)]*\)|[^,)]*)")
"""The name of an ioctl's request: compared elsewhere, for all of them."""


def same(theirs: str, ours: str) -> bool:
    """Tell whether two lines are the same, but for the name of a request."""
    return _REQUEST.sub(r"\1", theirs) == _REQUEST.sub(r"\1", ours)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in whose empty subfolder the calls are made."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


@both_words
@with_and_without_v
def test_refused(arch: Arch, verbose: bool, tmp_path: Path) -> None:
    cases = (*file_calls.REFUSED, *mount_calls.REFUSED, *file_ioctls.REFUSED)
    compare(cases, arch, tmp_path, verbose, refuse=True, same=same)


@both_words
@with_and_without_v
def test_made(arch: Arch, verbose: bool, folder: Path) -> None:
    compare((*file_calls.MADE, *file_ioctls.MADE), arch, folder, verbose, same=same, late=True)


@in_hexadecimal
def test_strings_in_hexadecimal(hex_strings: int, folder: Path) -> None:
    cases = (*file_calls.REFUSED, *mount_calls.REFUSED, *file_ioctls.REFUSED)
    compare(cases, X86_64, folder, verbose=True, refuse=True, same=same, hex_strings=hex_strings)
    cases = (*file_calls.MADE, *file_ioctls.MADE)
    compare(cases, X86_64, folder, verbose=True, same=same, hex_strings=hex_strings)


@pytest.mark.needs("root")
@pytest.mark.serial
@both_words
@with_and_without_v
def test_made_by_root(arch: Arch, verbose: bool, folder: Path) -> None:
    compare((*mount_calls.MADE_BY_ROOT, *file_ioctls.MADE_BY_ROOT), arch, folder, verbose, same=same, late=True)
