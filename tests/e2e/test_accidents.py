"""What goes wrong while somebody looks at the screens: each has a look of its own, and nothing is lost by it."""

from __future__ import annotations

import psutil
import pytest

from tests.e2e.conftest import COMMAND, Open

pytestmark = [pytest.mark.needs("user_notif", "tmux"), pytest.mark.timeout(90)]

HOLD = ("--hold", 'path == "/etc/hostname"')
CAT = ("cat", "/etc/hostname")


def test_a_window_of_20x5_says_so_and_the_panes_come_back(terminal: Open) -> None:
    at = terminal([*COMMAND, *HOLD, *CAT], 120, 36)
    at.wait("held for")
    at.resize(20, 5)
    at.wait("too small", without="Held")
    at.resize(120, 36)
    at.wait("(?s)Held \\(1\\).*History.*held")
    at.resize(20, 5)
    at.wait("too small")
    at.type("a")
    at.resize(120, 36)
    at.wait("EXITED 0")


def test_the_program_ends_while_a_dialog_is_about_its_call(terminal: Open) -> None:
    at = terminal([*COMMAND, *HOLD, *CAT], 120, 36)
    at.wait("held for")
    at.press("e", "fails with")
    next(each for each in psutil.Process(at.pid()).children(recursive=True) if each.name() == "cat").kill()
    at.wait(r"- call #\d+: ", "fails with")
    at.type("Escape")
    at.wait("(?s)KILLED SIGKILL.*ended: KILLED SIGKILL", without="fails with")
    at.type("q")
    at.wait(r"\[exit 137\]")


def test_a_call_that_is_withdrawn_leaves_the_queue_and_says_gone(terminal: Open) -> None:
    script = "cat /etc/hostname & read x; kill -9 $!; wait; read y"
    at = terminal([*COMMAND, *HOLD, "sh", "-c", script], 120, 36)
    at.wait("held for")
    at.type("t")
    at.wait("keys go to the program")
    at.type("Enter")
    at.wait("(?s)waiting for the .*call to hold.*gone", "held 0")


def test_a_program_that_prints_50_megabytes_leaves_the_screens_quick(terminal: Open) -> None:
    at = terminal([*COMMAND, "run", "--run", "sh", "-c", "yes 'a line of output' | head -c 50000000; read x"], 120, 36)
    at.wait("a line of output")
    at.press("?", "Answer the call")
    at.press("Escape", "a line of output", without="Answer the call")
    before = at.role("screens").memory_info().rss
    at.type("5")
    at.wait(r"\[5 Stats\]")
    at.type("1")
    at.wait(r"(?s)\[1 Live\].*a line of output")
    assert at.role("screens").memory_info().rss - before < 64 << 20
    at.press("K", "SIGKILL")
    at.type("Enter")
    at.wait("KILLED SIGKILL")


def test_the_recorder_killed_the_screens_say_that_nothing_is_recorded(terminal: Open) -> None:
    at = terminal([*COMMAND, "run", "--hold", "write and fd == 1", "sh", "-c", "echo one; echo two; read x"], 120, 36)
    at.wait("held for")
    at.role("recorder").kill()
    at.wait("NOT RECORDED")
    at.press("a", "(?m)^.?one")
    at.press("a", "(?m)^.?two")
