"""Calls on files that strace can't judge here: newer than it, of arm64, or with contents that no kernel gives."""

from __future__ import annotations

import struct

import pytest

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import AARCH64, I386, X86_64, Arch
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import DETAILS, AfterMemory
from tests.syscalls.live import LiveMemory

CWD = (1 << 64) - 100
PATH, GIVEN, FILLED = 0x10000, 0x20000, 0x30000


def returned(
    name: str, args: tuple[int, ...], given: bytes = b"", filled: bytes = b"", result: int = 0, arch: Arch = X86_64
) -> str:
    """Return the line of a call that has read `given` at GIVEN and left `filled` at FILLED."""
    number = numbers.number(arch.token, name)
    assert number is not None
    areas = {PATH: b"/a\0", PATH + 8: b"user.a\0", GIVEN: given, FILLED: filled}
    before = LiveMemory({address: data for address, data in areas.items() if address != FILLED})
    words = [*args, 0, 0, 0, 0, 0, 0][:6]
    return Decoder(verbose=True).returned(arch.token, number, words, result, LiveMemory(areas), before)


def test_the_page_cache() -> None:
    text = returned("cachestat", (3, GIVEN, FILLED, 0), struct.pack("<QQ", 0, 4096), struct.pack("<5Q", 1, 0, 0, 2, 3))
    cached = "{nr_cache=1, nr_dirty=0, nr_writeback=0, nr_evicted=2, nr_recently_evicted=3}"
    assert text == f"cachestat(3, {{off=0, len=4096}}, {cached}, 0)"


def test_attributes_by_directory() -> None:
    value = struct.pack("<QII", GIVEN + 16, 5, 1) + b"value"
    assert returned("setxattrat", (CWD, PATH, 0x1000, PATH + 8, GIVEN, 16), value) == (
        'setxattrat(AT_FDCWD, "/a", AT_EMPTY_PATH, "user.a", {value="value", size=5, flags=XATTR_CREATE}, 16)'
    )
    asked = struct.pack("<QII", FILLED, 50, 0)
    assert returned("getxattrat", (3, PATH, 0, PATH + 8, GIVEN, 16), asked, b"value", 5) == (
        'getxattrat(3, "/a", 0, "user.a", {value=0x30000, size=50, flags=0}, 16)'
    )
    assert returned("listxattrat", (3, PATH, 0, FILLED, 50), filled=b"user.a\0", result=7) == (
        'listxattrat(3, "/a", 0, "user.a\\0", 50)'
    )
    found = struct.pack("<QIIII", 0x80000000, 1, 2, 3, 4)
    assert returned("file_getattr", (CWD, PATH, FILLED, 24, 0), filled=found) == (
        'file_getattr(AT_FDCWD, "/a", '
        "{fa_xflags=FS_XFLAG_HASATTR, fa_extsize=1, fa_nextents=2, fa_projid=0x3, fa_cowextsize=4}, 24, 0)"
    )
    assert returned("file_setattr", (CWD, PATH, GIVEN, 24, 0), found) == (
        'file_setattr(AT_FDCWD, "/a", '
        "{fa_xflags=FS_XFLAG_HASATTR, fa_extsize=1, fa_projid=0x3, fa_cowextsize=4}, 24, 0)"
    )


