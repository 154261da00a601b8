"""Which calls the filter traps: by name, by number, of foreign programs too, and killing nobody."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pyseccomp
import pytest

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.filter import trap, trap_everything
from seccomp_tui.kernel.launch import Program, launch
from tests.kernel.conftest import NATIVE, NUMBERS, Start, Target

ALLOW, NOTIFY = abi.RET_ALLOW, abi.RET_USER_NOTIF


def decide(program: bytes, arch: int, nr: int) -> int:
    """Run the BPF program as the kernel would and return its verdict."""
    data = struct.pack("=iIQ6Q", nr, arch, 0, 0, 0, 0, 0, 0, 0)
    code = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    accumulator, at = 0, 0
    while True:
        opcode, yes, no, value = code[at]
        at += 1
        if opcode == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif opcode == 0x06:
            return int(value)
        elif opcode == 0x05:
            at += value
        else:
            tests = {0x15: accumulator == value, 0x25: accumulator > value, 0x35: accumulator >= value}
            at += yes if tests[opcode] else no


def test_only_the_named_calls_trap() -> None:
    program = trap({abi.AUDIT_ARCH_X86_64: {"openat": 257}})
    assert decide(program, abi.AUDIT_ARCH_X86_64, 257) == NOTIFY
    assert decide(program, abi.AUDIT_ARCH_X86_64, 258) == ALLOW


def test_each_architecture_has_its_own_numbers() -> None:
    program = trap({abi.AUDIT_ARCH_X86_64: {"openat": 257}, abi.AUDIT_ARCH_I386: {"openat": 295, "waitpid": 7}})
    assert decide(program, abi.AUDIT_ARCH_I386, 295) == NOTIFY
    assert decide(program, abi.AUDIT_ARCH_I386, 7) == NOTIFY
    assert decide(program, abi.AUDIT_ARCH_I386, 257) == ALLOW
    assert decide(program, abi.AUDIT_ARCH_X86_64, 7) == ALLOW


def test_names_that_libseccomp_does_not_know_trap_by_number() -> None:
    program = trap({arch: {"not_yet_invented": 460} for arch in (abi.AUDIT_ARCH_X86_64, abi.AUDIT_ARCH_I386)})
    for arch in (abi.AUDIT_ARCH_X86_64, abi.AUDIT_ARCH_I386):
        assert decide(program, arch, 460) == NOTIFY
        assert decide(program, arch, 461) == ALLOW


def test_foreign_architectures_are_let_through_or_trapped_never_killed() -> None:
    narrow = trap({abi.AUDIT_ARCH_X86_64: {"openat": 257}})
    assert decide(narrow, abi.AUDIT_ARCH_I386, 5) == ALLOW
    assert decide(narrow, abi.AUDIT_ARCH_AARCH64, 56) == ALLOW


@pytest.mark.parametrize("arch", [abi.AUDIT_ARCH_X86_64, abi.AUDIT_ARCH_I386, abi.AUDIT_ARCH_AARCH64, 0])
def test_everything_traps_as_in_the_filter_that_libseccomp_would_write(arch: int) -> None:
    theirs = pyseccomp.SyscallFilter(pyseccomp.NOTIFY)
    theirs.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.NOTIFY)
    with tempfile.TemporaryFile() as file:
        theirs.export_bpf(file)
        file.seek(0)
        program = file.read()
    for nr in (-1, 0, 1, 59, 257, 511, 4095, 0x3FFFFFFF, 0x40000000, 0x40000001):
        assert decide(trap_everything(), arch, nr) == decide(program, arch, nr) == NOTIFY


def test_x32_numbers_are_not_killed() -> None:
    assert decide(trap_everything(), abi.AUDIT_ARCH_X86_64, 0x40000001) == NOTIFY
    assert decide(trap({abi.AUDIT_ARCH_X86_64: {"read": 0}}), abi.AUDIT_ARCH_X86_64, 0x40000000) == ALLOW


def test_libseccomp_is_not_looked_for_when_everything_traps() -> None:
    code = "import sys, seccomp_tui.kernel.filter as f; f.trap_everything(); print('pyseccomp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"


def test_a_filter_for_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no architecture"):
        trap({})


def test_what_is_not_named_is_never_seen(start: Start) -> None:
    target = start("import os; os.getppid(); os.gettid() if hasattr(os, 'gettid') else 0", "getppid")
    seen = []
    while (call := target.next()) is not None:
        seen.append(call.nr)
        target.listener.allow(call.id)
    assert set(seen) == {NUMBERS["getppid"]}


@pytest.mark.needs("user_notif", "gcc-m32", "x86_64")
def test_a_32_bit_program_traps_with_its_own_numbers_and_lives(tmp_path: Path) -> None:
    program = tmp_path / "small"
    source = b'#include <unistd.h>\n#include <fcntl.h>\nint main(void){return open("/dev/null",0)<0 || getppid()<=0;}'
    subprocess.run(["gcc", "-m32", "-x", "c", "-o", program, "-"], input=source, check=True)
    bpf = trap({NATIVE: {"execve": 59}, abi.AUDIT_ARCH_I386: {"execve": 11, "openat": 295, "open": 5, "getppid": 64}})
    target = Target(launch(Program(os.fsencode(program), [b"small"], []), bpf))
    seen = set()
    try:
        while (call := target.next()) is not None:
            seen.add((call.arch, call.nr))
            target.listener.allow(call.id)
        assert target.launched.process.wait() == 0
    finally:
        target.close()
    assert (abi.AUDIT_ARCH_I386, 64) in seen
    assert (NATIVE, 59) in seen
