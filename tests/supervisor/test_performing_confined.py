"""With our rights a call stays inside the target's root, and a performer stands where it is said to stand."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from seccomp_tui.kernel.credentials import standing
from seccomp_tui.supervisor.entering import entry
from tests.supervisor.performing import AT_FDCWD, Stage, Target, stages, text
from tests.supervisor.test_performer_process import Alone

stage = pytest.fixture(stages)
pytestmark = pytest.mark.needs("root")
_JAILED = """
import os
os.system("mount -t proc proc {root}/proc")
{more}
os.chroot({root!r}); os.chdir("/")
os.dup2(os.open("/inside", os.O_RDONLY), 60)
os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
"""


def jailed(stage: Stage, tmp_path: Path, more: str = "") -> Target:
    """Return a target of nobody's, in a root of its own, with a procfs in it that shows all processes."""
    root = tmp_path / "root"
    (root / "proc").mkdir(parents=True)
    (root / "inside").write_text("inside")
    os.chmod(root / "inside", 0o644)
    for folder in (tmp_path, root):
        os.chmod(folder, 0o755)
    (tmp_path / "outside").write_text("outside")
    os.chmod(tmp_path / "outside", 0o600)
    return stage.target(_JAILED.format(root=str(root), more=more), ("unshare", "-m", "--propagation", "private"))


@pytest.mark.parametrize(
    "link", ["root{outside}", "cwd/outside", "fd/70", "task/{pid}/root{outside}", "fd/../cwd/outside"]
)
def test_magic_links_of_others_lead_nowhere(stage: Stage, tmp_path: Path, link: str) -> None:
    target = jailed(stage, tmp_path)
    other = stage.target(f"import os; os.dup2(os.open({str(tmp_path / 'outside')!r}, 0), 70)", cwd=tmp_path)
    path = f"/proc/{other.pid}/" + link.format(outside=tmp_path / "outside", pid=other.pid)
    assert stage.value(target, "openat", AT_FDCWD, text(path), 0, 0, privileged=True) == -errno.EACCES
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
    assert stage.value(target, "openat", AT_FDCWD, text(path), flags, 0o644, privileged=True) == -errno.EACCES
    assert (tmp_path / "outside").read_text() == "outside"


@pytest.mark.parametrize(
    "path", ["/proc/self/fd/60", "/proc/self/root/inside", "/proc/thread-self/cwd/inside", "/dev/fd/60"]
)
def test_its_own_magic_links_are_followed(stage: Stage, tmp_path: Path, path: str) -> None:
    (tmp_path / "root" / "dev").mkdir(parents=True)
    os.symlink("/proc/self/fd", tmp_path / "root" / "dev" / "fd")
    (tmp_path / "root").rename(tmp_path / "kept")
    target = jailed(
        stage, tmp_path, f"os.rename({str(tmp_path / 'kept' / 'dev')!r}, {str(tmp_path / 'root' / 'dev')!r})"
    )
    assert stage.contents(target, path, privileged=True) == b"inside"


@pytest.mark.parametrize("mounted", ["/proc/{other}:/proc/{own}", "/proc/{other}/fd:/proc/{own}/fd"])
def test_what_is_mounted_over_its_own_entry_is_not_its_own(stage: Stage, tmp_path: Path, mounted: str) -> None:
    other = stage.target(f"import os; os.dup2(os.open({str(tmp_path)!r}, 0), 70)")
    root = tmp_path / "root"
    source, _, point = mounted.partition(":")
    more = f"os.system('mount --bind {root}{source} {root}{point}'.format(other={other.pid}, own=os.getpid()))"
    target = jailed(stage, tmp_path, more)
    for path in (f"/proc/{target.pid}/fd/70/outside", f"/proc/{other.pid}/fd/70/outside"):
        assert stage.value(target, "openat", AT_FDCWD, text(path), 0, 0, privileged=True) == -errno.EACCES, path


def test_a_socket_is_not_bound_through_folders(stage: Stage, tmp_path: Path) -> None:
    target = jailed(stage, tmp_path, "import socket; s = socket.socket(socket.AF_UNIX); os.dup2(s.fileno(), 61)")
    found = stage.call(target, "bind", 61, b"\1\0/socket\0", 10, privileged=True)
    assert "not as supervisor" in found.refused
    assert stage.value(target, "bind", 61, b"\1\0socket\0", 9, privileged=True) == 0
    assert (tmp_path / "root" / "socket").is_socket()


@pytest.mark.parametrize("privileged", [False, True])
@pytest.mark.parametrize("moved", ["namespaces", "root"])
def test_a_target_that_has_moved_on_is_not_followed(tmp_path: Path, moved: str, privileged: bool) -> None:
    """Others share the performer that is started for it, and they stand where it stood."""
    ours = standing(os.getpid())
    if moved == "root":
        order = entry(ours._replace(root=(0, 0, 0, 0)), ours, privileged)
    else:
        order = entry(ours._replace(namespaces=(*ours.namespaces[:-1], 1)), ours, privileged)
    made = Alone(order)
    made.until(lambda: made.failures or made.gone)
    assert made.failures == [("place", 0)]
    made.performer.end().wait()
