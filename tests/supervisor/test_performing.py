"""Calls on files and sockets that are made in a target's place."""

from __future__ import annotations

import errno
import os
import socket
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from seccomp_tui.supervisor.performing import Performed
from seccomp_tui.syscalls import structs
from tests.supervisor.performing import AT_FDCWD, OUT, Stage, Target, stages

stage = pytest.fixture(stages)


@pytest.fixture
def target(stage: Stage, tmp_path: Path) -> Iterator[Target]:
    """A target in an empty folder, with the umask 027."""
    return stage.target("import os; os.umask(0o27)", cwd=tmp_path)


def room(performed: Performed) -> bytes:
    assert not performed.refused
    ((address, data),) = performed.rooms
    assert address == OUT
    return data


def field(name: str, data: bytes, wanted: str) -> int:
    layout = structs.layout(name, 8)
    names = [each.argument.name for each in layout.fields]
    return int(layout.packing.unpack(data)[names.index(wanted)])


def test_open_makes_files_as_the_target_would(stage: Stage, target: Target, tmp_path: Path) -> None:
    flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC
    found = stage.call(target, "openat", AT_FDCWD, b"new\0", flags, 0o666)
    assert (found.value, found.cloexec) == (0, True)
    os.write(found.descriptor, b"text")
    os.close(found.descriptor)
    assert (tmp_path / "new").read_bytes() == b"text"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert stage.contents(target, "new") == b"text"
    assert stage.value(target, "openat", AT_FDCWD, b"new\0", flags | os.O_EXCL, 0o666) == -errno.EEXIST
    assert stage.value(target, "openat", AT_FDCWD, b"new/\0", flags, 0o666) == -errno.EISDIR
    assert stage.value(target, "openat", AT_FDCWD, b"new/\0", 0, 0) == -errno.ENOTDIR


@pytest.mark.needs("x86_64")
def test_the_old_calls_too(stage: Stage, target: Target, tmp_path: Path) -> None:
    assert stage.value(target, "creat", b"made\0", 0o777) == 0
    assert stage.value(target, "open", b"made\0", os.O_RDONLY, 0) == 0
    assert stage.value(target, "mkdir", b"folder\0", 0o777) == 0
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o750
    assert stage.value(target, "rename", b"made\0", b"folder/moved\0") == 0
    assert stage.value(target, "link", b"folder/moved\0", b"second\0") == 0
    assert stage.value(target, "symlink", b"anything at all\0", b"soft\0") == 0
    assert os.readlink(tmp_path / "soft") == "anything at all"
    assert room(stage.call(target, "readlink", b"soft\0", OUT, 8)) == b"anything"
    assert field("stat", room(stage.call(target, "lstat", b"soft\0", OUT)), "st_size") == 15
    assert stage.value(target, "stat", b"soft\0", OUT) == -errno.ENOENT
    assert field("stat", room(stage.call(target, "stat", b"second\0", OUT)), "st_nlink") == 2
    assert stage.value(target, "chmod", b"second\0", 0o600) == 0
    assert stage.value(target, "access", b"second\0", os.R_OK) == 0
    assert stage.value(target, "unlink", b"second\0") == 0
    assert stage.value(target, "mknod", b"fifo\0", stat.S_IFIFO | 0o666, 0) == 0
    assert (tmp_path / "fifo").is_fifo()
    assert stage.value(target, "utime", b"folder\0", struct.pack("=qq", 5, 6)) == 0
    assert int((tmp_path / "folder").stat().st_mtime) == 6
    assert stage.value(target, "truncate", b"folder/moved\0", 100) == 0
    assert (tmp_path / "folder" / "moved").stat().st_size == 100
    assert stage.value(target, "rmdir", b"folder\0") == -errno.ENOTEMPTY


