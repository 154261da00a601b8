from __future__ import annotations

import time

import pytest
from rich.style import Style

from seccomp_tui.screens.widgets import cells
from seccomp_tui.screens.widgets.emulator import SCROLLBACK, SEQUENCE_LIMIT, Emulator


def screen(columns: int = 20, lines: int = 4) -> tuple[Emulator, list[bytes]]:
    replies: list[bytes] = []
    return Emulator(columns, lines, replies.append), replies


def shown(made: Emulator, line: int) -> str:
    parts = cells.segments(made.row(line), made.columns, None, made.default_char, Style())
    return "".join(part.text for part in parts).rstrip()


def test_text_and_colours_are_drawn() -> None:
    made, _ = screen()
    made.take(b"a\x1b[1;31mred\x1b[0m")
    parts = cells.segments(made.row(0), made.columns, None, made.default_char, Style())
    assert [part.text for part in parts[:2]] == ["a", "red"]
    style = parts[1].style
    assert style is not None
    assert style.bold


def test_lines_scrolled_out_are_kept_up_to_a_limit() -> None:
    made, _ = screen()
    for number in range(SCROLLBACK + 100):
        made.take(b"line %d\r\n" % number)
    assert shown(made, -1) == f"line {SCROLLBACK + 100 - 4}"
    assert len(made.above) == SCROLLBACK


def test_the_alternate_screen_gives_the_old_one_back() -> None:
    made, _ = screen()
    made.take(b"shell$ vi\r\n\x1b[?1049h\x1b[2J\x1b[Hfull screen")
    assert made.alternate
    assert shown(made, 0) == "full screen"
    made.take(b"\x1b[?1049l")
    assert shown(made, 0) != "full screen"
    assert shown(made, 0) == "shell$ vi"


def test_a_full_screen_program_leaves_nothing_in_the_scrollback() -> None:
    made, _ = screen()
    made.take(b"\x1b[?1049h" + b"x\r\n" * 50)
    assert not made.above


def test_queries_are_answered() -> None:
    made, replies = screen()
    made.take(b"ab\x1b[6n\x1b[c")
    assert replies == [b"\x1b[1;3R", b"\x1b[?6c"]


def test_modes_of_cursor_keys_and_paste_are_known() -> None:
    made, _ = screen()
    made.take(b"\x1b[?1h\x1b[?2004h")
    assert (made.application_cursor, made.bracketed_paste) == (True, True)
    made.take(b"\x1b[?1l\x1b[?2004l")
    assert (made.application_cursor, made.bracketed_paste) == (False, False)


@pytest.mark.parametrize(
    "hostile",
    [
        b"\x1b[?38;5;1m",
        b"\x1b[>4;1m",
        b"\x1b[1;2;3;4A",
        b"\x1b[9999;9999r\x1b[?6h\x1b[5d",
        b"\x1b[?3h",
        b"\x1b[38;5;999m\x1b[38;2;999;0;0m",
        b"\x1b[9999L\x1b[9999M\x1b[9999P\x1b[9999@",
        b"\x1b]0;title\x07\x1b]52;c;AAAA\x07",
        b"\x1bPq#0;2;0;0;0\x1b\\",
        b"\x9b31m\xff\xfe\xc3",
        bytes(range(256)) * 4,
        b"\x1b[?6n",
        b"\x1b#8\x1bc\x1b%@\xe9\x1b%G",
    ],
)
def test_hostile_output_does_no_harm(hostile: bytes) -> None:
    made, _ = screen()
    made.take(hostile)
    made.take(b"\x18\x1b\\\x1bc\x1b[2J\x1b[Hstill here")
    assert (made.columns, made.lines) == (20, 4)
    for line in range(4):
        for part in cells.segments(made.row(line), 20, None, made.default_char, Style()):
            assert part.text.isprintable()
    assert "still here" in shown(made, 0)


def test_an_escape_sequence_without_an_end_is_given_up() -> None:
    made, _ = screen(60)
    made.take(b"\x1b]0;")
    for _ in range(SEQUENCE_LIMIT // 4096 + 2):
        made.take(b"x" * 4096)
    made.take(b"\r\x1b[Kback")
    assert shown(made, made.cursor.y) == "back"


def test_the_cursor_is_drawn_reversed() -> None:
    made, _ = screen()
    made.take(b"ab")
    parts = cells.segments(made.row(0), made.columns, 1, made.default_char, Style())
    reversed_ = [part.text for part in parts if part.style and part.style.reverse]
    assert reversed_ == ["b"]


def test_a_megabyte_does_not_take_minutes() -> None:
    made, _ = screen(80, 24)
    began = time.monotonic()
    for _ in range(64):
        made.take(b"some output of a program\r\n" * 160)
    assert time.monotonic() - began < 20
