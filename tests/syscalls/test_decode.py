"""Calls as text, and their arguments one by one."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.syscalls import numbers, prototypes
from seccomp_tui.syscalls.arch import AARCH64, ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory
from tests.syscalls.live import LiveMemory

CWD = (1 << 64) - 100
AREA = 0x10000
AREA32 = 0x8000
PATH = AREA + 0x100


def memory(at: dict[int, bytes] | None = None) -> LiveMemory:
    return LiveMemory(at or {PATH: b"/etc/hosts\0"})


def line(name: str, *args: int, arch: Arch = X86_64, at: dict[int, bytes] | None = None, string_limit: int = 32) -> str:
    number = numbers.number(arch.token, name)
    assert number is not None
    return Decoder(string_limit).call(arch.token, number, [*args, 0, 0, 0, 0, 0, 0][:6], memory(at))


def test_an_open_file() -> None:
    assert line("openat", CWD, PATH, 0x80000) == 'openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC)'
    assert line("openat", 3, PATH, 0o101, 0o644) == 'openat(3, "/etc/hosts", O_WRONLY|O_CREAT, 0644)'


def test_an_unknown_number_prints_six_words() -> None:
    text = Decoder().call(X86_64.token, 999, [1, 2, 3, 4, 5, 6], memory())
    assert text == "syscall_0x3e7(0x1, 0x2, 0x3, 0x4, 0x5, 0x6)"
    assert Decoder().call(0x1234, 1, [1, 2, 3, 4, 5, 6], memory()) == "syscall_0x1(0x1, 0x2, 0x3, 0x4, 0x5, 0x6)"


def test_a_call_that_is_not_described_prints_six_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prototypes, "find", lambda *_: prototypes._parse("getpid @process"))
    number = numbers.number(X86_64.token, "getpid")
    assert number is not None
    assert Decoder().call(X86_64.token, number, [1, 2, 3, 0, 0, 0], memory()) == "getpid(0x1, 0x2, 0x3, 0, 0, 0)"


def test_the_string_limit_rules_strings_but_not_paths() -> None:
    at = {PATH: b"x" * 40 + b"\0"}
    assert line("write", 1, PATH, 40, at=at) == f'write(1, "{"x" * 32}"..., 40)'
    assert line("write", 1, PATH, 40, at=at, string_limit=4) == 'write(1, "xxxx"..., 40)'
    assert line("unlink", PATH, at=at) == f'unlink("{"x" * 40}")'


def test_a_path_without_an_end_is_cut() -> None:
    assert line("unlink", PATH, at={PATH: b"x" * 5000}) == f'unlink("{"x" * 4095}"...)'
    assert line("unlink", PATH, at={PATH: b"x" * 50}) == f"unlink({PATH:#x})"


def test_what_is_recorded_of_a_long_buffer_is_shown() -> None:
    assert line("write", 1, PATH, 1000, at={PATH: b"abc"}, string_limit=500) == 'write(1, "abc"..., 1000)'


def test_verbose_shows_the_environment() -> None:
    at = {AREA: struct.pack("<QQ", PATH, 0), PATH: b"A=1\0"}
    number = numbers.number(X86_64.token, "execve")
    assert number is not None
    args = (PATH, AREA, AREA, 0, 0, 0)
    assert Decoder().call(X86_64.token, number, args, memory(at)) == f'execve("A=1", ["A=1"], {AREA:#x} /* 1 var */)'
    assert Decoder(verbose=True).call(X86_64.token, number, args, memory(at)) == 'execve("A=1", ["A=1"], ["A=1"])'


def test_words_of_i386_have_32_bits() -> None:
    at = {AREA32: struct.pack("<II", 1, 2), AREA32 + 0x100: struct.pack("<III8s", 0, 0x10000000, 0, b"\x02" + bytes(7))}
    assert line("nanosleep", AREA32 | 5 << 32, 0, arch=I386, at=at) == "nanosleep({tv_sec=1, tv_nsec=2}, NULL)"
    assert line("pread64", 3, 0, 5, 7, 1, arch=I386) == "pread64(3, NULL, 5, 4294967303)"
    assert line("lseek", 3, 0xFFFFFFFF, 0, arch=I386) == "lseek(3, -1, SEEK_SET)"
    assert line("mmap2", 0, 4096, 1, 2, 3, 2, arch=I386) == "mmap2(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0x2000)"
    assert line("chown", 0, 0xFFFF, 0, arch=I386) == "chown(NULL, -1, 0)"
    text = line("rt_sigaction", 2, AREA32 + 0x100, 0, 8, arch=I386, at=at)
    assert text == "rt_sigaction(SIGINT, {sa_handler=SIG_DFL, sa_mask=[INT], sa_flags=SA_RESTART}, NULL, 8)"


def test_clone_has_another_order_of_arguments_elsewhere() -> None:
    args = (0x01280011, 0, 0, 0x1000, 0x2000)
    head = "clone(child_stack=NULL, flags=CLONE_SETTLS|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
    assert line("clone", *args) == f"{head}tls=0x2000, child_tidptr=0x1000)"
    assert line("clone", *args, arch=AARCH64) == f"{head}tls=0x1000, child_tidptr=0x2000)"


def test_flags_are_those_of_the_architecture() -> None:
    assert line("openat", CWD, 0, 0x4000, arch=AARCH64) == "openat(AT_FDCWD, NULL, O_RDONLY|O_DIRECTORY)"


def test_fields_are_the_arguments_that_are_there() -> None:
    number = numbers.number(X86_64.token, "openat")
    assert number is not None
    fields = Decoder().fields(X86_64.token, number, [CWD, PATH, 0, 9, 9, 9], memory())
    assert [(field.name, field.value, field.text, field.kind) for field in fields] == [
        ("dirfd", CWD, "AT_FDCWD", "dirfd"),
        ("pathname", PATH, '"/etc/hosts"', "path"),
        ("flags", 0, "O_RDONLY", "flags"),
    ]


def test_made_up_numbers_fill_no_table() -> None:
    decoder = Decoder()
    for number in range(100_000, 100_100):
        decoder.call(X86_64.token, number, [0] * 6, memory())
        decoder.fields(X86_64.token, number, [0] * 6, memory())
        decoder.path(X86_64.token, number, [0] * 6, memory())
    assert not decoder._formatters
    assert not decoder._paths


def test_fields_of_a_call_that_is_not_described_are_words() -> None:
    fields = Decoder().fields(X86_64.token, 999, [1, 2, 3, 4, 5, 6], memory())
    assert [(field.name, field.text) for field in fields][:2] == [("arg0", "0x1"), ("arg1", "0x2")]
    assert len(fields) == 6
    getpid = numbers.number(X86_64.token, "getpid")
    assert getpid is not None
    assert Decoder().fields(X86_64.token, getpid, [1, 2, 3, 4, 5, 6], memory()) == []


def test_the_first_path_as_bytes() -> None:
    def path(name: str, *args: int, at: dict[int, bytes] | None = None) -> bytes | None:
        number = numbers.number(X86_64.token, name)
        assert number is not None
        return Decoder().path(X86_64.token, number, [*args, 0, 0, 0, 0, 0, 0][:6], memory(at))

    assert path("openat", CWD, PATH) == b"/etc/hosts"
    assert path("openat", CWD, PATH, at={PATH: b"\xff\n\0"}) == b"\xff\n"
    assert path("openat", CWD, 0) is None
    assert path("openat", CWD, 8) is None
    assert path("read", 3) is None
    assert Decoder().path(X86_64.token, 999, [PATH] * 6, memory()) is None


WORDS = st.one_of(
    st.integers(0, 64),
    st.sampled_from([AREA, AREA + 8, PATH, AREA32, CWD, (1 << 64) - 1, (1 << 32) - 1, 1 << 63, 0x80000000]),
    st.integers(0, (1 << 64) - 1),
)
CALLS = [(arch.token, number) for arch in ARCHES.values() for number in numbers.names(arch.token)]


def areas(data: bytes) -> dict[int, bytes]:
    """Return memory that holds `data`, and pointers to it in front."""
    pointers = struct.pack("<QQQIIII", PATH, 16, AREA, AREA32, 8, PATH, 3)
    return {AREA: pointers + data, AREA32: pointers + data}


@settings(max_examples=400)
@given(st.sampled_from(CALLS), st.lists(WORDS, min_size=6, max_size=6), st.binary(max_size=600))
def test_nothing_that_a_target_passes_makes_it_raise(call: tuple[int, int], args: list[int], data: bytes) -> None:
    mapped = LiveMemory(areas(data))
    text = DECODER.call(*call, args, mapped)
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 40_000
    assert all(size <= 1 << 16 for _, size in mapped.reads)
    for field in DECODER.fields(*call, args, mapped):
        assert field.text.isprintable()
    DECODER.path(*call, args, mapped)


DECODER = Decoder()


MEANT = {"ipc": ("semop", "shmat", "msgrcv"), "socketcall": ("socket", "bind")}
"""What a call is shown as whose first argument tells which one is meant."""


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_every_call_prints_something_for_zeros_and_for_ones(arch: Arch) -> None:
    for number, name in numbers.names(arch.token).items():
        for word in (0, 1, AREA, (1 << 64) - 1):
            line = DECODER.call(arch.token, number, [word] * 6, LiveMemory(areas(bytes(600))))
            assert line.partition("(")[0] in {name, *MEANT.get(name, ())}


def test_fields_of_a_call_that_has_returned_have_what_it_filled_in() -> None:
    before, after = RecordedMemory([]), RecordedMemory([(PATH, b"root:x:0")])
    number = numbers.number(X86_64.token, "read")
    assert number is not None
    words = [3, PATH, 4096, 0, 0, 0]
    entered = Decoder().fields(X86_64.token, number, words, before)
    returned = Decoder().fields(X86_64.token, number, words, before, 8, after)
    failed = Decoder().fields(X86_64.token, number, words, before, -5, after)
    assert entered == failed
    assert [field.text for field in entered] == ["3", f"{PATH:#x}", "4096"]
    assert [field.text for field in returned] == ["3", '"root:x:0"', "4096"]
