"""Held calls: what is held, in what order they may be answered, and what the target sees."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, KILL, By, Kind, State, errno_answer, return_answer
from seccomp_tui.supervisor.records import unpack_call
from seccomp_tui.supervisor.wire import Held, HeldEnded, HeldRecord, ProcessDetails, ProcessStates, Status, TargetExited
from seccomp_tui.syscalls import numbers
from tests.e2e.operator import Operator, operate

pytestmark = pytest.mark.needs("user_notif")


def path_of(operator: Operator, seq: int) -> bytes:
    call = operator.recorded(seq)
    return next(data for address, data in call.segments if address == call.args[1])


def test_the_open_of_the_listed_folder_is_reached_within_five_answers(tmp_path: Path) -> None:
    with operate(["ls", "-l", "/"], tmp_path / "s.db") as operator:
        answers = 0
        while True:
            call = operator.held()
            if numbers.name(call.arch, call.nr) == "openat" and path_of(operator, call.seq) == b"/\0":
                break
            operator.answer(call, ALLOW)
            answers += 1
        assert answers <= 5
        operator.answer(call, errno_answer(2))
        operator.client.hold(False, 0)
        assert os.waitstatus_to_exitcode(operator.expect(TargetExited).status) == 2
        operator.expect(Status, lambda status: not status.alive and status.startup > 20)
        assert "ls: cannot open directory '/': No such file or directory" in operator.output()
        operator.client.close()
        os.kill(operator.screens, signal.SIGTERM)
        assert operator.wait() == 2


def test_start_up_calls_are_let_through_and_counted_the_first_held_is_the_programs_own(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db") as operator:
        call = operator.held()
        assert path_of(operator, call.seq) == b"/etc/hostname\0"
        status = operator.expect(Status, lambda status: status.held == 1)
        assert status.startup >= 3
        assert operator.recorded(call.seq).row.state == State.HELD


EIGHT = """
import ctypes, sys, threading
libc = ctypes.CDLL(None)
seen = [0] * 8
start = threading.Barrier(8)
def one(i):
    start.wait()
    seen[i] = libc.getppid()
ts = [threading.Thread(target=one, args=(i,)) for i in range(8)]
[t.start() for t in ts]; [t.join() for t in ts]
sys.exit(0 if sorted(seen) == list(range(500, 508)) else 1)
"""


def test_eight_held_calls_answered_in_reverse_get_each_its_own_answer(tmp_path: Path) -> None:
    with operate([sys.executable, "-c", EIGHT], tmp_path / "s.db", trace="getppid") as operator:
        calls = [operator.held("getppid") for _ in range(8)]
        assert len({call.tid for call in calls}) == 8
        for value, call in enumerate(reversed(calls), start=500):
            operator.answer(call, return_answer(value))
        ended = operator.expect(TargetExited)
        assert os.waitstatus_to_exitcode(ended.status) == 0
        operator.expect(Status, lambda status: not status.alive)
    rows = [operator.recorded(call.seq).row for call in calls]
    assert [row.value for row in rows] == list(range(507, 499, -1))
    assert {(row.kind, row.by) for row in rows} == {(Kind.RETURN, By.OPERATOR)}


def test_an_answer_is_given_once(tmp_path: Path) -> None:
    with operate(["sh", "-c", "cat /etc/hostname /etc/hosts; exit 4"], tmp_path / "s.db", trace="openat") as operator:
        call = operator.held()
        operator.client.answer([call.seq, call.seq, 99999], ALLOW)
        ended = operator.expect(HeldEnded)
        assert (ended.seq, ended.answer, ended.by) == (call.seq, ALLOW, By.OPERATOR)
        assert operator.held().seq != call.seq


def test_a_killed_callers_call_is_gone(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db") as operator:
        call = operator.held()
        os.kill(call.pid, signal.SIGKILL)
        ended = operator.expect(HeldEnded)
        assert (ended.seq, ended.state) == (call.seq, State.GONE)
        operator.expect(TargetExited, lambda message: message.status == signal.SIGKILL)
        operator.client.close()
        os.kill(operator.screens, signal.SIGKILL)
        assert operator.wait() == 137
    assert operator.recorded(call.seq).row.state == State.GONE


def test_kill_as_an_answer_kills_only_that_process(tmp_path: Path) -> None:
    script = "cat /etc/hostname; echo status $?"
    with operate(["sh", "-c", script], tmp_path / "s.db", trace="openat") as operator:
        while path_of(operator, (call := operator.held()).seq) != b"/etc/hostname\0":
            operator.answer(call, ALLOW)
        operator.answer(call, KILL)
        ended = operator.expect(HeldEnded, lambda message: message.seq == call.seq)
        assert ended.answer == KILL
        operator.expect(TargetExited)
        assert "status 137" in operator.output()


def test_running_lets_later_calls_go_and_stopping_holds_again(tmp_path: Path) -> None:
    script = "while :; do : < /etc/hostname; done"
    with operate(["sh", "-c", script], tmp_path / "s.db") as operator:
        call = operator.held()
        operator.client.hold(False, 0)
        operator.answer(call, ALLOW)
        calls = operator.expect(Status, lambda status: not status.holding).calls
        operator.expect(Status, lambda status: status.calls > calls + 100)
        operator.client.hold(True, 0)
        operator.held("openat")


def test_a_held_execve_that_is_allowed_starts_a_new_start_up(tmp_path: Path) -> None:
    with operate(["sh", "-c", "exec cat /etc/hostname"], tmp_path / "s.db") as operator:
        while (call := operator.held()).comm != b"cat":
            operator.answer(call, ALLOW)
        assert path_of(operator, call.seq) == b"/etc/hostname\0"


def test_a_failed_execve_starts_none(tmp_path: Path) -> None:
    code = "import os\ntry: os.execv('/nonexistent', ['x'])\nexcept OSError: os.stat('/lib/')"
    with operate([sys.executable, "-c", code], tmp_path / "s.db", trace="execve,newfstatat") as operator:
        while numbers.name((call := operator.held()).arch, call.nr) != "execve":
            operator.answer(call, ALLOW)
        operator.answer(call, ALLOW)
        assert path_of(operator, operator.held("newfstatat").seq) == b"/lib/\0"


def test_with_a_narrowed_filter_every_call_of_the_set_is_held(tmp_path: Path) -> None:
    with operate(["echo", "hi"], tmp_path / "s.db", trace="write") as operator:
        operator.answer(operator.held("write"), errno_answer(5))
        operator.client.hold(False, 0)  # it tells of the error
        assert os.waitstatus_to_exitcode(operator.expect(TargetExited).status) == 1


def test_a_thread_of_a_new_program_that_calls_first_is_in_its_start_up(tmp_path: Path) -> None:
    code = "import threading; t = threading.Thread(target=lambda: open('/etc/hostname')); t.start(); t.join()"
    with operate([sys.executable, "-c", code], tmp_path / "s.db", trace="openat") as operator:
        while path_of(operator, (call := operator.held()).seq) != b"/etc/hostname\0":
            operator.answer(call, ALLOW)
        operator.expect(Status, lambda status: status.startup > 0)


INTERRUPTED = """
import os, signal, sys, time
def child_died(number, frame): os.close(os.open('/etc/hostname', os.O_RDONLY))
signal.signal(signal.SIGCHLD, child_died)
for _ in range(20):
    pid = os.fork()
    if pid == 0: os._exit(0)
    for _ in range(200):
        try: os.sched_yield()
        except OSError: pass
    os.waitpid(pid, 0)
