"""Layouts of the structs of processes, time and memory, held against the headers of the kernel and of libc."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.arch import AARCH64
from tests.syscalls.offsets import InC, assert_layouts, both_words, needs_compiler

HEADERS = {
    "sys/time.h": "timezone",
    "sys/times.h": "tms",
    "sys/timex.h": "timex",
    "linux/timex.h": "timex64",
    "sys/resource.h": "rusage",
    "sys/utsname.h": "utsname",
    "linux/sysinfo.h": "sysinfo",
    "linux/kcmp.h": "kcmp_epoll_slot",
    "linux/futex.h": "futex_waitv",
    "linux/ptrace.h": "peeksiginfo_args",
    "sys/user.h": "user_regs_struct user_fpregs_struct",
    "linux/userfaultfd.h": "uffdio_api uffdio_range uffdio_register uffdio_copy uffdio_zeropage uffdio_writeprotect",
}
"""Where C has them; each header is compiled by itself."""
IN_C = {"timex64": "__kernel_timex", "peeksiginfo_args": "ptrace_peeksiginfo_args"}
"""What C calls them."""
NEWER = "uffdio_move uffdio_continue uffdio_poison"
"""Those that are newer than the headers of Debian 12."""
ELSEWHERE = "timeval64 user_pt_regs user_regs_struct32 user_fpregs_struct32 sysinfo32"
"""Those of other architectures, or without a header."""
NAMES = {name for names in (*HEADERS.values(), NEWER, ELSEWHERE) for name in names.split()}


@needs_compiler
@both_words
@pytest.mark.parametrize("header", HEADERS)
def test_offsets_are_those_of_the_compiler(header: str, word: int, tmp_path: Path) -> None:
    known = [InC(name, f"struct {IN_C.get(name, name)}") for name in HEADERS[header].split()]
    assert_layouts(known, [header], word, tmp_path)


def test_those_of_others_have_the_size_that_their_kernel_gives_them() -> None:
    assert structs.layout("user_pt_regs", AARCH64.word).size == 272
    assert {name: structs.layout(name, 8).size for name in NEWER.split()} == {
        "uffdio_move": 40,
        "uffdio_continue": 32,
        "uffdio_poison": 32,
    }
