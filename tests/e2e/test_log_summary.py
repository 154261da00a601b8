"""`seccomp-tui log -c` and `-C`."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.e2e.conftest import Tool, native

PROGRAM = ["cat", "/etc/hostname"]


def counted(text: str) -> dict[str, tuple[int, str]]:
    """Return calls and errors by name."""
    rows = [line for line in text.splitlines() if re.match(r" *[\d.-]+ +[\d.-]+ +[\d-]+ +\d", line)]
    return {line.split()[-1]: (int(line[30:40]), line[40:50].strip()) for line in rows}


@pytest.mark.needs("strace", "results")
def test_calls_and_errors_are_straces(tool: Tool) -> None:
    ours, theirs = tool("log", "-c", *PROGRAM), native(["strace", "-c", *PROGRAM])
    got, want = counted(ours.stderr.decode()), counted(theirs.stderr.decode())
    assert got.pop("exit_group") == (1, "-")  # it does not return, and strace counts what returns
    assert got.pop("total")[0] == want.pop("total")[0] + 1
    assert got == want
    assert ours.stderr.splitlines()[:2] == [line for line in theirs.stderr.splitlines() if line[:1] in b"%-"][:2]
    assert b"+++" not in ours.stderr


@pytest.mark.needs("results")
def test_times_are_sorted_and_add_up(tool: Tool) -> None:
    rows = tool("log", "-c", *PROGRAM).stderr.decode().splitlines()
    seconds = [float(row.split()[1]) for row in rows if row[:1] == " " and row.split()[1] not in ("-", "time")]
    seconds = [each for each in seconds if each]
    total = float(rows[-1].split()[1])
    assert seconds == sorted(seconds, reverse=True)
    assert abs(sum(seconds) - total) < 0.0001
    assert rows[-1].startswith("100.00 ")


def test_lines_and_then_the_summary_of_the_same_calls(tool: Tool) -> None:
    outcome = tool("log", "-C", "-S", "name", "-e", "trace=openat,close,read", *PROGRAM).stderr.decode()
    printed, head, table = outcome.partition("% time")
    assert head
    names = Counter(re.findall(r"^(\w+)\(", printed, re.MULTILINE))
    rows = counted(table)
    assert rows.pop("total")[0] == names.total()
    assert {name: calls for name, (calls, _) in rows.items()} == names
    assert list(rows) == sorted(rows)


def test_what_is_not_known_is_not_made_up(tool: Tool) -> None:
    outcome = tool("log", "-c", "--results", "off", *PROGRAM).stderr.decode()
    rows = [line for line in outcome.splitlines() if line.startswith(" ")]
    assert len(rows) > 10
    assert all(re.fullmatch(r" {5}- {11}- {11}- +\d+ {9}- \w+", row) for row in rows)


def test_only_what_is_chosen_is_counted(tool: Tool) -> None:
    outcome = tool("log", "-c", "-P", "/etc/hostname", "-e", "trace=openat,close", *PROGRAM).stderr.decode()
    rows = counted(outcome)
    assert {name: calls for name, (calls, _) in rows.items()} == {"openat": 1, "close": 1, "total": 2}


def test_of_nothing_there_is_no_summary(tool: Tool) -> None:
    assert tool("log", "-c", "-e", "trace=none", "true").stderr == b""


@pytest.mark.needs("gcc-m32", "results")
def test_each_architecture_has_its_table(tool: Tool, tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    source = tmp_path / "both.c"
    source.write_text("#include <unistd.h>\nint main(int n, char **v) { close(99); if (n > 1) execv(v[1], v + 1); }\n")
    for option in ("-m32", "-m64"):
        native(["gcc", option, source, "-o", tmp_path / option[1:]])
    text = tool("log", "-c", "-e", "trace=close", tmp_path / "m32", tmp_path / "m64").stderr.decode()
    first, said, second = text.partition("System call usage summary for 32 bit mode:\n")
    assert said
    assert counted(first).keys() == counted(second).keys() == {"close", "total"}
