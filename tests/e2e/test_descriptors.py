"""-y and -yy, descriptors of held calls, and module images: the real command on real programs."""

from __future__ import annotations

import re
import sqlite3
import sys
from pathlib import Path

import pytest

from seccomp_tui.supervisor.records import unpack_segments
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import DETAILS, RecordedMemory, of_memory
from tests.e2e.conftest import Tool
from tests.e2e.conftest import native as run_native
from tests.e2e.operator import operate
from tests.syscalls.images import module

VARYING = re.compile(rb"0x[0-9a-f]{5,}|(?<=\[)\d+(?:->\d+)?(?=[\],])|(?<=127.0.0.1:)\d+|(?<=<pid:)\d+|pidfd_open\(\d+")
"""What differs from one run to the next: addresses, numbers of sockets and pipes, ports, processes."""
PROGRAM = """
import ctypes, os, select, socket
libc = ctypes.CDLL(None)
os.chdir("/etc")
fds = [os.open("passwd", 0), os.open("/dev/null", 0), os.pidfd_open(os.getpid()), os.open(".", 0), *os.pipe()]
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
pair = socket.socketpair()
for fd in [*fds, server.fileno(), client.fileno(), pair[0].fileno(), pair[1].fileno(), -1, 999]:
    libc.fsync(fd)
libc.openat(fds[3], b"nowhere", 0)
libc.dup2(fds[0], fds[1])
libc.dup2(fds[0], 99)
poll = select.poll()
poll.register(fds[0], 1)
poll.register(server, 1)
poll.poll(0)
select.select([pair[0], fds[0]], [], [], 0)
os._exit(0)
"""


def up_to_results(text: bytes) -> list[bytes]:
    return [VARYING.sub(b"?", re.split(rb"\s+= ", line)[0]) for line in text.splitlines() if b" = " in line]


@pytest.mark.needs("strace", "results")
@pytest.mark.parametrize("option", ["-y", "-yy"])
def test_what_calls_have_made_leads_where_strace_says(tool: Tool, option: str) -> None:
    wanted = re.compile(rb"(openat|pipe2|socket|socketpair|dup2|pidfd_open|epoll_create1)\(")
    program = [sys.executable, "-S", "-c", PROGRAM.replace("os._exit", "select.epoll(); os._exit")]
    ours, theirs = (
        [VARYING.sub(b"?", line) for line in outcome.stderr.splitlines() if wanted.match(line)]
        for outcome in (tool("log", option, "-a0", *program), run_native(["strace", option, "-a0", *program]))
    )
    assert ours == theirs
    assert [
        line for line in ours if line.startswith(b'openat(AT_FDCWD</etc>, "passwd"') and b"= 3</etc/passwd>" in line
    ]


@pytest.mark.needs("strace")
@pytest.mark.parametrize(
    "option", ["-y", "-yy", "--decode-fds=socket,dev", "--decode-fds=!path", "--decode-fds=all", "--decode-fds=none"]
)
def test_lines_are_straces_with_descriptors(tool: Tool, option: str) -> None:
    options = [option, "-e", "trace=fsync,close,openat,dup2,poll,pselect6,unlink,execve,mmap"]
    program = [sys.executable, "-c", PROGRAM]
    ours, theirs = tool("log", *options, *program), run_native(["strace", *options, *program])
    assert up_to_results(ours.stderr) == up_to_results(theirs.stderr)
    assert ours.stderr.count(b"fsync(") == 12


def test_without_being_asked_nothing_is_noted(tool: Tool, tmp_path: Path) -> None:
    for name, option in (("plain", "-s32"), ("asked", "-y")):
        tool("log", option, "-o", "/dev/null", "--session", tmp_path / name, "cat", "/etc/hostname")
    found = {}
    for name in ("plain", "asked"):
        with sqlite3.connect(tmp_path / name) as db:
            rows = db.execute("select text, memory from call where name = 'read'").fetchall()
        copied = [segment for _, memory in rows if memory for segment in unpack_segments(memory)]
        found[name] = (len(copied) - len(of_memory(copied)), any("</etc/hostname>" in text for text, _ in rows))
    assert found["plain"] == (0, False)
    assert found["asked"][0] > 0
    assert found["asked"][1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-y", "--decode-fds=path"], "-y and --decode-fds"),
        (["--decode-fds=foo"], "--decode-fds=foo"),
        (["--decode-fds="], "--decode-fds="),
        (["--decode-fds=path,all"], "--decode-fds=path,all"),
    ],
)
def test_bad_options_say_what(tool: Tool, options: list[str], message: str) -> None:
    outcome = tool("log", *options, "true")
    assert outcome.returncode == 2
    assert message in outcome.stderr.decode()


@pytest.mark.needs("user_notif")
def test_a_held_call_says_what_its_descriptors_are(tmp_path: Path) -> None:
    script = "import os, socket; s = socket.create_server(('127.0.0.1', 0)); os.fsync(s.fileno())"
    with operate([sys.executable, "-c", script], tmp_path / "s.db", trace="fsync") as operator:
        held = operator.held("fsync")
        memory = RecordedMemory(operator.recorded(held.seq).segments)
        text = Decoder(descriptors=DETAILS).call(held.arch, held.nr, held.args, memory)
        assert re.fullmatch(r"fsync\(\d+<TCP:\[127\.0\.0\.1:\d+\]>\)", text)
        assert re.fullmatch(r"fsync\(\d+\)", operator.recorded(held.seq).row.text)


# --- module images ---

LOAD = """
import ctypes, os, sys
libc = ctypes.CDLL(None)
number, path = int(sys.argv[1]), sys.argv[2]
if sys.argv[3] == "memory":
    data = open(path, "rb").read()
    libc.syscall(number, data, ctypes.c_long(len(data)), b"count=3")
else:
    fd = os.open(path, os.O_RDONLY)
    os.read(fd, 10)
    libc.syscall(number, fd, b"count=3", 0)
    sys.exit(os.lseek(fd, 0, os.SEEK_CUR))
"""
TEXT = rb'dummy, vermagic="6\.1\.0-9-amd64 SMP preempt mod_unload modversions ", license="GPL", depends="a,b"'


@pytest.mark.parametrize("name", ["init_module", "finit_module"])
def test_a_module_that_is_handed_over_is_named(tool: Tool, tmp_path: Path, name: str) -> None:
    image = tmp_path / "dummy.ko"
    image.write_bytes(module(text=1 << 20))
    number = str(numbers.number(native().token, name))
    how = "memory" if name == "init_module" else "file"
    outcome = tool("log", "-e", f"trace={name}", sys.executable, "-c", LOAD, number, image, how)
    comment = rb" /\* " + TEXT + rb", parameters=\[count, mode\] \*/, "
    expected = {
        "init_module": rb"^init_module\(0x[0-9a-f]+" + comment + rb'\d+, "count=3"\)',
        "finit_module": rb"^finit_module\(\d+" + comment + rb'"count=3", 0\)',
    }
    assert re.search(expected[name], outcome.stderr, re.MULTILINE), outcome.stderr
    assert outcome.returncode == (10 if how == "file" else 0), "the file's position has moved"