def test_the_newer_calls(stage: Stage, target: Target, tmp_path: Path) -> None:
    assert stage.value(target, "mkdirat", AT_FDCWD, b"folder\0", 0o700) == 0
    assert stage.value(target, "mknodat", AT_FDCWD, b"folder/file\0", stat.S_IFREG | 0o600, 0) == 0
    times = struct.pack("=qqqq", 1, 2, 3, 4)
    assert stage.value(target, "utimensat", AT_FDCWD, b"folder/file\0", times, 0) == 0
    assert (tmp_path / "folder" / "file").stat().st_mtime_ns == 3_000_000_004
    found = room(stage.call(target, "statx", AT_FDCWD, b"folder/file\0", 0, 0x7FF, OUT))
    assert field("statx", found, "stx_mode") == stat.S_IFREG | 0o600
    here = room(stage.call(target, "newfstatat", AT_FDCWD, b".\0", OUT, 0))
    assert field("stat", here, "st_ino") == os.stat(tmp_path).st_ino
    empty = room(stage.call(target, "newfstatat", AT_FDCWD, b"\0", OUT, 0x1000))
    assert field("stat", empty, "st_ino") == os.stat(tmp_path).st_ino
    assert stage.value(target, "newfstatat", AT_FDCWD, b"\0", OUT, 0) == -errno.ENOENT
    assert stage.value(target, "renameat2", AT_FDCWD, b"folder/file\0", AT_FDCWD, b"x\0", 1) == 0
    assert stage.value(target, "linkat", AT_FDCWD, b"x\0", AT_FDCWD, b"y\0", 0) == 0
    assert stage.value(target, "symlinkat", b"x\0", AT_FDCWD, b"to x\0") == 0
    assert stage.value(target, "fchmodat", AT_FDCWD, b"to x\0", 0o640) == 0
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640
    assert stage.value(target, "faccessat", AT_FDCWD, b"to x\0", os.R_OK) == 0
    assert stage.value(target, "unlinkat", AT_FDCWD, b"to x\0", 0) == 0
    assert stage.value(target, "unlinkat", AT_FDCWD, b"folder\0", 0x200) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"x", "y"}
    how = struct.pack("=QQQ", os.O_RDONLY, 0, 0)
    assert stage.value(target, "openat2", AT_FDCWD, b"x\0", how, 24) == 0
    beneath = struct.pack("=QQQ", os.O_RDONLY, 0, 8)
    assert stage.value(target, "openat2", AT_FDCWD, b"x\0", beneath, 24) == 0
    assert stage.value(target, "openat2", AT_FDCWD, b"../x\0", beneath, 24) == -errno.EXDEV
    assert stage.value(target, "openat2", AT_FDCWD, b"x\0", how, 8) == -errno.EINVAL


