"""The form in which an argument is filled in: what it shows can be sent back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.syscalls import numbers, prototypes
from seccomp_tui.syscalls.arch import ARCHES, X86_64, Arch
from seccomp_tui.syscalls.decode import places
from seccomp_tui.syscalls.fillers.structures import is_array, struct_of
from seccomp_tui.syscalls.filling import fill, form
from seccomp_tui.syscalls.kinds import Style
from tests.syscalls.test_filling import AT, SHORT, Content, number


def structs_to_fill() -> list[tuple[Arch, int, str]]:
    found = []
    for arch in ARCHES.values():
        for nr, name in numbers.names(arch.token).items():
            prototype = prototypes.find(name, arch.token)
            for place in places(name, prototype, arch, Style()) if prototype and prototype.arguments else []:
                known = place.argument.direction in ("out", "inout") and struct_of(place)
                if known and not is_array(place) and not place.option and not place.argument.condition:
                    found.append((arch, nr, place.argument.name))
    return found


@settings(max_examples=300)
@given(st.sampled_from(structs_to_fill()), st.binary(min_size=4, max_size=400))
def test_a_form_that_is_sent_as_it_is_changes_nothing(asked: tuple[Arch, int, str], data: bytes) -> None:
    arch, nr, argument = asked
    args = (AT,) * 6
    size = len(fill(arch.token, nr, args, Content(argument), SHORT).writes[0][1])
    base = (data * (size // len(data) + 1))[:size]
    rows = form(arch.token, nr, args, argument, SHORT, base)
    content = Content(argument, (), tuple((row.field, row.text) for row in rows))
    (_, written) = fill(arch.token, nr, args, content, SHORT, base).writes[0]
    if not any(row.kind == "chars" for row in rows):  # a string without its NUL gets one
        assert written == base
    fresh = fill(arch.token, nr, args, content, SHORT, bytes(size)).writes[0][1]
    again = tuple((row.field, row.text) for row in form(arch.token, nr, args, argument, SHORT, fresh))
    assert fill(arch.token, nr, args, Content(argument, (), again), SHORT, bytes(size)).writes[0][1] == fresh


def test_zero_is_shown_as_the_decoder_prints_it() -> None:
    rows = form(X86_64.token, number("fstat"), (3, AT, 0, 0, 0, 0), "statbuf")
    assert [(row.field, row.text) for row in rows[:4]] == [
        ("st_dev", "makedev(0, 0)"),
        ("st_ino", "0"),
        ("st_nlink", "0"),
        ("st_mode", "000"),
    ]
    fields = [row.field for row in form(X86_64.token, number("getitimer"), (0, AT, 0, 0, 0, 0), "curr_value")]
    assert fields == ["it_interval.tv_sec", "it_interval.tv_usec", "it_value.tv_sec", "it_value.tv_usec"]
    assert form(X86_64.token, number("read"), (3, AT, 9, 0, 0, 0), "buf")[0].text == '""'


def test_forms_of_what_is_no_single_struct() -> None:
    def fields(name: str, args: tuple[int, ...], argument: str) -> list[str]:
        rows = form(X86_64.token, number(name), (*args, *[0] * (6 - len(args))), argument, SHORT)
        return [row.field for row in rows]

    assert fields("poll", (AT, 2), "fds") == ["0.fd", "0.events", "0.revents", "1.fd", "1.events", "1.revents"]
    assert fields("epoll_wait", (3, AT, 1, 0), "events") == ["0.events", "0.data"]
    assert fields("getsockname", (3, AT, AT), "addr") == ["sa_family", "sin_port", "sin_addr"]
    assert fields("getdents64", (3, AT, 9), "dirp") == [""]
    assert fields("chdir", (AT,), "path") == [""]
    assert fields("close", (3,), "fd") == []
