"""Builds the BPF program that decides in the kernel which calls trap.

Where all trap it is one instruction. Where not, libseccomp (through pyseccomp) writes the program; it is exported and
installed by the launcher, because libseccomp's own loading neither gives us the listener nor knows the newer flags.
Names that this libseccomp does not know are put in front of its program by number.

pyseccomp is imported when it is needed: to find its library it runs ldconfig, twice.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING

from seccomp_tui.kernel import abi

if TYPE_CHECKING:
    import pyseccomp

_INSTRUCTION = struct.Struct("=HBBI")
_LOAD_WORD = 0x20
_JUMP_EQUAL = 0x15
_RETURN = 0x06
_NR_OFFSET = 0
_ARCH_OFFSET = 4

_LIBSECCOMP_ARCH = {
    abi.AUDIT_ARCH_X86_64: "X86_64",
    abi.AUDIT_ARCH_I386: "X86",
    abi.AUDIT_ARCH_AARCH64: "AARCH64",
}

Traps = Mapping[int, Mapping[str, int]]
"""For each architecture (AUDIT_ARCH_*) the calls that trap: name to number."""


def trap_everything() -> bytes:
    """Return a program that traps every call, of every architecture."""
    return _INSTRUCTION.pack(_RETURN, 0, 0, abi.RET_USER_NOTIF)


def trap(traps: Traps) -> bytes:
    """Return a program that traps the named calls and lets all others through.

    Calls of an architecture that is not in `traps` are let through: a foreign program must not be killed by us.

    Args:
        traps: the native architecture, and those whose programs it also runs.
    """
    merged = None
    unknown: list[tuple[int, int]] = []
    for arch, calls in traps.items():
        one, missing = _single_arch(arch, calls)
        unknown += missing
        if merged is None:
            merged = one
        else:
            merged.merge(one)
    if merged is None:
        raise ValueError("no architecture to build a filter for")
    return _by_number(unknown) + _export(merged)


def _single_arch(arch: int, calls: Mapping[str, int]) -> tuple[pyseccomp.SyscallFilter, list[tuple[int, int]]]:
    import pyseccomp

    one = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    token = getattr(pyseccomp.Arch, _LIBSECCOMP_ARCH[arch])
    # Merging wants equal attributes, so each part gets the final one.
    one.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.ALLOW)
    if token != pyseccomp.system_arch():
        one.add_arch(token)
        one.remove_arch(pyseccomp.system_arch())
    missing = []
    for name, number in calls.items():
        if pyseccomp.resolve_syscall(token, name) == number:
            # Rules take the native number, or libseccomp's pseudo number for a call that only exists elsewhere.
            one.add_rule(pyseccomp.NOTIFY, pyseccomp.resolve_syscall(pyseccomp.system_arch(), name))
        else:
            missing.append((arch, number))
    return one, missing


def _export(program: pyseccomp.SyscallFilter) -> bytes:
    with os.fdopen(os.memfd_create("bpf", os.MFD_CLOEXEC), "w+b") as file:
        program.export_bpf(file)
        file.seek(0)
        return file.read()


def _by_number(calls: list[tuple[int, int]]) -> bytes:
    """Return instructions that trap these (arch, number) pairs and fall through for all others."""
    code = b""
    for arch, number in calls:
        code += _INSTRUCTION.pack(_LOAD_WORD | 0, 0, 0, _ARCH_OFFSET)
        code += _INSTRUCTION.pack(_JUMP_EQUAL, 0, 3, arch)
        code += _INSTRUCTION.pack(_LOAD_WORD | 0, 0, 0, _NR_OFFSET)
        code += _INSTRUCTION.pack(_JUMP_EQUAL, 0, 1, number)
        code += _INSTRUCTION.pack(_RETURN, 0, 0, abi.RET_USER_NOTIF)
    return code
