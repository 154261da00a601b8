"""With everything trapped a program does what it does without us: same output, same exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Tool, native

LOOP = "for i in $(seq 50); do /bin/true; done; echo ok | cat"
THREADS = """
import threading, os
out = []
def work(i):
    for _ in range(50):
        with open('/etc/hostname') as f: f.read()
    out.append(i)
ts = [threading.Thread(target=work, args=(i,)) for i in range(8)]
[t.start() for t in ts]; [t.join() for t in ts]
print(sorted(out))
"""
# Handlers restart the call (SA_RESTART), as C libraries' and Go's do. One that does not restart sees EINTR when its
# signal comes between the trap and our RECV, a few microseconds in which the kernel lets it: README, limits.
ALARMS = """
import signal, os, time
n = 0
def tick(*a):
    global n; n += 1
signal.signal(signal.SIGALRM, tick)
signal.siginterrupt(signal.SIGALRM, False)
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
while n < 50:
    os.stat('/'); os.close(os.open('/etc/hostname', os.O_RDONLY))
signal.setitimer(signal.ITIMER_REAL, 0)
print('alarms', n >= 50)
"""
URGENT = """
import os, signal, subprocess, threading
signal.signal(signal.SIGURG, lambda *a: None)
signal.siginterrupt(signal.SIGURG, False)
pid, stop = os.getpid(), threading.Event()
def storm():
    while not stop.is_set(): os.kill(pid, signal.SIGURG)
t = threading.Thread(target=storm); t.start()
r = [subprocess.run(['/bin/echo', str(i)], capture_output=True).stdout for i in range(10)]
for _ in range(200): os.close(os.dup(1))
stop.set(); t.join()
print(b''.join(r))
"""
SPAWN = """
import os
for i in range(10):
    pid = os.posix_spawn('/bin/sh', ['sh', '-c', f'exit {i}'], os.environ)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


@pytest.mark.parametrize(
    "program",
    [
        ["bash", "-c", LOOP],
        [sys.executable, "-c", THREADS],
        [sys.executable, "-c", ALARMS],
        [sys.executable, "-c", URGENT],
        [sys.executable, "-c", SPAWN],
        ["sh", "-c", "echo abc | cat | cat; exit 7"],
        ["sh", "-c", "kill -TERM $$"],
        ["ls", "/nonexistent"],
    ],
    ids=["bash loop", "threads", "SIGALRM", "SIGURG storm", "posix_spawn", "pipeline", "signal death", "failing ls"],
)
def test_output_and_exit_code_are_the_same(quiet: Tool, program: list[str]) -> None:
    ours, theirs = quiet(*program), native(program)
    assert (ours.stdout, ours.stderr) == (theirs.stdout, theirs.stderr)
    assert ours.returncode == (theirs.returncode if theirs.returncode >= 0 else 128 - theirs.returncode)


@pytest.mark.long
@pytest.mark.timeout(150)
def test_a_pipeline_gives_its_output_every_time(quiet: Tool, repetitions: Callable[[int], int]) -> None:
    for _ in range(repetitions(100)):
        outcome = quiet("sh", "-c", "echo abc | cat | cat")
        assert (outcome.stdout, outcome.returncode) == (b"abc\n", 0)


@pytest.mark.needs("gcc-m32", "x86_64")
def test_a_32_bit_program_runs_and_is_decoded_with_its_own_numbers(tool: Tool, tmp_path: Path) -> None:
    program = tmp_path / "small"
    source = (
        b'#include <fcntl.h>\n#include <unistd.h>\nint main(void){open("/dev/null",0);return write(1,"hi\\n",3)!=3;}'
    )
    subprocess.run(["gcc", "-m32", "-x", "c", "-o", program, "-"], input=source, check=True)
    outcome = tool("log", program)
    assert (outcome.stdout, outcome.returncode) == (b"hi\n", 0)
    assert b'openat(AT_FDCWD, "/dev/null", O_RDONLY)' in outcome.stderr
    assert b'write(1, "hi\\n", 3)' in outcome.stderr


@pytest.mark.needs("root", "gcc")
def test_a_setuid_program_keeps_its_rights_when_root_runs_it(quiet: Tool, tmp_path: Path) -> None:
    program = Path("/tmp") / f"seccomp-tui-setuid-{tmp_path.name}"
    source = b'#include <stdio.h>\n#include <unistd.h>\nint main(void){printf("%d\\n",geteuid());}'
    try:
        subprocess.run(["gcc", "-x", "c", "-o", program, "-"], input=source, check=True)
        os.chown(program, 65534, 65534)
        program.chmod(0o4755)
        assert quiet(program).stdout == b"65534\n"
    finally:
        program.unlink(missing_ok=True)


def test_an_ordinary_user_can_do_it_too(as_user: object) -> None:
    outcome = as_user.run([as_user.python, "-m", "seccomp_tui", "log", "bash", "-c", LOOP])  # type: ignore[attr-defined]
    assert outcome.stdout == b"ok\n", outcome.stderr[-500:]
    assert outcome.returncode == 0
    assert b'execve("/bin/true", ["/bin/true"], 0x' in outcome.stderr
