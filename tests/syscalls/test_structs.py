"""Layouts of structs, held against a C compiler."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.arch import ARCHES, Arch
from seccomp_tui.syscalls.kinds import Style, printer
from seccomp_tui.syscalls.kinds.structures import field_places, struct_show
from seccomp_tui.syscalls.memory import RecordedMemory
from seccomp_tui.syscalls.prototypes import Argument
from tests.syscalls.test_file_structs import NAMES as FILE_STRUCTS
from tests.syscalls.test_kernel_structs import NAMES as KERNEL_STRUCTS
from tests.syscalls.test_process_structs import NAMES as PROCESS_STRUCTS

HEADERS = """
time.h sys/time.h utime.h sys/resource.h sys/uio.h sys/socket.h sys/un.h netinet/in.h poll.h signal.h fcntl.h sched.h
sys/ioctl.h linux/openat2.h linux/filter.h
"""
ELSEWHERE = {
    "stack_t": "stack_t",
    "timespec64": "",
    "itimerspec64": "",
    "cap_header": "",
    "mmap_arguments": "",
}
"""What C calls them; "" for those that no header of libc or the kernel has."""
RENAMED: dict[tuple[str, str], str] = {}
"""Fields that strace calls otherwise than C does."""


def test_a_layout_depends_on_the_word() -> None:
    assert structs.layout("timespec", 8).size == 16
    assert structs.layout("timespec", 4).size == 8
    assert structs.layout("flock64", 8).size == 32
    assert structs.layout("flock64", 4).size == 24


def test_nested_structs_and_what_fields_mean() -> None:
    fields = structs.layout("itimerspec", 8).fields
    assert [(field.argument, field.offset, field.size) for field in fields] == [
        (Argument("it_interval", "timespec"), 0, 16),
        (Argument("it_value", "timespec"), 16, 16),
    ]
    kinds = [(field.argument.kind, field.argument.options, field.mark) for field in structs.layout("flock", 8).fields]
    assert kinds == [
        ("enum", ("lock_type",), ""),
        ("enum", ("whence",), ""),
        ("number", (), ""),
        ("number", (), ""),
        ("int", (), "result"),
    ]


def test_an_unknown_struct_is_an_error() -> None:
    with pytest.raises(KeyError):
        structs.layout("nonsense", 8)


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_everything_a_field_names_exists(arch: Arch) -> None:
    for name in structs.names():
        layout = structs.layout(name, arch.word)
        for _, place in field_places(layout, arch, Style(verbose=True, after=True)):
            printer(place)
        text = struct_show(name, arch, Style(verbose=True, after=True))(bytes(layout.size), RecordedMemory([]))
        assert text.startswith("{"), name


@pytest.mark.needs("gcc", "x86_64")
@pytest.mark.parametrize("word", [8, pytest.param(4, marks=pytest.mark.needs("gcc-m32"))])
def test_offsets_are_those_of_the_compiler(word: int, tmp_path: Path) -> None:
    lines = [f"#include <{header}>" for header in HEADERS.split()] + ["#include <stddef.h>", "#include <stdio.h>"]
    lines.append("int main(void) {")
    expected = []
    for name in structs.names():
        kind = ELSEWHERE.get(name, f"struct {name}")
        if (
            not kind
            or name in FILE_STRUCTS | KERNEL_STRUCTS | PROCESS_STRUCTS
            or name.endswith("32")
            or (name == "flock64" and word == 8)
        ):
            continue
        layout = structs.layout(name, word)
        for field in layout.fields:
            member = RENAMED.get((name, field.argument.name), field.argument.name)
            lines.append(f'printf("%s.%s %zu\\n", "{name}", "{member}", offsetof({kind}, {member}));')
            expected.append(f"{name}.{member} {field.offset}")
        lines.append(f'printf("%s %zu\\n", "{name}", sizeof({kind}));')
        expected.append(f"{name} {layout.size}")
    source, program = tmp_path / "offsets.c", tmp_path / "offsets"
    source.write_text("\n".join([*lines, "return 0; }"]))
    subprocess.run(["gcc", f"-m{word * 8}", "-w", "-D_GNU_SOURCE", "-o", program, source], check=True)
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines() == expected
