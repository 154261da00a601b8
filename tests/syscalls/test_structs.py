"""Layouts of structs, held against a C compiler."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.kinds.structures import SIZES, size_of

HEADERS = """
time.h sys/time.h utime.h sys/resource.h sys/uio.h sys/socket.h sys/un.h netinet/in.h poll.h signal.h fcntl.h sched.h
sys/ioctl.h linux/openat2.h linux/filter.h
"""
RENAMED = {"stack_t": "stack_t", "sigaction": None, "clone_args": None, "cap_header": None, "mmap_arguments": None}
"""Typedefs, and structs that only the kernel has."""


def test_a_layout_depends_on_the_word() -> None:
    assert structs.layout("timespec", 8).size == 16
    assert structs.layout("timespec", 4).size == 8
    assert structs.layout("sockaddr_in6", 4).size == 28


def test_nested_structs_and_padding() -> None:
    layout = structs.layout("itimerspec", 8)
    assert [(member.name, member.offset, member.struct) for member in layout.members] == [
        ("it_interval", 0, "timespec"),
        ("it_value", 16, "timespec"),
    ]
    assert "pad0" not in [member.name for member in structs.layout("msghdr", 8).members]


def test_an_unknown_struct_is_an_error() -> None:
    with pytest.raises(KeyError):
        structs.layout("nonsense", 8)


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("word", [8, 4])
def test_sizes_for_copying_are_those_of_the_layouts(name: str, word: int) -> None:
    layout = structs.layout("timespec", 8) if name == "timespec64" else structs.layout(name, word)
    assert size_of(name, word) == layout.size


@pytest.mark.needs("gcc", "x86_64")
@pytest.mark.parametrize("word", [8, pytest.param(4, marks=pytest.mark.needs("gcc-m32"))])
def test_offsets_are_those_of_the_compiler(word: int, tmp_path: Path) -> None:
    declared = re.findall(r"^struct (\w+) {", Path(structs.__file__).with_name("structs.h").read_text(), re.MULTILINE)
    names = [name for name in declared if not name.endswith("32") and RENAMED.get(name, name)]
    lines = [f"#include <{header}>" for header in HEADERS.split()] + ["#include <stddef.h>", "#include <stdio.h>"]
    lines.append("int main(void) {")
    expected = []
    for name in names:
        layout = structs.layout(name, word)
        kind = RENAMED.get(name) or f"struct {name}"
        if word == 4 and name == "flock64":
            kind = "struct flock64"
        elif name == "flock64":
            continue
        for member in layout.members:
            lines.append(f'printf("%s.%s %zu\\n", "{name}", "{member.name}", offsetof({kind}, {member.name}));')
            expected.append(f"{name}.{member.name} {member.offset}")
        lines.append(f'printf("%s %zu\\n", "{name}", sizeof({kind}));')
        expected.append(f"{name} {layout.size}")
    source, program = tmp_path / "offsets.c", tmp_path / "offsets"
    source.write_text("\n".join([*lines, "return 0; }"]))
    subprocess.run(["gcc", f"-m{word * 8}", "-w", "-D_GNU_SOURCE", "-o", program, source], check=True)
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines() == expected
