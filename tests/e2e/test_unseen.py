"""A program that goes where we can't see it: noticed, told, recorded, and kept from it."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import COMMAND, Open, Tool
from tests.kernel.nesting import PRELUDE

RING = PRELUDE + "params = ctypes.create_string_buffer(120)\ngot = call(425, 4, ctypes.addressof(params))\n"
FILTERED = PRELUDE + "is_(put_filter(0x50000 | 99), 0)\nis_(call(GETPPID), -99)"
LISTENS = PRELUDE + "is_(put_filter(0x7FC00000, flags=8), -16)"


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


@pytest.fixture
def rings(tool: Tool) -> None:
    """Skip where the kernel has no io_uring, or forbids it."""
    if tool("log", "-o", "/dev/null", *python(RING + "sys.exit(got < 0)")).returncode:
        pytest.skip("no io_uring here")


def test_a_ring_is_told_once_recorded_and_exported(tool: Tool, tmp_path: Path, rings: None) -> None:
    recording = tmp_path / "s.db"
    code = RING + "call(425, 4, ctypes.addressof(params))"
    outcome = tool("log", "-o", tmp_path / "lines", "--session", recording, *python(code))
    assert outcome.stderr.count(b"unseen: io_uring: process") == 1
    with closing(sqlite3.connect(recording)) as db:
        seqs = db.execute("select seq, what from unseen").fetchall()
    assert [what for _, what in seqs] == ["io_uring", "io_uring"]
    objects = [json.loads(text) for text in tool("export", "jsonl", recording).stdout.splitlines()]
    assert [(each["seq"], each["what"]) for each in objects if each["type"] == "unseen"] == seqs


def test_a_rule_keeps_it_from_rings_and_then_nothing_is_unseen(tool: Tool, tmp_path: Path) -> None:
    rule = "io_uring_setup => errno ENOSYS"
    outcome = tool("log", "-o", tmp_path / "lines", "--rule", rule, *python(RING + "is_(got, -38)"))
    assert (outcome.returncode, outcome.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("code", "told"), [(FILTERED, b"unseen: filter: "), (LISTENS, b"no listener: ")], ids=["filter", "listener"]
)
def test_filters_and_listeners_of_its_own_are_told(tool: Tool, tmp_path: Path, code: str, told: bytes) -> None:
    outcome = tool("log", "-o", tmp_path / "lines", *python(code))
    assert outcome.returncode == 0
    assert told in outcome.stderr


@pytest.mark.needs("tmux")
def test_the_screens_say_so_at_the_call_and_from_then_on(terminal: Open, rings: None) -> None:
    at = terminal([*COMMAND, "--hold", "io_uring_setup or seccomp", *python(RING + "put_filter(0x7FFF0000)")])
    at.wait("what it does by this ring")
    at.press("a", "unseen: io_uring")
    at.wait("a filter of its own")
    at.press("a", "EXITED 0")
    at.wait("unseen: io_uring, own filter")
