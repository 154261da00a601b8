"""ptrace beside us: tracers inside the target, debuggers from outside, and calls that are taken back and come again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, State
from seccomp_tui.policy.expression import parse
from seccomp_tui.supervisor.wire import HeldEnded, TargetExited
from tests.conftest import until
from tests.e2e.conftest import Completed, Tool, native
from tests.e2e.operator import Operator, operate
from tests.kernel.nesting import state

pytestmark = pytest.mark.needs("user_notif")

# --- inside the target ---


def comparable(text: bytes) -> list[bytes]:
    """Return lines without what differs from run to run: addresses, process ids, times."""
    varies = rb"0x[0-9a-f]+|\d{2,}|(?<=si_[us]time=)\d+(?: /\* .*? \*/)?"
    return [re.sub(varies, b"N", line) for line in text.splitlines()]


GDB = ["gdb", "-q", "-batch", "-nx", "-iex", "set debuginfod enabled off"]
CRASHES = "int inner(int *p) { return *p; }\nint main(void) { return inner(0); }\n"


@pytest.mark.needs("strace")
def test_strace_as_the_program_does_what_it_does_alone(tool: Tool, tmp_path: Path) -> None:
    traces = []
    outcomes = []
    for name, run in (("ours", lambda *words: tool("log", "-o", tmp_path / "lines", *words)), ("alone", traced_alone)):
        folder = tmp_path / name
        folder.mkdir()
        # A file for each process: who comes first is not the same each time.
        where = ("-ff", "-o", folder / "trace", "-e", "trace=execve,openat,wait4")
        outcome = run("strace", *where, "sh", "-c", "cat /etc/hostname; exit 5")
        outcomes.append((outcome.returncode, outcome.stdout, outcome.stderr))
        traces.append(sorted(comparable(path.read_bytes()) for path in folder.iterdir()))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == 5
    assert traces[0] == traces[1]
    assert len(traces[0]) == 2


def traced_alone(*words: str | Path) -> Completed:
    return native(words)


@pytest.mark.needs("gdb", "gcc")
def test_gdb_as_the_program_runs_another_and_shows_where_it_crashed(tool: Tool, tmp_path: Path) -> None:
    crashes = tmp_path / "crashes"
    subprocess.run(["gcc", "-g", "-x", "c", "-", "-o", crashes], input=CRASHES.encode(), check=True, timeout=50)
    program = [*GDB, "-ex", "run", "-ex", "bt", str(crashes)]
    ours, alone = tool("log", "-o", tmp_path / "lines", *program), native(program)
    assert ours.returncode == alone.returncode
    assert comparable(ours.stdout) == comparable(alone.stdout)
    assert b"#1 " in ours.stdout
    assert b"inner (p=0x0)" in ours.stdout


TRACEME = """
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
child = os.fork()
if child == 0:
    libc.ptrace(0, 0, None, None)  # PTRACE_TRACEME
    os.execv('/bin/echo', ['echo', 'traced'])
print(os.WSTOPSIG(os.waitpid(child, 0)[1]) == signal.SIGTRAP, flush=True)
libc.ptrace(7, child, None, None)  # PTRACE_CONT
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
INIT = """
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER, as pid 1 is one
daemon = os.fork()
if daemon == 0:
    libc.ptrace(0, 0, None, None)
    os.kill(os.getpid(), signal.SIGSTOP)
    for _ in range(2):  # a daemon forks twice
        if os.fork(): os._exit(0)
    os.execv('/bin/sh', ['sh', '-c', 'sleep 0.05; exit 7'])
os.waitpid(daemon, 0)
libc.ptrace(0x4200, daemon, None, 2 | 16)  # PTRACE_SETOPTIONS: TRACEFORK, TRACEEXEC
libc.ptrace(7, daemon, None, None)
main, forks, code = daemon, 0, None
while code is None:
    try:
        pid, status = os.waitpid(-1, 0x40000000)  # __WALL
    except ChildProcessError:
        break
    if os.WIFSTOPPED(status):
        event = status >> 16
        if event == 1:  # PTRACE_EVENT_FORK: the child is who matters now
            new = ctypes.c_ulong()
            libc.ptrace(0x4201, pid, None, ctypes.addressof(new))
            main, forks = new.value, forks + 1
            libc.ptrace(17 if forks == 2 else 7, pid, None, None)  # the forking one is let go on
        elif forks == 2 and pid == main:
            libc.ptrace(17, pid, None, None)  # PTRACE_DETACH: it is the daemon
        else:
            libc.ptrace(7, pid, None, None)
    elif pid == main and forks == 2:
        code = os.waitstatus_to_exitcode(status)
print(forks, 'forks; the daemon ended with', code)
"""


