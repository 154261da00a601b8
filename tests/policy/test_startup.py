"""What counts as start-up: judged by copied paths only."""

from __future__ import annotations

import os
import struct

import pytest

from seccomp_tui.policy.startup import Reach, Startup, argv_of, reach
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import I386, X86_64
from seccomp_tui.syscalls.memory import descriptor_address

TOKEN = X86_64 if isinstance(X86_64, int) else X86_64.token
TOKEN32 = I386 if isinstance(I386, int) else I386.token
ARGV = [b"ls", b"-l", b"/"]


def call(name: str, path: bytes | None = None, *, at: int = 0) -> tuple[Reach, list[int], list[tuple[int, bytes]]]:
    """A call whose argument number `at` points to `path`."""
    number = numbers.number(TOKEN, name)
    assert number is not None
    args = [0] * 6
    if path is not None:
        args[at] = 0x1000
    return reach(TOKEN, number), args, [] if path is None else [(0x1000, path + b"\0")]


def unix(path: bytes) -> bytes:
    return struct.pack("=H", 1) + path


LIBRARY = call("openat", b"/lib/x86_64-linux-gnu/libc.so.6", at=1)
OWN = call("openat", b"/", at=1)
PASSWD = call("openat", b"/etc/passwd", at=1)
ELSEWHERE = call("openat", b"/tmp/x", at=1)


def test_libraries_locales_and_the_loaders_cache_belong_to_the_start_up() -> None:
    startup = Startup(ARGV)
    for path in (b"/etc/ld.so.cache", b"/lib/x86_64-linux-gnu/libc.so.6", b"/usr/lib/locale/locale-archive"):
        assert startup.goes_on(*call("openat", path, at=1))
    assert startup.goes_on(*call("brk"))


def test_it_ends_for_good_when_the_program_names_its_own_argument() -> None:
    startup = Startup(ARGV)
    assert startup.goes_on(*LIBRARY)
    assert not startup.goes_on(*OWN)
    assert not startup.goes_on(*LIBRARY)


def test_an_argument_that_is_a_library_ends_it_too() -> None:
    assert not Startup([b"cat", b"/lib/x86_64-linux-gnu/libc.so.6"]).goes_on(*LIBRARY)


@pytest.mark.parametrize(
    "first",
    [
        ELSEWHERE,
        call("openat", b"relative", at=1),
        call("fork"),
        call("exit_group"),
        call("connect", struct.pack("=HH", 2, 80), at=1),
        call("listen"),
    ],
    ids=["path elsewhere", "relative path", "fork", "exit", "internet address", "listen"],
)
def test_it_ends_when_the_program_acts_elsewhere(first: tuple[Reach, list[int], list[tuple[int, bytes]]]) -> None:
    assert not Startup(ARGV).goes_on(*first)


def test_a_path_that_could_not_be_read_is_elsewhere() -> None:
    reached, _, _ = ELSEWHERE
    assert not Startup(ARGV).goes_on(reached, [0, 0xDEAD, 0, 0, 0, 0], [])
    assert not Startup(ARGV).errand(reached, [0, 0xDEAD, 0, 0, 0, 0], [])


def test_a_forked_child_has_no_start_up() -> None:
    assert not Startup(None).goes_on(*LIBRARY)


def test_the_name_services_look_ups_are_errands_at_any_time() -> None:
    startup = Startup(ARGV)
    startup.goes_on(*OWN)
    assert startup.errand(*PASSWD)
    assert startup.errand(*call("connect", unix(b"/var/run/nscd/socket"), at=1))
    assert not startup.errand(*call("connect", unix(b"/run/other"), at=1))
    assert not startup.errand(*ELSEWHERE)
    assert not startup.errand(*LIBRARY)


@pytest.mark.parametrize(
    ("name", "path", "at", "flags"),
    [
        ("unlink", b"/etc/passwd", 0, 0),
        ("openat", b"/etc/group", 1, os.O_WRONLY | os.O_TRUNC),
        ("openat", b"/usr/share/locale/x", 1, os.O_RDONLY | os.O_CREAT),
        ("rename", b"/etc/passwd", 0, 0),
        ("openat", b"/usr/share/locale/../../../etc/shadow", 1, 0),
        ("openat", b"/etc/passwd-", 1, 0),
        ("mkdir", b"/usr/lib/x", 0, 0),
        ("openat", b"/proc/self/root/etc/shadow", 1, 0),
        ("openat", b"/proc/self/mem", 1, 0),
    ],
)
def test_to_write_or_to_reach_beyond_is_never_start_up(name: str, path: bytes, at: int, flags: int) -> None:
    reached, args, segments = call(name, path, at=at)
    if name == "openat":
        args[2] = flags
    assert not Startup(ARGV).errand(reached, args, segments)
    assert not Startup(ARGV).goes_on(reached, args, segments)


def test_what_the_program_was_asked_for_is_no_errand() -> None:
    assert not Startup([b"cat", b"/etc/passwd"]).errand(*PASSWD)


def test_a_socket_reaches_nobody_until_it_gets_an_address() -> None:
    assert Startup(ARGV).errand(*call("socket"))
    assert not Startup(ARGV).errand(*call("fork"))


def test_looking_at_an_open_descriptor_names_nothing() -> None:
    assert Startup(ARGV).errand(*call("newfstatat", b"", at=1))


@pytest.mark.parametrize(("word", "layout"), [(8, "=3Q"), (4, "=3I")])
def test_argv_is_read_from_what_was_copied(word: int, layout: str) -> None:
    segments = [(0x10, struct.pack(layout, 0x100, 0x200, 0)), (0x100, b"ls\0"), (0x200, b"-l\0")]
    assert argv_of([0, 0x10], segments, 1, word) == [b"ls", b"-l"]


def test_an_argv_that_lies_is_empty_not_an_error() -> None:
    assert argv_of([0, 0x10], [], 1, 8) == []
    assert argv_of([0, 0x10], [(0x10, b"\xff" * 11)], 1, 8) == [b""]


def test_unknown_calls_reach_nothing() -> None:
    assert reach(TOKEN32, 9999) == Reach(None, acts=False, prepares=False)


def test_what_was_noted_of_descriptors_is_no_path_that_a_pointer_can_name() -> None:
    reached, args, _ = PASSWD
    noted = descriptor_address(3)
    assert not Startup(ARGV).errand(reached, [0, noted, 0, 0, 0, 0], [(noted, b"/etc/passwd\0")])
    assert Startup(ARGV).errand(reached, args, [(noted, b"/tmp/x"), (args[1], b"/etc/passwd\0")])
    assert argv_of([0, noted], [(noted, bytes(16))], 1, 8) == []