def test_mounts_by_number() -> None:
    asked = struct.pack("<IIQQ8x", 24, 0, 7, 0x22)
    fixed = struct.pack("<IIQIIQIIQQIIQQQQ", 526, 0, 0x22, 0, 0, 0, 0, 0, 7, 1, 43, 42, 1, 1 << 18, 0, 0)
    found = fixed.ljust(512, b"\0") + b"ext4\0rest"
    number = numbers.number(X86_64.token, "statmount")
    assert number is not None
    after = LiveMemory({GIVEN: asked, FILLED: found})
    args = [GIVEN, FILLED, 4096, 0, 0, 0]
    assert Decoder().returned(X86_64.token, number, args, 0, after) == (
        "statmount({size=MNT_ID_REQ_SIZE_VER0, mnt_id=0x7, param=STATMOUNT_MNT_BASIC|STATMOUNT_FS_TYPE}, "
        "{size=526, mask=STATMOUNT_MNT_BASIC|STATMOUNT_FS_TYPE, mnt_id=0x7, mnt_parent_id=0x1, mnt_id_old=43, "
        "mnt_parent_id_old=42, mnt_attr=MOUNT_ATTR_RDONLY, mnt_propagation=MS_PRIVATE, mnt_peer_group=0, mnt_master=0, "
        'fs_type="ext4"}, 4096, 0)'
    )
    root = struct.pack("<IIQQQ", 32, 0, (1 << 64) - 1, 0, 5)
    assert returned("listmount", (GIVEN, FILLED, 5, 1), root, struct.pack("<QQ", 7, 8), 2) == (
        "listmount({size=MNT_ID_REQ_SIZE_VER1, mnt_id=LSMT_ROOT, param=0, mnt_ns_id=0x5}, "
        "[0x7, 0x8], 5, LISTMOUNT_REVERSE)"
    )
    attributes = struct.pack("<QQQQ", 1, 0, 0, 0)
    assert returned("open_tree_attr", (CWD, PATH, 1, GIVEN, 32), attributes, result=3) == (
        'open_tree_attr(AT_FDCWD, "/a", OPEN_TREE_CLONE, '
        "{attr_set=MOUNT_ATTR_RDONLY, attr_clr=0, propagation=0 /* MS_??? */, userns_fd=0}, 32)"
    )


def test_a_file_on_arm64() -> None:
    found = struct.pack("<QQIIIIQQqiiqqQqQqQII", 5, 6, 0o100644, 1, 2, 3, 0, 0, 49, 4096, 0, 8, 0, 0, 0, 0, 0, 1, 0, 0)
    assert returned("fstat", (3, FILLED), filled=found, arch=AARCH64).startswith(
        "fstat(3, {st_dev=makedev(0, 0x5), st_ino=6, st_mode=S_IFREG|0644, st_nlink=1, st_uid=2, st_gid=3, "
        "st_blksize=4096, st_blocks=8, st_size=49, st_atime=0, st_atime_nsec=0, "
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            struct.pack("<QqHB", 1, 2, 24, 8) + b"a\0\0\0\0",
            '[{d_ino=1, d_off=2, d_reclen=24, d_type=DT_REG, d_name="a"}]',
        ),
        (struct.pack("<QqHB", 1, 2, 18, 8) + bytes(5), "[]"),
        (
            struct.pack("<QqHB", 1, 2, 0xFFFF, 77),
            '[{d_ino=1, d_off=2, d_reclen=65535, d_type=0x4d /* DT_??? */, d_name=""}]',
        ),
        (b"short", "[]"),
    ],
)
def test_directory_entries_whose_lengths_lie(data: bytes, text: str) -> None:
    assert returned("getdents64", (3, FILLED, 100), filled=data, result=len(data)) == f"getdents64(3, {text}, 100)"
    assert returned("getdents64", (3, FILLED, 100), result=100) == "getdents64(3, 0x30000, 100)"


def test_a_handle_that_promises_more_than_there_is() -> None:
    handle = struct.pack("<Ii", 100, 1) + b"\1\2"
    assert returned("open_by_handle_at", (3, GIVEN, 0), handle) == (
        r'open_by_handle_at(3, {handle_bytes=100, handle_type=1, f_handle="\x01\x02"}, O_RDONLY)'
    )
    assert returned("open_by_handle_at", (3, GIVEN, 0), b"\1") == "open_by_handle_at(3, 0x20000, O_RDONLY)"


def test_flags_of_64_bits_are_two_words_on_i386() -> None:
    text = returned("fanotify_mark", (3, 1, 0x20, 1, 5, PATH), arch=I386)
    assert text == 'fanotify_mark(3, FAN_MARK_ADD, FAN_OPEN|0x100000000, 5, "/a")'


def test_descriptors_that_a_call_has_made_lead_where_they_lead_afterwards() -> None:
    before = LiveMemory({}, {3: b"/old"})
    after = LiveMemory({FILLED: struct.pack("<ii", 4, 5)}, {3: b"/new", 4: b"pipe:[5]", 5: b"pipe:[5]"})
    number = numbers.number(X86_64.token, "pipe2")
    assert number is not None
    decoder = Decoder(descriptors=frozenset({"path"}))
    text = decoder.returned(X86_64.token, number, [FILLED, 0, 0, 0, 0, 0], 0, after, before)
    assert text == "pipe2([4<pipe:[5]>, 5<pipe:[5]>], 0)"
    assert AfterMemory(before, after).descriptor(3, DETAILS) == b"/old"
