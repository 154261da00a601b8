"""`attach`: to a small supervisor in C, and to another seccomp-tui."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import PATIENCE, OrdinaryUser, until
from tests.e2e.conftest import COMMAND, ROOT, Open, Tool

pytestmark = [pytest.mark.needs("user_notif", "gcc"), pytest.mark.timeout(60)]
EPERM, EACCES, ENOSPC = 1, 13, 28
RULE = ("--rule", "mkdirat => errno ENOSPC")
SOURCE = Path(__file__).with_name("holder.c")


@pytest.fixture(scope="module")
def holder_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("holder") / "holder"
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", program, SOURCE], check=True)
    return program


class Holder:
    """The supervisor in C, whose child makes folders that we name."""

    def __init__(self, program: Path, folder: Path, *arguments: str) -> None:
        self._folder = folder
        self._made = 0
        self._process = subprocess.Popen(
            [program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.pid = self._process.pid
        self.received: list[bytes] = []
        word, child, fd = self._line().split()
        assert word == b"ready"
        self.child, self.fd = int(child), int(fd)

    def ask(self) -> None:
        """Let the child make a folder."""
        assert self._process.stdin
        self._made += 1
        self._process.stdin.write(os.fsencode(self._folder / f"made{self._made}") + b"\n")

    def answer(self) -> int:
        """Return the errno that the child got."""
        while not (line := self._line()).startswith(b"made "):
            self.received.append(line)
        return int(line.split()[1])

    def make(self) -> int:
        """Let the child make a folder and return its errno."""
        self.ask()
        return self.answer()

    def _line(self) -> bytes:
        assert self._process.stdout
        return self._process.stdout.readline()

    @property
    def stopped(self) -> bool:
        return psutil.Process(self.pid).status() == psutil.STATUS_STOPPED

    def finish(self) -> int:
        """Let all end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.read()
        self._process.stdout.close()
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        for process in [self._process, *psutil.Process(self.pid).children()]:
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                process.kill()
        self.finish()


@pytest.fixture
def hold(holder_program: Path, tmp_path: Path) -> Iterator[Callable[..., Holder]]:
    made: list[Holder] = []

    def start(*arguments: str) -> Holder:
        made.append(Holder(holder_program, tmp_path, *arguments))
        return made[-1]

    yield start
    for one in made:
        if one._process.returncode is None:
            one.kill()


class Attached:
    """`attach --log`, which writes its lines to a file."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        self.lines = folder / "lines"
        words = [*COMMAND, "attach", "--log", "-o", self.lines, *arguments]
        self.process = subprocess.Popen(list(map(str, words)), cwd=ROOT, stderr=subprocess.PIPE, bufsize=0)
        self.said = b""
        self.hear(rb"(?:stopped|shared).*\n")

    def hear(self, pattern: bytes) -> None:
        """Wait until it has said something."""
        assert self.process.stderr
        while not re.search(pattern, self.said):
            piece = self.process.stderr.read(4096)
            assert piece, self.said
            self.said += piece

    def supervisor(self) -> psutil.Process:
        ours = psutil.Process(self.process.pid)
        return until(lambda: [each for each in ours.children() if each.name() == "stui-supervisor"])[0]

    def _listens(self) -> bool:
        """Tell whether it takes SIGTERM, which before it has started all its processes it does not."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return bool(int(re.findall(r"SigCgt:\s*(\w+)", status)[0], 16) >> (signal.SIGTERM - 1) & 1)

    def finish(self, number: int | None = signal.SIGTERM) -> int:
        """Stop it, or wait for its end, and return its exit code."""
        if number is not None:
            until(self._listens)
            self.process.send_signal(number)
        assert self.process.stderr
        self.said += self.process.stderr.read()
        self.process.stderr.close()
        return self.process.wait(PATIENCE)


@pytest.fixture
def attach(tmp_path: Path) -> Iterator[Callable[..., Attached]]:
    made: list[Attached] = []

    def start(*arguments: object) -> Attached:
        made.append(Attached(tmp_path, *arguments))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
            one.finish(None)


def test_the_other_is_stopped_while_we_answer_and_goes_on_then(
    hold: Callable[..., Holder], attach: Callable[..., Attached]
) -> None:
    holder = hold()
    assert holder.make() == EPERM
    ours = attach("--take-over", "--results", "off", *RULE, holder.pid)
    assert holder.stopped
    assert [holder.make() for _ in range(5)] == [ENOSPC] * 5
    assert ours.finish() == 0
    assert not holder.stopped
    assert ours.lines.read_bytes().count(b'mkdirat(AT_FDCWD, "') == 5
    assert holder.make() == EPERM
    assert len(holder.received) == 2
    assert f"process {holder.pid} (holder) is stopped until we end".encode() in ours.said
    assert holder.finish() == 0


