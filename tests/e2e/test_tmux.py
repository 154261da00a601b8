"""The real command in a real terminal: what a user types, and what is then on the screen."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import COMMAND, Open
from tests.e2e.terminals import PATIENCE, Terminal

pytestmark = [pytest.mark.needs("user_notif", "tmux"), pytest.mark.timeout(90)]


def held(what: str = r"\d+ ! ") -> str:
    """Match the selected held call."""
    return rf"^.?> +{what}"


HOSTNAME_IS_HELD = 'path == "/etc/hostname"'
OPEN_OF_ROOT = r'\d+ ! openat +AT_FDCWD, "/", '


def reach_open_of_root(at: Terminal) -> int:
    """Press `a` until the open of `/` is selected and return how many calls were answered on the way."""
    screen = at.wait(held())
    answered = 0
    while not re.search(held(OPEN_OF_ROOT), screen, re.MULTILINE):
        found = re.search(r"^.?> +(\d+) !", screen, re.MULTILINE)
        assert found, screen
        screen = at.press("a", held(rf"(?!{found[1]} )\d+ ! "))
        answered += 1
    return answered


@pytest.mark.parametrize(("columns", "rows"), [(120, 36), (80, 24), (200, 50)])
def test_ls_is_made_to_fail_and_its_exit_code_comes_back(terminal: Open, columns: int, rows: int) -> None:
    at = terminal([*COMMAND, "ls", "-l", "/"], columns, rows)
    at.wait(held(), r"(start-up|startup)\D*\d+")
    assert reach_open_of_root(at) <= 5
    at.press("e", "fails with")
    at.type("ENOENT", "Enter")
    at.wait(without="fails with")
    at.press("g", "EXITED 2", *["No such file or directory"] * (columns >= 100))
    at.type("q")
    at.wait(r"\[exit 2\]")


def test_an_ordinary_user_sees_the_same(terminal: Open, as_user: object) -> None:
    user = as_user
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    variables = [f"{name}={value}" for name, value in user.env.items()]  # type: ignore[attr-defined]
    argv = [*drop, "env", "-i", "-C", user.home, *variables, user.python, "-m", "seccomp_tui", "ls", "-l", "/"]  # type: ignore[attr-defined]
    at = terminal(argv)
    at.wait("enter begin")
    at.press("Enter", without="enter begin")  # the first card: this user has never run it
    assert reach_open_of_root(at) <= 5
    at.press("g", "EXITED 0")
    at.type("q")
    at.wait(r"\[exit 0\]")


def test_quitting_with_a_held_call_asks_and_kills_by_default(terminal: Open) -> None:
    at = terminal([*COMMAND, "cat", "/etc/hostname"])
    at.wait(held())
    at.type("q")
    at.wait("(?i)kill")
    at.type("Enter")
    at.wait(r"\[exit 137\]")


def test_an_answer_is_typed_and_a_rule_gives_it_from_then_on(terminal: Open) -> None:
    hold = f"{HOSTNAME_IS_HELD} or exit_group"
    at = terminal([*COMMAND, "--hold", hold, "sh", "-c", "cat /etc/hostname; cat /etc/hostname"], 120, 36)
    at.wait(held(r'\d+ ! openat +AT_FDCWD, "/etc/hostname"'))
    at.press("x", "answer #")
    at.type("-l", 'fd "/nonexistent"')
    at.press("Enter", "still waits: /nonexistent: No such file")
    at.press("x", 'fd "/nonexistent"')
    at.press("C-u", r"answer #\d+ *(▌|$)")  # letters that follow at once would overtake it
    at.type("-l", 'fd pipe "not in the file\\n"')
    at.press("Enter", r"(?m)^\Wnot in the file")
    at.press("L", "no rules")
    at.press("n", "new rule")
    at.type("-l", 'openat and path == "/etc/hostname" => fd memfd "by a rule\\n"')
    at.press("Enter", "1 on +openat")
    at.press("Escape", "rules 1: 0 hits", without="the first that matches")
    at.press("g", r"rules 1: 1 hit\b", "by a rule", "EXITED 0")
    at.type("q")
    at.wait(r"\[exit 0\]")


def test_what_is_typed_into_the_programs_terminal_reaches_it(terminal: Open) -> None:
    at = terminal([*COMMAND, "run", "--run", "sh", "-c", "read line; echo got $line; exit 3"], 120, 36)
    at.wait(r"read\(0, ")
    at.type("t")
    at.wait("keys go to the program")
    at.type("-l", "a q ? text")
    at.type("Enter")
    at.wait("got a q")
    at.wait("EXITED 3")


def test_a_hostile_path_is_shown_escaped(terminal: Open) -> None:
    hostile = "/tmp/\x1b[31m[b]bold[/b]\n\x07x"
    at = terminal([*COMMAND, "cat", hostile], 160, 40)
    at.wait(held(), re.escape(r"/tmp/\33[31m[b]bold[/b]\n\7x"))


def test_the_screens_killed_leave_a_usable_terminal_and_the_target_runs_on(terminal: Open, tmp_path: Path) -> None:
    result = tmp_path / "result"
    at = terminal([*COMMAND, "sh", "-c", f"cat /etc/hostname; echo done > {result}; exit 4"])
    at.wait(held())
    at.role("screens").kill()
    at.wait(r"\[exit 4\]")
    assert result.read_text() == "done\n"
    at.type("-l", "typed")
    at.wait("typed")


def test_the_supervisor_killed_the_screens_say_so_and_can_still_end_the_program(terminal: Open) -> None:
    at = terminal([*COMMAND, "sh", "-c", "cat /etc/hostname; sleep 1000"])
    at.wait(held())
    at.role("supervisor").kill()
    at.wait("SUPERVISOR DIED")
    at.type("q")
    at.wait("may still run")
    at.type("k")
    at.wait(r"\[exit 137\]")


@pytest.mark.parametrize(("columns", "rows"), [(120, 36), (80, 24)])
def test_the_supervisor_killed_the_screens_show_the_end_of_the_program(terminal: Open, columns: int, rows: int) -> None:
    at = terminal([*COMMAND, "sh", "-c", "cat /etc/hostname; exit 3"], columns, rows)
    at.wait("held for")
    at.role("supervisor").kill()
    at.wait("(?s) EXITED 3 .*SUPERVISOR DIED.*allow, by --on-exit", "ended: EXITED 3")
    at.wait(r"all calls are allowed \(--on-exit\)")
    at.type("q")
    at.wait(r"\[exit 3\]")


def test_a_program_that_is_let_run_on_takes_interrupts_and_gives_its_exit_code(terminal: Open) -> None:
    at = terminal([*COMMAND, "sh", "-c", "trap 'exit 6' INT; cat /etc/hostname; while :; do sleep 0.05; done"])
    at.wait(held())
    at.type("q")
    at.wait("(?i)let it run")
    at.type("w")
    at.wait("the program goes on")
    at.type("C-c")
    at.wait(r"\[exit 6\]")


def test_a_closed_terminal_hangs_up_the_program_too(terminal: Open, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    os.mkfifo(pid)
    at = terminal([*COMMAND, "run", "--run", "sh", "-c", f"echo $$ > {pid}; exec sleep 1000"])
    target = psutil.Process(int(pid.read_text()))
    at.end()
    psutil.wait_procs([target], timeout=PATIENCE)
    assert not target.is_running() or target.status() == psutil.STATUS_ZOMBIE


def test_log_of_a_shell_has_job_control(terminal: Open) -> None:
    at = terminal([*COMMAND, "log", "-o", "/dev/null", "bash", "--norc", "--noprofile", "-i"], 80, 24)
    at.wait(r"bash-\S+[$#]")
    at.type("-l", "echo up; cat\n")
    at.wait("^up$")
    at.type("-l", "echoed\n")
    at.wait(r"(?s)echoed\s+echoed")
    at.type("C-z")
    at.wait(r"\[1\]\+ +Stopped")
    at.type("-l", "kill -9 %1; sh -c 'echo go; exec sleep 100'\n")
    at.wait("^go$")
    at.type("C-c")
    at.type("-l", "echo st=$?\n")
    at.wait("st=130")
    at.type("-l", "exit 3\n")
    at.wait(r"\[exit 3\]")


def test_interrupt_reaches_the_target_of_log_and_its_death_is_ours(terminal: Open) -> None:
    at = terminal([*COMMAND, "log", "-o", "/dev/null", "sh", "-c", "echo ready; exec sleep 100"], 80, 24)
    at.wait("^ready")
    at.type("C-c")
    at.wait(r"\[exit 130\]")


def test_a_stopped_program_gives_the_shell_back_and_goes_on_with_fg(terminal: Open) -> None:
    prompt = r"bash-\S+[$#]"  # what is typed before it is there can be lost
    at = terminal(["bash", "--norc", "--noprofile", "-i"], 100, 24)
    at.wait(prompt)
    at.type("-l", f"{shlex.join([*COMMAND, 'log', '-o', '/dev/null'])} sh -c 'echo up; read x; echo got $x; exit 5'\n")
    at.wait("^up$")
    at.type("C-z")
    at.wait(r"\[1\]\+ +Stopped.*\n(.*\n)*" + prompt)
    at.type("-l", "echo alive\n")
    at.wait(r"^alive\n" + prompt)
    at.type("-l", "fg\n")
    at.wait(prompt + r" fg\n.*\bsh -c ")
    at.type("-l", "it\n")
    at.wait(r"^got it\n" + prompt)
    at.type("-l", "echo st=$?\n")
    at.wait("^st=5$")
    at.type("-l", "exit 0\n")
    at.wait(r"\[exit 0\]")


def test_a_closed_window_ends_screens_and_program(terminal: Open) -> None:
    at = terminal(["exec", *COMMAND, "cat", "/etc/hostname"])  # the window's own process, as with `ssh -t`
    at.wait(held())
    keeper = psutil.Process(at.pid()).parent()
    assert keeper is not None
    everything = [keeper, *keeper.children(recursive=True)]
    assert len(everything) >= 4
    at.end()
    _, alive = psutil.wait_procs(everything, timeout=PATIENCE)
    assert not alive


def test_a_closed_window_ends_a_program_that_is_deaf_to_signals_and_waits_for_a_line(terminal: Open) -> None:
    at = terminal([*COMMAND, "run", "--run", "sh", "-c", "trap '' HUP; echo deaf; read line"])
    at.wait("deaf")
    keeper = psutil.Process(at.pid())
    everything = [keeper, *keeper.children(recursive=True)]
    at.end()
    _, alive = psutil.wait_procs(everything, timeout=PATIENCE)
    assert not alive


def test_a_terminal_that_is_not_ours_to_lose_hangs_up_as_well() -> None:
    """Who does not lead a session gets no signal, and the screens would read the end of their input for ever."""
    master, slave = os.openpty()
    command = subprocess.Popen([*COMMAND, "run", "--run", "sleep", "1000"], stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    seen = b""
    while b"RUNNING" not in seen:
        seen += os.read(master, 65536)
    os.close(master)
    assert command.wait(PATIENCE) == 128 + signal.SIGHUP


def test_hold_chooses_what_is_held(terminal: Open) -> None:
    at = terminal([*COMMAND, "--hold", HOSTNAME_IS_HELD, "cat", "/etc/passwd", "/etc/hostname"])
    at.wait(held(r'\d+ ! openat +AT_FDCWD, "/etc/hostname"'))
    at.press("a", "EXITED 0")


def test_on_exit_kill_ends_the_program_with_the_supervisor(terminal: Open) -> None:
    at = terminal([*COMMAND, "--on-exit", "kill", "sh", "-c", "cat /etc/hostname; exit 3"])
    at.wait("held for")
    at.role("supervisor").kill()
    at.wait(" KILLED SIGKILL .*SUPERVISOR DIED")
    at.press("q", r"\[exit 137\]")


@pytest.mark.needs("gdb", "tmux")
def test_gdb_gets_a_window_and_the_held_call_comes_again(terminal: Open) -> None:
    program = ["python3", "-c", "open('/etc/hostname')"]
    at = terminal([*COMMAND, "--interruptible", "--hold", HOSTNAME_IS_HELD, *program])
    at.wait("held for")
    at.press("B", "gdb stops every thread")
    at.type("y")
    at.wait(r"^\(gdb\)")  # tmux shows its window
    at.type("print 6 * 7", "Enter")
    at.wait(r"^\$1 = 42")
    at.type("detach", "Enter")
    at.wait(r"\(process \d+\) detached")
    at.type("quit", "Enter")
    at.wait("restarted: it is #[0-9]+ once more")
    at.press("a", "EXITED 0")


def test_interruptible_lets_a_handler_run_while_a_call_is_held(terminal: Open) -> None:
    script = (
        "import signal; signal.signal(signal.SIGALRM, lambda *_: print('rang', flush=True));"
        "signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2); open('/etc/hostname')"
    )
    at = terminal([*COMMAND, "--interruptible", "--hold", HOSTNAME_IS_HELD, "python3", "-c", script])
    at.wait("held for")
    at.wait("rang")
