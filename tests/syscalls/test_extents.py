"""Which bytes are what: held against structs of the C library, and against whatever a target may hand over."""

from __future__ import annotations

import os
import random
import struct

import pytest

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.extents import MOST, Extent, extents
from seccomp_tui.syscalls.memory import RecordedMemory, Segment

AT = 0x10000


def told(
    name: str, args: list[int], *memory: Segment, arch: Arch = X86_64, filled: list[Segment] | None = None
) -> list[Extent]:
    nr = next(nr for nr, known in numbers.names(arch.token).items() if known == name)
    words = (*args, *[0] * (6 - len(args)))
    after = None if filled is None else RecordedMemory(filled)
    return extents(arch.token, nr, words, RecordedMemory(memory), None if filled is None else 0, after)


def places(found: list[Extent]) -> dict[str, tuple[int, int]]:
    return {extent.name: (extent.address - AT, extent.size) for extent in found}


def test_the_fields_of_a_stat_are_where_the_kernel_puts_them() -> None:
    stat = os.stat(__file__)
    data = struct.pack(
        "<QQQIIIIQqqq",
        stat.st_dev,
        stat.st_ino,
        stat.st_nlink,
        stat.st_mode,
        stat.st_uid,
        stat.st_gid,
        0,
        0,
        stat.st_size,
        4096,
        stat.st_blocks,
    )
    found = told("fstat", [3, AT], filled=[(AT, data.ljust(144, b"\0"))])
    assert places(found)["statbuf.st_size"] == (48, 8)
    assert places(found)["statbuf.st_mode"] == (24, 4)
    texts = {extent.name: extent.text for extent in found}
    assert texts["statbuf.st_size"] == str(stat.st_size)
    assert texts["statbuf.st_mode"].startswith("S_IFREG|")
    assert max(start + size for start, size in places(found).values()) == 120


def test_the_fields_of_what_is_yet_to_be_filled_are_told_without_values() -> None:
    found = told("fstat", [3, AT])
    assert places(found)["statbuf.st_size"] == (48, 8)
    assert {extent.text for extent in found} == {""}


def test_strings_and_buffers_are_one_extent_each() -> None:
    assert told("openat", [0xFFFFFF9C, AT, 0], (AT, b"/etc/x\0")) == [Extent(AT, 7, "pathname")]
    assert told("write", [1, AT, 5], (AT, b"hello")) == [Extent(AT, 5, "buf")]
    assert told("read", [1, 0, 5]) == []


def test_pointers_are_followed_from_vectors_arrays_and_messages() -> None:
    vector = struct.pack("<4Q", AT + 0x1000, 5, 0, 7)
    found = told("writev", [1, AT, 2], (AT, vector), (AT + 0x1000, b"hello"))
    assert places(found)["iov[0] buffer"] == (0x1000, 5)
    assert "iov[1] buffer" not in places(found)
    assert places(found)["iov[1].iov_len"] == (24, 8)
    message = struct.pack("<7Q", 0, 0, AT + 0x100, 1, 0, 0, 0)
    found = told("sendmsg", [3, AT, 0], (AT, message), (AT + 0x100, vector[:16]), (AT + 0x1000, b"hello"))
    assert places(found)["msg.msg_iov[0] buffer"] == (0x1000, 5)
    assert places(found)["msg.msg_flags"] == (48, 4)
    words = struct.pack("<3Q", AT + 0x100, AT + 0x200, 0)
    found = told("execve", [0, AT, 0], (AT, words), (AT + 0x100, b"ls\0"), (AT + 0x200, b"-l\0"))
    assert [extent.text for extent in found if extent.size == 8] == [f"{AT + 0x100:#x}", f"{AT + 0x200:#x}", "NULL"]
    assert Extent(AT + 0x200, 3, "argv[1]") in found


def test_words_of_32_bits_move_the_fields() -> None:
    vector = struct.pack("<4I", AT + 0x1000, 5, 0, 7)
    found = told("writev", [1, AT, 2], (AT, vector), (AT + 0x1000, b"hello"), arch=I386)
    assert places(found)["iov[1].iov_len"] == (12, 4)
    action = told("rt_sigaction", [2, AT, 0, 8], (AT, bytes(20)), arch=I386)
    assert places(action)["act.sa_mask"] == (12, 8)
    assert places(told("rt_sigaction", [2, AT, 0, 8], (AT, bytes(32))))["act.sa_mask"] == (24, 8)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"\2\0\1\xbb\12\0\0\1" + bytes(8), {"addr.sin_port": (2, 2), "addr.sin_addr": (4, 4)}),
        (struct.pack("<H", 1) + b"/tmp/s\0", {"addr.sun_path": (2, 7)}),
        (b"", {"addr.sa_family": (0, 2)}),
    ],
)  # fmt: skip
def test_socket_addresses_are_told_by_their_family(data: bytes, names: dict[str, tuple[int, int]]) -> None:
    assert names.items() <= places(told("connect", [3, AT, max(len(data), 16 if not data else 0)], (AT, data))).items()


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_whatever_a_target_hands_over_little_is_told_and_nothing_raises(arch: Arch) -> None:
    chance = random.Random(arch.token)
    segments = [(AT + 0x1000 * index, chance.randbytes(0x900)) for index in range(6)]
    segments.append((AT + 0x6000, struct.pack("<8Q", *[AT + 0x6000] * 8)))  # leads to itself
    memory = RecordedMemory(segments)
    values = [AT, AT + 0x1000, AT + 0x6000, 0, 1, 3, 64, 0xFFFF_FFFF, (1 << 64) - 1, 1 << 63]
    for nr in numbers.names(arch.token):
        for _ in range(4):
            args = [chance.choice(values) for _ in range(6)]
            for filled in (None, memory):
                found = extents(arch.token, nr, args, memory, 8 if filled else None, filled)
                assert len(found) <= MOST
                assert all(extent.size > 0 and extent.name and extent.text.isascii() for extent in found), nr
