"""`open`: recordings that the real command has made, in a real terminal and without one."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from seccomp_tui.screens.commands import COMMANDS
from tests.conftest import PATIENCE, OrdinaryUser
from tests.e2e.conftest import COMMAND, ROOT, Open, Tool
from tests.e2e.terminals import Terminal

pytestmark = [pytest.mark.needs("user_notif"), pytest.mark.timeout(90)]
SIZES = pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)], ids=["80x24", "120x36"])
in_terminal = pytest.mark.needs("tmux")
SCRIPT = "cat /etc/hostname /nonexistent; read word < {fifo}; cat /etc/passwd > /dev/null; exit 5"
"""Meets an error, waits for a word, and goes on."""


@pytest.fixture
def recorded(tool: Tool, tmp_path: Path) -> Path:
    """Return a recording of a program that has ended with 3."""
    tool("log", "--session", tmp_path / "s.db", "-o", "/dev/null", "sh", "-c", "cat /etc/hostname /nonexistent; exit 3")
    return tmp_path / "s.db"


class Running:
    """A program that is being recorded, and waits for a word."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path, fifo: Path) -> None:
        self.process = process
        self.path = path
        self._fifo = fifo

    def recorder(self) -> int:
        """Return the process id of the recorder."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def waits(self) -> None:
        """Return when the program waits for the word: then it has the FIFO open."""
        self._word = os.open(self._fifo, os.O_WRONLY)

    def go_on(self) -> None:
        """Say the word."""
        os.write(self._word, b"word\n")
        os.close(self._word)


@contextmanager
def recording(folder: Path) -> Iterator[Running]:
    """Record a program that waits in the middle of its work."""
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    script = SCRIPT.format(fifo=shlex.quote(str(fifo)))
    argv = [*COMMAND, "log", "--session", folder / "s.db", "-o", "/dev/null", "sh", "-c", script]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield Running(process, folder / "s.db", fifo)
        finally:
            for each in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
                each.kill()


def footer_is_whole(screen: str) -> bool:
    """Tell whether the last line has whole entries only."""
    left = screen.rstrip("\n").splitlines()[-1]
    for command in sorted(COMMANDS, key=lambda each: each.rank):
        left = left.replace(f" {command.key_text} {command.label} ", "", 1) if command.rank else left
        left = left.removesuffix(f" {command.key_text} {command.label}") if command.rank else left
    return not left.strip()


def panes(screen: str) -> list[str]:
    """Return what stands in each bordered pane of a wide window."""
    return [re.sub(r"[│▇▅▂▁█\s]", "", body) for body in re.findall(r"╭[^\n]*\n(.*?)╰", screen, re.DOTALL)]


@in_terminal
@SIZES
def test_a_finished_recording(terminal: Open, recorded: Path, columns: int, rows: int) -> None:
    at = terminal([*COMMAND, "open", recorded], columns, rows)
    at.wait(
        r"(?s)^.?> +1 = \d+ execve\([^\n]* = 0" + (".*╰.*╰.*Help" if columns >= 100 else ".*Help"),
        r"\A sh -c .*… +EXITED 3  +calls \d+  recorded \d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
        footer_is_whole,
        lambda screen: len(panes(screen)) == (2 if columns >= 100 else 0),
        lambda screen: all(panes(screen)),
        without="Allow",
    )
    at.wait(r"\x1b\[1m", colours=True)

    at.type("f")
    at.wait("^ show only$")
    at.type("-l", "errno == ENOE")
    at.wait("^ {11}ENOENT +ENOEXEC$")
    at.type("N")
    at.type("Tab", "Enter")
    at.wait(r"(?s)History \(\d+ of \d+\): errno == ENOENT.* \? Help", footer_is_whole)
    at.type("/")
    at.wait("^ search$")
    at.type("-l", "/nonexistent")
    at.type("Enter")
    at.wait(r'^.?> *\d+ = \d+ openat\(AT_FDCWD, "/nonexistent"')
    at.type("n")
    at.wait("is not in any line")
    at.type("v")
    at.wait(r"pathname +0x[0-9a-f]+ +\"/nonexistent\"", r"ENOENT \(No such file or directory\)")
    at.type("q")
    at.wait(r"\[exit 0\]")


@in_terminal
@SIZES
def test_one_that_is_being_written_is_followed_to_its_end(
    terminal: Open, tmp_path: Path, columns: int, rows: int
) -> None:
    with recording(tmp_path) as running:
        running.waits()
        at = terminal([*COMMAND, "open", running.path], columns, rows)
        at.wait(r"(?s) BEING RECORDED .*read\(0, [^\n]* = \?.*Help", footer_is_whole, lambda screen: all(panes(screen)))
        running.go_on()
        at.wait(r'openat\(AT_FDCWD, "/etc/passwd"' if columns >= 100 else r"exit_group")
        assert running.process.wait(PATIENCE) == 5
        at.wait(" EXITED 5 ")
        at.type("q")
        at.wait(r"\[exit 0\]")


@in_terminal
def test_one_whose_recorder_is_killed_while_it_is_watched(terminal: Open, tmp_path: Path) -> None:
    with recording(tmp_path) as running:
        running.waits()
        at = terminal([*COMMAND, "open", running.path], 80, 24)
        at.wait(" BEING RECORDED ")
        os.kill(running.recorder(), 9)
        at.wait(" BROKEN OFF ")
        running.go_on()
        assert running.process.wait(PATIENCE) == 5
        at.type("q")
        at.wait(r"\[exit 0\]")


@in_terminal
@SIZES
def test_runs_with_screens_are_listed_and_opened(
    terminal: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int, rows: int
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    command = shlex.join(COMMAND)
    at = terminal(
        ["sh", "-c", f"{command} run --run sh -c 'exit 4'; echo [ended $?]; exec {command} open"], columns, rows
    )
    at.wait(" EXITED 4 ")
    at.type("q")
    at.wait(
        r"^ \d{4}-\d\d-\d\d \d\d:\d\d +\d+ +[\d.]+ KiB +exited 4 +sh -c ",
        r"^ *enter +Open +\? +Help +q +Quit +ctrl\+p +Commands *\n*\Z",
    )
    at.type("Enter")
    at.wait(r"^ sh -c .* EXITED 4 ")
    at.type("q")
    at.wait("^ Recordings$")
    at.type("q")
    at.wait(r"\[exit 0\]")


@in_terminal
def test_an_empty_list_says_how_to_make_one(terminal: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    at = terminal([*COMMAND, "open"], 80, 24)
    at.wait(r"(?s)no recordings yet\..*^ +seccomp-tui PROGRAM$")
    at.type("q")
    at.wait(r"\[exit 0\]")


def as_command(user: OrdinaryUser, *arguments: str) -> list[str]:
    """Return an argv that runs us as an ordinary user."""
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    variables = [f"{name}={value}" for name, value in user.env.items()]
    return [*drop, "env", "-i", "-C", str(user.home), *variables, user.python, "-m", "seccomp_tui", *arguments]


@in_terminal
def test_an_ordinary_user_looks_at_a_recording_too(terminal: Open, as_user: OrdinaryUser) -> None:
    made = as_user.run(
        [as_user.python, "-m", "seccomp_tui", "log", "-q", "--session", "s.db", "-o", "lines", "echo", "a"]
    )
    assert made.returncode == 0
    at = terminal(as_command(as_user, "open", "s.db"))
    at.wait(" EXITED 0 ")
    at.type("/")
    at.wait("^ search$")
    at.type("-l", "write(1,")
    at.type("Enter")
    at.wait(r'^.?> *\d+ = \d+ write\(1, "a\\n", 2\)', "what it returned is not known")
    at.type("q")
    at.wait(r"\[exit 0\]")
    exported = as_user.run([as_user.python, "-m", "seccomp_tui", "export", "strace", "s.db"])
    assert (exported.returncode, exported.stdout) == (0, (as_user.home / "lines").read_bytes())


@pytest.mark.needs("root")
def test_what_an_ordinary_user_may_not_read_is_named(as_user: OrdinaryUser, recorded: Path) -> None:
    copy = as_user.home / "roots.db"
    shutil.copy(recorded, copy)
    copy.chmod(0o600)
    for command in (["open", "roots.db"], ["export", "strace", "roots.db"]):
        outcome = as_user.run([as_user.python, "-m", "seccomp_tui", *command])
        assert outcome.returncode == 2
        assert outcome.stderr == b"seccomp-tui: roots.db: Permission denied\n"


def test_a_recording_in_a_folder_that_can_not_be_written(as_user: OrdinaryUser) -> None:
    folder = as_user.home / "folder"
    as_user.run(["mkdir", folder])
    as_user.run([as_user.python, "-m", "seccomp_tui", "log", "-q", "--session", folder / "s.db", "-o", "lines", "echo"])
    folder.chmod(0o555)
    try:
        exported = as_user.run([as_user.python, "-m", "seccomp_tui", "export", "strace", "folder/s.db"])
        assert (exported.returncode, exported.stdout) == (0, (as_user.home / "lines").read_bytes())
    finally:
        folder.chmod(0o755)


# --- without a terminal ---


def test_without_a_terminal_the_recordings_are_printed(
    tool: Tool, recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    empty = tool("open")
    assert (empty.returncode, empty.stderr) == (0, b"")
    assert empty.stdout.split() == b"When Calls Size How it ended Program File".split()
    folder = tmp_path / "data" / "seccomp-tui" / "sessions"
    shutil.copy(recorded, folder / "20260101-000000-sh-1.db")
    (folder / "20260101-000001-torn-1.db").write_text("no database, " * 99)
    outcome = tool("open")
    _, torn, line = outcome.stdout.decode().splitlines()
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d  \d+ +[\d.]+ KiB +exited 3 +sh -c ", line)
    assert line.rstrip().endswith(str(folder / "20260101-000000-sh-1.db"))
    assert "20260101-000001-torn-1.db is not a recording" in torn
    assert b"\x1b" not in outcome.stdout


def test_the_screens_need_a_terminal(tool: Tool, recorded: Path) -> None:
    outcome = tool("open", recorded)
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert outcome.stderr == (
        b"seccomp-tui: the screens need a terminal; without one use: seccomp-tui export strace SESSION\n"
    )


@in_terminal
def test_what_is_no_recording_is_named_before_there_are_screens(terminal: Open, tmp_path: Path) -> None:
    at: Terminal = terminal([*COMMAND, "open", tmp_path / "none.db"], 120, 24)
    lines = at.wait(r"\[exit 2\]").split("\n[exit 2]")[0].splitlines()
    assert re.fullmatch(r"seccomp-tui: \S+none\.db: No such file or directory", "".join(lines))
