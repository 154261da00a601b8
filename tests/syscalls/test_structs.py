"""Layouts of structs, held against a C compiler."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.arch import ARCHES, Arch
from seccomp_tui.syscalls.kinds import Style, printer
from seccomp_tui.syscalls.kinds.structures import field_places, struct_show
from seccomp_tui.syscalls.memory import RecordedMemory
from seccomp_tui.syscalls.prototypes import Argument
from tests.syscalls.offsets import InC, assert_layouts, both_words, needs_compiler
from tests.syscalls.test_file_structs import NAMES as FILE_STRUCTS
from tests.syscalls.test_kernel_structs import NAMES as KERNEL_STRUCTS
from tests.syscalls.test_network_structs import NAMES as NETWORK_STRUCTS
from tests.syscalls.test_process_structs import NAMES as PROCESS_STRUCTS

HEADERS = """
time.h sys/time.h utime.h sys/resource.h sys/uio.h sys/socket.h sys/un.h netinet/in.h poll.h signal.h fcntl.h sched.h
sys/ioctl.h sys/epoll.h linux/openat2.h linux/filter.h
"""
IN_C = {"stack_t": "stack_t"}
"""What C calls them."""
WITHOUT = {"timespec64", "itimerspec64", "cap_header", "mmap_arguments", "epoll_event_aligned"}
"""Those that no header of libc or the kernel has, or has only on arm64."""


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


@needs_compiler
@both_words
def test_offsets_are_those_of_the_compiler(word: int, tmp_path: Path) -> None:
    names = set(structs.names()) - FILE_STRUCTS - KERNEL_STRUCTS - NETWORK_STRUCTS - PROCESS_STRUCTS - WITHOUT
    if word == 8:
        names.remove("flock64")
    assert_layouts([InC(name, IN_C.get(name, "")) for name in sorted(names)], HEADERS.split(), word, tmp_path)
