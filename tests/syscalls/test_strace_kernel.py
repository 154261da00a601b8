"""Calls on facilities of the kernel are printed as strace prints them: before they are made, and afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.syscalls.arch import I386, X86_64, Arch
from tests.syscalls import bpf_calls, kernel_calls
from tests.syscalls.caller import Caller, Case, build

both_words = pytest.mark.parametrize(
    "arch", [X86_64, pytest.param(I386, marks=pytest.mark.needs("gcc-m32"))], ids=lambda arch: arch.name
)
with_and_without_v = pytest.mark.parametrize("verbose", [False, True], ids=["", "v"])


def differences(
    cases: tuple[Case, ...], arch: Arch, folder: Path, verbose: bool, refuse: bool
) -> list[tuple[str, str]]:
    """Return strace's lines and ours where they differ."""
    with Caller(build(folder, arch), arch, folder / "log", verbose, refuse) as caller:
        caller.run(cases)
    theirs = caller.theirs()
    assert len(theirs) == len(caller.ours) > 0
    return [pair for pair in zip(theirs, caller.ours, strict=True) if pair[0] != pair[1]]


@pytest.mark.needs("strace", "gcc", "x86_64")
@both_words
@with_and_without_v
@pytest.mark.parametrize("module", [bpf_calls, kernel_calls], ids=lambda module: module.__name__.rpartition(".")[2])
def test_refused(module: object, arch: Arch, verbose: bool, tmp_path: Path) -> None:
    cases: tuple[Case, ...] = module.REFUSED  # type: ignore[attr-defined]
    assert not differences(cases, arch, tmp_path, verbose, refuse=True)[:5]


@pytest.mark.needs("strace", "gcc", "x86_64")
@both_words
@with_and_without_v
def test_made(arch: Arch, verbose: bool, tmp_path: Path) -> None:
    assert not differences((*bpf_calls.MADE, *kernel_calls.MADE), arch, tmp_path, verbose, refuse=False)[:5]


@pytest.mark.needs("strace", "gcc", "x86_64", "root")
@both_words
@with_and_without_v
def test_made_by_root(arch: Arch, verbose: bool, tmp_path: Path) -> None:
    cases = (*bpf_calls.MADE_BY_ROOT, *kernel_calls.MADE_BY_ROOT)
    assert not differences(cases, arch, tmp_path, verbose, refuse=False)[:5]
