"""Real programs in the terminal pane: what a user sees of them, and what reaches them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import COMMAND, Open
from tests.e2e.terminals import Terminal

pytestmark = [pytest.mark.needs("user_notif", "tmux"), pytest.mark.timeout(90)]

RUN = (*COMMAND, "run", "--run")
BASH = (*RUN, "env", "PS1=ready> ", "bash", "--norc", "--noprofile", "-i")
TYPED = "keys go to the program"


@pytest.fixture(autouse=True)
def _true_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")


def shell(terminal: Open, columns: int = 120, rows: int = 40) -> Terminal:
    """Return a shell in the pane, on the whole window, that takes keys."""
    at = terminal([*BASH], columns, rows)
    at.wait("ready>")
    at.type("Z")
    at.wait(TYPED)
    return at


def run(at: Terminal, command: str) -> None:
    at.type("-l", command)
    at.type("Enter")


def mouse(at: Terminal, button: int, column: int, row: int, kind: str = "M") -> None:
    """Send what a terminal sends for the mouse; column and row from 1."""
    at.type("-l", f"\x1b[<{button};{column};{row}{kind}")


def place_of(at: Terminal, text: str) -> tuple[int, int]:
    """Return column and row of a text on the screen, from 1."""
    for row, line in enumerate(at.screen().splitlines(), 1):
        if (found := line.find(text)) >= 0:
            return found + 1, row
    raise AssertionError(f"{text!r} is not on the screen")


def test_colours_of_all_three_sorts_are_shown(terminal: Open) -> None:
    at = shell(terminal)
    run(at, r"printf '\e[31mba''sic\e[0m \e[38;5;208mof256\e[0m \e[38;2;1;200;3mtr''ue\e[0m \e[7;4mre''verse\e[0m\n'")
    at.wait("basic of256 true reverse")
    at.wait(
        r"(38;2;240;116;62|\x1b\[[0-9;]*31)m[^\n]*basic",
        r"38;2;255;135;0(;[0-9;]*)?mof256",
        r"38;2;1;200;3(;[0-9;]*)?mtrue",
        r"\x1b\[[0-9;]*7(;[0-9;]*)?mreverse",
        colours=True,
    )


def test_line_drawing_and_repetition_as_ncurses_uses_them(terminal: Open) -> None:
    at = shell(terminal)
    run(at, r"printf '\e(0lqk\e(B =\e[5b|\n'")
    at.wait("┌─┐ ======|")


def test_vim_edits_a_file_and_gives_the_screen_back(
    terminal: Open, need: Callable[[str], None], tmp_path: Path
) -> None:
    need("vim")
    at = shell(terminal, 100, 30)
    run(at, "echo before")
    at.wait("^.?before")
    file = tmp_path / "file"
    run(at, f"vim -N -u NONE -i NONE -n {file}")
    at.wait(r"\[New\]|\[New File\]", without="before")
    at.type("i")
    at.type("-l", "first line")
    at.type("Enter")
    at.type("-l", "second")
    at.type("Up", "Home")
    at.type("-l", "the ")
    at.type("End")
    at.type("-l", "!")
    at.wait("the first line!")
    at.type("Escape")
    at.wait(without="INSERT")
    run(at, ":wq")
    at.wait("^.?before")
    at.wait("ready> *.?$")
    assert file.read_text() == "the first line!\nsecond\n"


def test_vim_draws_anew_for_another_size(terminal: Open, need: Callable[[str], None], tmp_path: Path) -> None:
    need("vim")
    file = tmp_path / "numbers"
    file.write_text("".join(f"line {number}\n" for number in range(1, 101)))
    at = shell(terminal, 100, 30)
    run(at, f"vim -N -u NONE -i NONE -n --cmd 'set laststatus=2 shortmess+=F' {file}")
    at.wait("line 20")
    at.resize(80, 40)
    at.wait(r"line 3[0-9]")
    at.resize(120, 20)
    at.wait("(?s)line 1[0-5].*numbers", without="line 16")
    run(at, ":q")
    at.wait("ready>")


def test_less_pages_and_searches(terminal: Open, need: Callable[[str], None], tmp_path: Path) -> None:
    need("less")
    file = tmp_path / "numbers"
    file.write_text("".join(f"line {number}\n" for number in range(1, 501)))
    at = shell(terminal, 100, 30)
    run(at, f"less {file}")
    at.wait("line 20")
    at.type("PageDown")
    at.wait("line 40")
    run(at, "/line 400")
    at.wait("line 410")
    at.type("q")
    at.wait("ready> *.?$", without="line 410")


def test_htop_takes_function_keys_and_the_mouse(terminal: Open, need: Callable[[str], None]) -> None:
    need("htop")
    at = terminal([*RUN, "htop"], 120, 36)
    at.wait("F10")
    at.type("Z")
    at.wait(r"F1 ?Help.*\n╰.*\n ctrl\+\]")
    column, row = place_of(at, "Help")
    mouse(at, 0, column + 1, row)
    mouse(at, 0, column + 1, row, "m")
    at.wait("(?i)(press any key|F1 h|Arrows)")
    at.type("Escape")
    at.wait(r"F1 ?Help")
    at.type("F10")
    at.wait("EXITED 0|closed by the program")


def test_top_draws_and_sorts_by_a_key(terminal: Open, need: Callable[[str], None]) -> None:
    need("top")
    at = terminal([*RUN, "top", "-d", "0.5"], 120, 36)
    at.wait(r"%CPU")
    at.type("Z")
    at.wait(TYPED)
    at.type("1")
    at.wait(r"%Cpu0")
    at.type("q")
    at.wait("EXITED 0|closed by the program")


def test_a_click_reaches_a_program_that_asks_for_it_and_marks_text_else(terminal: Open) -> None:
    at = shell(terminal, 100, 30)
    run(at, "clear; printf 'copied\\nwo%s\\n' rds")
    at.wait("^.?words")
    column, row = place_of(at, "words")
    mouse(at, 0, column, row - 1)
    mouse(at, 32, column + 2, row)
    mouse(at, 0, column + 2, row, "m")
    at.wait("copied 2 lines")
    at.wait_for_buffer("copied\nwor")
    run(
        at, r"""printf '\e[?1000h\e[?1006har%s' med; read -rsd M seen; printf '\e[?1000l'; printf 'got %q\n' "$seen" """
    )
    at.wait("armed")
    column, row = place_of(at, "armed")
    mouse(at, 0, column + 3, row)
    at.wait(r"got \$'\\E\[<0;4;5'")


def test_the_cursor_is_where_the_program_put_it_and_has_its_shape(terminal: Open) -> None:
    at = shell(terminal, 100, 30)
    run(at, r"printf '\e[2J\e[5;10Hhere\e[5;10H\e[4 q'; read -rsn1")
    at.wait(r"\x1b\[([0-9;]*;)?4(;[0-9;]*)?mh", colours=True)
    at.type("x")
    run(at, r"printf '\e[2 q\e[2J\e[5;10Hthere\e[5;10H'; read -rsn1")
    at.wait(r"\x1b\[([0-9;]*;)?7(;[0-9;]*)?mt", colours=True)


def test_what_was_scrolled_out_comes_back(terminal: Open) -> None:
    at = shell(terminal, 100, 30)
    run(at, "for i in {1..200}; do echo number $i; done")
    at.wait("number 200", without="number 150")
    at.type("-l", "\x1b[5;2~" * 3)
    at.wait(r"(?s)[67]\d lines back.*number 126")
    at.type("Enter")
    at.wait("number 200", without="lines back")


def test_a_paste_is_put_in_brackets_for_who_asks(terminal: Open) -> None:
    at = shell(terminal, 100, 30)
    at.type("-l", "\x1b[200~echo pas\nted\x1b[201~")
    at.wait("(?s)echo pas.*ted", without="command not found")
    at.type("Enter")
    at.wait("ted: command not found")


@pytest.mark.parametrize(
    ("key", "quoted"),
    [
        ("Up", r"\E[A"),
        ("F1", r"\EOP"),
        ("F5", r"\E[15~"),
        ("F12", r"\E[24~"),
        ("C-Left", r"\E[1;5D"),
        ("M-x", r"\Ex"),
        ("DC", r"\E[3~"),
        ("C-a", r"\001"),
        ("C-q", r"\021"),
    ],
)
def test_a_key_arrives_as_it_was_pressed(terminal: Open, key: str, quoted: str) -> None:
    script = "stty raw -echo; echo up; IFS= read -rsn1 a; IFS= read -rst 0.2 b; printf 'got %q.' \"$a$b\""
    at = terminal([*RUN, "bash", "-c", script])
    at.wait("up")
    at.type("Z")
    at.wait(TYPED)
    at.type(key)
    at.wait("got " + re.escape(f"$'{quoted}'"))


def test_the_whole_terminal_is_handed_over_and_comes_back(terminal: Open) -> None:
    at = terminal([*BASH], 100, 30)
    at.wait("ready>")
    at.type("T")
    at.wait(r"ctrl\+\] comes back", without="Held")
    run(at, "stty size; echo in the whole")
    at.wait("^in the whole", "^30 100")
    at.resize(90, 25)
    run(at, "stty size")
    at.wait("^25 90")
    at.type("C-]")
    at.wait("(?s)Held.*Details.*Terminal")
    at.press("?", "answer key only works|Answer the call")


def test_the_terminal_comes_back_by_itself_when_a_call_is_held(terminal: Open) -> None:
    hold = 'path == "/etc/hostname"'
    at = terminal([*COMMAND, "--hold", hold, "sh", "-c", "echo up; read x; cat /etc/hostname; read y"], 100, 30)
    at.wait("up")
    at.type("T")
    at.wait("comes back")
    at.type("Enter")
    at.wait("(?s)Held.*/etc/hostname.*a call is held")


def test_the_program_may_have_another_terminal(terminal: Open) -> None:
    master, slave = os.openpty()
    try:
        script = "echo to the other; read x; echo got $x; exit 3"
        at = terminal([*RUN, "--io", f"tty:{os.ttyname(slave)}", "sh", "-c", script], 100, 30)
        said = os.read(master, 4096)
        at.wait(r"read\(0, ", without="Terminal")
        os.write(master, b"typed\n")
        at.wait("EXITED 3")
        while b"got typed" not in said:
            said += os.read(master, 4096)
        assert said.startswith(b"to the other")
    finally:
        os.close(master)
        os.close(slave)
