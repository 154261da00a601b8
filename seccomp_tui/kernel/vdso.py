"""The vDSO, a small library that the kernel maps into every program: it tells the time without any system call.

So those calls never trap. Where they are to, the functions of each new program's vDSO are replaced by ones that make
the call. The mapping is private: what is written there is seen by this program and by what it forks, and by no other.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from typing import NamedTuple

EARLY = ("brk", "arch_prctl", "set_thread_area", "set_tid_address")
"""Calls of which every C library makes one before its program's own code runs. Only at a call can the vDSO be changed,
so with a narrow filter these must trap."""

_MACHINE_X86_64, _MACHINE_I386, _MACHINE_AARCH64 = 62, 3, 183
"""e_machine, elf(5)."""
_DYNSYM = 11
_MOST = 1 << 20
"""Larger than any vDSO."""
_ENOSYS = 38


class _Elf(NamedTuple):
    """How the two classes of ELF differ: where the section headers' place stands, and the two layouts."""

    sections: struct.Struct
    header: struct.Struct
    symbol: struct.Struct


_CLASSES = {
    1: _Elf(struct.Struct("<32xI10xHH"), struct.Struct("<4xI8xII I8xI"), struct.Struct("<III2xH")),
    2: _Elf(struct.Struct("<40xQ10xHH"), struct.Struct("<4xI16xQQ I12xQ"), struct.Struct("<I2xHQQ")),
}
"""e_shoff, e_shentsize, e_shnum; sh_type, sh_offset, sh_size, sh_link, sh_entsize; by class the fields of a symbol."""


def _x86_64(number: int) -> bytes:
    return b"\xb8" + number.to_bytes(4, "little") + b"\x0f\x05\xc3"  # mov eax, N; syscall; ret


def _x86_64_getrandom(number: int) -> bytes:
    # cmp r8, -1; je over; the call; over: mov rax, -ENOSYS; ret
    call = _x86_64(number)
    missing = b"\x48\xc7\xc0" + (-_ENOSYS & 0xFFFFFFFF).to_bytes(4, "little") + b"\xc3"
    return b"\x49\x83\xf8\xff\x74" + bytes([len(call)]) + call + missing


def _i386(number: int) -> bytes:
    # push ebx; mov ebx, [esp+8]; mov ecx, [esp+12]; mov edx, [esp+16]; mov eax, N; int 0x80; pop ebx; ret
    load = b"\x53\x8b\x5c\x24\x08\x8b\x4c\x24\x0c\x8b\x54\x24\x10"
    return load + b"\xb8" + number.to_bytes(4, "little") + b"\xcd\x80\x5b\xc3"


def _aarch64(number: int) -> bytes:
    # bti c; mov x8, N; svc 0; ret
    return struct.pack("<4I", 0xD503245F, 0xD2800008 | number << 5, 0xD4000001, 0xD65F03C0)


def _aarch64_getrandom(number: int) -> bytes:
    # bti c; cmn x4, 1; b.eq over; mov x8, N; svc 0; ret; over: mov x0, -ENOSYS; ret
    first, *call = struct.unpack("<4I", _aarch64(number))
    missing = (0x92800000 | (_ENOSYS - 1) << 5, 0xD65F03C0)
    return struct.pack("<8I", first, 0xB100049F, 0x54000000 | (len(call) + 1) << 5, *call, *missing)


_X86_64 = {"clock_gettime": 228, "clock_getres": 229, "gettimeofday": 96, "time": 201, "getcpu": 309}
_I386 = {
    "clock_gettime": 265,
    "clock_getres": 266,
    "gettimeofday": 78,
    "time": 13,
    "getcpu": 318,
    "clock_gettime64": 403,
    "clock_getres_time64": 406,
}
_AARCH64 = {"clock_gettime": 113, "clock_getres": 114, "gettimeofday": 169}
STUBS: dict[int, dict[str, bytes]] = {
    _MACHINE_X86_64: {f"__vdso_{name}": _x86_64(number) for name, number in _X86_64.items()}
    | {"__vdso_getrandom": _x86_64_getrandom(318)},
    _MACHINE_I386: {f"__vdso_{name}": _i386(number) for name, number in _I386.items()},
    _MACHINE_AARCH64: {f"__kernel_{name}": _aarch64(number) for name, number in _AARCH64.items()}
    | {"__kernel_getrandom": _aarch64_getrandom(278)},
}
"""By machine: what stands in for a function. getrandom's is first asked, with a length of -1, how much room it wants
for its state: then it says that it does not exist, and nobody uses it."""