def test_descriptors_of_the_target(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("inside")
    code = """
import os
os.dup2(os.open("folder", os.O_RDONLY), 50)
os.dup2(os.open("folder/file", os.O_RDWR), 51)
"""
    target = stage.target(code, cwd=tmp_path)
    found = stage.call(target, "openat", 50, b"file\0", 0, 0)
    with open(found.descriptor, "rb") as file:
        assert file.read() == b"inside"
    assert field("stat", room(stage.call(target, "fstat", 51, OUT)), "st_size") == 6
    assert stage.value(target, "ftruncate", 51, 2) == 0
    assert stage.value(target, "fchmod", 51, 0o606) == 0
    assert stage.value(target, "newfstatat", 51, b"x\0", OUT, 0) == -errno.ENOTDIR
    assert stage.value(target, "openat", 99, b"file\0", 0, 0) == -errno.EBADF
    assert stage.value(target, "openat", 99, b"/\0", 0, 0) == 0
    assert stage.value(target, "fchmod", 99, 0) == -errno.EBADF


def test_errors_are_the_kernels(stage: Stage, target: Target, tmp_path: Path) -> None:
    os.symlink("circle", tmp_path / "circle")
    (tmp_path / "file").touch()
    tests = {
        b"circle\0": errno.ELOOP,
        b"circle/x\0": errno.ELOOP,
        b"file/x\0": errno.ENOTDIR,
        b"none/x\0": errno.ENOENT,
        b"a" * 256 + b"\0": errno.ENAMETOOLONG,
        b"a/" * 2048: errno.ENAMETOOLONG,
        b"unended": errno.EFAULT,
        b"\0": errno.ENOENT,
    }
    for path, number in tests.items():
        assert stage.value(target, "openat", AT_FDCWD, path, 0, 0) == -number, path
        assert stage.value(target, "mkdirat", AT_FDCWD, path, 0) == -(
            errno.EEXIST if path == b"circle\0" else number
        ), path
    assert stage.value(target, "openat", AT_FDCWD, b"circle\0", os.O_CREAT, 0o600) == -errno.ELOOP
    assert stage.value(target, "mkdirat", AT_FDCWD, b"/\0", 0) == -errno.EEXIST
    assert stage.value(target, "mkdirat", AT_FDCWD, b"..\0", 0) == -errno.EEXIST
    assert stage.value(target, "unlinkat", AT_FDCWD, b".\0", 0x200) == -errno.EINVAL
    assert stage.value(target, "unlinkat", AT_FDCWD, b"file/\0", 0) == -errno.ENOTDIR


def test_links(stage: Stage, target: Target, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("the file")
    os.symlink("file", tmp_path / "soft")
    os.symlink(tmp_path / "later", tmp_path / "dangling")
    assert stage.contents(target, "soft") == b"the file"
    assert stage.value(target, "openat", AT_FDCWD, b"soft\0", os.O_NOFOLLOW, 0) == -errno.ELOOP
    assert stage.value(target, "openat", AT_FDCWD, b"dangling\0", os.O_CREAT | os.O_EXCL, 0o600) == -errno.EEXIST
    assert stage.value(target, "openat", AT_FDCWD, b"dangling\0", os.O_CREAT, 0o600) == 0
    assert (tmp_path / "later").exists()
    assert stage.value(target, "openat", AT_FDCWD, b"soft\0", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0) == 0
    assert (tmp_path / "file").stat().st_size == 0
    assert stage.value(target, "openat", AT_FDCWD, b".\0", os.O_TMPFILE | os.O_RDWR, 0o600) in (0, -errno.EOPNOTSUPP)


def test_attributes(stage: Stage, target: Target, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    value = stage.value(target, "setxattr", b"file\0", b"user.color\0", b"blue", 4, 0)
    if value == -errno.EOPNOTSUPP:
        pytest.skip("this file system has no attributes of users")
    assert value == 0
    assert os.getxattr(tmp_path / "file", "user.color") == b"blue"
    assert room(stage.call(target, "getxattr", b"file\0", b"user.color\0", OUT, 100)) == b"blue"
    assert stage.call(target, "getxattr", b"file\0", b"user.color\0", OUT, 0).value == 4
    assert stage.value(target, "getxattr", b"file\0", b"user.color\0", OUT, 2) == -errno.ERANGE
    assert b"user.color\0" in room(stage.call(target, "listxattr", b"file\0", OUT, 4096))
    assert stage.value(target, "setxattr", b"file\0", b"user.color\0", b"", 70000, 0) == -errno.E2BIG
    assert stage.value(target, "removexattr", b"file\0", b"user.color\0") == 0
    assert stage.value(target, "removexattr", b"file\0", b"user.color\0") == -errno.ENODATA


@pytest.mark.needs("root")
def test_owners(stage: Stage, target: Target, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.symlink("file", tmp_path / "soft")
    assert stage.value(target, "fchownat", AT_FDCWD, b"soft\0", 12, 34, 0) == 0
    assert stage.value(target, "fchownat", AT_FDCWD, b"soft\0", 56, 78, 0x100) == 0
    file, soft = (tmp_path / "file").stat(), (tmp_path / "soft").lstat()
    assert (file.st_uid, file.st_gid, soft.st_uid, soft.st_gid) == (12, 34, 56, 78)
    assert stage.value(target, "mknodat", AT_FDCWD, b"null\0", stat.S_IFCHR | 0o666, os.makedev(1, 3)) == 0
    assert (tmp_path / "null").stat().st_rdev == os.makedev(1, 3)


def test_sockets(stage: Stage, tmp_path: Path) -> None:
    code = """
import os, socket
a = socket.socket(); os.dup2(a.fileno(), 50)
b = socket.socket(socket.AF_UNIX); os.dup2(b.fileno(), 51)
c = socket.socket(socket.AF_UNIX); os.dup2(c.fileno(), 52)
"""
    target = stage.target(code, cwd=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as unix:
        address = struct.pack("=H", 2) + server.getsockname()[1].to_bytes(2, "big") + bytes((127, 0, 0, 1)) + bytes(8)
        assert stage.value(target, "connect", 50, address, len(address)) == 0
        assert stage.value(target, "connect", 50, address, len(address)) == -errno.EISCONN
        server.accept()[0].close()
        unix.bind(str(tmp_path / "socket"))
        assert stage.value(target, "connect", 51, b"\1\0socket\0", 9) == -errno.ECONNREFUSED
        unix.listen()
        assert stage.value(target, "connect", 51, b"\1\0none\0", 7) == -errno.ENOENT
        assert stage.value(target, "connect", 51, b"\1\0socket\0", 9) == 0
        assert stage.value(target, "bind", 52, b"\1\0bound\0", 8) == 0
        assert stage.value(target, "bind", 52, b"\1\0" + bytes(200), 202) == -errno.EINVAL
    assert (tmp_path / "bound").is_socket()
    listing = Path(f"/proc/{target.pid}/net/unix").read_text()
    assert any(line.endswith(" bound") for line in listing.splitlines())


def test_a_fifo_waits_until_nobody_does(stage: Stage, target: Target, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    job, outcomes = stage.begin(target, "openat", AT_FDCWD, b"fifo\0", os.O_RDONLY, 0)
    assert stage.value(target, "mkdirat", AT_FDCWD, b"meanwhile\0", 0o700) == 0
    assert not outcomes
    stage.performers.cancel(job)
    assert stage.value(target, "mkdirat", AT_FDCWD, b"after\0", 0o700) == 0
    second, opened = stage.begin(target, "openat", AT_FDCWD, b"fifo\0", os.O_RDONLY, 0)
    with open(tmp_path / "fifo", "r+b", buffering=0) as writer:  # for both: this does not wait for the reader
        writer.write(b"through the pipe")
        stage.until(lambda: opened)
    with open(opened[0].descriptor, "rb") as reader:
        assert reader.read() == b"through the pipe"
    assert second.over
    assert not outcomes


def test_what_can_not_be_performed_is_refused(stage: Stage, target: Target) -> None:
    found = stage.call(target, "getpid")
    assert "getpid can't be made" in found.refused
    assert found.errno == errno.ENOSYS
    outcomes: list[Performed] = []
    stage.performers.perform(target, 0x40000003, 5, (0,) * 6, None, outcomes.append)  # type: ignore[arg-type]
    stage.until(lambda: outcomes)
    assert "a call of i386" in outcomes[0].refused


def test_modules_fail_with_their_true_errno(stage: Stage, target: Target, tmp_path: Path) -> None:
    true = (-errno.ENOEXEC, -errno.EPERM, -errno.ENOSYS)
    assert stage.value(target, "init_module", b"\x7fELF" + bytes(60), 64, b"\0") in true
    (tmp_path / "module.ko").write_bytes(b"no module")
    code = f"import os; os.dup2(os.open({str(tmp_path / 'module.ko')!r}, os.O_RDONLY), 50)"
    assert stage.value(stage.target(code), "finit_module", 50, b"\0", 0) in true


def test_a_file_of_the_operator(stage: Stage, tmp_path: Path) -> None:
    outcomes: list[Performed] = []
    (tmp_path / "ours").write_text("ours")
    stage.performers.open_file(os.fsencode(tmp_path / "ours"), os.O_RDONLY, 0, outcomes.append)
    stage.until(lambda: outcomes)
    with open(outcomes[0].descriptor, "rb") as file:
        assert file.read() == b"ours"
