"""Who runs `log`, and as whom and with what environment the program runs."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOBODY, OrdinaryUser
from tests.e2e.conftest import Tool, native

HINT = b"seccomp-tui: results are not known: "


def test_an_ordinary_user_is_told_once_and_nothing_else_differs(as_user: OrdinaryUser) -> None:
    def log(*options: str) -> bytes:
        command = [as_user.python, "-m", "seccomp_tui", "log", *options, "cat", "/etc/hostname"]
        outcome = as_user.run(command)
        assert outcome.returncode == 0
        assert outcome.stdout == Path("/etc/hostname").read_bytes()
        return re.sub(rb"0x[0-9a-f]{5,}", b"0x", outcome.stderr)

    told = log()
    if not told.startswith(HINT):
        pytest.skip("this user may know results")
    hint, _, rest = told.partition(b"\n")
    assert b"seccomp-tui doctor" in hint
    assert rest == log("-q") == log("--results", "off") == log("--quiet=attach")
    calls = [line for line in rest.splitlines() if not line.startswith(b"+++")]
    assert all(line.endswith(b"= ?") for line in calls)
    assert b"read(3, 0x, " in rest
    assert b"<" not in log("-q", "-T").replace(b"<unfinished", b"")
    assert [line for line in log("-q", "-z").splitlines() if b" = " in line] == []
    assert log("-q", "--status=unavailable") == rest


@pytest.mark.needs("root")
def test_root_is_not_told(tool: Tool) -> None:
    assert HINT not in tool("log", "--results", "off", "true").stderr


@pytest.mark.needs("strace")
def test_the_environment_is_as_strace_makes_it(tool: Tool) -> None:
    options = ["-E", "A=b=c", "-E", "HOME", "--env=LANG=", "-E", "A=d", "-E", "NEVER_SET"]
    ours = tool("log", "-o", "/dev/null", *options, "env")
    theirs = native(["strace", "-o", "/dev/null", *options, "env"])
    assert set(ours.stdout.splitlines()) == set(theirs.stdout.splitlines())
    assert b"A=d\n" in ours.stdout


@pytest.mark.needs("strace", "root")
def test_the_program_runs_as_another_user(tool: Tool) -> None:
    ours = tool("log", "-o", "/dev/null", "-u", "nobody", "id")
    assert ours.stdout == native(["strace", "-o", "/dev/null", "-u", "nobody", "id"]).stdout
    assert b"uid=65534(nobody)" in ours.stdout
    status = tool("log", "-o", "/dev/null", "--user=nobody", "cat", "/proc/self/status").stdout
    assert re.search(rb"^CapPrm:\t0+\nCapEff:\t0+$", status, re.MULTILINE)
    assert b"NoNewPrivs:\t0\n" in status


@pytest.fixture
def setuid_id() -> Iterator[Path]:
    """Return a copy of id(1) that is setuid root and can be reached by everybody."""
    folder = Path(tempfile.mkdtemp(prefix="seccomp-tui-setuid-"))
    try:
        folder.chmod(0o755)
        shutil.copy("/usr/bin/id", folder / "id")
        (folder / "id").chmod(0o4755)
        yield folder / "id"
    finally:
        shutil.rmtree(folder)


@pytest.mark.needs("root")
def test_setuid_programs_work_for_that_user(tool: Tool, setuid_id: Path) -> None:
    outcome = tool("log", "-o", "/dev/null", "-u", "nobody", setuid_id)
    assert outcome.stdout.startswith(b"uid=65534(nobody) gid=65534")
    assert b"euid=0(root)" in outcome.stdout
    lines = tool("log", "-u", "nobody", "-e", "trace=geteuid", setuid_id).stderr
    assert b"geteuid()" in lines


@pytest.mark.needs("root")
def test_what_that_user_may_not_execute_is_not_executed(tool: Tool, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    shutil.copy("/usr/bin/true", tmp_path / "mine")
    outcome = tool("log", "-o", "/dev/null", "-u", "nobody", tmp_path / "mine")
    assert outcome.returncode == 126
    assert b"Permission denied" in outcome.stderr


@pytest.mark.needs("root")
@pytest.mark.parametrize("user", ["root", "nobody"])
def test_the_screens_take_a_user_too(tool: Tool, user: str) -> None:
    assert b"need a terminal" in tool("run", "-u", user, "true").stderr


def test_only_root_can(as_user: OrdinaryUser) -> None:
    outcome = as_user.run([as_user.python, "-m", "seccomp_tui", "log", "-u", "root", "true"])
    if as_user.uid == NOBODY:
        assert outcome.returncode == 2
        assert b"only root can" in outcome.stderr


@pytest.mark.needs("root")
def test_of_a_program_that_may_not_be_looked_into_pointers_are_printed(as_user: OrdinaryUser) -> None:
    unreadable = as_user.home / "unreadable"
    shutil.copy(shutil.which("cat") or "", unreadable)
    unreadable.chmod(0o711)  # root's, so not dumpable while the user runs it
    command = [as_user.python, "-m", "seccomp_tui", "log", "-q", "-e", "trace=openat,read", unreadable, "/etc/hostname"]
    outcome = as_user.run(command)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == Path("/etc/hostname").read_bytes()
    opened = [line for line in outcome.stderr.splitlines() if b"openat(" in line]
    assert opened
    assert all(re.match(rb"(\d+ +)?openat\(AT_FDCWD, 0x[0-9a-f]+, O_RDONLY", line) for line in opened)
