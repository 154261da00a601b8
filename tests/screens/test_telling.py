"""What is carried elsewhere: copied, compared, written into a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seccomp_tui.policy.answers import ALLOW, errno_answer
from seccomp_tui.screens.comparing import DIFFERS
from seccomp_tui.screens.dialogs.compare import CompareDialog
from seccomp_tui.screens.dialogs.copy import CopyDialog
from tests.screens.conftest import NARROW, WIDE, Live, Look, Start
from tests.screens.scripted import PATH_AT, Supervisor
from tests.screens.written import Written

LINE = r'openat(AT_FDCWD, "/etc/\33[31m", O_RDONLY|O_CLOEXEC)'


async def copied(live: Live, key: str) -> str:
    await live.press("c")
    await live.until(lambda: isinstance(live.app.screen, CopyDialog))
    await live.press(key)
    await live.until(lambda: not isinstance(live.app.screen, CopyDialog))
    return live.app.clipboard


async def test_a_call_is_copied_in_each_of_its_forms(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await live.hold(path=b"/etc/\x1b[31m")
        assert await copied(live, "l") == f"{seq} ls[812] {LINE} "
        assert f"copied: line, {len(live.app.clipboard)} characters" in live.notices()
        found = json.loads(await copied(live, "j"))
        assert (found["seq"], found["syscall"], found["text"]) == (seq, "openat", LINE)
        assert (await copied(live, "s")).startswith(f"812   {LINE}")
        assert await copied(live, "p") == r"/etc/\33[31m"
        assert (await copied(live, "h")).splitlines() == [
            f"# pathname 11 bytes at {PATH_AT:#x}",
            f"{PATH_AT:012x}: 2f65 7463 2f1b 5b33 316d 00              /etc/.[31m.",
        ]
        assert await copied(live, "x") == 'openat and pathname == "/etc/\\x1b[31m" and flags == O_RDONLY|O_CLOEXEC'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files have short names: each letter of them is a key that is pressed."""
    monkeypatch.chdir(tmp_path)


async def test_what_is_copied_can_go_into_a_file(start: Start, tmp_path: Path) -> None:
    async with start(NARROW) as live:
        await live.hold()
        path = tmp_path / "kept"
        for _ in range(2):
            await live.press("c", "down", "down", "down", "w")
            await live.until(lambda: "path or string into" in live.whole())
            await live.press(*path.name, "enter")
            await live.until(lambda: not isinstance(live.app.screen, CopyDialog))
        await live.until(lambda: path.read_text() == "/etc/shadow\n/etc/shadow\n")
        await live.press("c", "w", *"/nowhere/file", "enter")
        await live.until(lambda: "/nowhere/file: No such file or directory" in live.notices())


async def test_a_call_is_compared_with_the_one_of_its_name_before(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        first = await live.hold(path=b"/etc/hosts")
        supervisor.settle(first, errno_answer(2))
        supervisor.past(3)
        middle = await live.hold(path=b"/etc/hostname")
        supervisor.settle(middle, ALLOW)
        last = await live.hold(path=b"/etc/hosts")
        await live.ready()
        await live.press("D")
        await live.until(lambda: f"openat: #{middle} and #{last}" in live.whole())
        page = live.text("Page")
        row = next(line for line in page.splitlines() if "pathname" in line)
        assert row.split() == [DIFFERS, "pathname", '"/etc/hostname"', '"/etc/hosts"']
        assert next(line for line in page.splitlines() if "flags" in line).split()[0] == "flags"
        assert "14 bytes, from byte 9: 6e" in page
        await live.press("left_square_bracket")
        await live.until(lambda: f"openat: #{first} and #{last}" in live.whole())
        assert f"{DIFFERS} 3 of " in live.whole()
        await live.press("left_square_bracket")
        await live.until(lambda: "no earlier openat is recorded" in live.whole())
        await live.press("escape")
        assert not isinstance(live.app.screen, CompareDialog)


async def test_a_call_without_another_of_its_name_is_told_so(start: Start) -> None:
    async with start(NARROW) as live:
        await live.hold()
        await live.press("D")
        await live.until(lambda: "no earlier openat is recorded" in live.whole())


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_the_history_shows_is_written_into_a_file(
    look: Look, written: Written, tmp_path: Path, size: tuple[int, int]
) -> None:
    written.calls_of(690)
    written.calls_of(10, b"/other")
    written.ended()
    async with look(written.path, size) as looking:
        await looking.press("w", *"all.jsonl", "enter")
        await looking.until(lambda: any(notice.endswith("700 calls written") for notice in looking.notices()))
        objects = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
        assert sorted(each["seq"] for each in objects if each["type"] == "call") == list(range(1, 701))
        await looking.press("f", *'path == "/other"', "enter")
        await looking.press("w", *"few", "enter")
        await looking.until(lambda: any(notice.endswith("10 calls written") for notice in looking.notices()))
        lines = (tmp_path / "few").read_text().splitlines()
        assert sum("(" in line for line in lines) == 10


async def test_no_file_is_overwritten_and_no_half_of_one_stays(start: Start, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    async with start(NARROW) as live:
        await live.hold()
        await live.press("w", *there.name, "enter")
        await live.until(lambda: "there.csv is there already" in live.text("#prompt .below"))
        await live.press("escape")
        await live.press("w", *"/nowhere/x.csv", "enter")
        await live.until(lambda: "there is no folder /nowhere" in live.text("#prompt .below"))
        await live.press("escape")
    assert there.read_text() == "mine"
