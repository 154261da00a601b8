"""A table of lines with a head: the cursor stays with its row, whatever the order; a click on a head sorts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from seccomp_tui.screens import theme
from seccomp_tui.screens.widgets.lines import LineView, strip, wrap
from seccomp_tui.screens.wording import Part

Row = TypeVar("Row")
Cell = str | Part | list[Part]
"""What stands in a column: text, and maybe in which style."""
GAP = 1
_BLOCKS = " ▏▎▍▌▋▊▉█"
_LEVELS = " ▁▂▃▄▅▆▇█"
_HEAD = Style(color=theme.MUTED, bold=True)
_SORTED = Style(color=theme.SKY, bold=True)


class Column(NamedTuple):
    """A column.

    Attributes:
        head: its name.
        width: its cells; 0: a share of what the others leave.
        right: it is flush right.
        sort: what it is sorted by, None: it can't be.
        least: the width of the table from which it is shown.
    """

    head: str
    width: int = 0
    right: bool = False
    sort: object = None
    least: int = 0


class Grid(LineView, Generic[Row], can_focus=True):
    """Rows under a head.

    Args:
        columns: the columns.
        key: returns what a row is known by.
        cells: returns a row's cells, one a column.
    """

    class Moved(Message):
        """The cursor has come to another row."""

    class Opened(Message):
        """A row was clicked twice."""

    class Sorted(Message):
        """A head was clicked; `by` is what its column is sorted by."""

        def __init__(self, by: object) -> None:
            super().__init__()
            self.by = by

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[Row], Hashable],
        cells: Callable[[Row], Sequence[Cell]],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.columns = list(columns)
        self._key = key
        self._cells = cells
        self._rows: list[Row] = []
        self._at = 0
        self._anew = False
        self._sought: Hashable = None
        self._notice = ""
        self._order: tuple[object, bool] = (None, False)

    @property
    def chosen(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self._at] if self._at < len(self._rows) else None

    @property
    def rows(self) -> list[Row]:
        """All rows, as they are shown."""
        return self._rows

    @property
    def at(self) -> int:
        """The place of the cursor, from 0."""
        return self._at

    def show(self, rows: Sequence[Row], notice: str = "", *, order: tuple[object, bool] = (None, False)) -> None:
        """Show rows; the cursor stays with its row, else at its place.

        Args:
            rows: in their order.
            notice: what stands there when there are none.
            order: what they are sorted by, and whether the least come first.
        """
        before = self.chosen
        self._rows, self._notice, self._order = list(rows), notice, order
        key = self._sought if before is None else None if self._anew else self._key(before)
        found = self._place(key)
        at, self._anew = (0 if self._anew else self._at), False
        self.set_line_count(len(self._rows) + 1)
        at = min(at if found is None else found, max(len(self._rows) - 1, 0))
        if at != self._at:
            self._at = at
            self._reveal()
        self.refresh()

    def first(self) -> None:
        """Put the cursor on the first of the rows that are shown next."""
        self._anew = True
        self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def seek(self, key: Hashable) -> None:
        """Put the cursor on the row that is known by `key`, if it is there, or among the first that are shown."""
        self._sought = key
        if (at := self._place(key)) is not None:
            self._put(at)

    def move(self, where: str) -> None:
        """Move the cursor: "up", "down", "page_up", "page_down", "first" or "last"."""
        page, last = max(self.size.height - 2, 1), max(len(self._rows) - 1, 0)
        step = {"up": -1, "down": 1, "page_up": -page, "page_down": page, "first": -last, "last": last}[where]
        self._put(min(max(self._at + step, 0), last))

    def _place(self, key: Hashable) -> int | None:
        return next((at for at, row in enumerate(self._rows) if self._key(row) == key), None)

    def _put(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self._reveal()
            self.refresh()
            self.post_message(self.Moved())

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, max(self.size.height - 1, 1)
        if not top <= self._at < top + height:
            y = self._at if self._at < top else self._at - height + 1
            self.scroll_to(y=y, animate=False, force=True, immediate=True)

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the view; the head stays on top."""
        width = self.scrollable_content_region.width
        if not self._rows:
            lines = wrap([(f" {self._notice}", theme.FAINT)], max(width, 1), 1)
            return strip(lines[y] if y < len(lines) else [], width, theme.PANE)
        if y == 0:
            return strip(self._line([self._head(column) for column in self.columns], width), width, theme.PANE)
        at = y - 1 + self.scroll_offset.y
        if at >= len(self._rows):
            return strip([], width, theme.PANE)
        base = theme.PANE
        if at == self._at:
            base += theme.CURSOR if self.has_focus else theme.CURSOR_BLURRED
        line = self._line(self._cells(self._rows[at]), width)
        return strip([(">" if at == self._at else " ", theme.KEY), *line[1:]], width, base)

    def _head(self, column: Column) -> Part:
        by, up = self._order
        if column.sort is None or column.sort != by:
            return column.head, _HEAD
        return f"{column.head}{'↑' if up else '↓'}", _SORTED

    def _line(self, cells: Sequence[Cell], width: int) -> list[Part]:
        line: list[Part] = [(" ", theme.PLAIN)]
        for column, cell, room in zip(self.columns, cells, self.widths(width), strict=True):
            if room <= 0:
                continue
            parts = [(cell, theme.PLAIN)] if isinstance(cell, str) else [cell] if isinstance(cell, tuple) else cell
            parts = _cut(parts, room)
            free = (" " * (room - sum(cell_len(text) for text, _ in parts)), theme.PLAIN)
            line += [free, *parts] if column.right else [*parts, free]
            line.append((" " * GAP, theme.PLAIN))
        return line

    def widths(self, width: int) -> list[int]:
        """Return how wide each column is in a table of this width; 0: it is not shown."""
        shown = [column.least <= width for column in self.columns]
        there = [column for column, yes in zip(self.columns, shown, strict=True) if yes]
        shares = sum(1 for column in there if not column.width)
        left = max(width - 1 - len(there) * GAP - sum(column.width for column in there), 0)
        widths = []
        for column, yes in zip(self.columns, shown, strict=True):
            if not yes or column.width:
                widths.append(column.width if yes else 0)
                continue
            widths.append(left // shares)
            left, shares = left - left // shares, shares - 1
        return widths

    # --- the mouse ---

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked row, or sort."""
        y = event.y - self.gutter.top
        at = y - 1 + self.scroll_offset.y
        if y == 0:
            left = 1 + self.gutter.left
            for column, room in zip(self.columns, self.widths(self.scrollable_content_region.width), strict=True):
                if room and left <= event.x < left + room + GAP and column.sort is not None:
                    self.post_message(self.Sorted(column.sort))
                left += room + GAP if room else 0
        elif 0 <= at < len(self._rows):
            self._put(at)
            if event.chain == 2:
                self.post_message(self.Opened())


def _cut(parts: Sequence[Part], room: int) -> list[Part]:
    kept: list[Part] = []
    for text, style in parts:
        need = cell_len(text)
        if need > room:
            piece = text
            while piece and cell_len(piece) > room - 1:
                piece = piece[:-1]
            if room > 0:
                kept.append((f"{piece}…", style))
            return kept
        kept.append((text, style))
        room -= need
    return kept


def bar(share: float, width: int) -> str:
    """Return a bar as long as a share (0 .. 1) of the width; what is there at all is seen."""
    eighths = max(round(min(max(share, 0.0), 1.0) * width * 8), 1 if share > 0 else 0)
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")


def spark(values: Sequence[int], width: int) -> str:
    """Return values as a line of small columns, the newest on the right; more than have room are added up."""
    if not values or width <= 0:
        return ""
    many = -(-len(values) // width)
    sums = [sum(values[at : at + many]) for at in range(0, len(values), many)]
    most = max(sums)
    return "".join(_LEVELS[-(-value * 8 // most) if most else 0] for value in sums)
