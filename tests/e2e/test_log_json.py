"""`seccomp-tui log --format jsonl`: its fields are those of docs/jsonl.md, no others, and all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import ROOT, Tool

COMMON = {"type", "time"}
KILLED = "/bin/true; cat /etc/hostname /nonexistent 2>/dev/null; kill -TERM $$"
ORDERLY = "(kill -USR1 $(sh -c 'echo $PPID')); exit 3"


def objects(text: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith(b"{")]


def documented() -> dict[str, set[str]]:
    """Return the fields of each type of object."""
    text = (ROOT / "docs" / "jsonl.md").read_text()
    rows = [row.strip("| ").split(" | ") for row in re.findall(r"^\| `.*", text, re.MULTILINE)]
    fields = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[2])) for row in rows if len(row) == 3}
    fields.pop("type", None)
    fields["call"] = {name for row in rows if len(row) == 2 for name in re.findall(r"`(\w+)`", row[0])}
    return fields


@pytest.mark.needs("results")
def test_every_field_is_documented_and_every_documented_field_occurs(tool: Tool) -> None:
    found: dict[str, set[str]] = {}
    for program in (KILLED, ORDERLY):
        lines = tool("log", "--format", "jsonl", "--rule", "getpid => allow after 1ms", "sh", "-c", program).stderr
        for each in objects(lines):
            assert each.keys() >= COMMON
            found.setdefault(each["type"], set()).update(each.keys() - COMMON)
    wanted = {
        kind: fields - {"container", "container_name"}
        for kind, fields in documented().items()
        if kind not in ("container", "container_gone", "unseen")  # of targets that are not launched; of io_uring
    }
    wanted["call"] -= {
        "got",
        "given",
        "restarts",
    }  # no answer fails to be taken, none is an operator's, none comes again
    assert found == wanted


def test_without_results_nothing_is_made_up(tool: Tool) -> None:
    outcome = tool("log", "--format", "jsonl", "--results", "off", "sh", "-c", KILLED)
    calls = [each for each in objects(outcome.stderr) if each["type"] == "call"]
    assert calls
    assert not {"errno", "return", "took", "late"} & set().union(*calls)


@pytest.mark.needs("results")
def test_calls_and_signals_are_chosen_as_in_lines(tool: Tool) -> None:
    options = ["--format", "jsonl", "-Z", "-P", "/nonexistent", "-e", "signal=TERM"]
    found = objects(tool("log", *options, "sh", "-c", KILLED).stderr)
    calls = [each for each in found if each["type"] == "call"]
    assert [(call["path"], call["errno"]) for call in calls] == [("/nonexistent", "ENOENT")]
    assert {each["signal"] for each in found if each["type"] == "signal"} == {"SIGTERM"}
    assert {"session", "process", "exit", "gone", "end"} <= {each["type"] for each in found}


def test_each_thread_has_its_file(tool: Tool, tmp_path: Path) -> None:
    tool("log", "--format", "jsonl", "-ff", "-o", tmp_path / "lines", "sh", "-c", "/bin/true; exit 3")
    files = {int(file.suffix[1:]): objects(file.read_bytes()) for file in tmp_path.glob("lines.*")}
    assert len(files) == 2
    for tid, found in files.items():
        assert {each["tid"] if "tid" in each else each["pid"] for each in found} == {tid}


def test_strings_are_as_long_and_as_hexadecimal_as_asked_for(tool: Tool) -> None:
    options = ["--format", "jsonl", "-s", "3", "-xx", "-e", "trace=write"]
    found = objects(tool("log", *options, "sh", "-c", "echo hello").stderr)
    assert [each["text"] for each in found if each["type"] == "call"] == [r'write(1, "\x68\x65\x6c"..., 6)']
