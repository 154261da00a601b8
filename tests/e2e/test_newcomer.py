"""Somebody who has never seen it makes `cat` print a text of their own, pressing only keys that the screen names."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import COMMAND, Open
from tests.e2e.terminals import Terminal

pytestmark = [pytest.mark.needs("user_notif", "tmux"), pytest.mark.timeout(90)]

WRITTEN = {"C-t": "ctrl+t", "Enter": "enter", "Down": "down"}
"""How the screen writes what tmux calls otherwise."""
MOST = 12


class Newcomer:
    """Presses a key only when the screen says what it does; counts."""

    def __init__(self, at: Terminal) -> None:
        self.at = at
        self.pressed = 0

    def press(self, key: str, says: str, then: str) -> str:
        """Press a key beside which the screen says `says`, and wait for `then`."""
        name = WRITTEN.get(key, key)
        self.at.wait(rf"(?<!\w){re.escape(name)}(?!\w)", says)
        self.pressed += 1
        return self.at.press(key, then)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_it_now_prints_my_text_instead(terminal: Open, columns: int, rows: int) -> None:
    at = terminal([*COMMAND, "cat", "/etc/hostname"], columns, rows)
    at.wait(r'> +\d+ ! openat +AT_FDCWD, "/etc/hostname"')
    newcomer = Newcomer(at)
    newcomer.press("p", "File", r"\[File\] +Pipe +Text")
    newcomer.press("C-t", "Text", r"\[Pipe\] +Text")
    newcomer.press("C-t", "Text", r"\[Text\]")
    at.type("-l", "my own text")
    at.wait('fd memfd "my own text"')
    newcomer.press("Enter", "OK", r"> +\d+ ! exit_group")
    newcomer.press("g", "Run", "EXITED 0")
    if columns < 100:
        newcomer.press("t", "Terminal", r"(?m)^my own text")
    else:
        at.wait(r"(?m)^\Wmy own text")
    assert newcomer.pressed <= MOST


def test_a_read_is_filled_in_with_the_next_key_that_is_named(terminal: Open) -> None:
    at = terminal([*COMMAND, "--hold", "read and fd == 3 and not startup", "cat", "/etc/hostname"], 80, 24)
    at.wait(r"> +\d+ ! read")
    newcomer = Newcomer(at)
    newcomer.press("l", "Fill", "fills in")
    at.type("-l", r"mine\n")
    at.wait(r'fill buf "mine\\n"')
    newcomer.press("Enter", "OK", r"> +\d+ ! read")
    newcomer.press("s", "Value", "is not run and returns")
    newcomer.press("Down", "half of it", r"the program sees: 65536 ")
    newcomer.press("Down", "nothing: at the end", r"the program sees: 0 \(0x0\)")
    newcomer.press("Enter", "OK", "EXITED 0")
    assert newcomer.pressed <= MOST
