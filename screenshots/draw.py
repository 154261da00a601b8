"""Draws the pictures of the README: runs seccomp-tui in a pty, types keys, and writes the screen as SVG.

Run from the top of a checkout, on a machine with seccomp user notification: python -m screenshots.draw [NAME...]
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial

from screenshots import lessons
from screenshots.terminal import HERE, Terminal


def run(columns: int, lines: int) -> Terminal:
    """Start seccomp-tui on `ls -l /`, the example of the README."""
    return Terminal([sys.executable, "-m", "seccomp_tui", "ls", "-l", "/"], columns, lines)


def first_call(terminal: Terminal) -> None:
    """Wait until the first call is held."""
    terminal.wait_for(lambda text: "Held (1)" in text and "no call under" not in text)


def draw_live(columns: int = 120, lines: int = 36, name: str = "live") -> None:
    """The live screen, with some calls answered and one held."""
    with run(columns, lines) as terminal:
        first_call(terminal)
        for _ in range(4):
            terminal.press("a")
            first_call(terminal)
        terminal.save(name)


def draw_narrow() -> None:
    """The live screen in 80 columns and 24 lines."""
    draw_live(80, 24, "narrow")


def draw_errno() -> None:
    """The errno dialog over the first held call."""
    with run(120, 36) as terminal:
        first_call(terminal)
        terminal.press("e")
        terminal.wait_for("EACCES")
        terminal.save("errno")


def draw_quit() -> None:
    """The dialog on leaving while a call is held."""
    with run(120, 36) as terminal:
        first_call(terminal)
        terminal.press("q")
        terminal.wait_for("ENOSYS")
        terminal.save("quit")


def draw_recording() -> None:
    """A recording, with a filter, and another one that is being typed."""
    ours = [sys.executable, "-m", "seccomp_tui"]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    with tempfile.TemporaryDirectory(prefix="seccomp-tui-pictures-") as folder:
        recording = f"{folder}/ls.db"
        log = [*ours, "log", "--session", recording, "-o", os.devnull, "ls", "-l", "/"]
        subprocess.run(log, check=True, stdout=subprocess.DEVNULL, cwd="/", env=environment)
        with Terminal([*ours, "open", recording], 120, 36) as terminal:
            terminal.wait_for("execve")
            terminal.press("f")
            terminal.wait_for("show only")
            terminal.press("%file and not startup\r")
            terminal.wait_for("History (")
            terminal.press("\x1b[B" * 3)
            terminal.press("f")
            terminal.wait_for("empty: all")
            terminal.press("and er")
            terminal.wait_for("errno  error")
            terminal.save("recording")


def draw_welcome() -> None:
    """The first card, over the first held call."""
    with Terminal([sys.executable, "-m", "seccomp_tui", "ls", "-l", "/"], 80, 24, first=True) as terminal:
        first_call(terminal)
        terminal.wait_for("enter begin")
        terminal.save("welcome")


def draw_over_first_call(name: str, keys: str, wanted: str) -> None:
    """What keys open over the first held call."""
    with run(120, 36) as terminal:
        first_call(terminal)
        terminal.press(keys)
        terminal.wait_for(wanted)
        terminal.save(name)


CAT = ("--hold", 'path == "/etc/hostname"', "cat", "/etc/hostname")
UNAME = ("--hold", "uname", "uname", "-a")
THREADS = """import threading, time
go = threading.Event()
[threading.Thread(target=lambda: go.wait(600), daemon=True).start() for _ in range(3)]
open("/etc/hostname").close()
"""


def draw_held(name: str, command: Sequence[str], keys: Sequence[str], wanted: str) -> None:
    """What keys, one after the other, open over a call that is held of a command."""
    with Terminal([sys.executable, "-m", "seccomp_tui", *command], 120, 36) as terminal:
        first_call(terminal)
        for key in keys:
            terminal.press(key)
            terminal.wait_for(lambda text: "|" in text or bool(text.strip()))
        terminal.wait_for(wanted)
        terminal.save(name)


def draw_marks(name: str, keys: str, wanted: str) -> None:
    """Marked calls of a program that has run on, and what keys do with them."""
    with run(120, 36) as terminal:
        first_call(terminal)
        terminal.press("g")
        terminal.wait_for("EXITED 0")
        terminal.press("2")
        terminal.wait_for("[2 History]")
        terminal.press("fopenat\r")
        terminal.wait_for("): openat")
        terminal.press("\x1b[H  ")
        terminal.wait_for("2 marked")
        if keys:
            terminal.press(keys)
        terminal.wait_for(wanted)
        terminal.save(name)


def draw_threads() -> None:
    """The threads of a program, one of which waits for an answer."""
    python = ("python3", "-c", THREADS)
    with Terminal([sys.executable, "-m", "seccomp_tui", *CAT[:2], *python], 120, 36) as terminal:
        first_call(terminal)
        terminal.press("4")
        terminal.wait_for("held: openat")
        terminal.save("threads")


def draw_light() -> None:
    """The live screen on a light ground."""
    ours = [sys.executable, "-m", "seccomp_tui", "ls", "-l", "/"]
    with Terminal(ours, 120, 36, settings_text='theme = "seccomp-cb-light"\n') as terminal:
        first_call(terminal)
        terminal.save("light")


def draw_vim() -> None:
    """Vim in the terminal pane, on the whole window."""
    vim = ["vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "-R", "-c", "syntax on|set laststatus=2", "/etc/bash.bashrc"]
    with Terminal([sys.executable, "-m", "seccomp_tui", "run", "--run", *vim], 120, 36) as terminal:
        terminal.wait_for("bashrc")
        terminal.press("Z")
        terminal.wait_for("keys go to the program")
        terminal.save("vim")


def draw_view(name: str, key: str, wanted: str) -> None:
    """A view of a program that has run on."""
    with run(120, 36) as terminal:
        first_call(terminal)
        terminal.press("g")
        terminal.wait_for("EXITED 0")
        terminal.press(key)
        terminal.wait_for(wanted)
        terminal.save(name)


PICTURES: dict[str, Callable[[], None]] = {
    "live": draw_live,
    "errno": draw_errno,
    "quit": draw_quit,
    "narrow": draw_narrow,
    "recording": draw_recording,
    "welcome": draw_welcome,
    "help": partial(draw_over_first_call, "help", "?", "Answer the call"),
    "settings": partial(draw_over_first_call, "settings", "O", "key of call.allow"),
    "value": partial(draw_over_first_call, "value", "s", "enter OK"),
    "rule": partial(draw_over_first_call, "rule", "R", "esc"),
    "command": partial(draw_over_first_call, "command", ":call.", "call.allow (a)"),
    "words": partial(draw_over_first_call, "words", "?[", "what the program asks"),
    "expressions": partial(draw_over_first_call, "expressions", "?]", "%network"),
    "palette": partial(draw_over_first_call, "palette", "\x10", "call.allow"),
    "file": partial(draw_held, "file", CAT, ("p", "/etc/host"), "host.conf"),
    "perform": partial(draw_held, "perform", CAT, ("P",), "Decides on what you saw"),
    "memory": partial(draw_held, "memory", CAT, ("]",), "copied on arrival"),
    "fill": partial(draw_held, "fill", UNAME, ("l", "Linux"), 'fill buf sysname="Linux'),
    "copy": partial(draw_held, "copy", CAT, ("c",), "OSC 52"),
    "marks": partial(draw_marks, "marks", "", "2 marked"),
    "compare": partial(draw_marks, "compare", "D", "differ"),
    "threads": draw_threads,
    "light": draw_light,
    "vim": draw_vim,
    "history": partial(draw_view, "history", "2", "[2 History]"),
    "rules": partial(draw_view, "rules", "3", "[3 Rules]"),
    "processes": partial(draw_view, "processes", "4", "[4 Processes]"),
    "stats": partial(draw_view, "stats", "5", "[5 Stats]"),
    "sessions": partial(draw_view, "sessions", "6", "[6 Sessions]"),
    **lessons.pictures(),
}


def main() -> None:
    """Draw the pictures that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m screenshots.draw", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of {', '.join(PICTURES)}, or a pattern such as 'lesson-*'; default: all",
    )
    patterns = parser.parse_args().names or ["*"]
    if unknown := [pattern for pattern in patterns if not fnmatch.filter(PICTURES, pattern)]:
        parser.error(f"no such picture: {', '.join(unknown)}")
    names = [name for name in PICTURES if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
    for name in names:
        PICTURES[name]()


if __name__ == "__main__":
    main()
