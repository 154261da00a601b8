"""What strace prints of a recorded call on entry, and a whole small run."""

from __future__ import annotations

import json
import struct
import subprocess
import sys

import pytest

from benchmarks.decode.entry import Recorded, entries
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import I386, X86_64
from tests.conftest import ROOT

STACK = 0x7FFFFFFFE000
HEAP = 0x555555559000
CHILD = "find / -maxdepth 0 -exec true ;"


def recorded(name: str, *words: int, memory: dict[int, bytes] | None = None, arch: int = X86_64.token) -> Recorded:
    number = numbers.number(arch, name)
    assert number is not None
    return Recorded(arch, number, (*words, *[0] * (6 - len(words))), list((memory or {}).items()))


def printed(*calls: Recorded) -> list[str | None]:
    names = [numbers.name(call.arch, call.nr) for call in calls]
    return [entry and f"{entry.name}({entry.arguments})" for entry in entries(calls, names)]


@pytest.mark.needs("strace", "gcc", "x86_64")
def test_entries_come_from_the_recorded_memory_and_nothing_is_done() -> None:
    vector = struct.pack("<4Q", HEAP, 3, STACK + 0x800, 5)
    assert printed(
        recorded("unlink", STACK, memory={STACK: b"/etc/hosts\0"}),
        recorded("read", 0, HEAP, 10),
        recorded("unlink", STACK),
        recorded("writev", 1, STACK, 2, memory={STACK: vector, HEAP: b"abc", STACK + 0x800: b"defgh"}),
        recorded("exit_group", 7),
        recorded("mmap", HEAP, 4096, 1, 0x12, 3, 0),
        recorded("kill", 1, 9),
    ) == [
        'unlink("/etc/hosts")',
        f"read(0, {HEAP:#x}, 10)",
        'unlink("")',
        'writev(1, [{iov_base="abc", iov_len=3}, {iov_base="defgh", iov_len=5}], 2)',
        None,
        f"mmap({HEAP:#x}, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3, 0)",
        "kill(1, SIGKILL)",
    ]


@pytest.mark.needs("strace", "gcc", "x86_64")
def test_memory_behind_memory_is_readable_too() -> None:
    message = struct.pack("<7Q", 0, 0, HEAP, 1, 0, 0, 0)
    (line,) = printed(recorded("sendmsg", 3, STACK, 0, memory={STACK: message}))
    assert line is not None
    assert "msg_iov=[{iov_base=NULL, iov_len=0}]" in line, (
        "not an address: the items were not recorded, but can be read"
    )


@pytest.mark.needs("strace", "gcc", "x86_64")
def test_entries_of_32_bit_calls() -> None:
    words = (0xFFFFFF9C, 0xFFFFD000, 0x80000, 0, 5, 6)
    (line,) = printed(recorded("openat", *words, memory={0xFFFFD000: b"/x\0"}, arch=I386.token))
    assert line == 'openat(AT_FDCWD, "/x", O_RDONLY|O_CLOEXEC)'


@pytest.mark.needs("strace", "gcc", "x86_64")
def test_calls_that_strace_can_t_stop_are_not_made() -> None:
    assert entries([Recorded(X86_64.token, 0x7FFF, (0,) * 6, [])], [""]) == [None]
    assert entries([Recorded(5, 1, (0,) * 6, [])], ["write"]) == [None]


@pytest.mark.needs("user_notif", "strace", "gcc", "x86_64")
def test_a_small_run() -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.decode",
        "--json",
        "--all-differences",
        "--repeat",
        "2",
        "cat",
        CHILD,
    ]
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=50
    )
    found = json.loads(done.stdout)
    assert done.returncode == 0, found
    assert [program["name"] for program in found["programs"]] == ["cat", CHILD]
    for program in found["programs"]:
        assert program["failed"] is None
        assert program["lines"] > 30
        assert program["reasons"]["exit"] > 5, "reads and the like"
        assert program["cost"]["calls"] >= program["lines"]
        assert program["cost"]["decoding_us"] > 0
    assert found["programs"][1]["ends"] == 2
    assert all(limit["passed"] for limit in found["limits"])
