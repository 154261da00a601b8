"""The tab Memory: what is marked, the cursor, and what is read and written."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.screens.pieces import Piece
from seccomp_tui.screens.widgets.hexview import HexView, Spot
from seccomp_tui.supervisor.wire import AskMemory, WriteMemory
from seccomp_tui.syscalls.extents import Extent
from tests.screens.conftest import NARROW, WIDE, Live, Start
from tests.screens.scripted import PATH_AT, Supervisor

FAR = 0x7F00_0000_1000


async def opened(live: Live, **values: object) -> int:
    """Hold a call, and open the tab Memory with the focus in it."""
    seq = await live.hold(**values)
    await live.ready()
    await live.press("right_square_bracket")
    live.screen.query_one("#detail-body").focus()
    await live.until(lambda: live.focused() == "detail-body")
    return seq


def asked(supervisor: Supervisor, kind: type) -> list[object]:
    supervisor.take()
    return [message for message in supervisor.asked if isinstance(message, kind)]


# --- the lines ---


def view(data: bytes, told: list[Extent], width: int = 60, before: bytes | None = None) -> list[str]:
    piece = Piece(0x1000, data, "buf", "copied", data if before is None else before, before is not None)
    made = HexView([piece], told, width)
    made.cursor = Spot(0, 0)
    return ["".join(text for text, _ in made[number]).rstrip() for number in range(len(made))]


def test_each_field_of_a_struct_has_a_row_with_its_bytes_name_and_meaning() -> None:
    data = struct.pack("<IIQ", 1, 0, 0x2A)
    told = [Extent(0x1000, 4, "buf.first", "ONE"), Extent(0x1008, 8, "buf.second", "42")]
    assert view(data, told) == [
        " 0x1000  16 bytes  buf  copied",
        ">+0000  01 00 00 00              first   ONE",
        " +0004  00 00 00 00              (padding)",
        " +0008  2a 00 00 00 00 00 00 00  second  42",
        "",
    ]


def test_what_has_changed_is_marked_and_counted() -> None:
    lines = view(bytes(20), [Extent(0x1000, 20, "buf")], before=bytes(17) + b"\1\1\1")
    assert lines[0].endswith("copied: 3 bytes changed")
    assert [line[:1] for line in lines[1:4]] == [">", " ", "*"]
    assert view(bytes(20), [], before=bytes(20))[0].endswith("copied: nothing has changed")


@pytest.mark.parametrize("width", [40, 48, 58, 82, 118])
def test_every_byte_has_one_place_on_the_screen(width: int) -> None:
    data = bytes(range(200))
    told = [Extent(0x1000 + 3, 5, "buf.a"), Extent(0x1000 + 10, 90, "buf.b"), Extent(0x1000 + 150, 999, "buf.c")]
    made = HexView([Piece(0x1000, data, "buf", "", data)], told, width)
    for offset in range(len(data)):
        row = made.row(Spot(0, offset))
        piece, start, end = made.spots(row) or (0, 0, 0)
        assert piece == 0
        assert start <= offset < end
        line = "".join(text for text, _ in made[row])
        columns = [x for x in range(7, len(line)) if made.column(row, x) == Spot(0, offset)]
        last = columns[2] if offset == end - 1 else columns[-1]  # behind the bytes it is the last one's as well
        assert f"{offset:02x}" in (line[last - 1 : last + 1], line[last : last + 2]), (row, line)


# --- the screen ---


async def test_the_cursor_goes_from_byte_to_byte_and_says_what_they_are(start: Start) -> None:
    async with start() as live:
        await opened(live, path=b"/etc/shadow")
        assert f"{PATH_AT:#x} pathname bytes 0..11" in live.text(".foot")
        await live.press("right")
        assert f"{PATH_AT + 1:#x} pathname bytes 0..11 0x65 101" in live.text(".foot")
        await live.press("down", "left")
        assert f"{PATH_AT + 8:#x} " in live.text(".foot")
        await live.press("home")
        assert f"{PATH_AT:#x} " in live.text(".foot")


async def test_any_address_is_shown_and_pointers_are_followed(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        seq = await opened(live)
        await live.press("M", *"pathname+0x10", "space", *"32", "enter")
        await live.until(lambda: AskMemory(seq, PATH_AT + 16, 32) in asked(supervisor, AskMemory))
        supervisor.memory(seq, PATH_AT + 16, struct.pack("<4Q", 1, FAR, 0, 0))
        await live.until(lambda: f"{PATH_AT + 16:#x} " in live.text(".foot"))
        assert "read " in live.text("#detail-body")
        await live.press(*["right"] * 9, "enter")
        await live.until(lambda: AskMemory(seq, FAR, 256) in asked(supervisor, AskMemory))
        supervisor.memory(seq, FAR, b"there\0")
        await live.until(lambda: f"{FAR:#x} " in live.text(".foot"))
        assert "there." in live.text("#detail-body")
        await live.press("backspace")
        assert f"{PATH_AT + 25:#x} " in live.text(".foot")


async def test_what_is_yet_to_be_filled_is_named_and_can_be_read(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await opened(live, name="read", args=[3, FAR, 100, 0, 0, 0], segments=[], text="read(3, 0x7f, 100)")
        assert f"{FAR:#x}  100 bytes  buf  M buf reads it" in live.text("#detail-body")
        await live.press("M", *"buf 8", "enter")
        await live.until(lambda: AskMemory(seq, FAR, 8) in asked(supervisor, AskMemory))
        supervisor.memory(seq, FAR, b"previous")
        await live.until(lambda: "previous" in live.text("#detail-body"))
        assert "M buf" not in live.text("#detail-body")


async def test_what_can_not_be_read_is_said(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await opened(live)
        await live.press("M", *"0x10", "enter")
        await live.until(lambda: asked(supervisor, AskMemory))
        supervisor.memory(seq, 0x10, b"", why="nothing is mapped there")
        await live.until(lambda: f"#{seq}: 0x10: nothing is mapped there" in live.notices())
        await live.press("M", *"nothere", "enter")
        await live.until(lambda: "an address such as" in live.text("#prompt .below"))
        await live.press("escape")


async def test_memory_that_is_read_again_shows_what_has_changed(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        seq = await opened(live, path=b"/etc/shadow")
        await live.press("r")
        await live.until(lambda: AskMemory(seq, PATH_AT, 12) in asked(supervisor, AskMemory))
        supervisor.clock.move(2)
        supervisor.memory(seq, PATH_AT, b"/etc/sh\x1bdow\0")
        await live.until(lambda: "read again 2.3s later: 1 byte changed" in live.text("#detail-body"))
        await live.press(*["right"] * 7)
        assert "0x1b 27, was 0x61 97" in live.text(".foot")
        assert "\x1b" not in live.whole()


async def test_typed_bytes_are_written_now_and_read_again(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        seq = await opened(live, path=b"/etc/shadow")
        await live.press("right", "E")
        await live.until(lambda: "type" in live.text("#keys"))
        await live.press(*"41ad")
        assert "/A" in live.text("#detail-body")
        await live.press("enter")
        await live.until(lambda: "Write now" in live.whole())
        assert "the kernel reads" in live.whole()
        await live.press("enter")
        await live.until(lambda: asked(supervisor, WriteMemory) == [WriteMemory(seq, PATH_AT + 1, b"\x41\xad")])
        assert supervisor.answers() == []
        supervisor.memory(seq, PATH_AT + 1, b"\x41\xad", written=True)
        await live.until(lambda: any("the kernel reads it when you allow" in notice for notice in live.notices()))
        assert AskMemory(seq, PATH_AT, 12) in asked(supervisor, AskMemory)


async def test_typed_bytes_can_be_an_answer(start: Start) -> None:
    async with start() as live:
        seq = await opened(live, path=b"/etc/shadow")
        await live.press("E", *"41", "enter")
        await live.until(lambda: "allow poke pathname hex:41" in live.whole())
        await live.press("down", "enter")
        content = b"Aetc/shadow".hex()
        assert await live.answers(1) == [([seq], answer_text.parse(f"allow poke pathname hex:{content}"))]


async def test_while_bytes_are_typed_no_key_answers(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await opened(live)
        await live.press("E", *"adexsAKR", "escape")
        await live.until(lambda: "Allow" in live.text("#keys"))
        assert supervisor.answers() == []
        assert "/etc/sha" in live.text("#detail-body")
        await live.press("a")
        assert len(await live.answers(1)) == 1


async def test_a_call_that_ends_while_bytes_are_typed_leaves_the_keys_to_the_screen(
    start: Start, supervisor: Supervisor
) -> None:
    async with start() as live:
        seq = await opened(live)
        await live.press("E", *"4")
        supervisor.settle(seq, ALLOW)
        await live.until(lambda: "allow, by you" in live.text("#details .heading"))
        await live.until(lambda: not live.screen.query_one("#details").editing)  # type: ignore[attr-defined]
        assert "E edit" not in live.text(".foot")


async def test_of_a_past_call_nothing_is_asked(start: Start, supervisor: Supervisor, tmp_path: Path) -> None:
    async with start() as live:
        seq = await opened(live)
        supervisor.settle(seq, ALLOW)
        await live.until(lambda: "allow, by you" in live.text("#details .heading"))
        await live.press("enter")
        await live.until(lambda: any("not held any more" in notice for notice in live.notices()))
        await live.press("r", "E", "M")
        assert asked(supervisor, AskMemory) == []
        assert live.screen.asking is None


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_memory_of_another_call_does_not_stay(
    start: Start, supervisor: Supervisor, size: tuple[int, int]
) -> None:
    async with start(size) as live:
        seq = await opened(live)
        await live.press("M", *"0x7000", "enter")
        await live.until(lambda: asked(supervisor, AskMemory))
        supervisor.memory(seq, 0x7000, b"lookedat")
        await live.until(lambda: "lookedat" in live.text("#detail-body"))
        other = await live.hold(path=b"/other")
        supervisor.settle(seq, ALLOW)
        await live.until(lambda: f"#{other} " in live.text("#details .heading"))
        assert "lookedat" not in live.text("#detail-body")
        assert "/other" in live.text("#detail-body")
