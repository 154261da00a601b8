"""The table of operations: readable, and everything it names exists somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from seccomp_tui.syscalls import numbers, operations, prototypes
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.decode import places
from seccomp_tui.syscalls.kinds import Place, Style, printer
from seccomp_tui.syscalls.kinds.by import chosen, of
from seccomp_tui.syscalls.prototypes import Argument

F_SETLK, F_SETFD, F_GETFD = 6, 2, 1


def test_an_operation_says_what_stands_in_the_arguments_place() -> None:
    fcntl = operations.find("fcntl", "cmd", X86_64.token)
    assert fcntl.arguments(F_SETLK) == (Argument("arg", "flock", "in"),)
    assert fcntl.arguments(F_SETFD) == (Argument("arg", "flags", "", ("fdflags",)),)
    assert fcntl.arguments(F_GETFD) == ()
    assert fcntl.arguments(0x12345) == (Argument("arg", "hex"),)


def test_bits_that_do_not_count_are_left_out() -> None:
    futex = operations.find("futex", "futex_op", X86_64.token)
    assert futex.arguments(0x81) == futex.arguments(1) == (Argument("val", "uint"),)


def test_calls_of_several_names_share_a_block() -> None:
    assert operations.find("fcntl64", "cmd", I386.token).arguments(F_SETFD) == (
        Argument("arg", "flags", "", ("fdflags",)),
    )


def deciding(candidates: Iterable[Place]) -> Iterator[Place]:
    """Yield the arguments that depend on another one, also those that are there only for some operations."""
    for place in candidates:
        if place.argument.kind == "by":
            yield place
            known = of(place)
            for value in known.lines:
                yield from deciding(chosen(place, value << known.shift))


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_every_line_can_be_compiled_and_every_name_exists(arch: Arch) -> None:
    for call, argument in operations.heads():
        prototype = prototypes.find(call, arch.token)
        assert prototype is not None, call
        if numbers.number(arch.token, call) is None:
            continue
        known = operations.find(call, argument, arch.token)
        assert known.lines, call
        place = next(
            each for each in deciding(places(call, prototype, arch, Style(after=True))) if each.option == argument
        )
        for value in (*known.lines, 1 << 30):
            for each in chosen(place, value << known.shift):
                assert each.index < 6, (call, each.argument)
                printer(each)


def test_every_name_of_a_line_is_a_constant_on_some_architecture() -> None:
    for call, argument in operations.heads():
        assert not operations.unknown_names(call, argument), (call, argument)
