"""What sinks know of containers, and forget; what these are called can do no harm to a terminal."""

from __future__ import annotations

import json

from seccomp_tui.session.containers import Containers
from seccomp_tui.session.json_lines import JsonLines
from seccomp_tui.supervisor.records import ContainerGone, ContainerSeen, ProcessSeen, ThreadGone
from tests.session.made import Kept

HOSTILE = "a\x9b31m\u202e\U0001f600\x1b[2J"


def test_nothing_is_kept_of_containers_and_threads_that_have_ended() -> None:
    containers = Containers()
    come = ContainerSeen(1, 7, "c1")
    assert containers.event(come) is come
    assert containers.event(ProcessSeen(2, 50, 50, 1, b"sh", b"/bin/sh", 7)) is come
    assert containers.of(50) is come
    assert containers.event(ContainerGone(3, 7)) is come
    assert containers.of(50) is come
    containers.event(ThreadGone(4, 50))
    assert not containers._seen
    assert not containers._of


def test_json_is_ascii_and_says_what_was_sent() -> None:
    output = Kept()
    sink = JsonLines(output)
    sink.event(ContainerSeen(1, 7, "c1", HOSTILE, 5, HOSTILE, {HOSTILE: HOSTILE}))
    sink.event(ContainerGone(2, 7))
    come, gone = output.lines
    assert all(line.isascii() and line.isprintable() for line in output.lines)
    assert json.loads(come)["annotations"] == {HOSTILE: HOSTILE}
    assert json.loads(come)["metadata"] == HOSTILE
    assert json.loads(gone)["container_name"] == HOSTILE
