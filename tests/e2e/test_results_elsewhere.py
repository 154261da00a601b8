"""What calls return of targets that were not launched by us: containers, and another supervisor's."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import until
from tests.e2e.containers import Agent, Containers, output

pytestmark = [pytest.mark.needs("root", "user_notif", "results"), pytest.mark.timeout(60)]


def events_of(process: psutil.Process) -> int:
    """Return how many perf events a process has open."""
    found = 0
    for each in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(OSError):  # it is closed by now
            found += os.readlink(each) == "anon_inode:[perf_event]"
    return found


@pytest.mark.needs("runc")
def test_of_containers_and_what_is_executed_in_them(folder: Path, containers: Containers) -> None:
    agent = Agent(folder)
    try:
        supervisor = agent.role("supervisor")
        rings = events_of(supervisor)
        script = "mkdir /tmp/a /tmp/a /none/b; touch /tmp/up; until [ -e /tmp/stop ]; do sleep 0.05; done"
        runc = containers.start("one", ["/bin/sh", "-c", script], ("mkdir", "uname"))
        until((containers.root("one") / "tmp" / "up").exists)
        assert events_of(supervisor) > rings
        assert output(containers.runc("exec", containers.id("one"), "/bin/mkdir", "/tmp/c")) == ""
        (containers.root("one") / "tmp" / "stop").touch()
        output(runc)
        until(lambda: len(agent.objects("container_gone")) == 2)
        until(lambda: events_of(supervisor) == rings)
        assert agent.stop() == 0
    finally:
        if agent.process.poll() is None:
            agent.stop()
    assert agent.complaints.read_text() == ""
    text = re.compile(r'mkdir\("([^"]*)"')
    calls = [(text.findall(str(each["text"]))[0], each.get("errno", each.get("return"))) for each in made(agent)]
    assert calls == [("/tmp/a", 0), ("/tmp/a", "EEXIST"), ("/none/b", "ENOENT"), ("/tmp/c", 0)]
    assert {each["answer"] for each in made(agent)} == {"allow"}
    assert all(each["took"] > 0 for each in made(agent))


def made(agent: Agent) -> list[dict[str, Any]]:
    """Return its calls of mkdir."""
    return [each for each in agent.objects("call") if each["syscall"] == "mkdir"]