"""


def test_held_calls_survive_their_threads_earlier_withdrawn_ones(tmp_path: Path) -> None:
    """Without WAIT_KILLABLE a SIGCHLD withdraws the parked call of the parent, whose handler's call is then held."""
    program = [sys.executable, "-c", INTERRUPTED]
    with operate(program, tmp_path / "s.db", interruptible=True) as operator:
        while not isinstance(message := operator.expect(object), TargetExited):
            if isinstance(message, Held):
                operator.answer(message, ALLOW)
        assert message.status == 0


def test_details_of_a_held_calls_process_are_told(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db") as operator:
        call = operator.held()
        operator.client.ask_process(call.tid, call.ip)
        rows = dict(operator.expect(ProcessDetails).rows)
        assert rows["arguments"] == b"cat /etc/hostname"
        assert b"libc" in rows["called from"]


def test_what_processes_do_is_told(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db") as operator:
        call = operator.held()
        operator.client.ask_processes([call.pid, 1 << 30])
        assert operator.expect(ProcessStates).states == [(call.pid, "S", 1)]


def test_while_the_recorder_is_stopped_held_calls_are_announced_and_answered_all_the_same(tmp_path: Path) -> None:
    script = "for i in 1 2 3; do cat /etc/hostname; done; exit 6"
    with operate(["sh", "-c", script], tmp_path / "s.db", trace="openat") as operator:
        os.kill(operator.role("recorder"), signal.SIGSTOP)
        call = operator.held()
        operator.answer(call, ALLOW)
        call = operator.held()
        assert not call.recorded
        operator.client.ask_record(call.seq)
        record = unpack_call(operator.expect(HeldRecord).frame)
        assert (record.seq, record.nr) == (call.seq, call.nr)
        assert record.segments
        os.kill(operator.role("recorder"), signal.SIGCONT)
        operator.client.leave("allow")
        operator.client.close()
        os.kill(operator.screens, signal.SIGKILL)
        assert operator.wait() == 6
    assert operator.recorded(call.seq).row.by == By.LEAVING


@pytest.mark.needs("strace")
def test_the_target_is_not_ptraced(tmp_path: Path) -> None:
    with operate(["cat", "/etc/hostname"], tmp_path / "s.db") as operator:
        call = operator.held()
        assert "TracerPid:\t0" in Path(f"/proc/{call.pid}/status").read_text()
        assert subprocess.run(["true"], check=False).returncode == 0


def test_when_the_program_can_not_be_executed_nothing_of_the_launcher_is_held(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    with operate([str(script)], tmp_path / "s.db") as operator:
        exited = operator.expect(TargetExited)
        assert (exited.status, exited.failure) == (127 << 8, 2)
        assert exited.reason == "its interpreter /no/such/interpreter: No such file or directory"
        assert not any(isinstance(message, Held) for message in operator.heard)
        operator.hang_up()
        assert operator.wait() == 127