class Vdso:
    """Makes programs ask the kernel."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, int], tuple[list[tuple[int, bytes]], str]] = {}

    def disable(self, tid: int) -> str:
        """Replace the functions of the program that thread `tid` runs and waits in; return "", or why it can't be.

        It must be done at the program's first call: while nothing else of it runs.
        """
        try:
            start, size = _mapping(tid)
            if not size:
                return ""  # a program without one asks the kernel already
            memory = os.open(f"/proc/{tid}/mem", os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            return f"the vDSO can't be reached: {os.strerror(error.errno or 0)}"
        try:
            writes, missing = self._writes(memory, start, size)
            for offset, stub in writes:
                if os.pwrite(memory, stub, start + offset) != len(stub):
                    return "the vDSO could be written only in part"
        except OSError as error:
            if error.errno == errno.EIO:
                return "the kernel lets nobody write into the vDSO: proc_mem.force_override=never or ptrace"
            return f"the vDSO can't be written: {os.strerror(error.errno or 0)}"
        finally:
            os.close(memory)
        return missing

    def _writes(self, memory: int, start: int, size: int) -> tuple[list[tuple[int, bytes]], str]:
        """Return what is to be written where from its start on, and what can't be; all vDSOs of a machine are alike."""
        key = (os.pread(memory, 64, start), size)
        if key not in self._known:
            self._known[key] = stubs(os.pread(memory, size, start))
        return self._known[key]


def stubs(image: bytes) -> tuple[list[tuple[int, bytes]], str]:
    """Return the stubs of an image and where they go, and what has no room for one or is not known."""
    found: list[tuple[int, bytes]] = []
    missing = []
    try:
        stubs = STUBS.get(int.from_bytes(image[18:20], "little"))
        if stubs is None:
            return [], "the vDSO is of a machine that is not known"
        for name, offset, size in _functions(image):
            stub = stubs.get(name)
            if stub is not None and len(stub) <= size:
                found.append((offset, stub))
            elif stub is not None:
                missing.append(name)
    except (struct.error, KeyError, IndexError, ValueError, OverflowError):
        return [], "the vDSO can't be read"
    return found, f"the vDSO has no room to replace {', '.join(missing)}" if missing else ""


def _functions(image: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield name, offset and size of what an image offers; elf(5).

    Raises:
        struct.error, KeyError, IndexError, ValueError, OverflowError: it is no image.
    """
    elf = _CLASSES[image[4]]
    offset, size, count = elf.sections.unpack_from(image)
    headers = [elf.header.unpack_from(image, offset + size * index) for index in range(count)]
    for kind, start, length, link, entry in headers:
        if kind != _DYNSYM or not entry:
            continue
        names = headers[link][1]
        for at in range(start, start + length, entry):
            name, *rest = elf.symbol.unpack_from(image, at)
            section, value, extent = rest if image[4] == 2 else (rest[2], rest[0], rest[1])
            if section:
                end = image.index(b"\0", names + name)
                yield image[names + name : end].decode("ascii", "replace"), value, extent


def _mapping(tid: int) -> tuple[int, int]:
    """Return where the vDSO lies and how large it is, 0 without one; proc_pid_maps(5)."""
    with open(f"/proc/{tid}/maps", "rb") as maps:
        for line in maps:
            if line.endswith(b" [vdso]\n"):
                start, _, end = line.split(b" ", 1)[0].partition(b"-")
                size = int(end, 16) - int(start, 16)
                return int(start, 16), size if size <= _MOST else 0
    return 0, 0
