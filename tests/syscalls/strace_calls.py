"""Run under strace: makes calls that a filter refuses, and writes down how our decoder prints them.

    strace -o THEIRS python strace_calls.py OURS

The filter answers EHWPOISON to what is called through libc's syscall(), so nothing is ever done, and strace, which
prints the arguments before that, ends exactly these lines with that error.
"""

from __future__ import annotations

import ctypes
import struct
import sys

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native
from seccomp_tui.syscalls.decode import Decoder
from tests.syscalls import strace_file_cases, strace_other_cases
from tests.syscalls.live import ProcessMemory
from tests.syscalls.pieces import at

ERRNO = 133
_libc = ctypes.CDLL(None, use_errno=True)


def refuse_syscall_function() -> None:
    """Install the filter: EHWPOISON for each call made from libc's syscall()."""
    start = ctypes.cast(_libc.syscall, ctypes.c_void_p).value or 0
    high, low, load, equal, not_less, answer = start >> 32, start & 0xFFFFFFFF, 0x20, 0x15, 0x35, 0x06
    program = (
        (load, 0, 0, 12),
        (equal, 0, 4, high),
        (load, 0, 0, 8),
        (not_less, 0, 2, low),
        (not_less, 1, 0, low + 64),
        (answer, 0, 0, 0x00050000 | ERRNO),
        (answer, 0, 0, 0x7FFF0000),
    )
    filters = at(b"".join(struct.pack("<HBBI", *line) for line in program))
    header = at(struct.pack("<H6xQ", len(program), filters))
    zero = ctypes.c_ulong(0)
    if _libc.prctl(38, ctypes.c_ulong(1), zero, zero, zero) or _libc.prctl(
        22, ctypes.c_ulong(2), ctypes.c_ulong(header)
    ):
        raise OSError(ctypes.get_errno(), "no filter")


def main() -> None:
    arch = native().token
    calls = [
        (numbers.number(arch, name), args)
        for group in strace_file_cases.GROUPS + strace_other_cases.GROUPS
        for name, args in group()
    ]
    decoder, memory = Decoder(), ProcessMemory()
    padded = [(nr, [*args, 0, 0, 0, 0, 0, 0][:6]) for nr, args in calls if nr is not None]
    lines = [decoder.call(arch, nr, [arg & (1 << 64) - 1 for arg in args], memory) for nr, args in padded]
    with open(sys.argv[1], "w") as file:
        file.write("\n".join(lines) + "\n")
    refuse_syscall_function()
    for nr, args in padded:
        _libc.syscall(ctypes.c_long(nr), *[ctypes.c_long(arg) for arg in args])


if __name__ == "__main__":
    main()
