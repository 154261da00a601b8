"""What older kernels and lesser rights leave us to work with: the real kernel, with a filter around us that refuses."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import COMMAND, Completed, native
from tests.refusing import (
    LINUX_5_6,
    NO_ADDFD,
    NO_PERF,
    NO_PIDFD_GETFD,
    NO_VM_READ,
    NO_VM_WRITE,
    Refusal,
    refusing,
)

pytestmark = pytest.mark.needs("user_notif")
THREADS = """
import os, threading
def one(i):
    os.access(f"/thread/{i}", 0)
for i in range(20):
    thread = threading.Thread(target=one, args=(i,)); thread.start(); thread.join()
if os.fork() == 0:
    os.execv("/bin/cat", ["cat", "/etc/hostname"])
os.wait()
"""


def log(refusals: tuple[Refusal, ...], *arguments: str) -> Completed:
    return native(refusing(refusals, [*COMMAND, "log", *arguments]))


def test_linux_5_6_shows_the_same_calls() -> None:
    arguments = ("--results", "off", "-e", "trace=%file", "python3", "-I", "-S", "-c", THREADS)
    now, then = log((), *arguments), log(LINUX_5_6, *arguments)
    # Where ends of threads are not seen, the number of the thread stands before lines that would not need it.
    now_lines, then_lines = (
        re.sub(rb"^\[pid +\d+\] |0x[0-9a-f]+|\+\+\+.*", b"", each.stderr, flags=re.MULTILINE) for each in (now, then)
    )
    assert then_lines == now_lines
    assert then.stdout == now.stdout
    assert then.returncode == 0
    assert now_lines.count(b'access("/thread/') == 20
    assert b'openat(AT_FDCWD, "/etc/hostname"' in now_lines


def test_without_process_vm_readv_the_arguments_of_threads_without_pidfd_are_read_all_the_same() -> None:
    shown = log((*LINUX_5_6, NO_VM_READ), "--results", "off", "-e", "trace=access,faccessat", "python3", "-c", THREADS)
    assert shown.stderr.count(b'"/thread/') == 20


def test_without_perf_events_results_are_not_known_and_doctor_is_named() -> None:
    shown = log((NO_PERF,), "-e", "trace=openat", "cat", "/etc/hostname")
    assert b'openat(AT_FDCWD, "/etc/hostname", O_RDONLY) = ?' in shown.stderr
    assert b"seccomp-tui doctor" in shown.stderr


def test_without_process_vm_writev_an_answer_that_writes_fails_with_a_line() -> None:
    rule = 'uname => fill buf nodename="other" return 0'
    shown = log((NO_VM_WRITE,), "--rule", rule, "-e", "trace=uname", "uname", "-n")
    assert b"seccomp-tui: " in shown.stderr
    assert shown.returncode != 0


def test_without_addfd_a_descriptor_can_t_be_given_and_a_line_says_so() -> None:
    rule = 'openat and path == "/nowhere" => fd "/etc/hostname" O_RDONLY'
    shown = log((NO_ADDFD,), "--rule", rule, "-e", "trace=openat", "cat", "/nowhere")
    assert b"5.9" in shown.stderr
    assert shown.returncode == 1


def test_without_pidfd_getfd_nothing_is_started_and_a_line_says_so() -> None:
    shown = log((NO_PIDFD_GETFD,), "echo", "started")
    assert shown.returncode == 125
    assert shown.stdout == b""
    assert b"pidfd_getfd" in shown.stderr
