from __future__ import annotations

import fcntl
import os
import struct
import termios
import time
from asyncio.subprocess import create_subprocess_exec

import pytest
from textual import events

from seccomp_tui.screens.widgets.terminal import Terminal
from tests.screens.conftest import NARROW, WIDE, Live, Start
from tests.screens.scripted import Supervisor

Pair = tuple[int, int]


def pane(live: Live) -> Terminal:
    return live.screen.query_one(Terminal)


def size_of(fd: int) -> tuple[int, int]:
    lines, columns, _, _ = struct.unpack("HHHH", fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8)))
    return columns, lines


async def typed(live: Live, slave: int, length: int) -> bytes:
    """Return what arrives at the program."""
    os.set_blocking(slave, False)
    got = b""

    def take() -> bool:
        nonlocal got
        try:
            got += os.read(slave, 4096)
        except BlockingIOError:
            pass
        return len(got) >= length

    await live.until(take)
    return got


async def test_output_of_a_real_program_is_drawn(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        printf = await create_subprocess_exec("printf", r"one\r\n\033[1;31mtwo\033[0m\r\n", stdout=slave)
        await printf.wait()
        await live.until(lambda: "two" in live.text("#terminal"))
        assert live.lines("#terminal")[0].startswith("one")


async def test_typed_keys_reach_a_real_cat_and_come_back(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        cat = await create_subprocess_exec("cat", stdin=slave, stdout=slave)
        try:
            await live.press("t", *"hello")
            await live.until(lambda: "hello" in live.text("#terminal"))
        finally:
            cat.kill()
            await cat.wait()


async def test_with_the_focus_all_keys_go_to_the_program(start: Start, terminal: Pair, supervisor: Supervisor) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        await live.hold()
        await live.ready()
        await live.press("t")
        assert live.screen.captured
        await live.press("a", "ctrl+q", "ctrl+c", "ctrl+p", "q", "tab", "escape", "f1", "up")
        expected = b"a\x11\x03\x10q\t\x1b\x1bOP\x1b[A"
        assert await typed(live, slave, len(expected)) == expected
        assert live.app.screen is live.screen
        assert supervisor.answers() == []
        assert "all other keys" in live.text("#keys") or "a call is held" in live.text("#keys")
        await live.press("ctrl+right_square_bracket")
        assert live.focused() == "queue"
        await live.press("a")
        await live.answers(1)


async def test_leaving_works_before_and_after_output(start: Start, terminal: Pair) -> None:
    master, _ = terminal
    async with start(terminal=master) as live:
        await live.press("t")
        assert "ctrl+] leaves" in str(pane(live).border_title)
        await live.press("ctrl+right_square_bracket")
        assert live.focused() == "queue"
        assert "t types here" in str(pane(live).border_title)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_the_program_is_told_the_size_of_its_terminal(
    start: Start, terminal: Pair, size: tuple[int, int]
) -> None:
    master, slave = terminal
    async with start(size, terminal=master) as live:
        await live.until(lambda: size_of(slave)[0] in (size[0], size[0] - 2))
        before = size_of(slave)
        await live.press("t")
        await live.until(lambda: pane(live).size.area)
        assert (pane(live).size.width, pane(live).size.height) == size_of(slave)
        assert before[0] == size_of(slave)[0]
        await live.pilot.resize_terminal(size[0] + 30, size[1] + 10)
        await live.until(lambda: size_of(slave)[0] > before[0])
        await live.until(lambda: (pane(live).size.width, pane(live).size.height) == size_of(slave))


async def test_scrolling_back_with_keys_and_wheel(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        os.write(slave, b"".join(b"line %d\r\n" % number for number in range(200)))
        await live.until(lambda: "line 199" in live.text("#terminal"))
        await live.press("t", "shift+pageup")
        await live.until(lambda: "line 199" not in live.text("#terminal"))
        assert "lines back" in str(pane(live).border_title)
        top = live.lines("#terminal")[0]
        os.write(slave, b"more\r\nmore\r\n")
        await live.until(lambda: "more" in "".join(pane(live).emulator.display))
        assert live.lines("#terminal")[0] == top
        pane(live).post_message(events.MouseScrollUp(pane(live), 5, 5, 0, -1, 0, False, False, False, 5, 5))
        await live.until(lambda: live.lines("#terminal")[0] != top)
        await live.press("x")
        await live.until(lambda: "more" in live.text("#terminal"))


async def test_pasted_text_reaches_the_program(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        await live.press("t")
        live.app.post_message(events.Paste("two\nlines"))
        assert await typed(live, slave, 9) == b"two\rlines"


async def test_content_stays_when_the_program_has_closed_its_terminal(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        os.write(slave, b"last words")
        await live.until(lambda: "last words" in live.text("#terminal"))
        os.close(slave)
        await live.until(lambda: not pane(live).open)
        assert "last words" in live.text("#terminal")
        assert "closed by the program" in str(pane(live).border_title)
        await live.press("t", "x", "ctrl+right_square_bracket")


async def test_a_flood_neither_freezes_the_screens_nor_is_it_swallowed(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    os.set_blocking(slave, False)
    async with start(terminal=master) as live:
        sent = 0
        began = time.monotonic()
        while time.monotonic() - began < 1.0:
            try:
                sent += os.write(slave, b"y\r\n" * 1000)
            except BlockingIOError:
                pass  # the pty pushes back, as a real terminal does
            await live.pilot.pause(0)
        pressed = time.monotonic()
        await live.press("question_mark")
        assert time.monotonic() - pressed < 10
        assert sent < 4_000_000


async def test_hostile_output_does_not_reach_our_terminal(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        os.write(slave, b"\x1b]52;c;AAAA\x07\x9b31m\xe2\x80\xae[red]markup[/]\x1b[?3h end")
        await live.until(lambda: "[red]markup[/]" in live.text("#terminal"))
        assert all(char.isprintable() or char == "\n" for char in live.text("#terminal"))


async def test_a_hidden_terminal_marks_its_tab_when_there_is_output(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(NARROW, terminal=master) as live:
        os.write(slave, b"news")
        await live.until(lambda: "Terminal +" in live.text("#panels"))
        await live.press("t")
        await live.until(lambda: "[Terminal]" in live.text("#panels"))


async def test_without_a_terminal_there_is_no_pane(start: Start) -> None:
    async with start() as live:
        assert not live.screen.query(Terminal)
        assert live.screen.can("terminal.focus") is False
        assert "Terminal" not in live.text("#keys")
        await live.press("t")


async def test_the_mouse_goes_to_a_program_that_asks_for_it(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        os.write(slave, b"\x1b[?1000h\x1b[?1006hready")
        await live.until(lambda: "ready" in live.text("#terminal"))
        await live.pilot.click("#terminal", offset=(5, 3))
        expected = b"\x1b[<0;5;3M\x1b[<0;5;3m"
        assert await typed(live, slave, len(expected)) == expected


async def test_text_is_marked_with_the_mouse_and_copied(start: Start, terminal: Pair) -> None:
    master, slave = terminal
    async with start(terminal=master) as live:
        os.write(slave, b"first line\r\nsecond line")
        await live.until(lambda: "second" in live.text("#terminal"))
        await live.pilot.mouse_down("#terminal", offset=(7, 1))
        await live.pilot.hover("#terminal", offset=(6, 2))
        await live.pilot.mouse_up("#terminal", offset=(6, 2))
        await live.until(live.notices)
        assert live.app.clipboard == "line\nsecond"
