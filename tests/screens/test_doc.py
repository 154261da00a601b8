"""The tab of the details that tells of the system call itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import State
from seccomp_tui.screens.subject import Subject
from seccomp_tui.screens.widgets import doc
from seccomp_tui.syscalls.explanations import explain
from tests.screens.conftest import NARROW, Man, Start
from tests.screens.scripted import X86_64

CALL = Subject(1, X86_64, 257, (), "openat", 0, 812, 812, "ls", 0, "openat()", [], [], state=State.HELD)


def told(subject: Subject, page: list[str] | None, width: int) -> list[str]:
    """Return the lines of the tab as text."""
    lines = doc.lines(subject, explain(subject.name), page, width)
    return ["".join(text for text, _ in line).rstrip() for line in lines]


@pytest.fixture
def no_man(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_man")
async def test_a_call_is_declared_explained_and_its_errors_are_listed(start: Start) -> None:
    async with start((120, 60)) as live:
        await live.hold()
        await live.press(*["left_square_bracket"] * 2)
        await live.until(lambda: "not installed here" in live.text("#detail-body"))
        lines = live.text("#detail-body").splitlines()
        assert lines[0] == " int openat(int dirfd, const char *pathname, int flags,"
        assert lines[1] == "     mode_t mode);"
        text = " ".join(line.strip() for line in lines)
        assert "AT_FDCWD stands for the current directory" in text
        assert "EACCES        13 Permission denied" in text
        assert "See also  open, openat2, close" in text
        assert "Manual    open(2), not installed here" in text


async def test_the_manual_page_follows_when_it_has_been_read(start: Start, man: Man) -> None:
    man("""echo NAME; echo "       $@ $MANWIDTH"; printf '\\033[2J[red]x[/]\\n'""")
    async with start((120, 60)) as live:
        await live.hold()
        await live.press(*["left_square_bracket"] * 2)
        await live.until(lambda: "2 open 56" in live.text("#detail-body"))
        assert "open(2), below" in live.text("#detail-body")
        await live.press("v")
        await live.until(lambda: "2 open 98" in live.text("#detail-body"))
        assert "[red]x[/]" in live.text("#detail-body")
        assert "\x1b" not in live.whole()


async def test_a_page_that_does_not_come_stops_nothing(start: Start, man: Man) -> None:
    man("case $2 in open) sleep 1000;; *) echo NAME; echo '       another page';; esac")
    async with start((120, 60)) as live:
        await live.hold()
        await live.hold(name="connect")
        await live.press(*["left_square_bracket"] * 2)
        await live.until(lambda: "open(2), being read" in live.text("#detail-body"))
        await live.ready()
        await live.press("a")
        await live.answers(1)
        await live.until(lambda: "another page" in live.text("#detail-body"))
        assert "connect(2), below" in live.text("#detail-body")


@pytest.mark.needs("man_pages")
async def test_an_installed_page_is_shown(start: Start) -> None:
    async with start((120, 90)) as live:
        await live.hold(name="connect")
        await live.press(*["left_square_bracket"] * 2)
        await live.until(lambda: "connect(2), below" in live.text("#detail-body"))
        await live.press("v")
        await live.press("end")
        await live.until(lambda: "SEE ALSO" in live.text("#detail-body"))


@pytest.mark.usefixtures("no_man")
async def test_a_narrow_window_has_room_for_all_tabs(start: Start) -> None:
    async with start(NARROW) as live:
        await live.hold()
        await live.press(*["left_square_bracket"] * 2)
        assert live.text("#detail-tabs") == "  Args   Memory   Process   Safety  [Doc]  Raw"


def test_no_line_is_wider_than_the_pane() -> None:
    for width in (24, 40, 58, 78, 118):
        for name in ("openat", "mmap2", "clone", "syslog", "read", "getuid"):
            lines = told(replace(CALL, name=name), None, width)
            assert max(map(len, lines)) <= width, (name, width)


def test_another_form_of_a_call_names_it() -> None:
    lines = told(replace(CALL, name="mmap2"), [], 78)
    assert " Same as   mmap" in lines
    assert " Manual    mmap2(2), not installed here" in lines


def test_a_call_without_a_page_says_so() -> None:
    assert " Manual    no page tells of it" in told(replace(CALL, name="cachestat"), [], 78)


def test_a_number_without_a_name_is_no_error() -> None:
    assert told(replace(CALL, name="syscall_0x3e7"), [], 78) == [
        " syscall_0x3e7(...);",
        "",
        " nothing is told of this call",
        "",
    ]
