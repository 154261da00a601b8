"""How a call would be performed for a thread, and what forbids it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from seccomp_tui.supervisor.foreseen import foreseen


@pytest.fixture
def program() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "1000"], cwd="/usr") as process:
        yield process
        process.kill()


def test_a_program_like_ours(program: subprocess.Popen[bytes]) -> None:
    told = foreseen(7, program.pid, "openat")
    rows = dict(told.target.rows)
    assert told.seq == 7
    assert told.target.refused == told.supervisor.refused == ""
    assert rows["root folder"] == b"/  (the same as ours)"
    assert rows["working folder"] == b"/usr"
    assert rows["namespaces"] == b"the same as ours"
    assert rows["user"].startswith(b"uid %d, gid %d" % (os.geteuid(), os.getegid()))


@pytest.mark.needs("root")
def test_another_user_in_other_namespaces() -> None:
    argv = ["unshare", "-um", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sleep", "1000"]
    with subprocess.Popen([*argv[:-2], "sh", "-c", "echo up; exec sleep 1000"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        told = foreseen(1, process.pid, "mount")
        process.kill()
    rows, ours = dict(told.target.rows), dict(told.supervisor.rows)
    assert rows["user"] == b"uid 65534, gid 65534"
    assert rows["capabilities"] == b"none"
    assert rows["namespaces"] == b"enters the target's mnt, uts"
    assert ours["user"].startswith(b"uid 0, gid 0")
    assert ours["namespaces"] == rows["namespaces"]


def test_a_thread_that_is_gone(program: subprocess.Popen[bytes]) -> None:
    program.kill()
    program.wait()
    told = foreseen(1, program.pid, "openat")
    assert told.target.rows == []
    assert told.target.refused.startswith("the target can't be looked at")
