"""What the whole screen looks like, as text; gallery.py says how the pictures are drawn anew."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from textual.filter import Monochrome

from seccomp_tui.policy.answers import ALLOW, errno_answer, return_answer
from tests.screens import gallery
from tests.screens.conftest import NARROW, WIDE, Live, Start
from tests.screens.scripted import PATH_AT, Supervisor

FOLDER = Path(__file__).parent / "pictures"


async def compare(live: Live, name: str) -> None:
    """Hold the screen against its picture."""
    await gallery.compare(live, FOLDER, name)


async def scene(live: Live, supervisor: Supervisor, slave: int) -> None:
    """A program in the middle of its work: three calls held, some answered."""
    supervisor.past(30)
    for answer in (ALLOW, errno_answer(13), return_answer(42), None):
        supervisor.settle(await live.hold(path=b"/etc/hosts"), answer)
    await live.hold(age=42)
    await live.hold(path=b"/tmp/[red]x[/]", age=7, comm=b"wor\x1bker", pid=900)
    await live.hold(name="connect", text="connect(7, {sa_family=AF_INET, sin_port=htons(443)}, 16)")
    supervisor.status()
    os.write(slave, b"hello \x1b[1;32mgreen\x1b[0m\r\n$ ")
    await live.ready()
    await live.until(lambda: "calls 37" in live.text("#status"))
    await live.until(lambda: "connect" in live.text("#history") or not live.lines("#history"))
    await live.until(lambda: "$" in "".join(live.screen.query_one("#terminal").emulator.display))  # type: ignore[attr-defined]


@pytest.mark.parametrize(("size", "name"), [(NARROW, "80x24"), (WIDE, "120x36")], ids=["80x24", "120x36"])
async def test_the_live_screen(
    start: Start, supervisor: Supervisor, terminal: tuple[int, int], size: tuple[int, int], name: str
) -> None:
    master, slave = terminal
    async with start(size, terminal=master) as live:
        await scene(live, supervisor, slave)
        await live.until(lambda: "Terminal +" in live.text("#panels") or size == WIDE)
        await compare(live, name)


async def test_what_is_told_of_a_call(start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # without man
    async with start((80, 50)) as live:
        await live.hold(name="unlink", text='unlink("/etc/shadow")')
        await live.press(*["left_square_bracket"] * 2)
        await live.until(lambda: "unlink(2), not installed here" in live.text("#detail-body"))
        await live.ready()
        await compare(live, "doc")


SIZES = pytest.mark.parametrize(("size", "name"), [(NARROW, "80x24"), (WIDE, "120x36")], ids=["80x24", "120x36"])
IOVEC = struct.pack("<2Q", PATH_AT + 0x100, 11)


@SIZES
async def test_memory_with_the_fields_of_its_structures(
    start: Start, supervisor: Supervisor, size: tuple[int, int], name: str
) -> None:
    vector = [(PATH_AT, IOVEC), (PATH_AT + 0x100, b"hello there")]
    async with start(size) as live:
        seq = await live.hold(name="writev", args=[1, PATH_AT, 1, 0, 0, 0], segments=vector, text="writev(1, .., 1)")
        await live.press("right_square_bracket")
        live.screen.query_one("#detail-body").focus()
        await live.press("right")
        supervisor.memory(seq, PATH_AT + 0x100, b"hello\x1bthere")
        await live.until(lambda: "6f 1b 74" in live.text("#detail-body"))
        await live.ready()
        await compare(live, f"memory-{name}")


@SIZES
async def test_two_calls_compared(start: Start, supervisor: Supervisor, size: tuple[int, int], name: str) -> None:
    async with start(size) as live:
        supervisor.settle(await live.hold(path=b"/etc/hosts"), errno_answer(2))
        await live.hold(path=b"/etc/hostname")
        await live.ready()
        await live.press("D")
        await live.until(lambda: "#1 and #2" in live.whole())
        await compare(live, f"compare-{name}")


async def test_the_copy_menu(start: Start) -> None:
    async with start(NARROW) as live:
        await live.hold()
        await live.ready()
        await live.press("c")
        await live.until(lambda: "expression" in live.whole())
        await compare(live, "copy")


async def test_what_is_to_be_done_with_typed_bytes(start: Start) -> None:
    async with start(NARROW) as live:
        await live.hold()
        await live.ready()
        await live.press("right_square_bracket")
        live.screen.query_one("#detail-body").focus()
        await live.press("E", *"41", "enter")
        await live.until(lambda: "Write now" in live.whole())
        await live.until(lambda: "HOLDING" in live.whole())  # what is behind the dialog is drawn as well
        await compare(live, "write")


async def test_without_colours_the_selection_and_states_are_still_told(
    start: Start, supervisor: Supervisor, terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    master, slave = terminal
    async with start(WIDE, terminal=master) as live:
        await scene(live, supervisor, slave)
        assert any(isinstance(line_filter, Monochrome) for line_filter in live.app._filters)
        await compare(live, "120x36")
