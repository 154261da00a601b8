"""`log` with rules: what programs see of a world that is made up, and what is written of it."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import Tool, native


def test_cat_reads_text_that_is_not_in_the_file(quiet: Tool) -> None:
    first = 'read and fd == 3 and count > 100000, nth 1 => fill buf "made up\\n"'
    rest = "read and fd == 3 and count > 100000 => return 0"
    outcome = quiet("--rule", first, "--rule", rest, "cat", "/etc/hostname")
    assert (outcome.stdout, outcome.returncode) == (b"made up\n", 0)


@pytest.mark.needs("root")
def test_id_is_told_another_user(quiet: Tool) -> None:
    assert quiet("--rule", "geteuid => return 0", "-u", "nobody", "id", "-u").stdout == b"0\n"


@pytest.mark.parametrize(
    "words", [("date", "+%Y"), (sys.executable, "-c", "import time; print(time.gmtime(time.time()).tm_year)")]
)
def test_programs_are_told_another_year(words: tuple[str, ...], quiet: Tool) -> None:
    rule = "clock_gettime and clockid == CLOCK_REALTIME => fill tp tv_sec=2000000000"
    assert quiet("--vdso", "off", "--rule", rule, *words).stdout == b"2033\n"


def test_listing_fails_at_the_third_read_of_a_folder_only(quiet: Tool, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3000):
        (folder / f"a_name_of_some_length_{number}").touch()
    outcome = quiet("--rule", "getdents64, nth 3 => errno ENOSPC", "ls", folder)
    assert b"No space left on device" in outcome.stderr
    assert outcome.returncode != 0
    calls = [
        line for line in (tmp_path / "lines").read_text().splitlines() if line.split()[1].startswith("getdents64(")
    ]
    assert [line.endswith("ENOSPC (No space left on device) (INJECTED)") for line in calls[:3]] == [False, False, True]
    assert native(["ls", folder]).returncode == 0


def test_a_descriptor_of_ours_is_written_as_what_it_is(quiet: Tool, tmp_path: Path) -> None:
    rule = 'openat and path == "/etc/hostname" => fd memfd "not on any disk\\n"'
    assert quiet("--rule", rule, "cat", "/etc/hostname").stdout == b"not on any disk\n"
    line = next(
        line for line in (tmp_path / "lines").read_text().splitlines() if "/etc/hostname" in line and "openat" in line
    )
    assert line.endswith('openat(AT_FDCWD, "/etc/hostname", O_RDONLY) = 3 (INJECTED)')


@pytest.mark.needs("root", "timeout")
@pytest.mark.skipif(not os.access("/proc/kmsg", os.R_OK), reason="no /proc/kmsg to read")
def test_what_is_edited_for_ever_does_not_keep_us(quiet: Tool) -> None:
    """A read of /proc/kmsg waits for the kernel to say something; the program is long gone then."""
    rule = 'openat and path == "/proc/kmsg" => fd edit "a" "b"'
    began = time.monotonic()
    quiet("--rule", rule, "timeout", "-s", "KILL", "1", "cat", "/proc/kmsg")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("answer", ["return 7", "return 7 after 1ms"])
def test_once_means_once_for_calls_that_are_not_printed(answer: str, quiet: Tool) -> None:
    code = "import os; print([os.getpgid(0) == 7 for _ in 'abc'])"
    outcome = quiet("-e", "trace=getppid", "--rule", f"getpgid, once => {answer}", sys.executable, "-c", code)
    assert outcome.stdout == b"[True, False, False]\n"


def test_a_delayed_call_is_marked(quiet: Tool, tmp_path: Path) -> None:
    outcome = quiet(
        "--rule", "getpgid => allow after 20ms", sys.executable, "-c", "import os; print(os.getpgid(0) > 0)"
    )
    assert outcome.stdout == b"True\n"
    (line,) = [line for line in (tmp_path / "lines").read_text().splitlines() if " getpgid(" in line]
    assert line.endswith(" (DELAYED)")
    assert " = ? " not in line


def test_a_rule_that_can_not_give_its_answer_says_so_and_the_call_fails(quiet: Tool) -> None:
    program = [sys.executable, "-c", "import os\ntry: os.read(0, 3)\nexcept OSError as error: print(error.errno)"]
    outcome = quiet("--rule", 'read and fd == 0 => fill buf "too long"', *program)
    assert outcome.stdout == b"22\n"
    assert outcome.stderr == b"seccomp-tui: rule 1: buf has room for 3 bytes, not 8\n"


def test_calls_that_are_not_traced_are_answered_but_not_printed(tool: Tool) -> None:
    rule = ["--rule", "getpgid => return 5", "--rule", 'getrandom => fill buf "x"']
    program = [sys.executable, "-c", "import os; print(os.getpgid(0), os.getrandom(1))"]
    outcome = tool("log", "-e", "trace=openat", *rule, *program)
    assert outcome.stdout == b"5 b'x'\n"
    assert b"openat(" in outcome.stderr
    assert b"getpgid(" not in outcome.stderr
    assert b"getrandom(" not in outcome.stderr


def test_what_was_answered_by_which_rule_is_recorded(tool: Tool, tmp_path: Path) -> None:
    lines, session = tmp_path / "lines", tmp_path / "s.db"
    rules = ["--rule", "getpgid and pid == 1 => errno EPERM", "--rule", "getpgid => return 5"]
    program = [sys.executable, "-c", "import os; os.getpgid(0)"]
    tool("log", "--format", "jsonl", "-o", lines, "--session", session, *rules, *program)
    (call,) = [json.loads(line) for line in lines.read_text().splitlines() if '"syscall":"getpgid"' in line]
    assert (call["answer"], call["return"], call["by"], call["rule"]) == ("return", 5, "rule", 2)
    with sqlite3.connect(session) as db:
        assert db.execute("select id, text from rule order by id").fetchall() == [
            (1, "getpgid and pid == 1 => errno EPERM"),
            (2, "getpgid => return 5"),
        ]
        assert db.execute("select kind, value, by, rule from call where name = 'getpgid'").fetchall() == [(3, 5, 6, 2)]
