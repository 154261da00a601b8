"""What a performed call consists of, in words."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.plan_text import rows
from seccomp_tui.syscalls import arch, numbers
from seccomp_tui.syscalls.marshalling import Refused
from seccomp_tui.syscalls.memory import RecordedMemory

TOKEN = arch.native().token
AT_FDCWD = 0xFFFF_FFFF_FFFF_FF9C
MEMORY = RecordedMemory([(0x1000, b"/etc/hosts\0"), (0x2000, b"sub\0")])


def told(call: str, *args: int) -> dict[str, str]:
    nr = numbers.number(TOKEN, call)
    assert nr is not None
    return dict(rows(TOKEN, nr, (*args, *[0] * (6 - len(args))), MEMORY))


def test_every_argument_is_told_of_and_what_comes_back() -> None:
    assert told("openat", AT_FDCWD, 0x1000, 0o2000000) == {
        "dirfd": "",
        "pathname": "as copied, looked up from its root",
        "flags": "",
        "returns": "a descriptor, which the program gets, closed at execve",
    }
    assert "descriptor 5" in told("openat", 5, 0x2000)["pathname"]
    assert "working folder" in told("unlinkat", AT_FDCWD, 0x2000)["pathname"]


def test_what_is_copied_and_what_is_read_once_more() -> None:
    assert told("mount", 0x1000, 0x1000, 0x2000, 0, 0)["filesystemtype"].startswith("4 bytes, as copied")
    assert "must begin with the 0 bytes" in told("mount", 0x1000, 0x1000, 0x3000, 0, 0)["filesystemtype"]


def test_a_call_that_is_about_its_process_is_refused() -> None:
    with pytest.raises(Refused, match="about the calling process itself"):
        told("execve", 0x1000, 0, 0)


def test_a_call_made_by_another_names_no_words() -> None:
    found = rows(TOKEN, numbers.number(TOKEN, "creat") or 0, (0x1000, 0o644, 0, 0, 0, 0), MEMORY)
    assert ("", "as copied, looked up from its root") in found
