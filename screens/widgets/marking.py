"""Text that is marked with the mouse in the target's terminal, to be copied."""

from __future__ import annotations

from dataclasses import dataclass

from seccomp_tui.screens.widgets.emulator import Emulator

Place = tuple[int, int]
"""A line, counted from the first one that was ever written, and a column."""


@dataclass(frozen=True, slots=True)
class Marking:
    """From one place to another, both included, in either order."""

    begin: Place
    end: Place

    def columns(self, line: int, width: int) -> range:
        """Return the marked columns of a line."""
        (first, left), (last, right) = sorted((self.begin, self.end))
        if not first <= line <= last:
            return range(0)
        return range(left if line == first else 0, right + 1 if line == last else width)

    def text(self, emulator: Emulator) -> str:
        """Return what is marked, without the blanks at the ends of lines."""
        (first, _), (last, _) = sorted((self.begin, self.end))
        first = max(first, emulator.scrolled - len(emulator.above))
        lines = []
        for line in range(first, min(last, emulator.scrolled + emulator.lines - 1) + 1):
            row = emulator.row(line - emulator.scrolled)
            cells = [row[x].data if x in row else " " for x in self.columns(line, emulator.columns)]
            lines.append("".join(cells).rstrip())
        return "\n".join(lines)
