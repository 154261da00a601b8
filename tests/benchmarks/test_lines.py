"""strace's lines are read as they were meant, whatever they hold."""

from __future__ import annotations

import pytest

from benchmarks.decode.lines import Call, call, parse, split


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("3", ["3"]),
        ('3, "a, b", {x=1, y=[2, 3]}', ["3", '"a, b"', "{x=1, y=[2, 3]}"]),
        (r'"quote \" and, comma\\", 5', [r'"quote \" and, comma\\"', "5"]),
        ("0x1 /* 3, (odd */, ~[RTMIN RT_1]", ["0x1 /* 3, (odd */", "~[RTMIN RT_1]"]),
        ('"cut"..., 100', ['"cut"...', "100"]),
        ("['('], 1", ["['(']", "1"]),
    ],
)
def test_arguments_are_split_at_their_own_commas(text: str, items: list[str]) -> None:
    assert split(text) == items


def test_a_call_ends_at_its_own_bracket() -> None:
    made = call(7, r'write(1, ") = 5 (", 7) = -1 EBADF (Bad file descriptor)')
    assert made == Call(7, "write", r'1, ") = 5 (", 7', "-1 EBADF (Bad file descriptor)")


def test_a_call_of_a_thread_that_died_has_no_end() -> None:
    made = call(7, "read(3, ")
    assert made is not None
    assert not made.complete
    assert made.result == ""


def test_halves_are_joined_at_the_place_of_the_first() -> None:
    log = parse(
        "10    wait4(-1,  <unfinished ...>\n"
        "11    getpid()                          = 11\n"
        "10    <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 11\n"
    )
    assert [made.text for made in log.calls] == [
        "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 11",
        "getpid() = 11",
    ]


def test_the_half_of_a_thread_that_was_killed_is_kept() -> None:
    log = parse("10    read(3,  <unfinished ...>) = ?\n10    +++ killed by SIGKILL +++\n")
    assert [(made.arguments, made.result, made.complete) for made in log.calls] == [("3, ", "?", True)]


def test_execve_of_another_thread_is_resumed_under_the_leader() -> None:
    log = parse(
        '11    execve("/bin/true", ["true"], NULL <unfinished ...>\n'
        "10    +++ superseded by execve in pid 11 +++\n"
        "10    <... execve resumed>)              = 0\n"
    )
    assert [(made.tid, made.text) for made in log.calls] == [(10, 'execve("/bin/true", ["true"], NULL) = 0')]


def test_signals_ends_and_odd_lines_are_counted_apart() -> None:
    log = parse(
        "10    --- SIGCHLD {si_signo=SIGCHLD} ---\n"
        "strace: Process 11 attached\n"
        "10    exit_group(0)                     = ?\n"
        "10    +++ exited with 0 +++\n"
    )
    assert (log.signals, log.ends, log.odd) == (1, 1, ["strace: Process 11 attached"])
    assert [made.text for made in log.calls] == ["exit_group(0) = ?"]


def test_threads_keep_their_order() -> None:
    log = parse("10    getpid() = 10\n11    getpid() = 10\n10    gettid() = 10\n")
    assert {tid: [made.name for made in calls] for tid, calls in log.by_thread().items()} == {
        10: ["getpid", "gettid"],
        11: ["getpid"],
    }
