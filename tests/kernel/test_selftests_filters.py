"""The kernel's own self-test scenarios for filters that the target puts on itself, for ptrace, and for restarted calls.

precedence.*, user_notification_basic and _with_tsync (a second listener), TSYNC.*, TRACE_syscall.*, O_SUSPEND_SECCOMP,
syscall_restart.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import until
from tests.kernel.conftest import NUMBERS, Start
from tests.kernel.nesting import GETPPID, PRELUDE, state

KILL_PROCESS, KILL_THREAD, TRAP, ERRNO = 0x80000000, 0, 0x30000, 0x50000
USER_NOTIF, TRACE, LOG, ALLOW = 0x7FC00000, 0x7FF00000, 0x7FFC0000, 0x7FFF0000
GETTID, SLEEP, RESTART = NUMBERS["gettid"], NUMBERS["clock_nanosleep"], NUMBERS["restart_syscall"]

# --- precedence ---

NESTED = PRELUDE + "is_(put_filter(int(sys.argv[1])), 0)\nis_(call(GETPPID), int(sys.argv[2]))"


def nested(action: int, wanted: int) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", NESTED, str(action), str(wanted)]


@pytest.mark.parametrize(
    ("action", "seen", "code"),
    [
        (KILL_PROCESS, 0, -signal.SIGSYS),
        (KILL_THREAD, 0, -signal.SIGSYS),
        (TRAP, 0, -signal.SIGSYS),
        (ERRNO | 99, -99, 0),
        (USER_NOTIF, -38, 0),  # the newer filter wins a tie, and has no listener
    ],
    ids=["kill the process", "kill the thread", "trap", "errno", "notify without a listener"],
)
def test_precedence_a_filter_of_the_targets_own_hides_the_call_from_us(
    start: Start, action: int, seen: int, code: int
) -> None:
    target = start(nested(action, seen), "getppid")
    assert target.next(GETPPID) is None
    assert target.launched.process.wait() == code


@pytest.mark.parametrize("action", [TRACE | 7, LOG, ALLOW], ids=["trace", "log", "allow"])
@pytest.mark.parametrize("done", [False, True], ids=["made up", "allowed"])
def test_precedence_our_answer_counts_and_the_targets_own_filter_does_not(
    start: Start, action: int, done: bool
) -> None:
    target = start(nested(action, os.getpid() if done else 42), "getppid")
    call = target.next(GETPPID)
    assert call is not None
    assert target.listener.allow(call.id) if done else target.listener.give(call.id, 42)
    assert target.finish() == 0


# --- a second listener ---

NEW_LISTENER, TSYNC, TSYNC_ESRCH, WAIT_KILLABLE = 8, 1, 16, 32


@pytest.mark.parametrize(
    ("flags", "error"), [(NEW_LISTENER, 16), (NEW_LISTENER | TSYNC, 22), (NEW_LISTENER | TSYNC | TSYNC_ESRCH, 16)]
)
def test_basic_and_with_tsync_the_kernel_has_one_listener_in_a_chain(start: Start, flags: int, error: int) -> None:
    target = start(PRELUDE + f"is_(put_filter({USER_NOTIF}, flags={flags}), -{error})", "getppid")
    assert target.finish() == 0


def test_closed_listener_makes_room_for_another(start: Start) -> None:
    code = PRELUDE + f"call(GETPPID)\nfd = put_filter({USER_NOTIF}, {GETTID}, {NEW_LISTENER})\nis_(fd > 2, True)"
    target = start(code, "getppid")
    assert target.next(GETPPID) is not None
    spare = os.open(os.devnull, os.O_RDONLY)
    os.dup2(spare, target.launched.listener)
    os.close(spare)
    assert target.launched.process.wait() == 0


# --- TSYNC ---

SYNCED = (
    PRELUDE
    + """
go, ready, seen = threading.Event(), threading.Event(), []
def other():
    if sys.argv[1] == 'diverged': put_filter(0x7FFF0000)
    ready.set(); go.wait()
    seen.append(call(GETPPID))
thread = threading.Thread(target=other); thread.start(); ready.wait()
got = put_filter(0x50000 | 99, flags=int(sys.argv[2]))
go.set(); thread.join()
is_(('its id' if got == thread.native_id else got, seen), (eval(sys.argv[3]), [int(sys.argv[4])]))
"""
)


@pytest.mark.parametrize(
    ("threads", "flags", "returned", "seen"),
    [
        ("alike", TSYNC, 0, -99),
        ("diverged", TSYNC, "its id", 43),
        ("diverged", TSYNC | TSYNC_ESRCH, -3, 43),
    ],
)
def test_tsync_puts_the_targets_filter_on_its_threads_beside_ours(
    start: Start, threads: str, flags: int, returned: object, seen: int
) -> None:
    argv = [sys.executable, "-I", "-S", "-c", SYNCED, threads, str(flags), repr(returned), str(seen)]
    target = start(argv, "getppid")
    while (call := target.next()) is not None:
        assert target.listener.give(call.id, 43)
    assert target.launched.process.wait() == 0


TSYNC_WITH_A_DEAD_LEADER = (
    PRELUDE
    + """
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
leader = os.getpid()
def other():
    while open(f'/proc/{leader}/task/{leader}/stat').read().rpartition(') ')[2][0] != 'Z': pass
    if (got := put_filter(0x7FFC0000, flags=1)): os._exit(1)
    os._exit(call(GETPPID) - 42)
