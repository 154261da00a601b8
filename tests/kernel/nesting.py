"""Targets that put filters on themselves, in Python without modules of ours; and states that a test waits for."""

from __future__ import annotations

import os
from pathlib import Path

from seccomp_tui.kernel.launcher import SECCOMP_NR
from tests.kernel.conftest import NUMBERS

GETPPID = NUMBERS["getppid"]
PRELUDE = f"""
import ctypes, os, signal, struct, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
GETPPID, SECCOMP = {GETPPID}, {SECCOMP_NR[os.uname().machine]}

def call(number, *words):
    "The bare system call: what it returns, -errno when it failed."
    got = libc.syscall(ctypes.c_long(number), *[ctypes.c_ulong(word & (1 << 64) - 1) for word in words])
    return got if got != -1 else -ctypes.get_errno()

def put_filter(action, number=GETPPID, flags=0):
    "Put a filter on this thread that gives a system call an action and allows all others."
    code = struct.pack('=HBBIHBBIHBBIHBBI', 0x20, 0, 0, 0, 0x15, 0, 1, number, 6, 0, 0, action, 6, 0, 0, 0x7FFF0000)
    text = ctypes.create_string_buffer(code)
    program = ctypes.create_string_buffer(struct.pack('=HxxxxxxQ', 4, ctypes.addressof(text)))
    libc.prctl(38, 1, 0, 0, 0)
    return call(SECCOMP, 1, flags, ctypes.addressof(program))

def is_(value, wanted):
    if value != wanted: sys.exit(f'got {{value!r}}, wanted {{wanted!r}}')
"""


def state(tid: int) -> str:
    """Return the letter that proc_pid_stat(5) has for what a thread does."""
    return Path(f"/proc/{tid}/stat").read_bytes().rpartition(b") ")[2][:1].decode()


def pending_signals(tid: int) -> int:
    """Return the set of signals that wait for a process."""
    status = Path(f"/proc/{tid}/status").read_text()
    return int(status.partition("\nShdPnd:\t")[2].split()[0], 16)
