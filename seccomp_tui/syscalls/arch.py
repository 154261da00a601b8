"""The architectures whose system calls are known, by the kernel's AUDIT_ARCH token."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Arch:
    """One table of system calls.

    Attributes:
        token: AUDIT_ARCH_* value, as in `struct seccomp_data` (linux/audit.h).
        name: as `uname -m` says it: "x86_64", "i386" or "aarch64".
        word: size of a pointer and of a `long`, in bytes.
    """

    token: int
    name: str
    word: int


X86_64 = Arch(0xC000003E, "x86_64", 8)
I386 = Arch(0x40000003, "i386", 4)
AARCH64 = Arch(0xC00000B7, "aarch64", 8)

ARCHES: dict[int, Arch] = {arch.token: arch for arch in (X86_64, I386, AARCH64)}


@cache
def native() -> Arch:
    """Return the architecture that programs of this machine use.

    Raises:
        RuntimeError: this machine is none of those we know.
    """
    machine = os.uname().machine
    for arch in ARCHES.values():
        if arch.name == machine:
            return arch
    if machine in ("i486", "i586", "i686"):
        return I386
    message = f"machine {machine} is not supported: x86_64, i386 and aarch64 are"
    raise RuntimeError(message)


def supported(arch: Arch) -> list[Arch]:
    """Return `arch` and the others whose calls a kernel of it takes too: i386 on x86_64."""
    return [X86_64, I386] if arch is X86_64 or arch == X86_64 else [arch]
