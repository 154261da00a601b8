"""What is short for the supervisor, because the target has taken it, ends no run and leaves no call unanswered."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import OrdinaryUser

pytestmark = pytest.mark.needs("user_notif")
ANSWERS = ('fd memfd "x"', 'fd pipe "x"', "perform", 'fd "/etc/hosts"')

FORKS = """
import errno, os, signal, sys
ends, children = os.pipe(), []
while True:
    try:
        child = os.fork()
    except OSError:
        break
    if not child:
        os.close(ends[1])
        os.read(ends[0], 1)
        os._exit(0)
    children.append(child)
for _ in range(3):
    try:
        print("opened", os.open("/etc/hostname", os.O_RDONLY) >= 0)
    except OSError as error:
        print(errno.errorcode[error.errno])
os.close(ends[1])
for child in children:
    os.waitpid(child, 0)
"""


@pytest.mark.needs("root", "setpriv", "prlimit")
@pytest.mark.parametrize("answer", ANSWERS)
def test_processes_and_threads(answer: str, as_user: OrdinaryUser) -> None:
    alone = str(61000 + os.getpid() % 4000)  # limits count what other tests run as the same user
    limited = ["setpriv", "--reuid", alone, "--regid", alone, "--clear-groups", "prlimit", "--nproc=40:40"]
    rule = f'openat and path == "/etc/hostname" => {answer}'
    command = ["-m", "seccomp_tui", "log", "-o", "/dev/null", "-e", "trace=openat", "--rule", rule]
    done = subprocess.run(
        [*limited, as_user.python, *command, sys.executable, "-c", FORKS],
        cwd="/",
        env=as_user.env,
        capture_output=True,
        check=False,
        timeout=50,
    )
    assert b"supervisor died" not in done.stderr
    assert done.stdout.split() == [b"EAGAIN"] * 3
    assert b"rule 1: no " in done.stderr


@pytest.mark.needs("prlimit")
@pytest.mark.parametrize("answer", ANSWERS)
def test_descriptors(answer: str) -> None:
    """With every limit that lets the program start, each open is answered, well or with an error."""
    opens = "for each in 1 2 3; do cat /etc/hostname > /dev/null 2>&1 && echo good || echo bad; done"
    rule = f'openat and path == "/etc/hostname" => {answer}'
    command = ["-m", "seccomp_tui", "log", "-o", "/dev/null", "-e", "trace=openat", "--rule", rule, "sh", "-c", opens]
    outcomes = set()
    for limit in range(25, 38):
        limited = ["prlimit", f"--nofile={limit}:{limit}", sys.executable, *command]
        done = subprocess.run(limited, capture_output=True, check=False, timeout=50)
        if done.stdout:
            assert b"letting all calls go on" not in done.stderr, limit
            assert len(done.stdout.split()) == 3, limit
            outcomes |= set(done.stdout.split())
    assert outcomes == {b"good", b"bad"}
