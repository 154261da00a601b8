"""Panes made of lines: only those in sight are made, by Textual's line API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from seccomp_tui.screens import theme
from seccomp_tui.screens.wording import Part


def strip(parts: Iterable[Part], width: int, base: Style) -> Strip:
    """Return one line of exactly `width` cells; what does not fit is cut with an ellipsis."""
    segments: list[Segment] = []
    left = width
    for text, style in parts:
        need = cell_len(text)
        if need > left:
            if left > 0:
                segments.append(Segment(set_cell_size(text, left - 1) + "…", base + style))
            left = 0
            break
        segments.append(Segment(text, base + style))
        left -= need
    if left > 0:
        segments.append(Segment(" " * left, base))
    return Strip(segments, width)


def cut(parts: Iterable[Part], room: int) -> list[Part]:
    """Cut a line of single-width text to at most `room` cells, with an ellipsis where something is missing."""
    kept: list[Part] = []
    left = max(room, 0)
    for text, style in parts:
        if len(text) <= left:
            kept.append((text, style))
            left -= len(text)
            continue
        if left:
            kept.append((f"{text[: left - 1]}…", style))
        elif kept:
            last, last_style = kept.pop()
            kept.append((f"{last[:-1]}…", last_style))
        break
    return kept


def wrap(parts: Sequence[Part], width: int, indent: int = 0) -> list[list[Part]]:
    """Break a line into lines of `width` cells, with a margin of one; all but the first are indented. ASCII only."""
    lines: list[list[Part]] = [[]]
    room = width
    for text, style in parts:
        rest = text
        while rest:
            if room <= 0 and rest[0] in ",)" and 0 < sum(len(piece) for piece, _ in lines[-1]) <= width:
                lines[-1].append((rest[0], style))  # a line does not begin with a comma: it may stand in the margin
                rest = rest[1:].lstrip(" ")
                continue
            if room <= 0:
                lines.append([(" " * indent, style)])
                room = max(width - indent, 1)
            taken = _break_at(rest, room)
            if taken < len(rest) and taken == room and len(rest) <= width - indent and len(lines[-1]) > 1:
                room = 0  # a word that has room on a line of its own is not broken
                continue
            lines[-1].append((rest[:taken], style))
            rest = rest[taken:]
            room = room - taken if not rest else 0
    return lines


def _break_at(text: str, room: int) -> int:
    """Return how much of `text` goes into `room` cells; breaks after a blank, a comma or a bar where there is one."""
    if len(text) <= room:
        return len(text)
    best = max(text.rfind(mark, 0, room) for mark in (" ", ",", "|"))
    return best + 1 if best > room // 2 else room


class LineView(ScrollView, inherit_bindings=False):
    """A scrolling pane whose number of lines changes often."""

    def set_line_count(self, count: int) -> None:
        """Say how many lines there are. Unlike a plain new `virtual_size`, this does not lay out the screen anew."""
        size = Size(0, count)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)


class Lines(LineView):
    """A scrolling pane of lines that are made on demand."""

    def __init__(self, **kwargs: str | None) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._count = 0
        self._line: Callable[[int], list[Part]] = lambda _: []

    def show(self, count: int, line: Callable[[int], list[Part]], *, keep: bool = False) -> None:
        """Show `count` lines; `line` makes the one with the given number.

        Args:
            count: how many lines there are.
            line: makes a line.
            keep: stay where the view is; else go to the top.
        """
        self._count = count
        self._line = line
        self.set_line_count(count)
        if not keep:
            self.scroll_to(0, 0, animate=False, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the view."""
        number = y + self.scroll_offset.y
        parts = self._line(number) if 0 <= number < self._count else []
        return strip(parts, self.scrollable_content_region.width, theme.PANE)

    def move(self, where: str) -> None:
        """Scroll: "up", "down", "page_up", "page_down", "first" or "last"."""
        page = max(self.size.height - 1, 1)
        top = self.scroll_offset.y
        target = {
            "up": top - 1,
            "down": top + 1,
            "page_up": top - page,
            "page_down": top + page,
            "first": 0,
            "last": self._count,
        }[where]
        self.scroll_to(y=target, animate=False)
