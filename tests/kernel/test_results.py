"""What calls return, from the kernel's own tracepoints, against what the program itself saw."""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seccomp_tui.kernel import results, tracepoints
from seccomp_tui.kernel.results import Delivered, Ended, Exit, Ring, Sample

pytestmark = pytest.mark.needs("results")
GETPPID, OPENAT, UNAME = (110, 257, 63) if os.uname().machine == "x86_64" else (173, 56, 160)


def drained(rings: list[Ring], types: list[int]) -> list[Sample]:
    """Return all that is in the rings, of which nothing may be missing."""
    found: list[Sample] = []
    for ring in rings:
        assert not results.samples(ring.drain(), types, found)
    return found


@contextmanager
def waiting_program(code: str) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a program that reads a line before it runs `code`."""
    command = [sys.executable, "-c", f"import os, sys, signal\nprint(flush=True)\nsys.stdin.readline()\n{code}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        try:
            assert program.stdout is not None
            program.stdout.readline()
            yield program
        finally:
            program.kill()


def observed(code: str, numbers: set[int] | None = None) -> tuple[int, bytes, list[Sample]]:
    """Return the program's pid, what it printed, and all samples, in the order of time."""
    types = tracepoints.ids(results.EVENTS)
    with waiting_program(code) as program:
        opened = results.open_events(program.pid, types, numbers)
        rings = [Ring(each.ring) for each in opened]
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(b"\n")
        program.stdin.flush()
        printed = program.stdout.read()
        program.wait()
        found = drained(rings, types)
        for ring in rings:
            ring.close()
        results.close_events(opened)
    return program.pid, printed, sorted(found, key=lambda sample: sample[0])


def exits(found: list[Sample], nr: int) -> list[Exit]:
    return [sample for sample in found if isinstance(sample, Exit) and sample.nr == nr]


def test_each_return_comes_with_its_value_and_thread() -> None:
    code = "for i in range(1000): os.getppid()\nprint(os.getppid(), end='')"
    pid, printed, found = observed(code)
    returns = exits(found, GETPPID)
    assert len(returns) == 1001
    assert {(sample.pid, sample.tid, sample.value) for sample in returns} == {(pid, pid, int(printed))}
    times = [sample.time for sample in returns]
    assert times == sorted(times)


def test_a_failure_is_a_negative_errno() -> None:
    _, _, found = observed("try: os.open('/nonexistent', 0)\nexcept OSError: pass")
    assert exits(found, OPENAT)[-1].value == -2


def test_only_the_calls_that_are_asked_for_come() -> None:
    _, _, found = observed("os.getppid(); os.uname()", {GETPPID})
    assert {sample.nr for sample in found if isinstance(sample, Exit)} - {-1} == {GETPPID}


def test_children_are_followed_and_ends_are_told() -> None:
    code = "child = os.fork()\nif not child: os._exit(3)\nos.waitpid(child, 0)\nprint(child)"
    pid, printed, found = observed(f"signal.signal(signal.SIGCHLD, lambda *_: None)\n{code}")
    ended = [(sample.pid, sample.last) for sample in found if isinstance(sample, Ended)]
    assert ended == [(int(printed), True), (pid, True)]
    (died,) = [sample for sample in found if isinstance(sample, Delivered) and sample.signal == signal.SIGCHLD]
    assert (died.pid, died.code, died.handler != 0) == (pid, 1, True)


def test_the_stack_comes_as_it_was_at_the_return(tmp_path: Path) -> None:
    source, program = tmp_path / "uname.c", tmp_path / "uname"
    source.write_text(
        "#include <sys/utsname.h>\n#include <unistd.h>\n#include <string.h>\n"
        "int main(void) { char c; read(0, &c, 1); struct utsname u; uname(&u); memset(&u, 0, sizeof u);"
        " return u.sysname[0]; }"
    )
    if subprocess.run(["gcc", "-o", program, source], check=False, capture_output=True).returncode:
        pytest.skip("gcc is not installed")
    types = tracepoints.ids(results.EVENTS)
    with subprocess.Popen([program], stdin=subprocess.PIPE) as running:
        opened = results.open_events(running.pid, types)
        running.communicate(b"x")
        found = drained([Ring(each.ring) for each in opened], types)
        results.close_events(opened)
    (uname,) = exits(found, UNAME)
    assert len(uname.stack) == results.STACK_COPIED
    assert b"Linux\0" in uname.stack


def test_rings_are_read_in_another_process() -> None:
    types = tracepoints.ids(results.EVENTS)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with waiting_program("os.getppid()") as program, ours, theirs:
        opened = results.open_events(program.pid, types)
        results.send_rings(ours, opened, types)
        assert program.stdin is not None
        program.stdin.close()
        program.wait()
        received = results.receive_rings(theirs)
        assert received is not None
        rings, told = received
        assert told == types
        assert drained(rings, told)
        results.close_events(opened)


def test_without_rings_there_is_a_message_all_the_same() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        results.send_rings(ours, [], [])
        assert select.select([theirs], [], [], 0)[0]
        assert results.receive_rings(theirs) is None


def test_tracepoints_that_there_are_not_are_an_error() -> None:
    with pytest.raises(OSError, match="No such file"):
        tracepoints.ids(["raw_syscalls/nonsense"])


def test_what_a_full_ring_has_no_room_for_is_counted() -> None:
    lost = struct.pack("=IHHQQ", 2, 0, 24, 0, 5)  # PERF_RECORD_LOST
    assert results.samples(lost * 2, (1, 2, 3, 4), []) == 10
