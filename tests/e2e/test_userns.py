"""`--userns`: the program in a user namespace of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import OrdinaryUser
from tests.e2e.conftest import COMMAND, Tool, native

SHOW = "id -u; cat /proc/self/uid_map /proc/self/gid_map; grep NoNewPrivs /proc/self/status"
REFUSE = "echo 0 > /proc/sys/user/max_user_namespaces && exec"
"""Before a command: no namespaces below the one that it stands in."""


def _has_namespaces() -> bool:
    """Tell whether an ordinary user may make one here, which some systems forbid."""
    return native(["unshare", "-U", "-r", "true"]).returncode == 0


pytestmark = pytest.mark.skipif(not _has_namespaces(), reason="no user namespaces here (unshare -U)")


def _shown(uid: int, gid: int) -> list[bytes]:
    return [b"0", b"0 %d 1" % uid, b"0 %d 1" % gid, b"NoNewPrivs: 0"]


def _lines(output: bytes) -> list[bytes]:
    return [b" ".join(line.split()) for line in output.splitlines()]


def test_an_ordinary_user_is_root_in_it(as_user: OrdinaryUser) -> None:
    lines = as_user.home / "lines"
    command = [as_user.python, "-m", "seccomp_tui", "log", "-o", lines, "--userns"]
    outcome = as_user.run([*command, "sh", "-c", f"{SHOW}; cat /etc/hostname"])
    assert outcome.returncode == 0, outcome.stderr
    gid = as_user.uid if os.geteuid() == 0 else os.getegid()
    assert _lines(outcome.stdout)[:4] == _shown(as_user.uid, gid)
    assert b'openat(AT_FDCWD, "/etc/hostname", O_RDONLY' in lines.read_bytes()  # its memory can be read


def test_calls_are_performed_and_filled_in_it(as_user: OrdinaryUser) -> None:
    lines = as_user.home / "lines"
    rules = ["--rule", 'openat and path ~ "hostname$" => perform', "--rule", 'uname => fill buf sysname="Made"']
    command = [as_user.python, "-m", "seccomp_tui", "log", "-o", lines, "--userns", *rules]
    outcome = as_user.run([*command, "sh", "-c", "cat /etc/hostname; uname"])
    assert outcome.stdout == Path("/etc/hostname").read_bytes() + b"Made\n", outcome.stderr
    assert b"(PERFORMED)" in lines.read_bytes()


@pytest.mark.needs("root", "results")
def test_root_knows_results_in_it_too(tool: Tool, tmp_path: Path) -> None:
    outcome = tool("log", "-o", tmp_path / "lines", "--userns", "cat", "/etc/hostname")
    assert outcome.stdout == Path("/etc/hostname").read_bytes()
    assert b'"/etc/hostname", O_RDONLY) = 3\n' in (tmp_path / "lines").read_bytes()


@pytest.mark.needs("root")
def test_another_user_in_it(tool: Tool, tmp_path: Path) -> None:
    outcome = tool("log", "-o", tmp_path / "lines", "--userns", "-u", "nobody", "sh", "-c", SHOW)
    assert _lines(outcome.stdout) == _shown(65534, 65534), outcome.stderr


def test_a_screen_command_takes_it(tool: Tool) -> None:
    assert b"need a terminal" in tool("run", "--userns", "true").stderr


def test_why_there_is_none(tmp_path: Path) -> None:
    command = f"{REFUSE} {' '.join(COMMAND)} log --results off -o {tmp_path}/lines --userns true"
    outcome = native([shutil.which("unshare") or "unshare", "-U", "-r", "sh", "-c", command])
    assert outcome.returncode == 125
    why = "the limit is reached: sysctl user.max_user_namespaces"
    assert outcome.stderr.decode() == (
        f"seccomp-tui: the program gets no user namespace of its own (unshare: ENOSPC): {why}\n"
    )
