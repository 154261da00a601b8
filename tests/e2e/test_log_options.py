"""`seccomp-tui log` with strace's options, beside strace with the same ones."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Tool, native

VARYING = (
    (re.compile(rb"0x[0-9a-f]{5,}"), b"0x"),
    (re.compile(rb"\[[0-9a-f]{16}\]"), b"[ip]"),
    (re.compile(rb"\b\d\d:\d\d:\d\d\b"), b"T"),
    (re.compile(rb"\b\d{10}\b"), b"S"),
    (re.compile(rb" {5}\d\.\d{6}|\b\d{1}\.\d{6}"), b"0.us"),
    (re.compile(rb"\.\d{6}\b"), b".us"),
    (re.compile(rb"^\d+ +", re.MULTILINE), b"tid "),
    (re.compile(rb"\(flags FD_CLOEXEC\)"), b""),
)
CALLS = "trace=execve,openat,access,close,exit_group"
PROGRAM = ["cat", "/etc/hostname"]
"""It prints nothing on standard error, and its loader has calls that fail."""


def lines(text: bytes, marks: Sequence[bytes] = (b" = ",)) -> list[bytes]:
    """Return the lines that have one of the marks, with what differs from run to run made equal."""
    for pattern, stand_in in VARYING:
        text = pattern.sub(stand_in, text)
    return [line for line in text.splitlines() if any(mark in line for mark in marks)]


@pytest.mark.needs("strace", "results")
@pytest.mark.parametrize(
    "options",
    [
        ["-t"], ["-tt"], ["-ttt"], ["-r"], ["-t", "-r"], ["-ttt", "-r", "-T"], ["-T"], ["-i"], ["-n"],
        ["-tt", "-r", "-T", "-n", "-i", "-f"], ["-a", "0"], ["-a", "20"], ["-a", "70", "-t"], ["--columns=50"],
        ["-x"], ["-xx"], ["-z"], ["-Z"], ["--status=failed,unfinished"], ["-e", "status=!failed"],
        ["-e", "status=none"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_lines_are_straces(tool: Tool, options: list[str]) -> None:
    ours, theirs = (
        tool("log", *options, "-e", CALLS, *PROGRAM),
        native(["strace", *options, "-e", CALLS, *PROGRAM]),
    )
    assert lines(ours.stderr) == lines(theirs.stderr)
    assert len(lines(ours.stderr)) > 5 or "status=none" in options


@pytest.mark.needs("strace", "results")
@pytest.mark.parametrize("options", [["-tt"], ["-r", "-T"], ["-a", "60"]], ids=" ".join)
def test_lines_in_a_file_are_straces_too(tool: Tool, tmp_path: Path, options: list[str]) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    tool("log", *options, "-o", ours, "-e", CALLS, *PROGRAM)
    native(["strace", "-f", *options, "-o", theirs, "-e", CALLS, *PROGRAM])
    marks = (b" = ", b"+++")
    assert lines(ours.read_bytes(), marks) == lines(theirs.read_bytes(), marks) != []


@pytest.mark.needs("strace", "results")
def test_a_path_is_found_by_name_and_by_descriptor(tool: Tool) -> None:
    options = ["-f", "-P", "/etc/hostname", "-P", "/dev/null"]
    program = ["sh", "-c", "cat /etc/hostname /etc/passwd > /dev/null"]
    got, want = (
        sorted(re.sub(rb"^\[pid +\d+\] ", b"", line) for line in lines(outcome.stderr))
        for outcome in (tool("log", *options, *program), native(["strace", *options, *program]))
    )
    assert got == want
    assert any(line.startswith(b'read(3, "') for line in got)
    assert not any(b"/etc/passwd" in line or b"<" in line for line in got)


def test_a_path_is_found_where_other_things_are_printed_of_descriptors(tool: Tool) -> None:
    outcome = tool("log", "--decode-fds=dev", "-P", "/dev/zero", "head", "-c", "3", "/dev/zero")
    shown = [line for line in outcome.stderr.splitlines() if line.startswith(b"read(")]
    assert shown
    assert all(line.startswith(b"read(3</dev/zero<char 1:5>>") for line in shown)
    assert b"close(1" not in outcome.stderr


def test_the_path_that_a_link_leads_to_counts_and_is_told(tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    options = ["-P", str(tmp_path / "link"), "-e", "trace=openat,close"]
    outcome = tool("log", *options, "cat", "/etc/hostname")
    told = f'seccomp-tui: requested path "{tmp_path}/link" resolved into "/etc/hostname"\n'
    assert outcome.stderr.decode().startswith(told)
    assert b'openat(AT_FDCWD, "/etc/hostname"' in outcome.stderr
    assert b"close(3)" in outcome.stderr
    assert b"requested" not in tool("log", "-qqq", *options, "true").stderr


@pytest.mark.needs("strace", "results")
@pytest.mark.parametrize(
    "chosen", ["none", "all", "USR1", "sigusr1,kill", "!USR1", "10", "!10,chld", "CHLD"]
)  # fmt: skip
def test_signals_are_those_that_strace_prints(tool: Tool, chosen: str) -> None:
    options = ["-f", "-e", f"signal={chosen}", "-e", "trace=exit_group"]
    program = ["sh", "-c", "/bin/true; kill -USR1 $$"]
    got, want = (
        [re.sub(rb"^\[pid +\d+\] ", b"", line).split(b" {")[0] for line in lines(text, (b"---", b"+++"))]
        for text in (tool("log", *options, *program).stderr, native(["strace", *options, *program]).stderr)
    )
    assert got == want


@pytest.mark.needs("strace", "results")
@pytest.mark.parametrize("quiet", ["-q", "-qq", "-qqq", "--quiet=exit", "-e=quiet=all", "--quiet=!exit"])
def test_quiet_leaves_out_what_it_leaves_out_in_strace(tool: Tool, quiet: str) -> None:
    options = [*quiet.split("=", 1)] if quiet.startswith("-e") else [quiet]
    options += ["-f", "-e", "trace=exit_group"]
    for end in ("exit 3", "kill -USR1 $$"):
        program = ["sh", "-c", f"/bin/true; {end}"]
        got, want = (
            [re.sub(rb"^\[pid +\d+\] ", b"", line) for line in lines(text, (b"+++",))]
            for text in (tool("log", *options, *program).stderr, native(["strace", *options, *program]).stderr)
        )
        assert got == want


@pytest.mark.needs("strace")
def test_a_file_for_each_thread(tool: Tool, tmp_path: Path) -> None:
    program = ["sh", "-c", "/bin/true; /bin/echo; /bin/false"]
    tool("log", "-ff", "-o", tmp_path / "ours", "-e", "trace=execve,exit_group", *program)
    native(["strace", "-ff", "-o", tmp_path / "theirs", "-e", "trace=execve,exit_group", *program])
    got, want = (
        sorted(re.split(r"\s+= ", line)[0].split(", 0x")[0] for file in files for line in file.read_text().splitlines())
        for files in (list(tmp_path.glob("ours.*")), list(tmp_path.glob("theirs.*")))
        if len(files) == 4
    )
    drop = ("+++", "---")  # the codes of children that only their exit_group tells are told there
    assert [line for line in got if not line.startswith(drop)] == [line for line in want if not line.startswith(drop)]
    assert sorted(file.read_text().splitlines()[-1] for file in tmp_path.glob("ours.*"))[-1] == "+++ exited with 1 +++"


def test_files_are_written_anew_or_added_to(tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "lines"
    sizes = []
    for option in ([], [], ["-A"]):
        tool("log", *option, "-o", file, "-e", "trace=execve", "true")
        sizes.append(file.read_text().count("+++ exited"))
    assert sizes == [1, 1, 2]


@pytest.mark.needs("results")
def test_what_was_read_late_is_marked_when_asked_for(tool: Tool) -> None:
    program = ["cat", "/etc/hostname"]
    marked = tool("log", "-v", "-T", *program).stderr
    assert re.search(
        rb"read\(3, \"# Locale.* = \d+ \(late\) <\d\.\d{6}>$|read\(3, \".* \(late\) <", marked, re.MULTILINE
    )
    assert b"(late)" not in tool("log", *program).stderr


@pytest.mark.needs("bash")
def test_a_closed_pipe_leaves_the_exit_code_to_the_target(tool: Tool) -> None:
    script = f"{sys.executable} -m seccomp_tui log -C sh -c 'for i in 1 2 3 4 5 6 7 8 9; do /bin/true; done; exit 7'"
    script = f"{script} 2>&1 >/dev/null | head -n 3; exit ${{PIPESTATUS[0]}}"
    outcome = subprocess.run(["bash", "-c", script], capture_output=True, cwd=ROOT, timeout=50, check=False)
    assert (outcome.returncode, outcome.stdout.count(b"\n"), outcome.stderr) == (7, 3, b"")


def test_options_that_have_no_effect_are_named_and_the_program_runs(tool: Tool) -> None:
    outcome = tool("log", "--format", "jsonl", "-T", "-e", "trace=none", "sh", "-c", "exit 3")
    assert outcome.returncode == 3
    assert outcome.stderr.startswith(b"seccomp-tui: -T has no effect with the format jsonl\n{")
    assert tool("log", "-c", "-tt", "true").stderr.startswith(b"seccomp-tui: -t has no effect with -c\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-ff"], "-ff needs -o FILE"),
        (["-A"], "-A needs -o FILE"),
        (["-ff", "-o", "/nonexistent/x"], "-o /nonexistent/x: can't write in the folder /nonexistent"),
        (["-o", "|cat"], "-o |cat: lines are not piped into a command"),
        (["-c", "-C"], "-c and -C can't be given together"),
        (["-c", "-ff", "-o", "x"], "can't be given with -ff"),
        (["-C", "--format", "jsonl"], "print a table"),
        (["-S", "time"], "-S sorts what -c or -C prints"),
        (["-c", "-S", "size"], "takes time, avg-time, calls, errors, name, nothing"),
        (["-z", "-Z"], "of -z, -Z and --status only one"),
        (["-z", "-e", "status=failed"], "of -z, -Z and --status only one"),
        (["-e", "status=good"], "--status=good: takes all, none, or of"),
        (["-e", "signal=FOO"], "invalid signal 'FOO'"),
        (["-e", "signal="], "invalid signal ''"),
        (["-e", "signal=0"], "invalid signal '0'"),
        (["-e", "quiet=loud"], "--quiet=loud: takes all, none, or of"),
        (["-e", "raw=read"], "-e raw= is not known; log has -e trace=SET, decode-fds=SET, signal=SET"),
        (["-e", "trace=foo"], "invalid system call 'foo'"),
        (["-a", "-1"], "-1"),
        (["-P", ""], "the path is empty"),
        (["-E", "=x"], "'=x' names no variable"),
        (["-u", "nobody-at-all"], "user"),
        (["-k"], "No such option '-k'. seccomp-tui log --help lists them."),
        (["-p", "1"], "A program that runs already can't be put under a filter"),
        (["-s", "many"], "'many' is not a valid integer."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_options_are_one_line_that_says_what(tool: Tool, arguments: list[str], expected: str) -> None:
    outcome = tool("log", *arguments, "true")
    assert outcome.returncode == 2
    assert outcome.stderr.startswith(b"seccomp-tui: ")
    assert outcome.stderr.count(b"\n") == 1
    assert expected in outcome.stderr.decode()


def test_a_program_that_is_missing_is_said_with_the_usage(tool: Tool) -> None:
    said = tool("log", "-T").stderr.decode()
    assert said == (
        "seccomp-tui: Missing argument 'PROGRAM [ARGS]...'. Usage: seccomp-tui log [OPTIONS] PROGRAM [ARGS]...\n"
    )


def test_the_list_of_commands_says_each_in_full(tool: Tool) -> None:
    commands = tool("--help").stdout.decode().partition("Commands:")[2]
    assert "attach" in commands
    assert "..." not in commands


def test_the_screens_have_their_own_qualifiers(tool: Tool) -> None:
    outcome = tool("run", "-e", "signal=none", "true")
    assert outcome.returncode == 2
    assert b"run has -e trace=SET, decode-fds=SET, inject=SET, fault=SET\n" in outcome.stderr
