"""`seccomp-tui log`: strace's lines, the target's exit code, its input, output and signals."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seccomp_tui.syscalls.text import escape
from tests.e2e.conftest import COMMAND, ROOT, Tool, native

ADDRESS = re.compile(rb"0x[0-9a-f]{5,}")


def without_results(text: bytes) -> list[bytes]:
    """Return strace's lines, or ours, up to the result, with addresses made equal."""
    calls = [line for line in text.splitlines() if b" = " in line]
    return [ADDRESS.sub(b"0x", re.split(rb"\s+= ", line)[0]) for line in calls]


@pytest.mark.needs("strace")
@pytest.mark.parametrize(
    ("selection", "program"),
    [
        ("openat,execve", ["cat", "/etc/hostname"]),
        ("%file", ["ls", "-l", "/etc/hostname"]),
        ("!%memory,mprotect", ["cat", "/etc/hostname"]),
        ("/^open|^access", ["sh", "-c", ": < /dev/null"]),
        ("%desc", ["head", "-c", "3", "/etc/hostname"]),
    ],
)
def test_lines_are_straces_up_to_the_result(tool: Tool, selection: str, program: list[str]) -> None:
    ours = tool("log", "-e", f"trace={selection}", *program)
    theirs = native(["strace", "-f", "-e", f"trace={selection}", *program])
    expected = without_results(theirs.stderr)
    # With a narrowed filter, buffers that the call fills may be a pointer with us, as where strace prints a failure.
    filled = re.compile(rb"(newfstatat|fstat|statx|read|pread64|prlimit64|getrandom)\(")
    got, want = (
        [line for line in lines if not filled.match(line)] for lines in (without_results(ours.stderr), expected)
    )
    assert got == want != []
    assert ours.returncode == theirs.returncode == 0
    assert ours.stdout == theirs.stdout


def test_without_results_nothing_is_made_up(tool: Tool) -> None:
    outcome = tool("log", "--results", "off", "-e", "trace=openat", "cat", "/etc/hostname")
    assert b'openat(AT_FDCWD, "/etc/hostname", O_RDONLY) = ?\n' in outcome.stderr
    assert b"= 3" not in outcome.stderr


@pytest.mark.needs("results", "strace")
def test_results_are_straces(tool: Tool) -> None:
    program = ["sh", "-c", "cat /etc/hostname /nonexistent; umask 27; umask; : > /dev/null"]
    ours, theirs = tool("log", *program), native(["strace", *program])
    wanted = re.compile(rb"(openat|access|mmap|brk|umask|dup2|close|exit_group)\(.*= ")
    lines = [
        [
            ADDRESS.sub(b"0x", line.replace(b" (flags FD_CLOEXEC)", b""))
            for line in text.splitlines()
            if wanted.match(line)
        ]
        for text in (ours.stderr, theirs.stderr)
    ]
    assert len(lines[0]) > 15
    assert lines[0] == lines[1]


@pytest.mark.needs("results")
def test_what_calls_fill_in_is_shown(tool: Tool) -> None:
    outcome = tool("log", "head", "-c", "3", "/etc/hostname")
    text = escape(Path("/etc/hostname").read_bytes())
    assert re.search(rf'read\(3, "{re.escape(text)}', outcome.stderr.decode())
    assert b'"\\177ELF\\2\\1\\1' in outcome.stderr


@pytest.mark.needs("results")
def test_signals_and_ends_of_children_are_told_in_their_place(tool: Tool) -> None:
    outcome = tool("log", "sh", "-c", "sh -c 'exit 3'; sh -c 'kill -9 $$'; kill -TERM $$")
    lines = [line for line in outcome.stderr.decode().splitlines() if "+++" in line or "---" in line]
    told = [re.sub(r"^\[pid +\d+\] ", "", line).split(" {")[0] for line in lines]
    assert told == [
        "+++ exited with 3 +++",
        "--- SIGCHLD",
        "+++ killed by SIGKILL +++",
        "--- SIGCHLD",
        "--- SIGTERM",
        "+++ killed by SIGTERM +++",
    ]


