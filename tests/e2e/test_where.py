"""`log --where`: only what matches is printed, of the real thing."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.conftest import Tool


def test_lines_are_those_that_match(tool: Tool) -> None:
    expression = 'openat and path == "/etc/hostname" and not flags has O_CREAT'
    outcome = tool("log", "--where", expression, "cat", "/etc/hostname")
    lines = outcome.stderr.splitlines()
    assert [line for line in lines if not line.startswith(b"+++")] == [
        line for line in lines if line.startswith(b'openat(AT_FDCWD, "/etc/hostname"')
    ]
    assert len(lines) == 2


@pytest.mark.needs("results")
def test_results_can_be_asked_for(tool: Tool) -> None:
    outcome = tool("log", "--where", "errno == ENOENT", "cat", "/nonexistent")
    lines = [line for line in outcome.stderr.splitlines() if b" = " in line]
    assert any(b'"/nonexistent"' in line for line in lines)
    assert all(line.endswith(b"= -1 ENOENT (No such file or directory)") for line in lines)


def test_jsonl_and_the_caller(tool: Tool) -> None:
    outcome = tool(
        "log", "--format", "jsonl", "--where", 'comm == "head" and write and fd == 1 and buf has "x"',
        "sh", "-c", "echo x | head -n 1",
    )  # fmt: skip
    calls = [each for line in outcome.stderr.splitlines() if (each := json.loads(line))["type"] == "call"]
    assert [call["text"] for call in calls] == [r'write(1, "x\n", 2)']


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('pth ~ "a"', r"column 1: unknown field 'pth' \(did you mean 'path'\?\)"),
        ("openat and", r"column 11: the expression ends here: expected a system call"),
    ],
)
def test_a_wrong_expression_is_bad_usage_with_one_line(tool: Tool, expression: str, message: str) -> None:
    outcome = tool("log", "--where", expression, "true")
    assert outcome.returncode == 2
    assert outcome.stdout == b""
    assert re.fullmatch(rf"seccomp-tui: .*'--where': {message}.*\n", outcome.stderr.decode())
