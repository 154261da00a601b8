"""A terminal in memory: pyte's screen with lines kept for scrolling back, the alternate screen, and hostile input.

What the target writes is untrusted: nothing it sends may raise, hang or grow without bound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from unicodedata import combining

import pyte
from pyte.screens import Char, Margins, wcwidth
from rich.segment import Segment
from rich.style import Style

from seccomp_tui.screens import theme

SCROLLBACK = 5000
"""Lines kept above the screen."""
SEQUENCE_LIMIT = 64 * 1024
"""Longest unfinished escape sequence taken, in characters; then it is given up."""

_APPLICATION_CURSOR = 1 << 5
_COLUMNS_132 = 3
_ALTERNATE = frozenset({47, 1047, 1049})
_BRACKETED_PASTE = 2004 << 5
_TAKE_PRIVATE = frozenset({"set_mode", "reset_mode", "erase_in_display", "erase_in_line", "report_device_attributes"})

Row = Mapping[int, Char]


class Emulator(pyte.Screen):
    """The screen that a byte stream draws.

    Args:
        columns: width in cells.
        lines: height in cells.
        reply: takes what the terminal answers to a query.
    """

    def __init__(self, columns: int, lines: int, reply: Callable[[bytes], None]) -> None:
        self.above: deque[Row] = deque(maxlen=SCROLLBACK)
        self.scrolled = 0
        self._reply = reply
        self._main: tuple[dict[int, Any], int, int] | None = None
        super().__init__(columns, lines)
        self._stream = pyte.ByteStream(self)
        self._unfinished = 0

    def take(self, data: bytes) -> None:
        """Draw what the target wrote."""
        try:
            self._stream.feed(data)
        except Exception:  # noqa: BLE001 - pyte trips over some sequences; the stream starts anew by itself
            self._unfinished = 0
        if self._stream._taking_plain_text:
            self._unfinished = 0
            return
        self._unfinished += len(data)
        if self._unfinished > SEQUENCE_LIMIT:
            self._stream._initialize_parser()
            self._unfinished = 0

    @property
    def application_cursor(self) -> bool:
        """Arrow keys are wanted as ESC O A."""
        return _APPLICATION_CURSOR in self.mode

    @property
    def bracketed_paste(self) -> bool:
        """Pasted text is wanted in brackets."""
        return _BRACKETED_PASTE in self.mode

    @property
    def alternate(self) -> bool:
        """The alternate screen is shown: a full-screen program runs."""
        return self._main is not None

    def row(self, number: int) -> Row:
        """Return a line: 0 and up is the screen, -1 and down is what was scrolled out."""
        if number >= 0:
            return self.buffer.get(number, {})
        return self.above[number] if -number <= len(self.above) else {}

    # --- pyte's events ---

    def draw(self, data: str) -> None:
        """Draw text, without what takes no cell: there pyte would drop the rest of the text."""
        if not data.isascii():
            data = "".join([char for char in data if wcwidth(char) > 0 or combining(char)])
        super().draw(data)

    def index(self) -> None:
        """Go down a line; keep what is scrolled out at the top."""
        top, bottom = self.margins or Margins(0, self.lines - 1)
        if self.cursor.y == bottom and top == 0 and self._main is None:
            self.above.append(self.buffer[0])
            self.scrolled += 1
        super().index()

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        """Switch modes on; the alternate screen is kept here, 132 columns are refused."""
        if kwargs.get("private"):
            if _ALTERNATE.intersection(modes) and self._main is None:
                self._main = (dict(self.buffer), self.cursor.x, self.cursor.y)
                self.buffer.clear()
                self.dirty.update(range(self.lines))
            modes = tuple(mode for mode in modes if mode != _COLUMNS_132)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        """Switch modes off."""
        if kwargs.get("private"):
            if _ALTERNATE.intersection(modes):
                self._leave_alternate()
            modes = tuple(mode for mode in modes if mode != _COLUMNS_132)
        super().reset_mode(*modes, **kwargs)

    def reset(self) -> None:
        """Start anew (RIS)."""
        self._main = None
        super().reset()

    def write_process_input(self, data: str) -> None:
        """Answer a query of the target."""
        self._reply(data.encode("ascii", "replace"))

    def _leave_alternate(self) -> None:
        if self._main is None:
            return
        lines, x, y = self._main
        self._main = None
        self.buffer.clear()
        self.buffer.update(lines)
        self.cursor.x, self.cursor.y = min(x, self.columns - 1), min(y, self.lines - 1)
        self.dirty.update(range(self.lines))


def _tolerant(name: str) -> Callable[..., None]:
    """Return a handler that ignores private variants and wrong numbers of parameters, where pyte's own would raise."""
    original = getattr(pyte.Screen, name)

    def handler(self: Emulator, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("private"):
            return
        try:
            original(self, *args)
        except (TypeError, AssertionError):
            pass

    return handler


for _name in set(pyte.Stream.csi.values()) - _TAKE_PRIVATE:
    setattr(Emulator, _name, _tolerant(_name))

_COLOURS = {
    "black": "#2b3444",
    "red": theme.VERMILION,
    "green": theme.TEAL,
    "brown": theme.ORANGE,
    "blue": "#4f8fd6",
    "magenta": theme.PURPLE,
    "cyan": theme.SKY,
    "white": theme.TEXT,
    "brightblack": theme.MUTED,
    "brightred": "#ff9a70",
    "brightgreen": "#6fdcc0",
    "brightbrown": theme.YELLOW,
    "brightblue": "#86b8f0",
    "brightmagenta": "#e8b4d2",
    "bfightmagenta": "#e8b4d2",
    "brightcyan": "#9ad7f7",
    "brightwhite": "#ffffff",
}


def segments(row: Row, columns: int, cursor: int | None, default: Char, base: Style) -> list[Segment]:
    """Return a line as segments of equal style.

    Args:
        row: the cells.
        columns: width of the screen.
        cursor: column of the cursor, None when it is not on this line.
        default: the cell where nothing was written.
        base: style of the pane.
    """
    made: list[Segment] = []
    text: list[str] = []
    look: tuple[object, ...] | None = None
    for x in range(columns):
        cell = row.get(x, default)
        here = (*cell[1:], x == cursor)
        if here != look and text:
            made.append(Segment(_printable("".join(text)), base + _style(*look)))  # type: ignore[misc]
            text = []
        look = here
        text.append(cell.data)
    if text and look is not None:
        made.append(Segment(_printable("".join(text)), base + _style(*look)))
    return made


@lru_cache(maxsize=1024)
def _style(
    fg: str,
    bg: str,
    bold: bool,
    italics: bool,
    underscore: bool,
    strikethrough: bool,
    reverse: bool,
    blink: bool,
    cursor: bool,
) -> Style:
    return Style(
        color=_colour(fg),
        bgcolor=_colour(bg),
        bold=bold or None,
        italic=italics or None,
        underline=underscore or None,
        strike=strikethrough or None,
        reverse=(reverse != cursor) or None,
    )


def _colour(name: str) -> str | None:
    if name == "default":
        return None
    return _COLOURS.get(name) or f"#{name}"


def _printable(text: str) -> str:
    """Return `text` without characters that would move or turn around what our own terminal shows."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " for char in text)