@pytest.mark.parametrize(
    ("program", "code"),
    [
        (["true"], 0),
        (["false"], 1),
        (["sh", "-c", "exit 42"], 42),
        (["sh", "-c", "kill -KILL $$"], 137),
        (["sh", "-c", "kill -SEGV $$"], 139),
        (["/nonexistent/program"], 127),
        (["/etc/passwd"], 126),
        (["no-such-program-at-all"], 127),
    ],
)
def test_the_exit_code_is_the_targets_as_a_shell_gives_it(tool: Tool, program: list[str], code: int) -> None:
    assert tool("log", *program).returncode == code


def test_a_file_that_is_no_program_exits_126_and_says_so(tool: Tool, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF but not really")
    broken.chmod(0o755)
    outcome = tool("log", broken)
    assert outcome.returncode == 126
    assert f"seccomp-tui: can't execute {broken}: Exec format error\n".encode() in outcome.stderr


def test_a_script_without_its_interpreter_exits_as_in_a_shell_and_names_it(tool: Tool, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter -x\n")
    script.chmod(0o755)
    outcome = tool("log", script)
    assert outcome.returncode == native(["bash", "-c", script]).returncode == 127
    expected = f"seccomp-tui: can't execute {script}: its interpreter /no/such/interpreter: No such file or directory\n"
    assert expected.encode() in outcome.stderr


def test_the_end_of_the_target_is_told_as_strace_does(tool: Tool) -> None:
    assert tool("log", "-e", "trace=none", "sh", "-c", "exit 3").stderr == b"+++ exited with 3 +++\n"
    killed = tool("log", "-e", "trace=none", "sh", "-c", "kill -TERM $$").stderr
    assert killed.endswith(b"+++ killed by SIGTERM +++\n")


def test_lines_of_several_threads_say_whose_they_are(tool: Tool, tmp_path: Path) -> None:
    script = "/bin/true & wait"
    assert re.search(rb"^\[pid +\d+\] execve\(\"/bin/true\"", tool("log", "sh", "-c", script).stderr, re.MULTILINE)
    file = tmp_path / "lines"
    tool("log", "-o", file, "true")
    assert all(re.match(r"\d+ +\S", line) for line in file.read_text().splitlines())


def test_input_reaches_the_target_and_its_output_is_only_its_own(tool: Tool, tmp_path: Path) -> None:
    data = os.urandom(300_000).hex().encode()
    (tmp_path / "data").write_bytes(data)
    script = f"{sys.executable} -m seccomp_tui log -o /dev/null cat < {tmp_path}/data | wc -c"
    outcome = subprocess.run(["sh", "-c", script], capture_output=True, cwd=ROOT, timeout=50, check=True)
    assert int(outcome.stdout) == len(data)


def test_json_lines_have_the_documented_fields(tool: Tool) -> None:
    outcome = tool("log", "--format", "jsonl", "-e", "trace=openat,read", "sh", "-c", "cat /etc/hostname")
    objects = [json.loads(line) for line in outcome.stderr.splitlines()]
    assert objects[0]["type"] == "session"
    assert objects[0]["argv"] == ["sh", "-c", "cat /etc/hostname"]
    assert objects[-1] == {"type": "end", "time": objects[-1]["time"], "pid": objects[0]["pid"], "exit": 0}
    call = next(item for item in objects if item.get("path") == "/etc/hostname")
    assert call["syscall"] == "openat"
    assert call["text"] == 'openat(AT_FDCWD, "/etc/hostname", O_RDONLY)'
    assert call["answer"] == "allow"
    assert call.get("return", 3) == 3
    documented = (ROOT / "docs" / "jsonl.md").read_text()
    for item in objects:
        for field in item:
            assert f"`{field}`" in documented, field


def test_a_session_file_holds_every_call(tool: Tool, tmp_path: Path) -> None:
    recording = tmp_path / "s.db"
    outcome = tool("log", "--session", recording, "-o", tmp_path / "lines", "cat", "/etc/hostname")
    assert outcome.returncode == 0
    with sqlite3.connect(recording) as db:
        texts = [text for (text,) in db.execute("select text from call order by seq")]
        assert db.execute("select status from session").fetchone() == (0,)
    lines = (tmp_path / "lines").read_text().splitlines()
    assert len(texts) == len([line for line in lines if "+++" not in line])
    assert texts[0].startswith("execve(")


def test_long_strings_are_cut_where_asked(tool: Tool) -> None:
    script = "printf '%050d' 0"
    assert b'write(1, "' + b"0" * 32 + b'"..., 50)' in tool("log", "sh", "-c", script).stderr
    assert b'write(1, "' + b"0" * 50 + b'", 50)' in tool("log", "-s", "60", "sh", "-c", script).stderr
    assert b'write(1, "0"..., 50)' in tool("log", "-s", "1", "sh", "-c", script).stderr


def test_hostile_names_are_escaped(tool: Tool, tmp_path: Path) -> None:
    hostile = os.fsdecode(b"\x1b]0;owned\x07[red]\nx\xff")
    outcome = tool("log", "-e", "trace=openat", "cat", hostile)
    assert b"\x1b" not in outcome.stderr.replace(b"cat: ", b"").split(b"openat(", 1)[1].rsplit(b"cat", 1)[0]
    assert b'"\\33]0;owned\\7[red]\\nx\\377"' in outcome.stderr


def test_what_is_not_trapped_is_not_seen(tool: Tool) -> None:
    outcome = tool("log", "-e", "trace=openat", "cat", "/etc/hostname")
    assert all(line.startswith((b"openat(", b"+++")) for line in outcome.stderr.splitlines())


def test_io_null_keeps_the_target_from_our_streams(tool: Tool) -> None:
    outcome = tool(
        "log", "--io", "null", "-o", "/dev/null", "sh", "-c", "echo out; echo err >&2; cat", input=b"x", stdin=None
    )
    assert (outcome.stdout, outcome.stderr, outcome.returncode) == (b"", b"", 0)


def test_io_tty_gives_the_target_that_terminal(tool: Tool) -> None:
    master, slave = os.openpty()
    try:
        outcome = tool("log", "--io", f"tty:{os.ttyname(slave)}", "-o", "/dev/null", "sh", "-c", "tty; echo in it")
        assert outcome.returncode == 0
        assert outcome.stdout == b""
        text = os.read(master, 4096)
        assert os.ttyname(slave).encode() in text
        assert b"in it" in text
    finally:
        os.close(master)
        os.close(slave)


def test_the_environment_is_the_users_not_pythons(tool: Tool) -> None:
    given = {"PATH": os.environ["PATH"], "LC_ALL": "", "A": "b"}
    outcome = tool("log", "-o", "/dev/null", "env", env=given)
    assert sorted(outcome.stdout.split()) == sorted(f"{k}={v}".encode() for k, v in given.items())


def test_background_processes_are_waited_for_and_never_left_without_an_answer(tool: Tool) -> None:
    outcome = tool("log", "-o", "/dev/null", "sh", "-c", "(sleep 0.3; cat /etc/hostname) & exit 5")
    assert outcome.returncode == 5
    assert outcome.stdout == Path("/etc/hostname").read_bytes()


def test_a_closed_pipe_ends_the_lines_quietly_and_the_target_goes_on(tool: Tool, tmp_path: Path) -> None:
    program = f"for i in $(seq 200); do /bin/true; done; echo done >{tmp_path}/end"
    script = f"{sys.executable} -m seccomp_tui log sh -c '{program}' 2>&1 >/dev/null | head -n 1"
    outcome = subprocess.run(["sh", "-c", script], capture_output=True, cwd=ROOT, timeout=50, check=True)
    assert outcome.stdout.count(b"\n") == 1
    assert outcome.stderr == b""
    for _ in iter(lambda: (tmp_path / "end").exists(), True):
        os.sched_yield()
    assert (tmp_path / "end").read_text() == "done\n"


def test_sigterm_is_passed_on_to_the_target(need: Callable[[str], None]) -> None:
    need("user_notif")
    script = "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen(
        [*COMMAND, "log", "-o", "/dev/null", "sh", "-c", script], stdout=subprocess.PIPE, cwd=ROOT
    ) as us:
        assert us.stdout is not None
        assert us.stdout.readline() == b"ready\n"
        us.send_signal(signal.SIGTERM)
        assert us.stdout.read() == b"caught\n"
        assert us.wait() == 9


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["log"], "PROGRAM"),
        (["log", "-e", "trace=nosuchcall", "true"], "invalid system call 'nosuchcall'"),
        (["log", "-e", "raw=read", "true"], "-e trace=SET"),
        (["log", "-s", "x", "true"], "'x'"),
        (["log", "-s", "-1", "true"], "-1"),
        (["log", "--format", "xml", "true"], "xml"),
        (["log", "--nosuch", "true"], "--nosuch"),
        (["log", "-o", "/nonexistent/x", "true"], "/nonexistent/x"),
        (["log", "--session", "/etc/passwd", "true"], "'--session': /etc/passwd: the file exists"),
        (["log", "--session", "/nonexistent/x.db", "true"], "'--session': /nonexistent/x.db: can't write"),
        (["log", "--io", "pane", "true"], "'--io': pane: log takes inherit, null or tty:PATH"),
        (["log", "--io", "tty:/nonexistent", "true"], "'--io': tty:/nonexistent: No such file"),
        (["log", "--io", "tty:/dev/zero", "true"], "not a terminal"),
        (["log", "--on-exit", "detach", "true"], "detach"),
        (["true"], "seccomp-tui log"),
    ],
)
def test_bad_usage_is_one_line_that_says_what_and_exits_2(tool: Tool, arguments: list[str], expected: str) -> None:
    outcome = tool(*arguments)
    text = outcome.stderr.decode()
    assert outcome.returncode == 2, text
    assert text.count("\n") == 1
    assert text.startswith("seccomp-tui: ")
    assert expected in text
    assert outcome.stdout == b""


