"""Calls on files, mounts and devices are printed as strace prints them: before they are made, and afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seccomp_tui.syscalls.arch import I386, X86_64, Arch
from tests.syscalls import file_calls, file_ioctls, mount_calls
from tests.syscalls.caller import Caller, Case, build

REFUSED = (*file_calls.REFUSED, *mount_calls.REFUSED, *file_ioctls.REFUSED)
MADE = (*file_calls.MADE, *file_ioctls.MADE)
BY_ROOT = (*mount_calls.MADE_BY_ROOT, *file_ioctls.MADE_BY_ROOT)
_REQUEST = re.compile(r"^(ioctl\(-?\d+, )(?:_IOC\([^)]*\)|[^,)]*)")
"""The name of an ioctl's request: compared elsewhere, for all of them."""
both_words = pytest.mark.parametrize(
    "arch", [X86_64, pytest.param(I386, marks=pytest.mark.needs("gcc-m32"))], ids=lambda arch: arch.name
)
with_and_without_v = pytest.mark.parametrize("verbose", [False, True], ids=["", "v"])


def compared(cases: tuple[Case, ...], arch: Arch, folder: Path, verbose: bool, refuse: bool) -> list[tuple[str, str]]:
    """Return strace's lines and ours."""
    with Caller(build(folder, arch), arch, folder / "log", verbose, refuse) as caller:
        caller.run(cases)
    theirs = caller.theirs()
    assert len(theirs) == len(caller.ours) > 0
    return [
        (_REQUEST.sub(r"\1", theirs), _REQUEST.sub(r"\1", ours))
        for theirs, ours in zip(theirs, caller.ours, strict=True)
    ]


def assert_same(pairs: list[tuple[str, str]]) -> None:
    """Fail with the first few lines that differ."""
    assert not [pair for pair in pairs if pair[0] != pair[1]][:5]


@pytest.mark.needs("strace", "gcc", "x86_64")
@both_words
@with_and_without_v
def test_refused(arch: Arch, verbose: bool, tmp_path: Path) -> None:
    assert_same(compared(REFUSED, arch, tmp_path, verbose, refuse=True))


@pytest.mark.needs("strace", "gcc", "x86_64")
@both_words
@with_and_without_v
def test_made(arch: Arch, verbose: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert_same(compared(MADE, arch, tmp_path, verbose, refuse=False))


@pytest.mark.needs("strace", "gcc", "x86_64", "root")
@pytest.mark.serial
@both_words
@with_and_without_v
def test_made_by_root(arch: Arch, verbose: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert_same(compared(BY_ROOT, arch, tmp_path, verbose, refuse=False))
