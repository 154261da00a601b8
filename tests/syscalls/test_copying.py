"""What is copied when a call traps, and that the decoder needs nothing else."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import I386, X86_64, Arch
from seccomp_tui.syscalls.copying import copier, late_copier
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import AfterMemory, RecordedMemory, Segment
from tests.syscalls.live import LiveMemory
from tests.syscalls.test_decode import AREA, CALLS, PATH, WORDS, areas

LIMIT = 1024


def copied(name: str, *args: int, at: dict[int, bytes], arch: Arch = X86_64) -> list[Segment]:
    number = numbers.number(arch.token, name)
    assert number is not None
    copy = copier(arch.token, number, LIMIT)
    assert copy is not None
    return copy(LiveMemory(at), [*args, 0, 0, 0, 0, 0, 0][:6])


def test_a_path_is_copied_whole() -> None:
    assert copied("openat", 0, PATH, at={PATH: b"a" * 3000 + b"\0rest"}) == [(PATH, b"a" * 3000 + b"\0")]
    assert copied("openat", 0, PATH | 1 << 32, at={PATH: b"x\0"}, arch=I386) == [(PATH, b"x\0")]


def test_two_paths_give_two_segments() -> None:
    at = {PATH: b"old\0", AREA: b"new\0"}
    assert copied("rename", PATH, AREA, at=at) == [(PATH, b"old\0"), (AREA, b"new\0")]


def test_a_buffer_is_copied_up_to_the_limit() -> None:
    assert copied("write", 1, PATH, 3, at={PATH: b"abcdef"}) == [(PATH, b"abc")]
    assert copied("write", 1, PATH, 1 << 62, at={PATH: b"x" * 5000}) == [(PATH, b"x" * LIMIT)]


def test_an_address_is_copied_up_to_the_longest_there_is() -> None:
    assert copied("connect", 3, PATH, 5, at={PATH: b"x" * 500}) == [(PATH, b"x" * 5)]
    assert copied("connect", 3, PATH, 0xFFFFFFFF, at={PATH: b"x" * 500}) == [(PATH, b"x" * 128)]


def test_nothing_readable_gives_no_segment() -> None:
    assert copied("openat", 0, 8, at={}) == []
    assert copied("openat", 0, 0, at={0: b"x\0"}) == []
    assert copied("write", 1, PATH, 0, at={PATH: b"abc"}) == []


@pytest.mark.parametrize("name", ["read", "close", "newfstatat", "mmap", "getpid", "getcwd", "brk", "fstat"])
def test_calls_without_in_memory_have_no_copier(name: str) -> None:
    number = numbers.number(X86_64.token, name)
    assert number is not None
    assert (copier(X86_64.token, number, LIMIT) is None) is (name != "newfstatat")


def test_unknown_calls_have_no_copier() -> None:
    assert copier(X86_64.token, 999, LIMIT) is None
    assert copier(0x1234, 1, LIMIT) is None


def test_a_vector_is_copied_with_its_buffers() -> None:
    at = {AREA: struct.pack("<QQQQ", PATH, 3, 0, 0), PATH: b"abcdef"}
    assert copied("writev", 1, AREA, 2, at=at) == [(AREA, at[AREA]), (PATH, b"abc")]
    assert copied("readv", 1, AREA, 2, at=at) == [(AREA, at[AREA])]


def test_arguments_of_a_program_are_copied_and_of_its_environment_the_pointers() -> None:
    at = {AREA: struct.pack("<QQ", PATH, 0), PATH: b"ls\0", 0x40000: struct.pack("<QQ", 0x50000, 0), 0x50000: b"A=1\0"}
    segments = copied("execve", PATH, AREA, 0x40000, at=at)
    assert [start for start, _ in segments] == [PATH, AREA, PATH, 0x40000]


def test_what_a_program_passes_is_bounded() -> None:
    endless = {AREA: struct.pack("<Q", PATH) * 100_000, PATH: b"x" * 100_000}
    segments = copied("execve", PATH, AREA, AREA, at=endless)
    assert sum(len(data) for _, data in segments) < 3 << 20


@settings(max_examples=600)
@given(st.sampled_from(CALLS), st.lists(WORDS, min_size=6, max_size=6), st.binary(max_size=600))
def test_the_recording_decodes_as_the_live_memory_does(call: tuple[int, int], args: list[int], data: bytes) -> None:
    live = LiveMemory(areas(data))
    copy = copier(*call, LIMIT)
    segments = copy(live, args) if copy else []
    assert all(piece for _, piece in segments)
    recorded = RecordedMemory(segments)
    decoder = Decoder()
    assert decoder.call(*call, args, recorded) == decoder.call(*call, args, live)
    assert decoder.fields(*call, args, recorded) == decoder.fields(*call, args, live)
    assert decoder.path(*call, args, recorded) == decoder.path(*call, args, live)


def test_what_a_message_has_brought_is_found_when_its_header_is_another_variable_by_now() -> None:
    header = struct.pack("<Qi4xQQQQI4x", 0, 0, AREA + 64, 1, 0, 0, 0)
    vector = struct.pack("<QQ", PATH, 8)
    number = numbers.number(X86_64.token, "recvmsg")
    assert number is not None
    words = [3, AREA, 0, 0, 0, 0]
    at_entry, later = copier(X86_64.token, number, 1024), late_copier(X86_64.token, number, 1024)
    assert at_entry is not None
    assert later is not None
    before = RecordedMemory(at_entry(LiveMemory({AREA: header.ljust(64, b"\0") + vector, PATH: bytes(8)}), words))
    now = LiveMemory({AREA: b"\x41" * 80, PATH: b"filled\0\0"})
    assert (PATH, b"filled\0\0") in later(AfterMemory(before, now), words)
    assert AREA not in dict(later(AfterMemory(before, now), words))
