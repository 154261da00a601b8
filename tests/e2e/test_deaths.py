"""Whoever dies, the target goes on as laid down, and its output is complete."""

from __future__ import annotations

import os
import select
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, By
from seccomp_tui.supervisor.wire import Status
from tests.conftest import until
from tests.e2e.conftest import COMMAND, ROOT
from tests.e2e.operator import Operator, operate

pytestmark = pytest.mark.needs("user_notif")


def target(tmp_path: Path, lines: int = 300) -> tuple[list[str], Path]:
    """A program with many processes that writes `lines` lines into a file, and that file."""
    result = tmp_path / "result"
    copy = f"while read n; do echo $n; : < /etc/hostname; done > {result}"
    script = f"for i in $(seq {lines}); do echo $i; done | {copy}; exit 7"
    return ["bash", "-c", script], result


def numbers_up_to(lines: int) -> str:
    return "".join(f"{i}\n" for i in range(1, lines + 1))


def running(operator: Operator) -> None:
    """Let it run and wait until it does."""
    call = operator.held()
    operator.client.hold(False, 0)
    operator.answer(call, ALLOW)
    operator.expect(Status, lambda status: status.calls > call.seq + 20)


def test_screens_killed_the_target_goes_on_and_is_recorded_to_its_end(tmp_path: Path) -> None:
    program, result = target(tmp_path)
    with operate(program, tmp_path / "s.db") as operator:
        call = operator.held()
        operator.hang_up()
        assert operator.wait() == 7
    assert result.read_text() == numbers_up_to(300)
    assert operator.recorded(call.seq).row.by == By.LEAVING
    with sqlite3.connect(tmp_path / "s.db") as db:
        assert db.execute("select status from session").fetchone() == (7 << 8,)


def test_screens_killed_with_on_exit_kill_the_target_is_killed(tmp_path: Path) -> None:
    program, _ = target(tmp_path)
    with operate(program, tmp_path / "s.db", on_exit="kill") as operator:
        operator.held()
        operator.hang_up()
        assert operator.wait() == 137


def test_a_target_that_floods_its_terminal_is_not_blocked_by_dead_screens(tmp_path: Path) -> None:
    with operate(["sh", "-c", "seq 200000; exit 5"], tmp_path / "s.db") as operator:
        operator.held()
        operator.hang_up()
        assert operator.wait() == 5


def test_supervisor_killed_while_a_call_is_held_the_keeper_answers(tmp_path: Path) -> None:
    program, result = target(tmp_path)
    with operate(program, tmp_path / "s.db") as operator:
        operator.held()
        os.kill(operator.role("supervisor"), signal.SIGKILL)
        select.select([operator.client], [], [], 30)
        operator.hang_up()
        assert operator.wait() == 7
    assert result.read_text() == numbers_up_to(300)


def test_supervisor_killed_while_it_runs_the_keeper_answers(tmp_path: Path) -> None:
    program, result = target(tmp_path)
    with operate(program, tmp_path / "s.db") as operator:
        running(operator)
        os.kill(operator.role("supervisor"), signal.SIGKILL)
        operator.hang_up()
        assert operator.wait() == 7
    assert result.read_text() == numbers_up_to(300)


def test_supervisor_killed_with_on_exit_kill_nothing_of_the_target_is_left(tmp_path: Path) -> None:
    with operate(["sh", "-c", "sleep 1000 & sleep 1000 & wait"], tmp_path / "s.db", on_exit="kill") as operator:
        call = operator.held()
        os.kill(operator.role("supervisor"), signal.SIGKILL)
        operator.hang_up()
        assert operator.wait() == 137
    assert not Path(f"/proc/{call.pid}").exists()


def test_recorder_killed_the_screens_are_told_and_answers_go_on(tmp_path: Path) -> None:
    program, result = target(tmp_path)
    with operate(program, tmp_path / "s.db") as operator:
        call = operator.held()
        os.kill(operator.role("recorder"), signal.SIGKILL)
        operator.answer(call, ALLOW)
        operator.expect(Status, lambda status: not status.recording)
        assert not operator.held().recorded
        operator.client.leave("allow")
        operator.hang_up()
        assert operator.wait() == 7
    assert result.read_text() == numbers_up_to(300)


def test_recorder_stopped_under_load_nothing_is_lost(tmp_path: Path) -> None:
    program, result = target(tmp_path, 1000)
    with operate(program, tmp_path / "s.db", holding=False) as operator:
        recorder = operator.role("recorder")
        operator.expect(Status, lambda status: status.calls > 300)
        os.kill(recorder, signal.SIGSTOP)
        # The pipe is soon full; the target must run on all the same.
        operator.expect(Status, lambda status: status.calls > 9000)
        os.kill(recorder, signal.SIGCONT)
        operator.client.leave("allow")
        operator.hang_up()
        assert operator.wait() == 7
    assert result.read_text() == numbers_up_to(1000)
    with sqlite3.connect(tmp_path / "s.db") as db:
        count, last = db.execute("select count(*), max(seq) from call").fetchone()
        assert count == last > 9000


