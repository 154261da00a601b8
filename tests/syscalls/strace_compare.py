"""How calls are compared with strace's lines: refused, made, or with a result that is made up."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from seccomp_tui.syscalls.arch import I386, X86_64, Arch
from tests.syscalls.caller import Caller, Case, build
from tests.syscalls.forged import Forged

Same = Callable[[str, str], bool]
needs_strace = pytest.mark.needs("strace", "gcc", "x86_64")
both_words = pytest.mark.parametrize(
    "arch", [X86_64, pytest.param(I386, marks=pytest.mark.needs("gcc-m32"))], ids=lambda arch: arch.name
)
in_hexadecimal = pytest.mark.parametrize("hex_strings", [1, 2], ids=["x", "xx"])
with_and_without_v = pytest.mark.parametrize("verbose", [False, True], ids=["", "v"])


def with_cases(which: str, *modules: ModuleType) -> pytest.MarkDecorator:
    """Parametrize `calls` with the modules that have cases called `which`."""
    some = [module for module in modules if hasattr(module, which)]
    return pytest.mark.parametrize("calls", some, ids=lambda module: module.__name__.rpartition(".")[2])


def assert_same(caller: Caller, same: Same = operator.eq, late: bool = False) -> None:
    """Fail with the first few lines that differ from strace's, or, for `late`, once they come from what is copied."""
    theirs = caller.theirs()
    assert len(theirs) == len(caller.ours) > 0
    assert not [pair for pair in zip(theirs, caller.ours, strict=True) if not same(*pair)][:5]
    if late:
        assert not [pair for pair in zip(caller.ours, caller.late, strict=True) if pair[0] != pair[1]][:5]


def compare(
    cases: Iterable[Case],
    arch: Arch,
    folder: Path,
    verbose: bool,
    refuse: bool = False,
    same: Same = operator.eq,
    late: bool = False,
    hex_strings: int = 0,
) -> None:
    """Make some calls, or have a filter refuse them, and compare."""
    with Caller(build(arch), arch, folder / "log", verbose, refuse, hex_strings=hex_strings) as caller:
        caller.run(cases)
    assert_same(caller, same, late)


def compare_forged(
    forged: Mapping[int, Iterable[Case]],
    arch: Arch,
    folder: Path,
    verbose: bool,
    same: Same = operator.eq,
    late: bool = False,
) -> None:
    """Compare calls whose results are made up: what they would have filled in lies there."""
    program = build(arch)
    assert forged
    for result, cases in forged.items():
        with Forged(program, arch, folder / "log", verbose, result, cases) as caller:
            caller.run(cases)
        assert_same(caller, same, late)
