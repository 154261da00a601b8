"""What is said of each answer: short, true of the call, and never that `allow` decides."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import Kind
from seccomp_tui.policy.safety import COLUMNS, Safety, safety
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64
from seccomp_tui.syscalls.memory import RecordedMemory


def of(name: str, args: tuple[int, ...], threads: int = 0, *, shared: bool = False) -> list[Safety]:
    nr = numbers.number(X86_64.token, name)
    assert nr is not None
    return safety(X86_64.token, nr, (*args, *[0] * (6 - len(args))), None, threads, shared=shared)


def test_what_can_be_answered_is_told() -> None:
    kinds = [(each.answer, each.poked) for each in of("openat", (0, 1, 0))]
    assert kinds == [
        (Kind.ALLOW, False),
        (Kind.ALLOW, True),
        (Kind.ERRNO, False),
        (Kind.RETURN, False),
        (Kind.FD, False),
        (Kind.PERFORM, False),
        (Kind.KILL, False),
    ]
    assert Kind.FILL in [each.answer for each in of("read", (0, 1, 5))]
    assert [each.answer for each in of("getppid", ())] == [Kind.ALLOW, Kind.ERRNO, Kind.RETURN, Kind.KILL]


def test_only_allow_does_not_decide() -> None:
    for each in of("openat", (0, 1, 0)):
        assert each.decides == (each.answer != Kind.ALLOW)
        assert each.line.startswith("Decides") == each.decides


@pytest.mark.parametrize(
    ("name", "args", "threads", "line"),
    [
        ("openat", (3, 1, 0), 1, "Read again: pathname; other processes may write there."),
        ("openat", (3, 1, 0), 4, "Read again: pathname; its 4 threads may write there."),
        ("openat", (3, 1, 0), 0, "Read again: pathname; other threads may write there."),
        ("rename", (1, 2), 1, "Read again: oldpath and newpath; other processes may write there."),
        ("execve", (1, 2, 3), 1, "Read again: pathname, argv and envp; other processes may write there."),
        ("execve", (1, 2, 0), 1, "Read again: pathname and argv; other processes may write there."),
        ("readv", (3, 1, 1), 1, "Read again: iov; other processes may write there."),
        ("read", (3, 1, 1), 1, "The kernel gets the very numbers that you see; it reads no memory."),
        ("close", (3,), 2, "The kernel gets these numbers, but looks up anew what a descriptor leads to."),
        ("kill", (3, 9), 5, "The kernel gets the very numbers that you see; it reads no memory."),
    ],
)
def test_allow_says_what_is_read_again(name: str, args: tuple[int, ...], threads: int, line: str) -> None:
    assert of(name, args, threads)[0].line == line


def test_who_can_have_changed_it_is_explained() -> None:
    assert "has 3 threads" in of("openat", (3, 1), 3)[0].explanation
    assert "ptrace" in of("openat", (3, 1), 1)[0].explanation
    assert "Another process" in of("openat", (3, 1), 1, shared=True)[0].explanation
    assert "the one that is found by then" in of("execve", (1, 2, 3), 1)[0].explanation
    assert "perform" in of("openat", (3, 1), 1)[1].explanation


def test_what_is_not_described_is_said() -> None:
    for nr in (100_000, -1):
        assert "not known" in safety(X86_64.token, nr, (0,) * 6)[0].line
        assert "not known" in safety(1, nr, (0,) * 6)[0].line


def test_the_call_that_is_meant_counts() -> None:
    nr = numbers.number(I386.token, "socketcall")
    assert nr is not None
    memory = RecordedMemory([(0x1000, b"".join(word.to_bytes(4, "little") for word in (3, 0x2000, 16)))])
    assert "addr" in safety(I386.token, nr, (3, 0x1000, 0, 0, 0, 0), memory)[0].line


def test_of_a_caller_that_is_not_visible_only_what_needs_no_sight_is_offered() -> None:
    nr = numbers.number(X86_64.token, "openat")
    assert nr is not None
    blind = safety(X86_64.token, nr, (3, 0x1000, 0, 0, 0, 0), visible=False)
    assert [each.answer for each in blind] == [Kind.ALLOW, Kind.ERRNO, Kind.RETURN, Kind.FD]
    assert blind[0].line.startswith("Not visible from here")
    assert all(len(each.line) <= COLUMNS for each in blind)
    assert all(each.line.startswith("Decides") == each.decides for each in blind)


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_no_line_is_too_long_and_nothing_is_called_safe(arch: object) -> None:
    token = getattr(arch, "token", 0)
    for nr in numbers.names(token):
        for threads in (0, 1, 9999):
            for each in safety(token, nr, (0x1000,) * 6, None, threads):
                assert len(each.line) <= COLUMNS, each.line
                assert each.line.isascii()
                assert each.explanation.endswith(".")
                assert "\n" not in each.explanation
                if each.answer == Kind.ALLOW:
                    assert "safe" not in (each.line + each.explanation).lower()
                    assert "secur" not in (each.line + each.explanation).lower()
