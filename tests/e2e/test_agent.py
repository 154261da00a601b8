"""The agent with a real runtime: each sort of answer, several containers at a time, and what it leaves behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from seccomp_tui.session.store import Store
from tests.conftest import PATIENCE, until
from tests.e2e.conftest import COMMAND
from tests.e2e.containers import MAKING, ONE_PIPE, Agent, Containers, output

pytestmark = pytest.mark.needs("root", "user_notif", "runc")
WAITS = "until [ -e /tmp/go ]; do sleep 0.05; done;"
Start = Callable[..., Agent]


@pytest.fixture
def agent(folder: Path) -> Iterator[Start]:
    """Return a function that starts an agent."""
    started: list[Agent] = []

    def start(*options: str | Path) -> Agent:
        started.append(Agent(folder, *options))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.stop()


def rules(*lines: str) -> list[str]:
    return [word for line in lines for word in ("--rule", line)]


def test_each_sort_of_answer_by_rule(agent: Start, containers: Containers, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "given").write_text("from the host\n")
    recording = tmp_path / "s.db"
    answering = agent(
        *rules(
            'mkdir and path == "/tmp/e" => errno EROFS',
            'fchmodat and path == "/etc" => return 0',
            f'openat and path == "/given" => fd "{tmp_path}/given"',
            "mount => perform as supervisor",
            "mknod => perform as supervisor",
            "mknodat => perform as supervisor",
        ),
        *("--session", recording),
    )
    script = (
        f"{ONE_PIPE} mkdir /tmp/e; mkdir /tmp/m && echo made; chmod 700 /etc && stat -c %a /etc; cat /given;"
        "mount -t tmpfs none /tmp/m && touch /tmp/m/here && ls /tmp/m;"
        "mknod /tmp/null c 1 3 && stat -c '%t,%T' /tmp/null"
    )
    told = output(containers.start("one", ["/bin/sh", "-c", script], (*MAKING, "openat"), "lab"))
    assert "'/tmp/e': Read-only file system" in told
    assert told.endswith("made\n755\nfrom the host\nhere\n1,3\n")
    until(lambda: answering.objects("container_gone"))
    assert answering.stop() == 0
    (came,) = answering.objects("container")
    assert (came["container"], came["metadata"]) == (containers.id("one"), "lab")
    calls = {(call["syscall"], call["path"]): call for call in answering.objects("call") if call["by"] == "rule"}
    assert calls["mkdir", "/tmp/e"]["errno"] == "EROFS"
    assert {call["container"] for call in calls.values()} == {containers.id("one")}
    assert [call["answer"] for (name, _), call in calls.items() if name.startswith("m") and name != "mkdir"] == [
        "perform",
        "perform",
    ]
    with closing(Store(recording)) as store:
        (recorded,) = store.containers()
        assert (recorded.container, store.containers_over()) == (containers.id("one"), {1})
    exported = subprocess.run([*COMMAND, "export", "strace", recording], capture_output=True, check=True).stdout
    assert re.search(rf'^\[{containers.id("one")}\] .*mkdir\("/tmp/e", ', exported.decode(), re.MULTILINE)
    assert not answering.socket.exists()


def test_several_containers_each_by_its_name_and_rules(
    agent: Start, containers: Containers, folder: Path, tmp_path: Path
) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "lab.toml").write_text('[[rule]]\nwhen = "mkdir"\nanswer = "errno EDQUOT"\n')
    answering = agent(
        *("--rules-dir", folder / "rules"),
        *rules(
            f'mkdir and container == "{containers.id("two")}" => errno EROFS',
            'mkdir and container_name == "pod/box" => errno ENOSPC',
        ),
    )
    script = ["/bin/sh", "-c", "mkdir /tmp/a; until [ -e /tmp/stop ]; do sleep 0.05; done"]
    running = {name: containers.start(name, script, MAKING, meta) for name, meta in (("one", "lab"), ("two", "../x"))}
    containers.annotations = {"io.kubernetes.pod.name": "pod", "io.kubernetes.container.name": "box"}
    running["three"] = containers.start("three", script, MAKING)
    until(lambda: len(answering.objects("call")) == 3)
    inside = containers.runc("exec", containers.id("two"), "/bin/mkdir", "/tmp/b")
    assert "Read-only file system" in output(inside)
    for name in running:
        (containers.root(name) / "tmp" / "stop").touch()
    told = {name: output(each) for name, each in running.items()}
    assert "Disk quota exceeded" in told["one"]
    assert "Read-only file system" in told["two"]
    assert "No space left on device" in told["three"]
    until(lambda: len(answering.objects("container_gone")) == 4)
    assert answering.stop() == 0
    assert "no plain name of a file" in answering.complaints.read_text()


@pytest.mark.skipif(shutil.which("crun") is None, reason="crun is not installed")
def test_crun_sends_its_containers_too(agent: Start, containers: Containers) -> None:
    answering = agent(*rules("mkdir => errno EROFS"))
    assert "Read-only file system" in output(containers.start("one", ["/bin/mkdir", "/tmp/a"], MAKING))
    told = output(containers.crun("one"))
    if "cgroup" in told:
        pytest.skip(f"crun runs no container here: {told}")
    assert "Read-only file system" in told
    until(lambda: len(answering.objects("container_gone")) == 2)
    assert [each["container"] for each in answering.objects("container")] == [
        containers.id("one"),
        f"{containers.id('one')}-crun",
    ]


def test_killed_it_leaves_calls_to_fail_with_enosys(agent: Start, containers: Containers) -> None:
    answering = agent(*rules("mkdir => errno EPERM after 100s"))
    mine = f"/tmp/{containers.id('one')}"
    runc = containers.start("one", ["/bin/sh", "-c", f"mkdir {mine}; mkdir {mine}"], MAKING)
    until(lambda: is_held(["mkdir", mine]))
    answering.kill()
    assert output(runc).count("Function not implemented") == 2


def is_held(command: list[str]) -> bool:
    """Tell whether a process of that command line waits in the kernel for an answer."""
    found = (each for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"] == command)
    return any(_in_seccomp(each.pid) for each in found)


def _in_seccomp(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/wchan").read_text().startswith("seccomp") or Path(
            f"/proc/{pid}/syscall"
        ).read_text().startswith("83 ")
    except OSError:
        return False


def test_stopped_it_lets_calls_go_on(agent: Start, containers: Containers, folder: Path) -> None:
    answering = agent(*rules('mkdir and path == "/tmp/c" => errno EROFS'))
    script = f"{ONE_PIPE} mkdir /tmp/a && echo a; {WAITS} mkdir /tmp/b && echo b; mkdir /tmp/c"
    runc = containers.start("one", ["/bin/sh", "-c", script], MAKING)
    until(lambda: answering.objects("call"))
    assert answering.stop() == 0
    assert "1 still running: process" in answering.complaints.read_text()
    assert not answering.socket.exists()
    again = agent()  # the place is free
    (containers.root("one") / "tmp" / "go").touch()
    told = output(runc)
    assert "a\nb\n" in told
    assert "'/tmp/c': Read-only file system" in told
    assert again.stop() == 0
    assert again.objects("container") == []


def test_one_who_has_lost_its_command_stops_too(agent: Start, containers: Containers) -> None:
    answering = agent()
    script = f"{WAITS} mkdir /tmp/a && echo a"
    runc = containers.start("one", ["/bin/sh", "-c", script], MAKING)
    until(lambda: answering.objects("container"))
    assert answering.stop(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not answering.socket.exists())
    (containers.root("one") / "tmp" / "go").touch()
    assert output(runc) == "a\n"


def test_without_its_supervisor_it_ends_and_says_so(agent: Start, containers: Containers) -> None:
    answering = agent()
    script = f"{WAITS} mkdir /tmp/a"
    runc = containers.start("one", ["/bin/sh", "-c", script], MAKING)
    until(lambda: answering.objects("container"))
    answering.role("supervisor").kill()
    assert answering.process.wait(PATIENCE) == 125
    assert "the supervisor died: calls that trap fail with ENOSYS" in answering.complaints.read_text()
    assert not answering.socket.exists()
    (containers.root("one") / "tmp" / "go").touch()
    assert "Function not implemented" in output(runc)


def test_nothing_of_a_container_that_has_ended_is_kept(agent: Start, containers: Containers) -> None:
    answering = agent(*rules("mkdir => perform"))
    script = f"mkdir /tmp/a && echo a; {WAITS} true"
    runc = containers.start("one", ["/bin/sh", "-c", script], MAKING)
    until(lambda: answering.objects("call"))
    supervisor = answering.role("supervisor")
    assert _elsewhere(supervisor)
    (containers.root("one") / "tmp" / "go").touch()
    assert output(runc) == "a\n"
    until(lambda: answering.objects("container_gone"))
    until(lambda: not _elsewhere(supervisor))


def _elsewhere(process: psutil.Process) -> list[psutil.Process]:
    """Return its children that are in another mount namespace."""

    def space(pid: int) -> str:
        with suppress(OSError):
            return os.readlink(f"/proc/{pid}/ns/mnt")
        return ""

    return [each for each in process.children() if space(each.pid) not in ("", space(process.pid))]


def test_when_nobody_takes_listeners_any_more_it_ends_and_lets_calls_go_on(
    agent: Start, containers: Containers
) -> None:
    answering = agent()
    script = f"{WAITS} mkdir /tmp/a && echo a"
    runc = containers.start("one", ["/bin/sh", "-c", script], MAKING)
    until(lambda: answering.objects("container"))
    answering.role("acceptor").kill()
    assert answering.process.wait(PATIENCE) == 125
    assert "1 still running: process" in answering.complaints.read_text()
    (containers.root("one") / "tmp" / "go").touch()
    assert output(runc) == "a\n"
