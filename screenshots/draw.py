"""Draws the pictures of the README: runs seccomp-tui in a pty, types keys, and writes the screen as SVG.

Run from the top of a checkout, on a machine with seccomp user notification: python -m screenshots.draw [NAME...]
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import html
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from types import TracebackType

import pyte
from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

HERE = Path(__file__).resolve().parent
WAIT = 20.0
SETTLED = 0.5
"""Seconds without output after which the screen is taken as drawn."""
THEME = TerminalTheme(
    (16, 20, 27),
    (219, 226, 236),
    [
        (16, 20, 27),
        (240, 116, 62),
        (63, 191, 159),
        (230, 159, 0),
        (86, 180, 233),
        (212, 143, 184),
        (86, 180, 233),
        (219, 226, 236),
    ],
)
# What pyte would print instead of passing over: keyboard protocols, mode queries, device strings.
_UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*(?:\$p|u)|\x1b[P_^][^\x1b]*\x1b\\")
_TEXT = re.compile(r'(<text [^>]*?\bx=")([\d.]+)("[^>]*? textLength=")[\d.]+("[^>]*>)([^<]*)</text>')
CELL = 12.2
"""Width of a column in rich's SVG."""
_SVG = """<svg class="rich-terminal" viewBox="0 0 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
    font-size: 20.27px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
<rect fill="#10141b" width="{terminal_width}" height="{terminal_height}"/>
<g clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Terminal:
    """A command in a pty of its own, and the screen that it has drawn.

    Args:
        argv: the command.
        columns: width.
        lines: height.
        first: the user has never run it: the first card is shown.
        settings_text: what else stands in the table [screens] of the settings.
    """

    def __init__(
        self, argv: list[str], columns: int, lines: int, *, first: bool = False, settings_text: str = ""
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._rest = b""
        self._state = tempfile.TemporaryDirectory(prefix="seccomp-tui-pictures-")
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
        env["XDG_STATE_HOME"] = env["XDG_DATA_HOME"] = env["XDG_CONFIG_HOME"] = self._state.name
        if not first:
            settings = Path(self._state.name, "seccomp-tui", "config.toml")
            settings.parent.mkdir()
            settings.write_text("[screens]\nwelcome = false\n" + settings_text)
        env["PYTHONPATH"] = str(HERE.parent)
        env.pop("NO_COLOR", None)
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
                os.chdir("/")  # what the pictures tell of descriptors is then the same everywhere
                os.execve(argv[0], argv, env)
            finally:
                os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def text(self) -> str:
        """All lines of the screen."""
        return "\n".join(self.screen.display)

    def press(self, keys: str) -> None:
        """Type `keys`, as the terminal sends them."""
        os.write(self._master, keys.encode())

    def wait_for(self, wanted: Callable[[str], bool] | str) -> None:
        """Read until the screen shows `wanted` and nothing changes any more.

        Raises:
            TimeoutError: it never does; the message has the screen.
        """
        shown = wanted if callable(wanted) else lambda text: wanted in text
        deadline = time.monotonic() + WAIT
        quiet_since = time.monotonic()
        while not (shown(self.text) and time.monotonic() - quiet_since > SETTLED):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited for {wanted!r}; the screen is\n{self.text}")
            before = self.text
            self._read(0.1)
            # Counters of waiting time run for ever: only words count.
            if re.sub(r"\d+", "", before) != re.sub(r"\d+", "", self.text):
                quiet_since = time.monotonic()

    def save(self, name: str) -> None:
        """Write the screen to screenshots/`name`.svg."""
        console = Console(record=True, width=self.screen.columns, file=open(os.devnull, "w"), legacy_windows=False)  # noqa: SIM115
        with console.file:
            for y in range(self.screen.lines):
                console.print(self._line(y), end="\n" if y < self.screen.lines - 1 else "", soft_wrap=True)
            svg = console.export_svg(title="", theme=THEME, code_format=_SVG, unique_id=f"st-{name}")
        path = HERE / f"{name}.svg"
        svg = _TEXT.sub(_words, svg)
        path.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")
        print(f"{path.relative_to(HERE.parent)}: {self.screen.columns}x{self.screen.lines}")

    def close(self) -> None:
        """End the command and whatever it started."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            for number in (signal.SIGTERM, signal.SIGKILL):
                os.kill(self._pid, number)
                deadline = time.monotonic() + 5
                while time.monotonic() < deadline and not os.waitpid(self._pid, os.WNOHANG)[0]:
                    self._read(0.1)
        os.close(self._master)
        self._state.cleanup()

    def _read(self, seconds: float) -> None:
        if select.select([self._master], [], [], seconds)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                time.sleep(seconds)
                return
            data = self._rest + data
            # A sequence may be cut in two: keep what follows the last escape for the next time.
            cut = data.rfind(b"\x1b")
            keep = cut if cut >= 0 and len(data) - cut < 32 and not re.search(rb"[a-zA-Z\\]", data[cut + 2 :]) else None
            self._rest = data[keep:] if keep is not None else b""
            self._stream.feed(_UNKNOWN.sub(b"", data[:keep]))

    def _line(self, y: int) -> Text:
        line = Text()
        cells = [self.screen.buffer[y][x] for x in range(self.screen.columns)]
        for style, run_of_cells in groupby(cells, _style):
            line.append("".join(cell.data for cell in run_of_cells), style)
        return line


def _words(match: re.Match[str]) -> str:
    """Return one text element a word, each at its own column: not every renderer keeps blanks, or heeds textLength."""
    before, x, between, after, content = match.groups()
    column, pieces = 0.0, []
    for piece in re.split(r"((?:&#160;)+)", content):
        width = cell_len(html.unescape(piece)) * CELL
        if piece and not piece.startswith("&#160;"):
            pieces.append(f"{before}{float(x) + column:.1f}{between}{width:.1f}{after}{piece}</text>")
        column += width
    return "".join(pieces)


def _style(cell: pyte.screens.Char) -> Style:
    return Style(
        color=_colour(cell.fg),
        bgcolor=_colour(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        underline=cell.underscore,
        reverse=cell.reverse,
    )


def _colour(name: str) -> str | None:
    if name == "default":
        return None
    if re.fullmatch("[0-9a-f]{6}", name):
        return f"#{name}"
    return {"brown": "yellow"}.get(name) or re.sub(
        "^b[rf]ight(brown)?", lambda found: "bright_yellow" if found[1] else "bright_", name
    )


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
}


def main() -> None:
    """Draw the pictures that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m screenshots.draw", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PICTURES)}; default: all")
    names = parser.parse_args().names or list(PICTURES)
    if unknown := set(names) - set(PICTURES):
        parser.error(f"no such picture: {', '.join(sorted(unknown))}")
    for name in names:
        PICTURES[name]()


if __name__ == "__main__":
    main()
