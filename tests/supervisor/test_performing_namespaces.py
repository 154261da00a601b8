"""Calls made in the place of targets with another root, other namespaces, other rights."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.supervisor.performing import AT_FDCWD, OUT, Stage, stages, text

stage = pytest.fixture(stages)
pytestmark = pytest.mark.needs("root")
NEW_USER = ("unshare", "-U", "-m", "-u", "--propagation", "private", "-r")
NOBODY = 65534


def test_another_root(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "hostname").write_text("in the new root")
    os.symlink("/etc/hostname", tmp_path / "absolute")
    target = stage.target(f"import os; os.chroot({str(tmp_path)!r}); os.chdir('/etc')")
    for path in ("/etc/hostname", "hostname", "/absolute", "../../../absolute"):
        assert stage.contents(target, path) == b"in the new root", path
    assert stage.value(target, "mkdirat", AT_FDCWD, b"/made\0", 0o755) == 0
    assert (tmp_path / "made").is_dir()


def test_a_tmpfs_for_one_who_may_not_mount(stage: Stage, tmp_path: Path) -> None:
    """A process in a user and mount namespace of its own, without rights even there."""
    (tmp_path / "point").mkdir()
    drop = "import os; os.chdir('/'); import ctypes; ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)"
    wrapper = (*NEW_USER[:-1], "--map-user=1000", "--map-group=1000")
    target = stage.target(drop, wrapper)
    words = (b"tmpfs\0", text(tmp_path / "point"), b"tmpfs\0", 0, b"size=1m\0")
    assert stage.value(target, "mount", *words) == -errno.EPERM
    assert stage.value(target, "mount", *words, privileged=True) == 0
    assert not os.path.ismount(tmp_path / "point")
    assert f" {tmp_path}/point " in Path(f"/proc/{target.pid}/mountinfo").read_text()
    flags = os.O_CREAT | os.O_RDWR
    assert stage.value(target, "openat", AT_FDCWD, text(tmp_path / "point" / "file"), flags, 0o644) == 0
    assert not (tmp_path / "point" / "file").exists()
    # As one with rights of its own, who takes part in the namespaces.
    assert stage.value(target, "umount2", text(tmp_path / "point"), 0) == -errno.EPERM
    assert stage.value(target, "umount2", text(tmp_path / "point"), 0, privileged=True) == 0
    assert f" {tmp_path}/point " not in Path(f"/proc/{target.pid}/mountinfo").read_text()


def test_mounting_with_the_targets_own_rights(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "file").write_text("bound")
    (tmp_path / "point").mkdir()
    (tmp_path / "single").touch()
    os.symlink("point", tmp_path / "link")
    target = stage.target("", NEW_USER, cwd=tmp_path)
    assert stage.value(target, "mount", b"source\0", b"link\0", 0, 4096, 0) == 0
    assert stage.contents(target, "point/file") == b"bound"
    assert not list((tmp_path / "point").iterdir())
    assert stage.value(target, "mount", 0, b"point\0", 0, 32 | 4096 | 1, 0) == 0
    assert stage.value(target, "mkdirat", AT_FDCWD, b"point/x\0", 0o700) == -errno.EROFS
    assert stage.value(target, "umount2", b"link\0", 8) == -errno.EINVAL
    assert stage.value(target, "umount2", b"link\0", 0) == 0
    assert stage.value(target, "mount", b"source/file\0", b"single\0", 0, 4096, 0) == 0
    assert stage.contents(target, "single") == b"bound"
    assert stage.value(target, "mount", b"none\0", b"point\0", b"tmpfs\0", 0, b"mode=700\0") == 0
    assert stage.value(target, "mount", b"none\0", b"nowhere\0", b"tmpfs\0", 0, 0) == -errno.ENOENT
    assert stage.value(target, "mount", b"none\0", b"point\0", b"nofs\0", 0, 0) == -errno.ENODEV


def test_the_newer_calls_of_mounting(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "point").mkdir()
    target = stage.target("", NEW_USER, cwd=tmp_path)
    context = stage.call(target, "fsopen", b"tmpfs\0", 1)
    assert (context.value, context.cloexec) == (0, True)
    os.close(context.descriptor)
    tree = stage.call(target, "open_tree", AT_FDCWD, b"point\0", 0o2000000)
    assert (tree.value, tree.cloexec) == (0, True)
    os.close(tree.descriptor)


def test_host_and_domain_names(stage: Stage) -> None:
    target = stage.target("", NEW_USER)
    before = os.uname().nodename
    assert stage.value(target, "sethostname", b"performed", 9) == 0
    assert stage.value(target, "setdomainname", b"example", 7, privileged=True) == 0
    assert stage.value(target, "sethostname", b"x" * 65, 65) == -errno.EINVAL
    assert os.uname().nodename == before
    shown = subprocess.run(
        ["nsenter", f"--uts=/proc/{target.pid}/ns/uts", "uname", "-n"], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "performed"


def test_a_pid_namespace(stage: Stage, tmp_path: Path) -> None:
    """What `self` means, and which processes a new procfs shows, is the target's matter."""
    (tmp_path / "proc").mkdir()
    target = stage.target("", (*NEW_USER, "-p", "-f", "--mount-proc"), cwd=tmp_path)
    read = stage.call(target, "readlinkat", AT_FDCWD, b"/proc/self\0", OUT, 64)
    assert read.rooms == ((OUT, b"1"),)
    assert b"\nNSpid:\t1\n" in stage.contents(target, "/proc/self/status")
    assert stage.value(target, "mount", b"proc\0", b"proc\0", b"proc\0", 0, 0) == 0
    assert b"\nNSpid:\t1\n" in stage.contents(target, "proc/self/status")
    assert b"\nNSpid:\t1\n" in stage.contents(target, "proc/1/status")


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that anybody can enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        yield Path(folder)