@pytest.mark.parametrize("code", [TRACEME, INIT], ids=["PTRACE_TRACEME", "an init that follows its daemons"])
def test_a_program_that_traces_its_children_does_so_under_us(tool: Tool, tmp_path: Path, code: str) -> None:
    program = [sys.executable, "-I", "-S", "-c", code]
    ours, alone = tool("log", "-o", tmp_path / "lines", *program), native(program)
    assert (ours.returncode, ours.stdout, ours.stderr) == (alone.returncode, alone.stdout, alone.stderr)
    assert alone.returncode == 0
    assert b"7" in alone.stdout or b"traced" in alone.stdout


# --- from outside ---

WAITS = """
import os, signal, sys
handled = []
signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
signal.siginterrupt(signal.SIGUSR1, False)
os.uname()
print('handled', len(handled), flush=True)
sys.exit(9)
"""


def held_uname(tmp_path: Path, *, interruptible: bool) -> AbstractContextManager[Operator]:
    program = [sys.executable, "-I", "-S", "-c", WAITS]
    return operate(program, tmp_path / "s.db", hold=parse("uname"), interruptible=interruptible)


def attach(pid: int) -> subprocess.Popen[str]:
    commands = ("-ex", "print 6 * 7", "-ex", "detach")
    argv = [*GDB, "-p", str(pid), *commands]
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def end(operator: Operator) -> None:
    assert os.waitstatus_to_exitcode(operator.expect(TargetExited).status) == 9


@pytest.mark.needs("gdb")
def test_gdb_joins_a_held_thread_and_the_call_comes_again(tmp_path: Path) -> None:
    with held_uname(tmp_path, interruptible=True) as operator:
        call = operator.held("uname")
        with attach(call.pid) as gdb:
            again = operator.held("uname")
            assert "$1 = 42" in gdb.communicate(timeout=50)[0]
        assert operator.expect(HeldEnded).seq == call.seq
        before, now = operator.recorded(call.seq).row, operator.recorded(again.seq).row
        assert (before.state, before.restarted_as) == (State.GONE, again.seq)
        assert (now.state, now.restarts, now.tid, now.text) == (State.HELD, call.seq, before.tid, before.text)
        operator.answer(again, ALLOW)
        end(operator)


@pytest.mark.needs("gdb", "wait_killable")
def test_gdb_waits_for_the_answer_where_held_calls_are_not_interruptible(tmp_path: Path) -> None:
    with held_uname(tmp_path, interruptible=False) as operator:
        call = operator.held("uname")
        with attach(call.pid) as gdb:
            until(lambda: state(call.tid) == "D")
            assert operator.recorded(call.seq).row.state == State.HELD
            operator.answer(call, ALLOW)
            assert "$1 = 42" in gdb.communicate(timeout=50)[0]
        end(operator)
        assert operator.recorded(call.seq).row.restarted_as is None


@pytest.mark.needs("gdb")
def test_gdb_joins_a_running_thread(tmp_path: Path) -> None:
    code = "import sys\nprint('there', flush=True)\nsys.stdin.readline()\nsys.exit(9)"
    with operate([sys.executable, "-c", code], tmp_path / "s.db", holding=False) as operator:
        until(lambda: "there" in operator.output())
        pid = int(Path(f"/proc/{operator.role('supervisor')}/task/{operator.role('supervisor')}/children").read_text())
        with attach(pid) as gdb:
            assert "$1 = 42" in gdb.communicate(timeout=50)[0]
        operator.type(b"\n")
        end(operator)


def test_a_call_that_a_handled_signal_takes_back_comes_again_behind_the_handler(tmp_path: Path) -> None:
    with held_uname(tmp_path, interruptible=True) as operator:
        calls = [operator.held("uname")]
        for _ in range(2):
            os.kill(calls[0].pid, signal.SIGUSR1)
            calls.append(operator.held("uname"))
        operator.answer(calls[-1], ALLOW)
        end(operator)
        assert "handled" in operator.output()
    rows = [operator.recorded(call.seq).row for call in calls]
    assert [row.restarts for row in rows] == [None, rows[0].seq, rows[1].seq]
    assert [row.restarted_as for row in rows] == [rows[1].seq, rows[2].seq, None]
    assert [row.state for row in rows] == [State.GONE, State.GONE, State.ANSWERED]


def test_export_tells_of_it(tool: Tool, tmp_path: Path) -> None:
    test_a_call_that_a_handled_signal_takes_back_comes_again_behind_the_handler(tmp_path)
    lines = tool("export", "jsonl", tmp_path / "s.db").stdout.splitlines()
    calls = [call for call in map(json.loads, lines) if call.get("syscall") == "uname"]
    assert [call.get("restarts") for call in calls] == [None, calls[0]["seq"], calls[1]["seq"]]
