"""Rules made from calls: each expression that is offered is true of the call."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.policy.calls import CallView
from seccomp_tui.policy.expression import parse
from seccomp_tui.policy.rules.ladder import ladder
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import X86_64
from seccomp_tui.syscalls.memory import RecordedMemory
from tests.policy import expressions

PATH = 0x7F00_0000
INET = struct.pack("<H", 2) + struct.pack(">H", 443) + bytes((127, 0, 0, 1)) + bytes(8)


def rungs(name: str, args: list[int], data: bytes) -> dict[str, str]:
    number = numbers.number(X86_64.token, name)
    assert number is not None
    memory = RecordedMemory([(PATH, data)])
    return {rung.what: rung.expression for rung in ladder(X86_64.token, number, args + [0] * (6 - len(args)), memory)}


def test_a_call_that_opens_a_file() -> None:
    assert rungs("openat", [0xFFFFFF9C, PATH, 0o1101, 0o644], b"/etc/h.conf\0") == {
        "this call": 'openat and pathname == "/etc/h.conf" and flags == O_WRONLY|O_CREAT|O_TRUNC and mode == 0644',
        "same path": 'openat and path == "/etc/h.conf"',
        "same folder": 'openat and path glob "/etc/*"',
        "same system call": "openat",
    }


def test_odd_paths_are_quoted() -> None:
    found = rungs("unlink", [PATH], b'/a*[b]?/"\n\xff\\x\0')
    assert found["same path"] == r'unlink and path == "/a*[b]?/\"\n\xff\\x"'
    assert found["same folder"] == 'unlink and path glob "/a[*][[]b][?]/*"'
    assert "same folder" not in rungs("unlink", [PATH], b"name\0")


def test_a_call_that_connects() -> None:
    assert rungs("connect", [3, PATH, 16], INET) == {
        "this call": 'connect and sockfd == 3 and addr == "127.0.0.1" and port == 443',
        "same address and port": 'connect and addr == "127.0.0.1" and port == 443',
        "same address": 'connect and addr == "127.0.0.1"',
        "same port": "connect and port == 443",
        "same system call": "connect",
    }
    assert rungs("connect", [3, PATH, 8], b"\1\0/run/x") == {
        "this call": 'connect and sockfd == 3 and addr == "/run/x"',
        "same address": 'connect and addr == "/run/x"',
        "same system call": "connect",
    }


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("getpid", [], "getpid"),
        ("kill", [12, 9], "kill and arg0 == 12 and sig == SIGKILL"),
        ("socket", [2, 1, 0], "socket and domain == AF_INET and type == SOCK_STREAM and protocol == IPPROTO_IP"),
        ("write", [1, 0, 3], "write and fd == 1"),
        ("lseek", [3, 5, 2], "lseek and fd == 3 and whence == SEEK_END"),
    ],
)
def test_deciding_arguments(name: str, args: list[int], expected: str) -> None:
    assert next(iter(rungs(name, args, b"").values())) == expected


@given(expressions.calls)
def test_all_that_is_offered_is_true_of_the_call(call: expressions.Random) -> None:
    (arch, nr), args, memory, pid, tid, comm, exe, startup, _ = call
    view = CallView(arch, nr, args, RecordedMemory(memory), pid, tid, comm, exe, startup)
    found = ladder(arch, nr, args, RecordedMemory(memory))
    assert found[-1].what == "same system call"
    assert len({rung.expression for rung in found}) == len(found)
    for rung in found:
        assert rung.expression.isascii()
        assert rung.expression.isprintable()
        assert parse(rung.expression, answered=False).matches(view)


@given(st.binary(min_size=1, max_size=30).map(lambda path: path.replace(b"\0", b"/")))
def test_any_path_can_be_said(path: bytes) -> None:
    found = rungs("unlink", [PATH], path + b"\0")
    assert "same path" in found
    assert ("same folder" in found) == (b"/" in path)
