"""How the cells of the target's terminal are drawn: their colours and styles, and the cursor among them."""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache

from pyte.screens import Char
from rich.segment import Segment
from rich.style import Style

from seccomp_tui.screens import theme
from seccomp_tui.screens.widgets.emulator import BAR, BLOCK, LINE, Row

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


_BAR_GLYPH = "▏"
NOTHING: frozenset[int] = frozenset()


def segments(
    row: Row,
    columns: int,
    cursor: int | None,
    default: Char,
    base: Style,
    shape: str = BLOCK,
    marked: Container[int] = NOTHING,
) -> list[Segment]:
    """Return a line as segments of equal style.

    Args:
        row: the cells.
        columns: width of the screen.
        cursor: column of the cursor, None when it is not on this line.
        default: the cell where nothing was written.
        base: style of the pane.
        shape: how the cursor looks.
        marked: the columns that are marked for copying.
    """
    made: list[Segment] = []
    text: list[str] = []
    look: tuple[object, ...] | None = None
    for x in range(columns):
        cell = row.get(x, default)
        here = (*cell[1:], shape if x == cursor else "", x in marked)
        if here != look and text:
            made.append(Segment(_printable("".join(text)), base + _style(*look)))  # type: ignore[misc]
            text = []
        look = here
        bar = x == cursor and shape == BAR and cell.data == " "
        text.append(_BAR_GLYPH if bar else cell.data)
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
    cursor: str,
    marked: bool,
) -> Style:
    return Style(
        color=_colour(fg),
        bgcolor=_colour(bg),
        bold=bold or None,
        italic=italics or None,
        underline=underscore or cursor in (LINE, BAR) or None,
        strike=strikethrough or None,
        reverse=(reverse != (cursor == BLOCK)) != marked or None,
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
