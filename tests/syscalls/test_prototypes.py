"""The table of prototypes: complete, readable, and everything it names exists."""

from __future__ import annotations

import subprocess
import sys

import pytest

from seccomp_tui.syscalls import constants, numbers, prototypes, structs
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.decode import places
from seccomp_tui.syscalls.kinds import FACTORIES, Style
from seccomp_tui.syscalls.kinds.base import IN_BYTES
from seccomp_tui.syscalls.prototypes import Argument, Condition


def test_openat_is_read_as_it_is_written() -> None:
    openat = prototypes.find("openat", X86_64.token)
    assert openat is not None
    assert openat.arguments == (
        Argument("dirfd", "dirfd"),
        Argument("pathname", "path", "in"),
        Argument("flags", "flags", "", ("open",)),
        Argument("mode", "mode", "", (), Condition("flags", "has", ("O_CREAT", "__O_TMPFILE"))),
    )
    assert openat.result == "fd"
    assert openat.sets == {"file", "desc"}
    assert openat.fails[:2] == ("EACCES", "ENOENT")


def test_directions_and_lengths() -> None:
    read = prototypes.find("read")
    assert read is not None
    assert read.arguments is not None
    assert read.arguments[1] == Argument("buf", "bytes", "out", ("count", "return"))


def test_what_another_process_can_do_as_well_is_performable() -> None:
    performable = {name for name in prototypes.all_names() if (call := prototypes.find(name)) and call.performable}
    assert {"openat", "mount", "bind", "init_module", "unlinkat", "setxattr", "sethostname"} <= performable
    assert not performable & {"read", "mmap", "clone", "execve", "exit_group", "set_tid_address", "rt_sigaction"}


def test_a_line_for_an_architecture_wins() -> None:
    general, special = prototypes.find("mmap", X86_64.token), prototypes.find("mmap", I386.token)
    assert general is not None
    assert special is not None
    assert len(general.arguments or ()) == 6
    assert [argument.kind for argument in special.arguments or ()] == ["mmap_arguments"]
    assert general == prototypes.find("mmap")


def test_an_undescribed_call_has_sets_but_no_arguments() -> None:
    call = prototypes._parse("new_call @file @desc")
    assert call.arguments is None
    assert call.sets == {"file", "desc"}
    assert prototypes.find("nonsense") is None


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_all_calls_of_an_architecture_are_in_the_table(arch: Arch) -> None:
    assert not set(numbers.names(arch.token).values()) - set(prototypes.all_names())


def test_no_call_is_in_the_table_that_no_architecture_has() -> None:
    known = {name for token in ARCHES for name in numbers.names(token).values()}
    assert not set(prototypes.all_names()) - known - {"send", "recv"}, "these two socketcall alone has"


TYPES = {"uint16", "uint32", "uint64", "slong", "ulong", "word"}


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_everything_a_line_names_exists(arch: Arch) -> None:
    for name in numbers.names(arch.token).values():
        prototype = prototypes.find(name, arch.token)
        assert prototype is not None
        arguments = {argument.name: argument for argument in prototype.arguments or ()}
        assert len(arguments) == len(prototype.arguments or ()), f"{name}: a name twice"
        for place in places(name, prototype, arch, Style()):
            argument = place.argument
            assert place.index < 6, name
            assert argument.kind in FACTORIES or structs.declared(argument.kind), name
            if argument.kind in ("flags", "enum"):
                assert constants.table(argument.options[0], arch.token), name
            elif argument.options:
                known = (*arguments, *constants.set_names(), *TYPES)
                assert argument.options[0].removeprefix(IN_BYTES) in known, name
            if argument.condition:
                assert argument.condition.argument in arguments, name


def test_a_bad_line_is_refused() -> None:
    with pytest.raises(ValueError, match="bad argument: fd"):
        prototypes._parse("read(fd)")


def test_what_the_supervisor_imports_reads_no_table() -> None:
    code = (
        "from seccomp_tui.syscalls import copying, operations as o, prototypes as p, structs as s;"
        "print(*[each.cache_info().currsize for each in (o._blocks, p._lines, s._declarations)])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0 0 0\n"
