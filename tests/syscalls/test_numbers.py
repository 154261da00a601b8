"""Names and numbers of calls, held against the kernel's headers and libseccomp."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pyseccomp
import pytest

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import AARCH64, ARCHES, I386, X86_64, Arch

_HEADERS: tuple[tuple[Arch, str, list[str]], ...] = ((X86_64, "asm/unistd_64.h", []), (I386, "asm/unistd_32.h", []))


def test_a_call_has_its_number_on_each_architecture() -> None:
    assert numbers.number(X86_64.token, "openat") == 257
    assert numbers.number(I386.token, "openat") == 295
    assert numbers.number(AARCH64.token, "openat") == 56
    assert numbers.number(AARCH64.token, "open") is None
    assert [numbers.number(arch, "mseal") for arch in ARCHES] == [462, 462, 462]


def test_an_unknown_number_has_the_name_that_strace_gives_it() -> None:
    assert numbers.name(X86_64.token, 0x3E7) == "syscall_0x3e7"
    assert numbers.name(0x1234, 0) == "syscall_0x0"
    assert numbers.names(0x1234) == {}


@pytest.mark.needs("gcc")
@pytest.mark.parametrize(("arch", "header", "options"), _HEADERS, ids=lambda value: getattr(value, "name", None))
def test_all_numbers_of_the_kernels_headers_are_there(arch: Arch, header: str, options: list[str]) -> None:
    done = subprocess.run(
        ["gcc", *options, "-E", "-dM", "-"], input=f"#include <{header}>\n", capture_output=True, text=True, check=True
    )
    found = dict(re.findall(r"#define __NR_(\w+) (\d+)$", done.stdout, re.MULTILINE))
    assert len(found) > 300
    wrong = {name: number for name, number in found.items() if numbers.number(arch.token, name) != int(number)}
    assert not wrong


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_numbers_agree_with_libseccomp(arch: Arch) -> None:
    machine = {"x86_64": pyseccomp.Arch.X86_64, "i386": pyseccomp.Arch.X86, "aarch64": pyseccomp.Arch.AARCH64}
    compared = 0
    for number, name in numbers.names(arch.token).items():
        try:
            theirs = pyseccomp.resolve_syscall(machine[arch.name], name)
        except (OSError, ValueError):
            continue
        if theirs >= 0:  # below: a call that libseccomp knows, but not on this architecture, or multiplexed
            assert theirs == number, name
            compared += 1
    assert compared > 280


def test_the_table_is_as_the_generator_writes_it() -> None:
    text = Path(numbers.__file__).with_name("numbers.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == sorted(lines, key=lambda line: line.split()[0])
    assert all(re.fullmatch(r"\w+( (\d+|-)){3}", line) for line in lines)
