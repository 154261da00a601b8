"""The manual page of a call: formatted by a man of our own making, and by the real one where it is installed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from seccomp_tui.screens import manual
from tests.screens.conftest import Man

PAGE = "printf 'open(2)   Calls   open(2)\\n\\nNAME\\n       open - make a descriptor\\n'"
PAGE_LINES = ["open(2)   Calls   open(2)", "", "NAME", "       open - make a descriptor"]


async def test_the_lines_of_a_page(man: Man) -> None:
    man(PAGE)
    assert await manual.load("open", "2", 60) == PAGE_LINES


async def test_man_is_asked_for_plain_text_of_a_width(man: Man, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANPAGER", "vi")
    monkeypatch.setenv("MANOPT", "--html")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    man('echo NAME; echo "$@"; echo $MANWIDTH $MANPAGER $LC_ALL; echo "$MANOPT"; test -t 0 || echo no terminal')
    lines = await manual.load("open", "2", 63)
    assert lines == ["NAME", "2 open", "63 cat C", "--no-hyphenation --no-justification", "no terminal"]
    assert (await manual.load("open", "2", 7))[2] == f"{manual.NARROWEST} cat C"


async def test_formatting_and_control_bytes_do_not_get_through(man: Man) -> None:
    man(r"""printf 'N\bNA\bAM\bME\bE\n\033[1mbold\033[0m _\bu\t|\n\033]0;title\007\200\n\342\200\220\n'""")
    assert await manual.load("open", "2", 60) == ["NAME", "bold u  |", "?]0;title??", "?"]


@pytest.mark.parametrize(
    "script",
    [
        "echo No manual entry for open >&2; exit 16",
        "echo This system has been minimized by removing packages and content.",
        f"{PAGE}; exit 1",
        "exec cat /dev/zero",
        "",
    ],
    ids=["no page", "no manuals", "failed", "endless", "nothing"],
)
async def test_what_is_no_page_is_not_shown(man: Man, script: str) -> None:
    man(script)
    assert await manual.load("open", "2", 60) == []


async def test_without_man_there_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await manual.load("open", "2", 60) == []


async def test_a_man_that_hangs_is_killed_with_all_it_started(man: Man, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manual, "SECONDS", 0.3)
    man("echo NAME; cat /dev/zero | sleep 1000; sleep 1000")
    assert await manual.load("open", "2", 60) == []


async def test_nobody_waiting_for_a_page_ends_man(man: Man, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")
    man(f"echo > {tmp_path}/started; sleep 1000")
    task = asyncio.create_task(manual.load("open", "2", 60))
    await asyncio.to_thread((tmp_path / "started").read_text)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.needs("man_pages")
@pytest.mark.parametrize(("page", "section"), [("open", "2"), ("getcwd", "3")])
async def test_a_real_page(page: str, section: str) -> None:
    lines = await manual.load(page, section, 60)
    assert f"{page}(" in lines[0].lower()
    assert "NAME" in lines
    assert len(lines) > 50


@pytest.mark.needs("man_pages")
async def test_a_page_that_is_not_there() -> None:
    assert await manual.load("no_such_call", "2", 60) == []
