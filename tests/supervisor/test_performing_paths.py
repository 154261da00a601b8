"""Paths that mean something else to everyone mean what they mean to the target, whoever swaps them."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from tests.supervisor.performing import AT_FDCWD, OUT, Stage, Target, stages, text

stage = pytest.fixture(stages)


@pytest.fixture
def target(stage: Stage, tmp_path: Path) -> Target:
    (tmp_path / "input").write_text("what the target reads")
    code = f"import os; os.dup2(os.open({str(tmp_path / 'input')!r}, os.O_RDONLY), 60)"
    return stage.target(code, cwd=tmp_path)


def numbers(status: bytes) -> tuple[int, int]:
    lines = dict(line.split(b":", 1) for line in status.splitlines())
    return int(lines[b"Tgid"]), int(lines[b"Pid"])


@pytest.mark.parametrize(
    "path",
    [
        "/proc/self/status",
        "/proc/thread-self/status",
        "/proc/./self/../self/status",
        "/proc/self/task/../status",
        "/proc/self/root/proc/self/status",
        "/proc/1/../self/status",
        "/proc//self//status",
        "link/self/status",
        "to self/status",
        "to status",
    ],
)
def test_self_is_the_target(stage: Stage, target: Target, tmp_path: Path, path: str) -> None:
    os.symlink("/proc", tmp_path / "link")
    os.symlink("/proc/self", tmp_path / "to self")
    os.symlink("to self/status", tmp_path / "to status")
    assert numbers(stage.contents(target, path)) == (target.pid, target.tid)


@pytest.mark.parametrize("path", ["/dev/fd/60", "/proc/self/fd/60", "/proc/thread-self/fd/60", "to it"])
def test_descriptors_by_path_are_the_targets(stage: Stage, target: Target, tmp_path: Path, path: str) -> None:
    os.symlink("/dev/fd/60", tmp_path / "to it")
    assert stage.contents(target, path) == b"what the target reads"


def test_standard_input_is_the_targets(stage: Stage, target: Target) -> None:
    found = stage.call(target, "newfstatat", AT_FDCWD, b"/dev/stdin\0", OUT, 0)
    inode = int.from_bytes(found.rooms[0][1][8:16], "little")
    assert inode == os.stat(f"/proc/{target.pid}/fd/0").st_ino


def test_links_that_say_who_reads_them(stage: Stage, target: Target, tmp_path: Path) -> None:
    def read(path: str) -> bytes:
        return stage.call(target, "readlinkat", AT_FDCWD, text(path), OUT, 4096).rooms[0][1]

    assert read("/proc/self") == b"%d" % target.pid
    assert read("/proc/thread-self") == b"%d/task/%d" % (target.pid, target.tid)
    assert read("/proc/self/cwd") == os.fsencode(tmp_path)
    assert read("/proc/self/exe") == os.fsencode(os.readlink(f"/proc/{target.pid}/exe"))
    assert read("/dev/fd") == os.fsencode(os.readlink("/dev/fd"))


def test_other_calls_on_such_paths(stage: Stage, target: Target, tmp_path: Path) -> None:
    assert stage.value(target, "mkdirat", AT_FDCWD, b"/proc/self/cwd/made\0", 0o700) == 0
    assert (tmp_path / "made").is_dir()
    assert stage.value(target, "openat", AT_FDCWD, b"/proc/self/cwd/new\0", os.O_CREAT | os.O_WRONLY, 0o600) == 0
    assert (tmp_path / "new").exists()
    assert stage.value(target, "openat", AT_FDCWD, b"/proc/self/none\0", 0, 0) == -errno.ENOENT
    assert stage.value(target, "openat", AT_FDCWD, b"/proc/self/fd/61\0", 0, 0) == -errno.ENOENT
    assert stage.value(target, "openat", AT_FDCWD, b"/proc/self/fd/60\0", os.O_NOFOLLOW, 0) == -errno.ELOOP
    assert stage.value(target, "openat", AT_FDCWD, b"/proc/self/status/\0", 0, 0) == -errno.ENOTDIR


def test_the_terminal_is_nobodys(stage: Stage, target: Target, tmp_path: Path) -> None:
    os.symlink("/dev/tty", tmp_path / "link")
    for path in ("/dev/tty", "link"):
        found = stage.call(target, "openat", AT_FDCWD, text(path), os.O_RDWR, 0)
        assert "/dev/tty" in found.refused
        assert found.errno == errno.ENXIO
    assert stage.value(target, "newfstatat", AT_FDCWD, b"/dev/tty\0", OUT, 0) == 0


def test_a_performer_does_not_show_itself(stage: Stage, target: Target) -> None:
    stage.contents(target, "/proc/self/status")
    (performer,) = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()[-1:]
    assert performer != str(target.pid)
    for path in (f"/proc/{performer}/status", f"/proc/{performer}/cwd/1", f"/proc/{performer}/fd/0"):
        assert stage.value(target, "openat", AT_FDCWD, text(path), 0, 0) == -errno.EACCES, path


@pytest.mark.parametrize("name", ["link", "folder/status"])
def test_a_link_that_is_swapped_all_the_time(stage: Stage, target: Target, tmp_path: Path, name: str) -> None:
    """Whatever it leads to at the moment, it never is what only a performer would find there."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "status").write_text("Tgid:\t0\nPid:\t0\n")
    over = threading.Event()

    def swap() -> None:
        number = 0
        ends = ("/proc/self", "plain", "/proc/thread-self", f"/proc/{target.pid}")
        files = ("/proc/self/status", "plain/status", "/proc/thread-self/status")
        while not over.is_set():
            number += 1
            for to, where in ((ends, "folder"), (files, "link")):
                os.symlink(to[number % len(to)], tmp_path / f"{where}.new")
                os.rename(tmp_path / f"{where}.new", tmp_path / where)

    os.symlink("plain/status", tmp_path / "link")
    os.symlink("plain", tmp_path / "folder")
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        seen = {numbers(stage.contents(target, name)) for _ in range(400)}
    finally:
        over.set()
        thread.join()
    assert seen == {(0, 0), (target.pid, target.tid)}