def test_shared_each_call_is_answered_by_one_of_the_two(
    hold: Callable[..., Holder], attach: Callable[..., Attached]
) -> None:
    holder = hold()
    ours = attach("--results", "off", *RULE, holder.pid)
    answers = [holder.make()]
    until(lambda: answers.append(holder.make()) or ENOSPC in answers)
    assert not holder.stopped
    assert set(answers) <= {EPERM, ENOSPC}
    assert ours.finish() == 0
    assert ours.lines.read_bytes().count(b"ENOSPC") == answers.count(ENOSPC)
    assert len(holder.received) == answers.count(EPERM)
    assert b"is shared: each call goes to one of us" in ours.said
    assert [holder.make() for _ in range(3)] == [EPERM] * 3
    assert holder.finish() == 0


def test_it_ends_with_the_target(hold: Callable[..., Holder], attach: Callable[..., Attached]) -> None:
    holder = hold()
    ours = attach("--take-over", *RULE, holder.pid)
    assert holder.make() == ENOSPC
    assert holder._process.stdin
    holder._process.stdin.close()
    assert ours.finish(None) == 0
    assert holder.finish() == 0


@pytest.mark.needs("results")
def test_it_is_known_what_calls_return(hold: Callable[..., Holder], attach: Callable[..., Attached]) -> None:
    holder = hold()
    ours = attach("--take-over", "-T", holder.pid)
    assert holder.make() == 0
    until(
        lambda: re.search(rb'made1", 0755\) = 0 <\d\.\d+>\n', ours.lines.read_bytes())
    )  # nothing else need come first
    assert ours.finish() == 0
    assert b"not known" not in ours.said
    assert holder.finish() == 0


def test_of_several_listeners_one_is_chosen(
    hold: Callable[..., Holder], attach: Callable[..., Attached], tool: Tool
) -> None:
    holder = hold("two")
    refused = tool("attach", "--log", str(holder.pid))
    assert refused.returncode == 2
    assert re.search(rb"holds 2 listeners: \d+, %d; choose one: --fd \d+" % holder.fd, refused.stderr)
    wrong = tool("attach", "--log", "--fd", "0", str(holder.pid))
    assert wrong.returncode == 2
    assert b"descriptor 0 of process" in wrong.stderr
    assert b"is no listener; its listeners: " in wrong.stderr
    ours = attach("--take-over", "--fd", holder.fd, *RULE, holder.pid)
    assert holder.make() == ENOSPC
    assert ours.finish() == 0
    assert holder.finish() == 0


@pytest.mark.parametrize("end", ["supervisor", "keeper"])
def test_nothing_stays_stopped_or_waits_when_we_are_killed(
    end: str, hold: Callable[..., Holder], attach: Callable[..., Attached]
) -> None:
    holder = hold()
    ours = attach(
        "--take-over", "--rule", "mkdirat => errno ENOSPC after 1h", "--session", f"{holder._folder}/s.db", holder.pid
    )
    holder.ask()
    supervisor = ours.supervisor()
    until(lambda: b"made1" in _recorded(Path(f"{holder._folder}/s.db")))
    (supervisor if end == "supervisor" else ours.process).kill()
    assert holder.answer() == 0  # let go on: ours would have failed it
    until(lambda: not holder.stopped)
    assert ours.finish(None) == (125 if end == "supervisor" else -signal.SIGKILL)
    if end == "supervisor":
        assert f"the supervisor died; process {holder.pid} answers again".encode() in ours.said
    assert holder.make() == EPERM
    assert holder.finish() == 0


def _recorded(session: Path) -> bytes:
    """Return a recording as it stands in its files."""
    return b"".join(path.read_bytes() for path in session.parent.glob(f"{session.name}*"))


