"""The operator's own terminal, handed over to the target: bytes go back and forth between it and the target's."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.segment import Segment

from seccomp_tui.screens import theme
from seccomp_tui.screens.widgets import cells
from seccomp_tui.screens.widgets.emulator import Emulator

LEAVE = (b"\x1d", b"\x1b[93;5u", b"\x1b[27;5;93~")
"""ctrl+], as terminals send it."""
CHUNK = 4096
_KEPT_MODES = (1, 9, 1000, 1002, 1003, 1004, 1006, 2004)
"""Private modes that the target has set in its pane and that now count for the operator's terminal."""
_RESET = (
    b"\x1b[!p\x1b[?1l\x1b>\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?2004l"
    b"\x1b[>4;0m\x1b[<u\x1b[0 q\x1b[r\x1b[0m\x1b[?25h\x1b[?1049l\x1b[H\x1b[2J"
)
_WELCOME = " The program has the terminal. ctrl+] comes back{}. "


class Relay:
    """Hands bytes on between the operator's terminal and the target's.

    Args:
        typed: takes what the operator types.
        sized: takes the size, columns and lines.
        console: says which colours the terminal can show.

    Attributes:
        known: the held calls at the beginning; they don't end it.
        reason: why it ended by itself, in words.
    """

    def __init__(self, typed: Callable[[bytes], None], sized: Callable[[int, int], None], console: Console) -> None:
        self._typed = typed
        self._sized = sized
        self._console = console
        self._input = sys.__stdin__.fileno() if sys.__stdin__ is not None else 0
        self._output = sys.__stderr__.fileno() if sys.__stderr__ is not None else 2
        self._done = asyncio.Event()
        self.known: set[int] = set()
        self.reason = ""

    async def run(self, emulator: Emulator, held: Iterable[int]) -> None:
        """Hand bytes on until `finish`, or until the operator comes back."""
        self.known = set(held)
        loop = asyncio.get_running_loop()
        before = termios.tcgetattr(self._input)
        tty.setraw(self._input)
        loop.add_signal_handler(signal.SIGWINCH, self._resized)
        try:
            self._paint(emulator)
            loop.add_reader(self._input, self._read)
            self._resized()
            await self._done.wait()
        finally:
            loop.remove_reader(self._input)
            loop.remove_signal_handler(signal.SIGWINCH)
            self.show(_RESET)
            termios.tcsetattr(self._input, termios.TCSADRAIN, before)

    def show(self, data: bytes) -> None:
        """Show what the target wrote."""
        try:
            while data:
                data = data[os.write(self._output, data) :]
        except OSError:
            self.finish("")

    def finish(self, reason: str) -> None:
        """Come back."""
        self.reason = reason
        self._done.set()

    def _read(self) -> None:
        try:
            data = os.read(self._input, CHUNK)
        except OSError:
            data = b""
        at = min((found for key in LEAVE if (found := data.find(key)) >= 0), default=len(data))
        if data[:at]:
            self._typed(data[:at])
        if at < len(data) or not data:
            self.finish("")

    def _resized(self) -> None:
        size = os.get_terminal_size(self._output)
        self._sized(size.columns, size.lines)

    def _paint(self, emulator: Emulator) -> None:
        """Draw what is in the pane, and a line that says how to come back."""
        waiting = "; a call is held, so the program may be waiting" if self.known else ""
        parts = ["\x1b[?1049h\x1b[0m\x1b[2J\x1b[H"]
        for y in range(emulator.lines):
            row = emulator.row(y)
            made = cells.segments(row, emulator.columns, None, emulator.default_char, theme.NONE)
            parts.append(f"\x1b[{y + 1};1H" + "".join(self._drawn(each) for each in made))
        lines = os.get_terminal_size(self._output).lines
        parts.append(f"\x1b[{lines};1H\x1b[7m{_WELCOME.format(waiting)}\x1b[0m")
        parts.append(f"\x1b[{emulator.cursor.y + 1};{min(emulator.cursor.x, emulator.columns - 1) + 1}H")
        parts += [f"\x1b[?{mode}h" for mode in _KEPT_MODES if mode in emulator.private_modes]
        self.show("".join(parts).encode())

    def _drawn(self, segment: Segment) -> str:
        return (segment.style or theme.NONE).render(segment.text, color_system=self._console._color_system)
