"""A terminal in memory: pyte's screen with lines kept for scrolling back, the alternate screen, and hostile input.

What the target writes is untrusted: nothing it sends may raise, hang or grow without bound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import combining

import pyte
from pyte.screens import Char, Margins, wcwidth

from seccomp_tui.screens import theme
from seccomp_tui.screens.widgets.dialect import Sequence, Splitter

SCROLLBACK = 5000
"""Lines kept above the screen."""
SEQUENCE_LIMIT = 64 * 1024
"""Longest unfinished escape sequence taken, in characters; then it is given up."""

_APPLICATION_CURSOR = 1 << 5
_COLUMNS_132 = 3
_ALTERNATE = frozenset({47, 1047, 1049})
_BRACKETED_PASTE = 2004 << 5
_TAKE_PRIVATE = frozenset({"set_mode", "reset_mode", "erase_in_display", "erase_in_line", "report_device_attributes"})
_TERMINAL = "\x1b[>41;354;0c"
"""How xterm names itself; vim asks mice for SGR reports then."""
_ASKED_FOR = frozenset({1, 7, 9, 25, 47, 1000, 1002, 1003, 1004, 1006, 1047, 1049, 2004})
"""Private modes whose state is told."""
_COLOURS = {"10": theme.TEXT, "11": theme.GROUND, "12": theme.TEXT}
_MOST_REPEATED = 1000

BLOCK, LINE, BAR = "block", "line", "bar"
_SHAPES = {3: LINE, 4: LINE, 5: BAR, 6: BAR}

Row = Mapping[int, Char]


class _Stream(pyte.ByteStream):
    """pyte's, with what terminals of today understand beside it."""

    csi = {
        **pyte.ByteStream.csi,
        "b": "repeat",
        "S": "scroll_up",
        "T": "scroll_down",
        "Z": "tab_back",
        "s": "keep_cursor",
        "u": "give_cursor",
    }


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
        self.cursor_shape = BLOCK
        self.rang = False
        self._last = ""
        super().__init__(columns, lines)
        self._stream = _Stream(self)
        self._splitter = Splitter()
        self._unfinished = 0

    def take(self, data: bytes) -> None:
        """Draw what the target wrote."""
        for part in self._splitter.split(data):
            if isinstance(part, Sequence):
                self._act(part)
            else:
                self._feed(part)

    def _feed(self, data: bytes) -> None:
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
    def private_modes(self) -> frozenset[int]:
        """The private modes that are on, by the numbers that programs give."""
        return frozenset(mode >> 5 for mode in self.mode)

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
        self._last = data[-1:] or self._last
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

    def bell(self, *_args: Any) -> None:
        """Take note that it rang."""
        self.rang = True

    def repeat(self, count: int | None = None, *_rest: int) -> None:
        """Draw the last character again."""
        if self._last:
            self.draw(self._last * min(count or 1, _MOST_REPEATED))

    def scroll_up(self, count: int | None = None, *_rest: int) -> None:
        """Move the lines up, under a cursor that stays."""
        self._scroll(count, self.delete_lines)

    def scroll_down(self, count: int | None = None, *_rest: int) -> None:
        """Move the lines down."""
        self._scroll(count, self.insert_lines)

    def tab_back(self, count: int | None = None, *_rest: int) -> None:
        """Go to a tab stop on the left."""
        for _ in range(min(count or 1, self.columns)):
            self.cursor.x = max((stop for stop in self.tabstops if stop < self.cursor.x), default=0)

    def keep_cursor(self, *_parameters: int) -> None:
        """Keep where the cursor is."""
        self.save_cursor()

    def give_cursor(self, *_parameters: int) -> None:
        """Put the cursor where it was when it was kept."""
        self.restore_cursor()

    # --- the size ---

    def fit(self, columns: int, lines: int) -> None:
        """Take another size; what is above the cursor is scrolled out where there are fewer lines."""
        surplus, self.margins = self.lines - lines, None
        if surplus > 0:
            # pyte drops lines from the top, whether they are empty or not
            empty = min(surplus, self.lines - 1 - self.cursor.y)
            for y in [y for y in self.buffer if y >= self.lines - empty]:
                del self.buffer[y]
            self.lines -= empty
            self._scroll_out(self.lines - lines)
        self.resize(lines, columns)
        self.tabstops = set(range(8, columns, 8))
        self.ensure_hbounds()
        self.ensure_vbounds()
        self.dirty.update(range(lines))

    def _scroll_out(self, count: int) -> None:
        """Move the cursor up with its line, which `resize` will."""
        if count > 0:
            if self._main is None:
                self.above.extend(self.buffer[y] for y in range(count))
                self.scrolled += count
            self.cursor.y = max(self.cursor.y - count, 0)

    def _scroll(self, count: int | None, move: Callable[[int], None]) -> None:
        x, y = self.cursor.x, self.cursor.y
        self.cursor.y = self.margins.top if self.margins else 0
        move(min(count or 1, self.lines))
        self.cursor.x, self.cursor.y = x, y

    # --- what pyte does not know ---

    def _act(self, sequence: Sequence) -> None:
        name, value = sequence
        number = int(value) if value.isdigit() else 0
        if name == "shape":
            self.cursor_shape = _SHAPES.get(number, BLOCK)
        elif name == "style":
            self.select_graphic_rendition(*[min(int(each or 0), 9999) for each in value.split(";")])
        elif name == "charset":
            self.define_charset(value[1], mode=value[0])
        elif name == "shift":
            self.charset = int(value == "out")
        elif name == "mode?":
            state = 0 if number not in _ASKED_FOR else 1 if number in self.private_modes else 2
            self.write_process_input(f"\x1b[?{number};{state}$y")
        elif name == "version?":
            self.write_process_input(_TERMINAL)
        elif name == "colour?":
            red, green, blue = (_COLOURS[value][at : at + 2] * 2 for at in (1, 3, 5))
            self.write_process_input(f"\x1b]{value};rgb:{red}/{green}/{blue}\x1b\\")
        elif name == "reset":
            self._soft_reset()

    def _soft_reset(self) -> None:
        """Do as DECSTR says: modes and margins as at the start, nothing erased."""
        self.mode.difference_update({_APPLICATION_CURSOR, 4})
        self.set_margins()
        self.cursor.attrs, self.cursor.hidden, self.cursor_shape = self.default_char, False, BLOCK

    def _leave_alternate(self) -> None:
        if self._main is None:
            return
        lines, x, y = self._main
        self._main = None
        surplus = max(y - self.lines + 1, 0)  # the window may have shrunk meanwhile
        self.above.extend(lines[at] for at in range(surplus) if at in lines)
        self.scrolled += surplus
        self.buffer.clear()
        self.buffer.update({at - surplus: line for at, line in lines.items() if surplus <= at < self.lines + surplus})
        self.cursor.x, self.cursor.y = min(x, self.columns - 1), y - surplus
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


for _name in set(pyte.ByteStream.csi.values()) - _TAKE_PRIVATE:
    setattr(Emulator, _name, _tolerant(_name))
