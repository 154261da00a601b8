"""What calls return of targets that were not launched by us: containers, and another supervisor's."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.containers import Agent, Containers, output, until

pytestmark = [pytest.mark.needs("root", "user_notif", "results"), pytest.mark.timeout(60)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a short name that only we can write."""
    made = tmp_path / "f"
    made.mkdir(mode=0o700)
    return made


def supervisor_of(command: int) -> psutil.Process:
    """Return the supervisor of a command, once it is there."""
    found: list[psutil.Process] = []

    def there() -> bool:
        found[:] = [each for each in psutil.Process(command).children() if each.name() == "stui-supervisor"]
        return bool(found)

    until(there, "the supervisor")
    return found[0]


def events_of(process: psutil.Process) -> int:
    """Return how many perf events a process has open."""
    links = Path(f"/proc/{process.pid}/fd")
    return sum(os.readlink(each) == "anon_inode:[perf_event]" for each in links.iterdir() if os.path.islink(each))


@pytest.mark.needs("runc")
def test_of_containers_and_what_is_executed_in_them(folder: Path) -> None:
    agent = Agent(folder)
    containers = Containers(folder / "c", folder / "agent")
    try:
        supervisor = supervisor_of(agent.process.pid)
        rings = events_of(supervisor)
        script = "mkdir /tmp/a /tmp/a /none/b; touch /tmp/up; until [ -e /tmp/stop ]; do sleep 0.05; done"
        runc = containers.start("one", ["/bin/sh", "-c", script], ("mkdir", "uname"))
        until((containers.root("one") / "tmp" / "up").exists, "the container")
        assert events_of(supervisor) > rings
        assert output(containers.runc("exec", containers.id("one"), "/bin/mkdir", "/tmp/c")) == ""
        (containers.root("one") / "tmp" / "stop").touch()
        output(runc)
        until(lambda: len(agent.objects("container_gone")) == 2, "the end of both")
        until(lambda: events_of(supervisor) == rings, "its descriptors to be closed")
        assert agent.stop() == 0
    finally:
        if agent.process.poll() is None:
            agent.stop()
        containers.end()
    assert agent.complaints.read_text() == ""
    text = re.compile(r'mkdir\("([^"]*)"')
    calls = [(text.findall(str(each["text"]))[0], each.get("errno", each.get("return"))) for each in made(agent)]
    assert calls == [("/tmp/a", 0), ("/tmp/a", "EEXIST"), ("/none/b", "ENOENT"), ("/tmp/c", 0)]
    assert {each["answer"] for each in made(agent)} == {"allow"}
    assert all(each["took"] > 0 for each in made(agent))


def made(agent: Agent) -> list[dict[str, Any]]:
    """Return its calls of mkdir."""
    return [each for each in agent.objects("call") if each["syscall"] == "mkdir"]
