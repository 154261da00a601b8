"""What an ordinary user's supervisor can do, what it is refused, and what a target can't do to a performer."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, OrdinaryUser
from tests.supervisor.performing import AT_FDCWD, Stage, stages, text

stage = pytest.fixture(stages)

_AS_USER = """
import json, os, sys
sys.path.insert(0, {root!r})
from tests.supervisor.performing import AT_FDCWD, OUT, Stage, text
stage = Stage()
said = []
try:
    {body}
finally:
    stage.close()
print(json.dumps(said))
"""


def run(user: OrdinaryUser, body: str) -> list[object]:
    """Run code with a stage as an ordinary user and return what it put into `said`."""
    code = _AS_USER.format(root=str(ROOT), body=body.strip().replace("\n", "\n    "))
    done = user.run([user.python, "-c", code])
    assert done.returncode == 0, done.stderr.decode()
    return list(json.loads(done.stdout))


def test_an_ordinary_user_performs_for_its_own(as_user: OrdinaryUser) -> None:
    body = """
target = stage.target(cwd=os.getcwd())
said.append(stage.value(target, "mkdirat", AT_FDCWD, b"made\\0", 0o755))
said.append(stage.value(target, "openat", AT_FDCWD, b"/etc/shadow\\0", 0, 0))
said.append(stage.value(target, "mknodat", AT_FDCWD, b"null\\0", 0o20666, os.makedev(1, 3)))
found = stage.call(target, "readlinkat", AT_FDCWD, b"/proc/self\\0", OUT, 64)
said.append(int(found.rooms[0][1]) == target.pid)
"""
    assert run(as_user, body) == [0, -errno.EACCES, -errno.EPERM, True]
    assert (as_user.home / "made").is_dir()


def test_an_ordinary_user_performs_in_a_namespace_of_its_own(as_user: OrdinaryUser) -> None:
    body = """
os.mkdir("point")
try:
    target = stage.target("", ("unshare", "-Urm"), cwd=os.getcwd())
except RuntimeError:
    said.append(None)
else:
    said.append(stage.value(target, "mount", b"tmpfs\\0", b"point\\0", b"tmpfs\\0", 0, 0))
    said.append(stage.value(target, "mkdirat", AT_FDCWD, b"point/made\\0", 0o755))
    said.append(stage.call(target, "mount", b"t\\0", b"point\\0", b"tmpfs\\0", 0, 0, privileged=True).refused)
"""
    said = run(as_user, body)
    if said == [None]:
        pytest.skip("ordinary users get no user namespaces here")
    assert said[:2] == [0, 0]
    assert "needs CAP_SYS_ADMIN" in str(said[2])
    assert not (as_user.home / "point" / "made").exists()


@pytest.mark.needs("root")
def test_what_an_ordinary_user_is_refused(as_user: OrdinaryUser, stage: Stage) -> None:
    other = stage.target("import os; os.setresgid(1234, 1234, 1234); os.setresuid(1234, 1234, 1234)")
    body = f"""
class Other:
    pid = tid = {other.pid}
    pidfd = os.pidfd_open(pid)
found = stage.call(Other, "mkdirat", AT_FDCWD, b"made\\0", 0o755)
said.append(found.refused)
target = stage.target()
for name, words in (
    ("mount", (b"t\\0", b"/\\0", b"tmpfs\\0", 0, 0)),
    ("sethostname", (b"x", 1)),
    ("init_module", (b"x", 1, b"\\0")),
    ("fchownat", (AT_FDCWD, b".\\0", 0, 0, 0)),
    ("mknodat", (AT_FDCWD, b"null\\0", 0o20666, os.makedev(1, 3))),
):
    said.append(stage.call(target, name, *words, privileged=True).refused)
"""
    first, *others = run(as_user, body)
    assert "CAP_SYS_PTRACE" in str(first)
    assert others == [
        "mount needs CAP_SYS_ADMIN",
        "sethostname needs CAP_SYS_ADMIN",
        "init_module needs CAP_SYS_MODULE",
        "fchownat needs CAP_CHOWN",
        "mknodat needs CAP_MKNOD",
    ]


@pytest.mark.needs("root")
@pytest.mark.parametrize(
    ("lacking", "prologue", "wrapper", "reason"),
    [
        ("sys_admin", "", ("unshare", "-m", "--propagation", "private"), "mnt namespace needs CAP_SYS_ADMIN"),
        ("sys_chroot", "import os; os.chroot('/tmp')", (), "root folder needs CAP_SYS_CHROOT"),
        ("setuid", "import os; os.setresuid(12, 12, 12)", (), "user needs CAP_SETUID"),
        ("setgid", "import os; os.setgroups([12])", (), "groups needs CAP_SETGID"),
        ("chown", "", (), "the target has CAP_CHOWN"),
    ],
)
def test_a_root_that_lacks_something(
    stage: Stage, lacking: str, prologue: str, wrapper: tuple[str, ...], reason: str
) -> None:
    target = stage.target(prologue, wrapper)
    code = _AS_USER.format(
        root=str(ROOT),
        body=f"""
    class Other:
        pid = tid = {target.pid}
        pidfd = os.pidfd_open(pid)
    said.append(stage.call(Other, "mkdirat", AT_FDCWD, b"/\\0", 0o755).refused)
""".strip(),
    )
    argv = ["setpriv", f"--bounding-set=-{lacking}", "--", sys.executable, "-c", code]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr.decode()
    assert reason in json.loads(done.stdout)[0]


def test_a_target_can_not_look_into_its_performer(as_user: OrdinaryUser) -> None:
    body = """
target = stage.target(cwd=os.getcwd())
said.append(stage.value(target, "mkdirat", AT_FDCWD, b"made\\0", 0o755))
children = open(f"/proc/self/task/{os.getpid()}/children").read().split()
(performer,) = [int(each) for each in children if int(each) != target.pid]
for look in (lambda: os.listdir(f"/proc/{performer}/fd"), lambda: open(f"/proc/{performer}/mem", "rb")):
    try:
        look()
        said.append("seen")
    except PermissionError:
        said.append("denied")
os.kill(performer, 9)
said.append(stage.call(target, "mkdirat", AT_FDCWD, b"again\\0", 0o755).refused)
said.append(stage.call(target, "mkdirat", AT_FDCWD, b"again\\0", 0o755).value)
"""
    made, files, memory, first, second = run(as_user, body)
    assert (made, files, memory) == (0, "denied", "denied")
    assert (first, second) in (("the process that was to make the call died", 0), ("", -errno.EEXIST))


def test_a_performer_that_is_killed_is_replaced(stage: Stage, tmp_path: Path) -> None:
    target = stage.target(cwd=tmp_path)
    os.mkfifo(tmp_path / "fifo")
    _, outcomes = stage.begin(target, "openat", AT_FDCWD, b"fifo\0", os.O_RDONLY, 0)
    assert stage.value(target, "mkdirat", AT_FDCWD, b"made\0", 0o755) == 0
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    (performer,) = [int(each) for each in children if int(each) not in {each.pid for each in stage.targets}]
    os.kill(performer, 9)
    stage.until(lambda: outcomes)
    assert outcomes[0].errno == errno.EIO
    assert stage.value(target, "mkdirat", AT_FDCWD, text("second"), 0o755) == 0