def test_abandoned_calls_fail_with_enosys(tmp_path: Path) -> None:
    code = "import os, sys\ntry: os.stat('/etc/hostname')\nexcept OSError as e: os._exit(e.errno)"
    with operate([sys.executable, "-c", code], tmp_path / "s.db", trace="newfstatat,stat") as operator:
        while b"/etc/hostname\0" not in dict(operator.recorded((call := operator.held()).seq).segments).values():
            operator.answer(call, ALLOW)
        operator.client.leave("abandon")
        operator.hang_up()
        assert operator.wait() == 38


def test_abandoning_while_calls_stream_in_does_not_hurt_the_recording(tmp_path: Path) -> None:
    script = "while :; do : < /etc/hostname || exit 3; done"
    with operate(["sh", "-c", script], tmp_path / "s.db", holding=False) as operator:
        operator.expect(Status, lambda status: status.calls > 500)
        supervisor = operator.role("supervisor")
        os.kill(supervisor, signal.SIGSTOP)
        operator.client.leave("abandon")
        operator.client.leave("abandon")
        os.kill(supervisor, signal.SIGCONT)
        operator.hang_up()
        assert operator.wait() != 0
    with sqlite3.connect(tmp_path / "s.db") as db:
        assert db.execute("select ended is not null from session").fetchone() == (1,), "the supervisor lived to the end"


def test_supervisor_killed_while_an_exit_waits_for_its_parent_leaves_nobody_stuck(tmp_path: Path) -> None:
    # dash catches SIGCHLD, so each exit waits for a good moment; other processes keep calling meanwhile. The
    # loop in the background ends while the other forks: without the keeper's care for exits it "cannot fork" (exit 2).
    script = "for i in $(seq 300); do (:) ; done & for i in $(seq 300); do (:); done; wait; exit 8"
    for at in range(5):
        with operate(["dash", "-c", script], tmp_path / f"{at}.db", holding=False) as operator:
            operator.expect(Status, lambda status, least=500 * (at + 1): status.calls > least)
            os.kill(operator.role("supervisor"), signal.SIGKILL)
            operator.hang_up()
            assert operator.wait() == 8


def test_a_kill_that_the_supervisor_could_not_finish_is_the_keepers(tmp_path: Path) -> None:
    with operate(["sh", "-c", "sleep 1000; :"], tmp_path / "s.db", holding=False) as operator:
        operator.expect(Status, lambda status: status.threads >= 2)
        supervisor = operator.role("supervisor")
        os.kill(supervisor, signal.SIGSTOP)
        operator.client.leave("kill")
        os.kill(supervisor, signal.SIGCONT)
        os.kill(supervisor, signal.SIGKILL)
        operator.hang_up()
        os.kill(operator.keeper, signal.SIGTERM)
        assert operator.wait() in (137, 143)


def test_leaving_with_kill_ends_every_process_of_the_target(tmp_path: Path) -> None:
    script = "sleep 1000 & (setsid sleep 1000 &) ; sleep 1000"
    with operate(["sh", "-c", script], tmp_path / "s.db", holding=False) as operator:
        operator.expect(Status, lambda status: status.threads >= 4)
        operator.client.leave("kill")
        operator.hang_up()
        assert operator.wait() == 137


@pytest.mark.parametrize("victim", ["supervisor", "recorder"])
def test_log_survives_too(tmp_path: Path, victim: str) -> None:
    program, result = target(tmp_path)
    argv = [*COMMAND, "log", "-o", tmp_path / "lines", *program]
    with subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE) as us:
        children = Path(f"/proc/{us.pid}/task/{us.pid}/children")
        until(lambda: result.exists() and result.read_text())
        os.kill(int(children.read_text().split()[victim == "supervisor"]), signal.SIGKILL)
        assert us.wait() == 7
        assert us.stderr is not None
        said = us.stderr.read()
        assert (b"the supervisor died; letting all calls go on" in said) == (victim == "supervisor")
        assert (b"the recorder died; no more calls are written down" in said) == (victim == "recorder")
    assert result.read_text() == numbers_up_to(300)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_that_comes_before_the_program_has_started_reaches_it(number: int) -> None:
    at_default = ["env", "--default-signal=HUP,TERM"]  # whatever we were started with
    argv = [*at_default, *COMMAND, "log", "-o", "/dev/null", "sleep", "1000"]
    with subprocess.Popen(argv, cwd=ROOT) as us:
        children = Path(f"/proc/{us.pid}/task/{us.pid}/children")
        until(children.read_text)
        us.send_signal(number)
        assert us.wait() == 128 + number
