"""Plans of calls that are made in the target's place."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.syscalls import numbers, prototypes
from seccomp_tui.syscalls.arch import I386, native
from seccomp_tui.syscalls.lookups import Lookup, lookup, takes_empty
from seccomp_tui.syscalls.marshalling import (
    Bytes,
    Copy,
    Descriptor,
    Number,
    Path,
    Plan,
    Refused,
    Room,
    Unreadable,
    plan,
)
from seccomp_tui.syscalls.memory import RecordedMemory

TOKEN = native().token
HERE = (1 << 64) - 100
"""AT_FDCWD as a word."""


def planned(name: str, *args: int, segments: Sequence[tuple[int, bytes]] = ()) -> Plan:
    nr = numbers.number(TOKEN, name)
    assert nr is not None
    return plan(TOKEN, nr, (*args, *(0,) * (6 - len(args))), RecordedMemory(segments))


def test_a_path_takes_its_folder_with_it() -> None:
    found = planned("openat", 5, 0x1000, 0o2000001, 0o644, segments=[(0x1000, b"name\0")])
    assert found.words == (
        Number(HERE),
        Path(b"name", Lookup.OPEN, 5, 2),
        Number(0o2000001),
        Number(0o644),
    )
    assert (found.descriptor, found.cloexec, found.blocks) == (True, True, False)


def test_two_paths() -> None:
    segments = [(0x1000, b"a\0"), (0x2000, b"/b\0")]
    found = planned("renameat2", HERE, 0x1000, 7, 0x2000, 1, segments=segments)
    assert found.words == (
        Number(HERE),
        Path(b"a", Lookup.NAME, -100, 2),
        Number(HERE),
        Path(b"/b", Lookup.NAME, 7, 4),
        Number(1),
    )
    linked = planned("symlinkat", 0x1000, 7, 0x2000, segments=segments)
    assert linked.words == (Bytes(b"a\0"), Number(HERE), Path(b"/b", Lookup.NAME, 7, 3))


def test_a_path_that_is_none() -> None:
    empty = planned("newfstatat", HERE, 0x1000, 0x2000, 0x1000, segments=[(0x1000, b"\0")])
    assert empty.words[:2] == (Descriptor(-100), Bytes(b"\0"))
    null = planned("utimensat", 3, 0, 0, 0)
    assert null.words == (Descriptor(3), Number(0), Number(0), Number(0))
    unreadable = planned("newfstatat", HERE, 0x1000, 0x2000, 0)
    assert unreadable.words[:2] == (Number(HERE), Unreadable())
    cut = planned("newfstatat", HERE, 0x1000, 0x2000, 0, segments=[(0x1000, b"no end")])
    assert cut.words[1] == Unreadable()
    long = planned("newfstatat", HERE, 0x1000, 0x2000, 0, segments=[(0x1000, b"x" * 4096)])
    assert long.words[1] == Path(b"x" * 4096, Lookup.FOLLOW, -100, 2)


def test_what_is_filled_in() -> None:
    found = planned("fstat", 3, 0x2000)
    assert found.words == (Descriptor(3), Room(0x2000, 144 if native().name == "x86_64" else 128, counted=False))
    read = planned("readlinkat", HERE, 0x1000, 0x2000, 1 << 40, segments=[(0x1000, b"l\0")])
    assert read.words[2:] == (Room(0x2000, 1 << 20, counted=True), Number(1 << 40))


def test_buffers_that_were_not_copied_in_full_are_read_once_more() -> None:
    whole = planned("fsetxattr", 3, 0x1000, 0x2000, 4, 0, segments=[(0x1000, b"user.a\0"), (0x2000, b"data")])
    assert whole.words[1:3] == (Bytes(b"user.a\0"), Bytes(b"data"))
    part = planned("fsetxattr", 3, 0x1000, 0x2000, 40, 0, segments=[(0x1000, b"use"), (0x2000, b"data")])
    assert part.words[1:3] == (Copy(0x1000, -1, b"use"), Copy(0x2000, 40, b"data"))
    assert planned("fsetxattr", 3, 0x1000, 0x2000, 1 << 20, 0).words[2] == Unreadable()
    assert planned("init_module", 0x1000, 1 << 20, 0).words[0] == Copy(0x1000, 1 << 20, b"")
    with pytest.raises(Refused, match="too long"):
        planned("init_module", 0x1000, 1 << 30, 0)


def test_structs_of_their_own_size() -> None:
    how = struct.pack("=QQQ", 0o2000000, 0, 0)
    found = planned("openat2", 4, 0x1000, 0x2000, 24, segments=[(0x1000, b"p\0"), (0x2000, how)])
    assert found.words == (Number(HERE), Path(b"p", Lookup.OPEN, 4, -1), Bytes(how), Number(24))
    assert (found.cloexec, found.checked) == (True, False)
    inside = struct.pack("=QQQ", 0, 0, 0x10)
    rooted = planned("openat2", 4, 0x1000, 0x2000, 24, segments=[(0x1000, b"p\0"), (0x2000, inside)])
    assert rooted.words[:3] == (Descriptor(4), Bytes(b"p\0"), Bytes(struct.pack("=QQQ", 0, 0, 0x12)))
    assert rooted.checked
    assert planned("openat2", 4, 0x1000, 0x2000, 8, segments=[(0x1000, b"p\0")]).words[2] == Unreadable()


def test_pointers_and_descriptors_inside_of_structs() -> None:
    segments = [
        (0x1000, b"p\0"),
        (0x2000, b"user.a\0"),
        (0x3000, struct.pack("=QII", 0x4000, 4, 0)),
        (0x4000, b"data"),
        (0x5000, struct.pack("=QQQQ", 0x100000, 0, 0, 9)),
    ]
    put = planned("setxattrat", 4, 0x1000, 0, 0x2000, 0x3000, 16, segments=segments)
    assert put.words[4] == Bytes(segments[2][1], ((0, Bytes(b"data")),))
    got = planned("getxattrat", 4, 0x1000, 0, 0x2000, 0x3000, 16, segments=segments)
    assert got.words[4] == Bytes(segments[2][1], ((0, Room(0x4000, 4, counted=True)),))
    mapped = planned("mount_setattr", 4, 0x1000, 0, 0x5000, 32, segments=segments)
    assert mapped.words[3] == Bytes(segments[4][1], ((24, Descriptor(9)),))


def test_mounts() -> None:
    segments = [(0x1000, b"source\0"), (0x2000, b"point\0"), (0x3000, b"ext4\0")]
    fresh = planned("mount", 0x1000, 0x2000, 0x3000, 0xC0ED0000, 0, segments=segments)
    assert fresh.words[:3] == (Bytes(b"source\0"), Path(b"point", Lookup.MOUNT_POINT, -100, 2), Bytes(b"ext4\0"))
    bound = planned("mount", 0x1000, 0x2000, 0, 4096, 0, segments=segments)
    assert bound.words[:2] == (Path(b"source", Lookup.FOLLOW, -100, 1), Path(b"point", Lookup.FOLLOW, -100, 2))
    again = planned("mount", 0x1000, 0x2000, 0, 4096 | 32, 0, segments=segments)
    assert again.words[:2] == (Bytes(b"source\0"), Path(b"point", Lookup.FOLLOW, -100, 2))
    configured = planned("fsconfig", 4, 5, 0x2000, 0, 8, segments=segments)
    assert configured.words == (Descriptor(4), Number(5), Bytes(b"point\0"), Number(0), Descriptor(8))
    by_path = planned("fsconfig", 4, 3, 0x3000, 0x2000, 8, segments=segments)
    assert by_path.words[2:] == (Bytes(b"ext4\0"), Path(b"point", Lookup.FOLLOW, 8, 4), Number(HERE))


def test_addresses_of_sockets() -> None:
    def address(call: str, data: bytes) -> object:
        return planned(call, 3, 0x1000, len(data), segments=[(0x1000, data)]).words[1]

    assert address("connect", b"\1\0/run/x\0junk") == Path(b"/run/x", Lookup.CONNECT)
    assert address("bind", b"\1\0name") == Path(b"name", Lookup.BIND)
    for plain in (b"\1\0\0abstract", b"\1\0", b"\2\0\0\x50\x7f\0\0\1" + bytes(8), b"\1"):
        assert address("connect", plain) == Bytes(plain)
    assert address("connect", b"\1\0" + b"x" * 200) == Unreadable()


def test_flags_decide_on_links() -> None:
    assert lookup("newfstatat", "pathname", (0, 0, 0, 0x100)) == Lookup.KEEP
    assert lookup("newfstatat", "pathname", (0, 0, 0, 0)) == Lookup.FOLLOW
    assert lookup("linkat", "oldpath", (0, 0, 0, 0, 0)) == Lookup.KEEP
    assert lookup("linkat", "oldpath", (0, 0, 0, 0, 0x400)) == Lookup.FOLLOW
    assert lookup("umount2", "target", (0, 8)) == Lookup.NAME
    assert lookup("umount2", "target", (0, 0)) == Lookup.UNMOUNT
    assert takes_empty("move_mount", "to_pathname", (0, 0, 0, 0, 0x40))
    assert not takes_empty("move_mount", "from_pathname", (0, 0, 0, 0, 0x40))


def test_what_is_refused() -> None:
    with pytest.raises(Refused, match="a call of i386"):
        plan(I386.token, 5, (0,) * 6, RecordedMemory([]))
    with pytest.raises(Refused, match="getpid"):
        planned("getpid")
    with pytest.raises(Refused, match="syscall_0x3e7"):
        plan(TOKEN, 999, (0,) * 6, RecordedMemory([]))


PERFORMABLE = [
    name
    for name in prototypes.all_names()
    if numbers.number(TOKEN, name) is not None
    and (found := prototypes.find(name, TOKEN)) is not None
    and found.performable
]


def test_every_performable_call_has_a_plan_without_pointers_of_the_target() -> None:
    for name in PERFORMABLE:
        prototype = prototypes.find(name, TOKEN)
        assert prototype is not None
        for index, argument in enumerate(prototype.arguments or ()):
            if argument.kind == "by" or not (argument.direction or argument.kind == "ptr"):
                continue
            args = [3] * 6
            args[index] = 0xDEAD_BEEF_0000
            for word in planned(name, *args).words:
                assert word != Number(0xDEAD_BEEF_0000), (name, argument.name)


@settings(max_examples=300)
@given(
    st.sampled_from(PERFORMABLE),
    st.lists(st.sampled_from([0, 1, 2, 24, 0x1000, 0x1010, HERE, (1 << 64) - 1, 1 << 63]), min_size=6, max_size=6),
    st.binary(max_size=80),
)
def test_nothing_raises(name: str, args: list[int], data: bytes) -> None:
    try:
        planned(name, *args, segments=[(0x1000, data)])
    except Refused:
        pass