threading.Thread(target=other).start()
libc.syscall(ctypes.c_long(93 if os.uname().machine == 'aarch64' else 60), 0)
"""
)


def test_tsync_vs_dead_thread_leader(start: Start) -> None:
    target = start(TSYNC_WITH_A_DEAD_LEADER, "getppid")
    call = target.next(GETPPID)
    assert call is not None
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


# --- ptrace ---

TRACED = r"""
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#ifndef PTRACE_O_SUSPEND_SECCOMP
#define PTRACE_O_SUSPEND_SECCOMP (1 << 21)
#endif
int main(void)
{
    int status;
    pid_t child = fork();
    if (!child) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        kill(getpid(), SIGSTOP);
        _exit(syscall(SYS_gettid) == 42 ? 0 : 1);
    }
    waitpid(child, &status, 0);
    /* Under a filter nobody may suspend filters. */
    if (ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_SUSPEND_SECCOMP) == 0 || (errno != EPERM && errno != EINVAL))
        return 2;
    for (;;) {
        ptrace(PTRACE_SYSCALL, child, 0, 0);
        waitpid(child, &status, 0);
        if (!WIFSTOPPED(status))
            return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
        size_t nr = offsetof(struct user_regs_struct, orig_rax);
        if (ptrace(PTRACE_PEEKUSER, child, nr, 0) == SYS_gettid)
            ptrace(PTRACE_POKEUSER, child, nr, SYS_getppid);
    }
}
"""


@pytest.mark.needs("gcc", "x86_64")
def test_trace_syscall_a_tracer_changes_the_call_before_we_see_it_and_can_t_suspend_us(
    start: Start, tmp_path: Path
) -> None:
    program = tmp_path / "traced"
    subprocess.run(["gcc", "-w", "-x", "c", "-", "-o", program], input=TRACED.encode(), check=True, timeout=50)
    target = start([str(program)], "getppid", "gettid")
    call = target.next()
    assert call is not None
    assert call.nr == GETPPID
    assert target.listener.give(call.id, 42)
    assert target.finish() == 0


SUSPEND = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
if libc.ptrace(0x4206, int(sys.argv[1]), None, 1 << 21): sys.exit(ctypes.get_errno())  # PTRACE_SEIZE
print('suspended', flush=True)
while True:
    _, status = os.waitpid(int(sys.argv[1]), 0x40000000)
    if not os.WIFSTOPPED(status): break
    libc.ptrace(7, int(sys.argv[1]), None, None if status >> 16 else os.WSTOPSIG(status))
"""


@pytest.mark.needs("root")
def test_o_suspend_seccomp_a_tracer_from_outside_keeps_calls_from_us(start: Start) -> None:
    code = PRELUDE + "call(GETPPID)\nis_([call(GETPPID) == os.getppid() for _ in range(3)], [True] * 3)"
    target = start(code, "getppid")
    call = target.next(GETPPID)
    assert call is not None
    argv = [sys.executable, "-I", "-S", "-c", SUSPEND, str(call.tid)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as tracer:
        assert tracer.stdout is not None
        suspended = tracer.stdout.readline()
        if not suspended:
            pytest.skip(f"no PTRACE_O_SUSPEND_SECCOMP here: {os.strerror(tracer.wait())}")
        assert target.listener.give(call.id, 42)
        assert target.next() is None  # nothing until its end
        assert tracer.wait() == 0
    assert target.launched.process.wait() == 0


# --- syscall_restart ---


def test_syscall_restart_a_call_that_goes_on_after_a_stop_is_another_one(start: Start) -> None:
    code = PRELUDE + (
        "spec = ctypes.create_string_buffer(struct.pack('=qq', 1000, 0))\n"
        f"is_(call({SLEEP}, 1, 0, ctypes.addressof(spec), 0), 0)"
    )
    target = start(code, "clock_nanosleep", "restart_syscall")
    call = target.next(SLEEP)
    assert call is not None
    assert target.listener.allow(call.id)
    os.kill(call.tid, signal.SIGSTOP)
    until(lambda: state(call.tid) == "T")
    os.kill(call.tid, signal.SIGCONT)
    again = target.next()
    assert again is not None
    assert (again.nr, again.tid) == (RESTART, call.tid)
    assert target.listener.give(again.id, 0)  # it has slept enough
    assert target.finish() == 0