def test_without_a_program_the_help_is_shown(tool: Tool) -> None:
    outcome = tool()
    assert outcome.returncode == 2
    assert outcome.stderr == tool("--help").stdout


def test_a_recording_in_a_folder_that_is_not_ours_to_look_into_is_bad_usage(as_user: object, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    command = [as_user.python, "-m", "seccomp_tui", "log", "--session", closed / "s.db", "true"]  # type: ignore[attr-defined]
    outcome = as_user.run(command)  # type: ignore[attr-defined]
    assert outcome.returncode == 2
    assert outcome.stderr.startswith(b"seccomp-tui: Invalid value for '--session'")
    assert outcome.stderr.count(b"\n") == 1


WHICH_ARE_CLOSED = """
import os, sys
closed = []
for fd in range(3):
    try: os.fstat(fd)
    except OSError: closed.append(fd)
open(sys.argv[1], "w").write(repr(closed))
"""


@pytest.mark.parametrize("closed", [[0], [1], [2], [0, 1, 2]])
def test_closed_streams_stay_closed_for_the_target_and_serve_us_for_nothing(
    need: Callable[[str], None], tmp_path: Path, closed: list[int]
) -> None:
    need("user_notif")
    recording, seen = tmp_path / "s.db", tmp_path / "seen"
    command = [*COMMAND, "log", "--session", recording, sys.executable, "-c", WHICH_ARE_CLOSED, seen]
    script = f'exec "$@" {" ".join(f"{fd}>&-" for fd in closed)}'
    outcome = subprocess.run(["sh", "-c", script, "-", *command], capture_output=True, cwd=ROOT, timeout=50, check=True)
    assert seen.read_text() == repr(closed)
    assert outcome.stdout == b""
    assert b"Traceback" not in outcome.stderr
    with sqlite3.connect(recording) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        assert db.execute("select count(*) from call").fetchone()[0] > 20


def test_an_unknown_word_names_the_nearest_command(tool: Tool) -> None:
    outcome = tool("lgo", "ls")
    assert outcome.returncode == 127
    assert outcome.stderr == b"seccomp-tui: lgo: no such program; did you mean the command 'log'?\n"


def test_options_end_at_the_program(tool: Tool) -> None:
    assert tool("log", "-o", "/dev/null", "echo", "-e", "--help").stdout == native(["echo", "-e", "--help"]).stdout


@pytest.mark.parametrize("command", [[], ["run"], ["log"], ["doctor"]])
def test_help_is_there_for_every_command(tool: Tool, command: list[str]) -> None:
    outcome = tool(*command, "--help")
    assert outcome.returncode == 0
    assert b"Usage: seccomp-tui" in outcome.stdout
    assert outcome.stderr == b""
