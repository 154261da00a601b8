"""The list of recordings that were given no name."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from textual.widgets import DataTable

from seccomp_tui.screens.recorded import RecordedScreen
from seccomp_tui.screens.sessions import SessionsScreen
from seccomp_tui.session import recent
from tests.screens.conftest import NARROW, WIDE, Look, Looking
from tests.screens.written import Written

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder of recordings."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return recent.folder()


@pytest.fixture
def filled(folder: Path) -> Path:
    """Fill it: the oldest has ended, the next is of another format, then a broken off one, the newest is torn."""
    one = Written(folder / "20260101-000000-ls-1.db")
    one.calls_of(3)
    one.ended()
    Written(folder / "20260102-000000-old-1.db").ended()
    with sqlite3.connect(folder / "20260102-000000-old-1.db") as db:
        db.execute("pragma user_version = 1")
    db.close()
    Written(folder / "20260103-000000-cat-1.db", b"cat", b"[red]\x1b[m[/]").broken_off()
    (folder / "20260104-000000-torn-1.db").write_text("no database, " * 99)
    return folder


async def listed(live: Looking, count: int) -> list[str]:
    await live.until(lambda: live.app.screen.query_one(DataTable).row_count == count)
    await live.pilot.pause()
    return [line.rstrip() for line in live.lines("#recordings")][1 : count + 1]


@SIZES
async def test_it_says_when_how_many_calls_how_it_ended_and_what(
    look: Look, filled: Path, size: tuple[int, int]
) -> None:
    Written(filled / "20260103-000001-sleep-1.db", b"sleep").ended(9)
    async with look(None, size) as live:
        torn, killed, broken, old, ended = await listed(live, 5)
        assert "killed SIGKILL" in killed
        assert "2023-11-14" in ended or "2023-11-15" in ended
        assert ended.split()[2] == "3"
        assert "exited 0" in ended
        assert ended.endswith("ls -l /")
        assert "broken off" in broken
        assert "cat [red]\\33[m[/]"[:20] in broken
        assert "can't be read" in torn
        assert "can't be read" in old
        assert "\x1b" not in live.whole()


@SIZES
async def test_no_line_is_cut_without_a_sign(look: Look, filled: Path, size: tuple[int, int]) -> None:
    long = Written(filled / "20260105-000000-x-1.db", *[b"argument"] * 50)
    long.ended()
    async with look(None, size) as live:
        lines = await listed(live, 5)
        assert lines[0].endswith("…")
        assert max(map(len, lines)) <= size[0]


async def test_a_window_of_another_size_is_filled_anew(look: Look, filled: Path) -> None:
    async with look(None, NARROW) as live:
        await listed(live, 4)
        await live.press("down")
        await live.pilot.resize_terminal(*WIDE)
        await live.until(lambda: "has recording format 1" in live.text("#recordings"))
        assert len(await listed(live, 4)) == 4
        assert live.app.screen.query_one(DataTable).cursor_row == 1


async def test_enter_opens_and_q_comes_back(look: Look, filled: Path) -> None:
    async with look(None) as live:
        await listed(live, 4)
        await live.press("end", "enter")
        await live.until(lambda: isinstance(live.app.screen, RecordedScreen))
        await live.until(lambda: "calls 3" in live.text("#status"))
        await live.press("q")
        await live.until(lambda: isinstance(live.app.screen, SessionsScreen))
        await live.press("up", "up", "enter")
        await live.until(lambda: isinstance(live.app.screen, RecordedScreen))
        await live.until(lambda: "BROKEN OFF" in live.text("#status"))
        await live.press("q")
        await live.until(lambda: isinstance(live.app.screen, SessionsScreen))
        await live.press("q")
        await live.until(lambda: not live.app.is_running)


@pytest.mark.parametrize(
    ("keys", "words"), [(["home"], "is not a recording"), (["home", "down", "down"], "has recording format 1")]
)
async def test_what_can_not_be_opened_says_why(look: Look, filled: Path, keys: list[str], words: str) -> None:
    async with look(None) as live:
        await listed(live, 4)
        await live.press(*keys, "enter")
        await live.until(live.notices)
        assert isinstance(live.app.screen, SessionsScreen)
        assert words in live.notices()[0]


async def test_a_recording_that_has_gone_meanwhile_can_still_be_left(look: Look, filled: Path) -> None:
    async with look(None) as live:
        await listed(live, 4)
        (filled / "20260101-000000-ls-1.db").unlink()
        await live.press("end", "enter")
        await live.until(lambda: isinstance(live.app.screen, RecordedScreen))
        await live.press("q")
        await live.until(lambda: isinstance(live.app.screen, SessionsScreen))


async def test_an_empty_folder_says_how_to_make_one(look: Look, folder: Path) -> None:
    async with look(None) as live:
        await live.until(lambda: "seccomp-tui PROGRAM" in live.text("#none"))
        await live.press("enter", "up", "down")
        assert isinstance(live.app.screen, SessionsScreen)


async def test_a_folder_that_can_not_be_read_is_named(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    async with look(None) as live:
        await live.until(lambda: "can't be listed" in live.text("#none"))
        assert "Not a directory" in live.text("#none")


async def test_it_can_be_left_while_it_is_still_being_filled(
    look: Look, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = list(recent.recordings())
    monkeypatch.setattr(recent, "recordings", lambda but: iter(everything * 1000))
    async with look(None) as live:
        await live.press("q")
        await live.until(lambda: not live.app.is_running)


async def test_the_list_alone_has_the_settings(look: Look, filled: Path) -> None:
    async with look(None) as live:
        await listed(live, 4)
        await live.press("O")
        await live.until(lambda: "key of call.allow" in live.whole())
        await live.press("escape")
        await live.until(lambda: isinstance(live.app.screen, SessionsScreen))


@SIZES
async def test_help_and_palette_know_the_list(look: Look, filled: Path, size: tuple[int, int]) -> None:
    async with look(None, size) as live:
        await listed(live, 4)
        assert live.text("#keys").split() == ["enter", "Open", "?", "Help", "q", "Quit", "ctrl+p", "Commands"]
        await live.press("question_mark")
        await live.until(lambda: "Keys" in live.whole())
        await live.press("escape", "ctrl+p")
        await live.until(lambda: "look at the recording" in live.whole())
        assert "let the call go on" not in live.whole()
        await live.press("escape")
