"""Values as names; and the table against what a C program prints."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from seccomp_tui.syscalls import constants
from seccomp_tui.syscalls.arch import AARCH64, ARCHES, I386, X86_64, Arch

HEADERS = """
sys/socket.h sys/epoll.h sys/wait.h sys/timerfd.h sys/eventfd.h sys/mman.h sys/mount.h sys/file.h sys/stat.h
sys/resource.h sys/ptrace.h netinet/in.h netinet/tcp.h poll.h signal.h fcntl.h unistd.h sched.h errno.h sys/ioctl.h
sys/prctl.h sys/inotify.h sys/random.h termios.h linux/futex.h linux/seccomp.h linux/capability.h linux/fs.h
"""
LIBC_DIFFERS = {
    "O_LARGEFILE",
    "F_GETLK",
    "F_SETLK",
    "F_SETLKW",
    "TCGETS2",
    "TCSETS2",
    "TCSETSW2",
    "TCSETSF2",
    "FS_IOC_FIEMAP",
}
"""Names that libc gives another value than the kernel, for its own use, or whose struct it hides."""


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("open", 0o1102, "O_RDWR|O_CREAT|O_TRUNC"),
        ("open", 0, "O_RDONLY"),
        ("open", 3, "O_ACCMODE"),
        ("open", 0x10000001, "O_WRONLY|0x10000000"),
        ("open", 0x410000, "O_RDONLY|O_TMPFILE"),
        ("seccomp_flags", 0x4000, "0x4000 /* SECCOMP_FILTER_FLAG_??? */"),
        ("prot", 0, "PROT_NONE"),
        ("prot", 3, "PROT_READ|PROT_WRITE"),
        ("msg", 0, "0"),
        ("access", 0, "F_OK"),
        ("access", 6, "R_OK|W_OK"),
        ("mmap", 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"),
        ("socket", 0x80801, "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK"),
    ],
)
def test_flags(name: str, value: int, text: str) -> None:
    assert constants.flags(name, value) == text


def test_enums() -> None:
    assert constants.enum("whence", 1) == "SEEK_CUR"
    assert constants.enum("clockid", 0x63) == "0x63 /* CLOCK_??? */"


def test_some_values_differ_between_architectures() -> None:
    assert constants.flags("open", 0x10000, X86_64.token) == "O_RDONLY|O_DIRECTORY"
    assert constants.flags("open", 0x10000, AARCH64.token) == "O_RDONLY|O_DIRECT"
    assert constants.flags("mmap", 0x42, I386.token) == "MAP_PRIVATE|MAP_32BIT"


def test_an_unknown_set_is_an_error() -> None:
    with pytest.raises(KeyError):
        constants.table("nonsense")


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_every_set_can_be_read_and_prints_its_own_names(arch: Arch) -> None:
    for name in constants.set_names():
        table = constants.table(name, arch.token)
        assert table.names or name in ("arch_prctl",), name
        for constant, value in table.names.items():
            assert table.value(constant) == value
            assert re.fullmatch(r"[A-Z_]\w+(\|[A-Z_]\w+)*", table.text(value)), (name, constant)


def test_kept_texts_are_bounded() -> None:
    table = constants.table("memfd")
    assert {table.text(value << 12) for value in range(1, 10000)}
    assert len(table._texts) <= 4096


@pytest.mark.needs("gcc", "x86_64")
def test_values_are_those_a_c_program_prints(tmp_path: Path) -> None:
    names = {name: value for table in constants.set_names() for name, value in constants.table(table).names.items()}
    lines = [f"#include <{header}>" for header in HEADERS.split()] + ["#include <stdio.h>", "int main(void) {"]
    for name in names.keys() - LIBC_DIFFERS:
        lines += [f"#ifdef {name}", f'printf("{name} %llu\\n", (unsigned long long) {name});', "#endif"]
    source, program = tmp_path / "names.c", tmp_path / "names"
    source.write_text("\n".join([*lines, "return 0; }"]))
    subprocess.run(["gcc", "-w", "-D_GNU_SOURCE", "-o", program, source], check=True)
    printed = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    theirs = {name: int(value) for name, value in (line.split() for line in printed.splitlines())}
    assert len(theirs) > 600
    low = 0xFFFFFFFF
    assert not {name: (value, names[name]) for name, value in theirs.items() if value & low != names[name] & low}
