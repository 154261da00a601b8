"""Callers in a pid namespace that is not below the agent's: only blind answers, and none is mixed up with another."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import psutil
import pytest

from seccomp_tui.session.store import Store
from tests.conftest import PATIENCE, until
from tests.e2e.containers import Agent, Containers, output

pytestmark = [pytest.mark.needs("root", "user_notif", "runc"), pytest.mark.timeout(60)]
ELSEWHERE = ("unshare", "-p", "-f", "--mount-proc", "--kill-child")
GIVEN = {
    'mkdir and path == "/tmp/a"': "errno EROFS",
    "mkdir and mode == 0o700": "errno EDQUOT",
    "sethostname": "return 0",
    "memfd_create": 'fd "/etc/passwd"',
    "rmdir": "kill",
    "uname": 'fill buf sysname="X"',
    "chmod": "perform",
    "symlink": 'allow poke target "x"',
    "unlink": "errno ENOSPC signal SIGUSR1",
}
LATER = {0o1: "errno E2BIG after 400ms", 0o2: "errno EXDEV after 300ms", 0o3: "errno ELOOP after 200ms"}
SCRIPT = """
import errno, os, socket, threading
def told(what, call, *arguments):
    try: outcome = call(*arguments)
    except OSError as error: outcome = errno.errorcode[error.errno]
    print(what, outcome, flush=True)
told("a", os.mkdir, "/tmp/a")
told("b", os.mkdir, "/tmp/b", 0o700)
told("host", socket.sethostname, "x")
told("fd", lambda: os.read(os.memfd_create("x"), 5))
calls = {"rmdir": ["/x"], "uname": [], "chmod": ["/x", 0], "symlink": ["/x", "/y"], "unlink": ["/x"]}
for name, arguments in calls.items():
    told(name, getattr(os, name), *arguments)
def mode(which):
    told(f"mode {which}", os.mkfifo, "/tmp/f", which)
threads = [threading.Thread(target=mode, args=[which]) for which in (1, 2, 3)]
for each in threads: each.start()
for each in threads: each.join()
"""


def test_what_can_be_given_is_given_and_all_else_is_refused_in_plain_words(
    folder: Path, containers: Containers, tmp_path: Path
) -> None:
    recording = tmp_path / "s.db"
    waits = {f"mknodat and mode == {0o010000 | which:#o}": answer for which, answer in LATER.items()}
    rules = [word for when, answer in (GIVEN | waits).items() for word in ("--rule", f"{when} => {answer}")]
    agent = Agent(folder, "--session", recording, *rules, before=ELSEWHERE)
    try:
        notified = ("mkdir", "sethostname", "memfd_create", "rmdir", "uname", "chmod", "symlink", "unlink", "mknodat")
        printed = output(containers.start("one", ["/usr/bin/python3", "-c", SCRIPT], notified))
        until(lambda: agent.objects("container_gone"))
        for process in psutil.Process(agent.process.pid).children():
            process.terminate()
        assert agent.process.wait(PATIENCE) == 0
    finally:
        if agent.process.poll() is None:
            agent.kill()
    said = printed.splitlines()
    assert said[:-3] == [
        "a None",  # a rule about memory is not true of what can't be read
        "b EDQUOT",
        "host None",
        "fd b'root:'",
        *(f"{name} EPERM" for name in ("rmdir", "uname", "chmod", "symlink", "unlink")),
    ]
    assert sorted(said[-3:]) == ["mode 1 E2BIG", "mode 2 EXDEV", "mode 3 ELOOP"]
    complaints = agent.complaints.read_text()
    for needed in ("killing needs its process", "filling in needs its memory", "performing needs its namespaces"):
        assert f"the caller is not visible from here (another pid namespace): {needed}\n" in complaints
    assert "Traceback" not in complaints
    calls = agent.objects("call")
    assert {(each["pid"], each["tid"], each["container"]) for each in calls} == {(0, 0, containers.id("one"))}
    assert {each["state"] for each in calls} == {"answered"}
    assert len(agent.objects("process")) == 1
    with closing(Store(recording)) as store:
        assert store.count() == len(calls)
