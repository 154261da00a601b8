"""Calls that are made in the target's place, as programs and the operator see it."""

from __future__ import annotations

import ast
import os
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.expression import parse
from seccomp_tui.supervisor.wire import AnswerFailed, HeldEnded, Status, TargetExited
from tests.e2e.conftest import Tool
from tests.e2e.operator import operate

pytestmark = pytest.mark.needs("user_notif")


def test_another_files_contents_come_without_any_change_to_the_path(quiet: Tool, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("another file\n")
    rule = f'openat and path == "/etc/hostname" => fd "{other}"'
    assert quiet("--rule", rule, "cat", "/etc/hostname").stdout == b"another file\n"


def test_what_is_performed_is_written_as_such(quiet: Tool, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    outcome = quiet("--rule", "mkdir => perform", "mkdir", folder)
    assert outcome.returncode == 0
    assert folder.is_dir()
    assert quiet("--rule", "mkdir => perform", "mkdir", folder).returncode == 1
    (line,) = [line for line in (tmp_path / "lines").read_text().splitlines() if " mkdir(" in line]
    assert line.endswith("= -1 EEXIST (File exists) (PERFORMED)")


CLIENT = """
import socket
with socket.create_connection(("127.0.0.1", 80), 5) as sock:
    print(sock.makefile().readline(), end="")
"""


def test_a_client_of_port_80_is_handed_a_connection_to_another_port(quiet: Tool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve() -> None:
            sock, _ = server.accept()
            with sock:
                sock.sendall(b"hello from another port\n")

        thread = threading.Thread(target=serve)
        thread.start()
        rule = f"connect and port == 80 => perform poke addr sin_port=htons({port})"
        outcome = quiet("--rule", rule, sys.executable, "-c", CLIENT)
        thread.join(30)
    assert outcome.stdout == b"hello from another port\n"


MOUNTS = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER, CLONE_NEWNS = 0x10000000, 0x20000
uid = os.getuid()
if libc.unshare(CLONE_NEWUSER | CLONE_NEWNS):
    sys.exit("unshare: " + os.strerror(ctypes.get_errno()))
# It gives up what it would take to mount by itself.
class Head(ctypes.Structure): _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))
libc.capset(ctypes.byref(Head(0x20080522, 0)), (ctypes.c_uint32 * 6)())
folder = sys.argv[1]
failed = libc.mount(b"made", folder.encode(), b"tmpfs", 0, b"size=1m,mode=777")
if failed:
    sys.exit("mount: " + os.strerror(ctypes.get_errno()))
open(folder + "/file", "w").write("x")
print(os.listdir(folder), [line.split()[:3] for line in open("/proc/self/mounts") if folder in line][0][::2])
"""


@pytest.mark.needs("root")
def test_a_tmpfs_is_mounted_for_one_who_may_not(quiet: Tool, tmp_path: Path) -> None:
    folder = tmp_path / "mounted"
    folder.mkdir(mode=0o777)
    program = [sys.executable, "-c", MOUNTS, folder]
    refused = quiet(*program)
    assert refused.returncode == 1
    assert b"mount: Operation not permitted" in refused.stderr
    outcome = quiet("--rule", "mount => perform as supervisor", *program)
    assert outcome.stderr == b""
    assert outcome.stdout == b"['file'] ['made', 'tmpfs']\n"
    assert list(folder.iterdir()) == []  # it is there in its own namespace only


RACE = """
import ctypes, os, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
good, bad, times = sys.argv[1].encode(), sys.argv[2].encode(), int(sys.argv[3])
assert len(good) == len(bad)
memory = bytearray(good + bytes(1))
path = (ctypes.c_char * len(memory)).from_buffer(memory)
stop = False
def swap():
    while not stop:
        memory[: len(bad)] = bad
        memory[: len(good)] = good
        for _ in range(20): pass
thread = threading.Thread(target=swap)
thread.start()
sys.setswitchinterval(1e-6)
seen = {}
for _ in range(times):
    fd = libc.openat(-100, path, 0)
    text = os.read(fd, 4).decode() if fd >= 0 else "none"
    seen[text] = seen.get(text, 0) + 1
    if fd >= 0:
        os.close(fd)
stop = True
thread.join()
print(seen)
"""


@pytest.mark.long
@pytest.mark.timeout(120)
def test_with_perform_only_the_checked_file_is_opened_however_the_path_is_rewritten(
    quiet: Tool, tmp_path: Path, repetitions: object
) -> None:
    assert callable(repetitions)
    times = repetitions(2000)
    good, bad = tmp_path / "good", tmp_path / "evil"
    good.write_text("good")
    bad.write_text("evil")
    program = [sys.executable, "-c", RACE, good, bad, str(times)]
    checked = f'openat and path == "{good}" => {{}}'
    rest = f'openat and path glob "{tmp_path}/*" => errno EACCES'
    outcome = quiet("--rule", checked.format("perform"), "--rule", rest, *program, timeout=110)
    seen = ast.literal_eval(outcome.stdout.decode())
    assert set(seen) <= {"good", "none"}
    assert seen["good"] > times / 5
    shown = ast.literal_eval(
        quiet("--rule", checked.format("allow after 1ms"), "--rule", rest, *program, timeout=110).stdout.decode()
    )
    assert shown.get("evil", 0) > 0, "with allow the kernel reads the path again"


def test_a_performed_open_that_waits_ends_with_its_call(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with operate(["cat", str(fifo)], tmp_path / "s.db", hold=parse(f'openat and path == "{fifo}"')) as operator:
        call = operator.held("openat")
        operator.answer(call, answer_text.parse("perform"))
        os.kill(call.pid, signal.SIGKILL)
        assert operator.expect(HeldEnded).state == State.GONE
        operator.expect(TargetExited)
        operator.expect(Status, lambda status: not status.alive)


def test_what_can_not_be_performed_is_said_and_the_call_waits_on(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import os; os.getppid()"]
    with operate(program, tmp_path / "s.db", hold=parse("getppid")) as operator:
        call = operator.held("getppid")
        operator.answer(call, answer_text.parse("perform"))
        assert "getppid" in operator.expect(AnswerFailed).why
        operator.answer(call, answer_text.parse("return 3"))
        assert operator.expect(TargetExited).status == 0


def test_out_arguments_and_result_are_handed_back_and_may_be_laid_over(tmp_path: Path) -> None:
    program = ["stat", "-c", "%s %F", "/etc/hostname"]
    with operate(program, tmp_path / "s.db", hold=parse('statx and path == "/etc/hostname"')) as operator:
        call = operator.held("statx")
        operator.answer(call, answer_text.parse("perform fill statxbuf stx_size=77"))
        assert operator.expect(TargetExited).status == 0
        operator.expect(Status, lambda status: not status.alive)
        assert operator.output() == "77 regular file\n"
    row = operator.recorded(call.seq).row
    assert (row.kind, row.value, row.by) == (Kind.PERFORM, 0, By.OPERATOR)
    assert "stx_size=77" in row.text