def test_a_target_of_another_seccomp_tui(tmp_path: Path, attach: Callable[..., Attached]) -> None:
    first = tmp_path / "first"
    script = "echo $$; while read -r name; do mkdir $name; done; exit 7"
    command = [*COMMAND, "log", "-o", first, "sh", "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as outer:
        assert outer.stdin
        assert outer.stdout
        target = int(outer.stdout.readline())
        ours = attach("--take-over", "-e", "trace=mkdir,mkdirat", "--rule", "mkdir or mkdirat => allow", target)
        assert f"process {target} (sh) is a target of seccomp-tui {outer.pid}\n".encode() in ours.said
        outer.stdin.write(os.fsencode(tmp_path / "by_us") + b"\n")
        until((tmp_path / "by_us").exists)
        assert ours.finish() == 0
        outer.stdin.write(os.fsencode(tmp_path / "by_it") + b"\n")
        until((tmp_path / "by_it").exists)
        outer.stdin.close()
        assert outer.wait(PATIENCE) == 7
    assert b'by_us"' in ours.lines.read_bytes()
    assert b'by_it"' in first.read_bytes()
    assert b'mkdir("' + os.fsencode(tmp_path / "by_us") not in first.read_bytes()


def test_not_from_within(tool: Tool, tmp_path: Path) -> None:
    script = f"{' '.join(COMMAND)} attach --log $PPID"
    outcome = tool("log", "-o", tmp_path / "lines", "-e", "trace=getppid", "sh", "-c", script)
    assert outcome.returncode == 2
    assert b"we run below process" in outcome.stderr


def test_what_holds_no_listener(tool: Tool) -> None:
    def attach(pid: int) -> bytes:
        outcome = tool("attach", "--log", str(pid))
        assert outcome.returncode == 2
        assert outcome.stderr.startswith(b"seccomp-tui: ")
        assert outcome.stderr.count(b"\n") == 1
        return outcome.stderr

    assert b"holds no listener" in attach(os.getpid())
    assert b"strace -p" in attach(os.getpid()) or Path("/proc/self/status").read_text().find("Seccomp:\t0") < 0
    assert attach(2**22 + 5) == b"seccomp-tui: there is no process 4194309\n"
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as cat:
        assert b"ptrace" in attach(cat.pid) or b"may answer to" in attach(cat.pid)
        cat.communicate()


def test_a_target_of_one_that_is_not_ours_is_told_where_to_look(hold: Callable[..., Holder], tool: Tool) -> None:
    holder = hold()
    outcome = tool("attach", "--log", str(holder.child))
    assert outcome.returncode == 2
    assert f"may answer to process {holder.pid} (holder)".encode() in outcome.stderr
    assert f"seccomp-tui attach {holder.pid}\n".encode() in outcome.stderr
    holder.finish()


@pytest.mark.needs("root")
def test_without_the_right_it_is_said_which(as_user: OrdinaryUser, hold: Callable[..., Holder]) -> None:
    holder = hold()
    outcome = as_user.run([as_user.python, "-m", "seccomp_tui", "attach", "--log", str(holder.pid)])
    assert outcome.returncode == 125
    assert outcome.stderr.decode() == (
        f"seccomp-tui: can't look into process {holder.pid} (holder): it runs as user 0, and we are 65534: be that"
        " user, or root (CAP_SYS_PTRACE)\n"
    )
    holder.finish()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--log", "--hold", "openat", "1"], "--hold needs screens, and with --log there are none"),
        (["--log", "--run", "1"], "--run needs screens"),
        (["--log", "--hold-timeout", "3s=allow", "1"], "--hold-timeout needs screens"),
        (["--where", "openat", "1"], "--where is about lines: it needs --log"),
        (["--format", "jsonl", "1"], "--format is about lines: it needs --log"),
        (["-T", "1"], "--syscall-times is about lines: it needs --log"),
        (["1"], "the screens need a terminal; without one use: seccomp-tui attach --log PID"),
        (["--log", "0"], "0 is not in the range x>=1"),
        (["--log", "one"], "'one' is not a valid integer"),
        (["--log"], "Missing argument 'PID'"),
        (["--log", "--rule", "openat => hold", "1"], "holds calls, and there are no screens"),
    ],
)
def test_what_makes_no_sense(words: list[str], said: str, tool: Tool) -> None:
    outcome = tool("attach", *words)
    assert outcome.returncode == 2
    assert said in outcome.stderr.decode()


@pytest.mark.needs("tmux")
def test_the_screens_answer_for_another(hold: Callable[..., Holder], terminal: Open) -> None:
    holder = hold()
    at = terminal([*COMMAND, "attach", "--take-over", str(holder.pid)])
    at.wait("attach")
    until(lambda: holder.stopped)
    holder.ask()
    at.wait(r"\d+ ! mkdirat")
    at.press("e", "fails with")
    at.type("EACCES", "Enter")
    assert holder.answer() == EACCES
    at.wait(without=r"\d+ ! mkdirat")
    holder.ask()
    at.wait(r"\d+ ! mkdirat")
    at.press("q", "(?s)The program still runs; 1 call is held.*Leave them to it")
    at.type("w")
    assert holder.answer() == 0
    at.wait(r"\[exit 0\]")
    assert not holder.stopped
    assert holder.make() == EPERM
