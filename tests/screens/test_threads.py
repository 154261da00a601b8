"""Threads in the tree of processes."""

from __future__ import annotations

from seccomp_tui.screens.processes import ProcessesScreen, tree
from seccomp_tui.session.totals import Program, Thread
from seccomp_tui.supervisor.wire import AskProcesses, ProcessStates
from tests.screens.conftest import Start
from tests.screens.scripted import Supervisor


async def test_threads_are_told_of_below_their_process(start: Start, supervisor: Supervisor) -> None:
    assert supervisor.db is not None
    for pid, tid, comm in ((812, 812, "main"), (812, 813, "work\\33er"), (812, 814, "reader"), (900, 900, "other")):
        values = (tid, tid, pid, 1, comm, "/bin/main")
        supervisor.db.execute("insert into process values (?, ?, ?, ?, ?, ?, null, 0)", values)
    supervisor.db.execute("insert into thread_end values (2000, 812, 814, 0, 0, 0)")
    supervisor.past(3)
    async with start() as live:
        await live.hold(pid=812, tid=813)
        await live.press("4")
        await live.until(lambda: isinstance(live.app.screen, ProcessesScreen) and "813" in live.text("#processes"))
        await live.until(lambda: any(isinstance(each, AskProcesses) for each in supervisor.take()))
        assert next(each.pids for each in supervisor.asked if isinstance(each, AskProcesses)) == [812, 900, 813]
        supervisor.channel.send(ProcessStates([(812, "S", 2), (813, "D", 2), (900, "R", 1)]))
        await live.until(lambda: "running" in live.text("#processes"))
        main, worker, reader, other = [line.split() for line in live.lines("#processes")[1:5]]
        assert main[:5] == [">812", "main", "!", "held:", "openat"]
        assert worker[:7] == ["├", "813", "work\\33er", "!", "held:", "openat", "1"]
        assert reader[:6] == ["└", "814", "reader", "-", "exited", "0"]
        assert other[0] == "900"
        assert "2 processes, 2 alive" in live.whole()
        await live.press("o")
        await live.until(lambda: "814" not in live.text("#processes"))
        await live.press("down", "enter")
        await live.until(lambda: "tid == 813" in live.whole())
        await live.press("escape")
        await live.until(lambda: live.lines("#processes")[2].startswith(">├ 813") or "813" in live.whole())
        await live.press("t")
        await live.until(lambda: "813" not in live.text("#processes") and "900" in live.text("#processes"))


def test_threads_stand_below_their_process_before_its_children() -> None:
    programs = [Program(pid, ppid, "x", "/x", pid, 1, False, None, 0) for pid, ppid in ((1, 0), (5, 1))]
    threads = [Thread(pid, tid, "t", False, None, 0) for pid, tid in ((1, 2), (1, 3), (5, 6))]
    assert [(node.branch, node.tid) for node in tree(programs, threads)] == [
        ("", 1),
        ("├ ", 2),
        ("├ ", 3),
        ("└ ", 5),
        ("  └ ", 6),
    ]
