"""Past calls that are marked: told in the history, gone to, copied, compared, written into a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.screens.dialogs.compare import CompareDialog
from seccomp_tui.screens.dialogs.copy import CopyDialog
from tests.screens.conftest import NARROW, Live, Look, Start
from tests.screens.scripted import Supervisor
from tests.screens.written import Written

FIVE = [b"/etc/hosts", b"/etc/passwd", b"/etc/group", b"/tmp/a", b"/tmp/b"]


@pytest.fixture
def five(written: Written) -> Path:
    """Give the recording of five calls."""
    for path in FIVE:
        written.call(path)
    return written.ended().path


async def at(live: Live, seq: int) -> None:
    await live.until(lambda: live.screen.current == seq)


async def marked(live: Live, *seqs: int) -> None:
    await live.until(lambda: live.screen.model.marks == set(seqs))


async def test_marks_are_shown_counted_gone_to_and_taken_away(look: Look, five: Path) -> None:
    async with look(five, NARROW) as live:
        await at(live, 1)
        assert live.screen.can("history.next_mark") is None
        await live.press("m", "down", "space", "space")
        await marked(live, 1, 3, 4)
        await live.until(lambda: "3 marked *" in live.whole())
        assert [line[2] for line in live.lines("#history")[:5]] == ["*", " ", "*", "*", " "]
        await live.press("home", "right_curly_bracket")
        await at(live, 3)
        await live.press("right_curly_bracket", "right_curly_bracket")
        await at(live, 4)
        await live.until(lambda: "no marked call is below" in live.notices())
        await live.press("left_curly_bracket", "left_curly_bracket")
        await at(live, 1)
        await live.press("m")
        await marked(live, 3, 4)
        await live.press("U")
        await marked(live)
        await live.until(lambda: "marked *" not in live.whole())


async def test_a_filter_hides_marks_from_the_jumps_and_keeps_them(look: Look, five: Path) -> None:
    async with look(five) as live:
        await at(live, 1)
        await live.press("m", "down", "down", "m")
        await marked(live, 1, 4)
        live.screen.show_only('path glob "/etc/*"')
        await live.until(lambda: "(3 of 5)" in live.whole())
        await live.press("home", "right_curly_bracket")
        await live.until(lambda: "no marked call is below" in live.notices())
        live.screen.show_only("")
        await live.press("end", "left_curly_bracket")
        await at(live, 4)


async def test_marked_calls_are_copied_one_after_the_other(look: Look, five: Path) -> None:
    async with look(five) as live:
        await at(live, 1)
        await live.press("m", "down", "m")
        await marked(live, 1, 3)
        await live.until(lambda: "c Copy 2" in live.text("#keys"))
        for key, wanted in (("p", "/etc/hosts\n/etc/group"), ("x", ' or openat and pathname == "/etc/group"')):
            await live.press("c")
            await live.until(lambda: isinstance(live.app.screen, CopyDialog) and "2 marked calls" in live.whole())
            await live.press(key)
            await live.until(lambda: not isinstance(live.app.screen, CopyDialog))
            assert wanted in live.app.clipboard


async def test_two_marked_calls_are_compared_wherever_the_cursor_is(look: Look, written: Written) -> None:
    for name in ("openat", "read", "openat", "openat"):
        written.call(b"/tmp/x", name=name)
    async with look(written.ended().path) as live:
        await at(live, 1)
        await live.press("down", "m", "m")
        await marked(live, 2, 3)
        await live.press("D")
        await live.until(
            lambda: isinstance(live.app.screen, CompareDialog) and "read: #2 and openat #3" in live.whole()
        )


async def test_only_marked_calls_are_written(
    look: Look, five: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with look(five) as live:
        await at(live, 1)
        await live.press("down", "m", "down", "m", "w")
        await marked(live, 2, 4)
        await live.until(lambda: "a file for 2 marked calls" in live.whole())
        await live.press(*"w.jsonl", "enter")
        await live.until(lambda: any("2 calls written" in words for words in live.notices()))
    lines = [json.loads(line) for line in (tmp_path / "w.jsonl").read_text().splitlines()]
    assert [line["seq"] for line in lines if "seq" in line] == [2, 4]


async def test_marked_past_calls_get_no_answer(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        past = await live.hold(path=b"/etc/hosts")
        supervisor.settle(past, ALLOW)
        await live.until(lambda: not live.app.model.held)
        held = await live.hold(path=b"/etc/group")
        await live.ready()
        await live.press("tab")
        await live.until(lambda: live.focused() == "history")
        await live.press("home", "m")
        await marked(live, past)
        assert live.app.model.marked == []
        await live.press("tab", "escape")
        await at(live, held)
        await live.ready()
        await live.press("a")
        assert await live.answers(1) == [([held], ALLOW)]
        assert live.app.model.marks == {past}
