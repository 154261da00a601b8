"""A command in a pty, typed into, and its screen written as SVG."""

from __future__ import annotations

import contextlib
import fcntl
import html
import os
import pty
import re
import select
import signal
import struct
import tempfile
import termios
import time
from collections.abc import Callable
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
