"""Results of programs that run already: whose events come, which of their calls, and what is closed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from seccomp_tui.kernel.following import Following, TooMany
from seccomp_tui.kernel.results import Ended, Exit, Ring, Sample, samples

pytestmark = pytest.mark.needs("results")
X86 = os.uname().machine == "x86_64"
GETPPID, UNAME = (110, 63) if X86 else (173, 160)
UNDER_A_FILTER = """
import ctypes, os, struct, sys, threading
allow = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0x7FFF0000))
prog = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", 1, ctypes.addressof(allow)))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
go, ended = threading.Event(), threading.Event()
if sys.argv[1:]:
    assert libc.prctl(22, 2, prog, 0, 0) == 0
def work():
    go.wait(); os.getppid(); ended.set()
thread = threading.Thread(target=work); thread.start()
print(thread.native_id, flush=True)
sys.stdin.readline()
go.set(); ended.wait(); thread.join(); os.uname(); os.getppid()
if not (child := os.fork()):
    os.getppid(); os._exit(0)
os.waitpid(child, 0); print(child, flush=True)
"""


@contextmanager
def program(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Yield a program of two threads that waits for a line, and the second thread."""
    command = [sys.executable, "-c", UNDER_A_FILTER, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        yield running, int(running.stdout.readline())
        running.kill()


def drained(following: Following) -> list[Sample]:
    found: list[Sample] = []
    for ring in following.rings:
        samples(Ring(ring.ring).drain(), following.types, found)
    return sorted(found, key=lambda sample: sample[0])


def test_all_threads_and_what_they_start_are_followed() -> None:
    following = Following(1000)
    before = len(os.listdir("/proc/self/fd"))
    with program("filtered") as (running, thread):
        assert following.follow("it", [running.pid], {GETPPID}) == 2
        assert len(os.listdir("/proc/self/fd")) - before - 2 == 2 * len(following.rings) * len(following.types)
        child = int(running.communicate(b"\n")[0])
        found = drained(following)
    who = [(sample.pid, sample.tid) for sample in found if isinstance(sample, Exit) and sample.nr == GETPPID]
    assert who == [(running.pid, thread), (running.pid, running.pid), (child, child)]
    assert not [sample for sample in found if isinstance(sample, Exit) and sample.nr == UNAME]
    assert {sample.tid for sample in found if isinstance(sample, Ended)} == {thread, running.pid, child}
    following.drop("it")
    assert len(os.listdir("/proc/self/fd")) == before
    following.close()


def test_nobody_without_a_filter_is_followed() -> None:
    following = Following(1000)
    with program() as (running, _):
        assert following.follow("it", [running.pid, 0, 2**22 + 5], None) == 0
    following.close()


def test_more_than_there_is_room_for_is_not_begun() -> None:
    following = Following(9)
    before = len(os.listdir("/proc/self/fd"))
    with program("filtered") as (running, _):
        with pytest.raises(TooMany, match=r"each thread takes \d+ descriptors, and of 9 not enough are left"):
            following.follow("it", [running.pid], None)
        assert len(os.listdir("/proc/self/fd")) == before + 2
    following.close()