def test_another_user(stage: Stage, public: Path) -> None:
    (public / "open").mkdir(mode=0o777)
    os.chmod(public / "open", 0o777)
    (public / "closed").mkdir(mode=0o700)
    (public / "secret").write_text("ours")
    os.chmod(public / "secret", 0o640)
    os.chown(public / "secret", 0, 4321)
    code = f"import os; os.setgroups([{{groups}}]); os.setresgid({NOBODY}, {NOBODY}, {NOBODY})\n"
    code += f"os.setresuid({NOBODY}, {NOBODY}, {NOBODY})"
    target = stage.target(code.format(groups=""), cwd="/")
    assert stage.value(target, "mkdirat", AT_FDCWD, text(public / "open" / "made"), 0o755) == 0
    assert (public / "open" / "made").stat().st_uid == NOBODY
    assert stage.value(target, "mkdirat", AT_FDCWD, text(public / "closed" / "made"), 0o755) == -errno.EACCES
    assert stage.value(target, "openat", AT_FDCWD, text(public / "secret"), 0, 0) == -errno.EACCES
    null = text(public / "open" / "null")
    device = (stat.S_IFCHR | 0o666, os.makedev(1, 3))
    assert stage.value(target, "mknodat", AT_FDCWD, null, *device) == -errno.EPERM
    assert stage.value(target, "mknodat", AT_FDCWD, null, *device, privileged=True) == 0
    assert stage.value(target, "fchownat", AT_FDCWD, null, 0, 0, 0) == -errno.EPERM
    assert stage.contents(target, public / "secret", privileged=True) == b"ours"
    member = stage.target(code.format(groups="4321"), cwd="/")
    assert stage.contents(member, public / "secret") == b"ours"


def test_a_root_with_fewer_rights(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    target = stage.target("", ("setpriv", "--bounding-set=-chown,-mknod", "--"), cwd=tmp_path)
    assert stage.value(target, "fchownat", AT_FDCWD, b"file\0", 5, 5, 0) == -errno.EPERM
    assert stage.value(target, "fchownat", AT_FDCWD, b"file\0", 5, 5, 0, privileged=True) == 0
    assert stage.value(target, "mkdirat", AT_FDCWD, b"folder\0", 0o755) == 0


def test_a_mount_point_that_may_not_be_searched(stage: Stage, tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o755)
    (tmp_path / "point").mkdir(mode=0o000)
    prologue = f"import os; os.setresgid(*[{NOBODY}] * 3); os.setresuid(*[{NOBODY}] * 3)"
    target = stage.target(prologue, cwd=tmp_path)
    found = stage.call(target, "mount", b"x\0", b"point\0", b"tmpfs\0", 0, 0)
    assert (found.refused, found.errno) == ("a folder that the call starts from can't be entered", errno.EACCES)
