"""Containers on the screens: their processes, the empty queue, the status line."""

from __future__ import annotations

from msgspec.structs import replace

from seccomp_tui.screens.grouping import grouped, is_head, members
from seccomp_tui.screens.model import NOTHING_YET, Model
from seccomp_tui.screens.notices import empty_queue
from seccomp_tui.screens.processes import tree
from seccomp_tui.screens.widgets.status import StatusLine
from seccomp_tui.session.totals import Program
from seccomp_tui.supervisor.records import ContainerSeen
from seccomp_tui.supervisor.wire import Hello


def program(pid: int, ppid: int, container: int) -> Program:
    return Program(pid, ppid, "sh", "/bin/sh", pid, 1, False, None, 0, container)


def test_processes_stand_under_their_containers() -> None:
    containers = [ContainerSeen(1, 1, "c1", "web"), ContainerSeen(2, 2, "c2"), ContainerSeen(3, 3, "c1", "web")]
    programs = [program(10, 1, 1), program(11, 10, 1), program(20, 1, 2), program(12, 1, 3), program(30, 1, 0)]
    found = grouped(programs, containers, {2})
    shown = [(node.branch, node.program.comm, node.program.pid) for node in tree(found)]
    assert shown == [
        ("", "web", -1),
        ("├ ", "sh", 10),
        ("│ └ ", "sh", 11),
        ("└ ", "sh", 12),
        ("", "c2", -2),
        ("└ ", "sh", 20),
        ("", "sh", 30),
    ]
    heads = [each for each in found if is_head(each)]
    assert [(each.exe, each.ended) for each in heads] == [("c1", False), ("c2", True)]
    assert [each.pid for each in members(heads[0], programs, containers)] == [10, 11, 12]


def agent() -> Model:
    model = Model([b"agent", b"/run/a"])
    model.feed(Hello([b"agent", b"/run/a"], 0, 0, True))
    return model


def text(model: Model) -> str:
    return "\n".join("".join(part for part, _ in line) for line in empty_queue(model))


def test_without_a_container_the_queue_says_how_one_comes() -> None:
    model = agent()
    model.feed(replace(NOTHING_YET, alive=True, containers=0))
    assert "waiting for containers" in text(model)
    assert '"listenerPath": "/run/a"' in text(model)
    model.feed(replace(NOTHING_YET, alive=True, containers=1, holding=True))
    assert "waiting for the first call to hold" in text(model)
    model.feed(replace(NOTHING_YET, alive=False, containers=0))
    assert model.over
    assert "ended: no process uses the filter any more" in text(model)


def test_the_status_line_counts_them() -> None:
    model = agent()
    for count, words in ((0, "0 containers"), (1, "1 container "), (2, "2 containers")):
        model.feed(replace(NOTHING_YET, alive=True, containers=count))
        assert words in "".join(part for part, _ in StatusLine(model).parts(100))
    model.feed(replace(NOTHING_YET, alive=False, containers=0))
    assert " ENDED " in [part for part, _ in StatusLine(model).parts(100)]
