"""Our own lines in the colours of another theme: they are drawn in those of `theme`, and translated at the very end.

So a widget needs to know one palette only, and strips that were made before stay right.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.filter import LineFilter

from seccomp_tui.screens import theme

_VARIABLES = {
    theme.GROUND: "background",
    theme.SURFACE: "surface",
    theme.PANEL: "panel",
    theme.TEXT: "foreground",
    theme.MUTED: "foreground-muted",
    theme.SKY: "text-primary",
    theme.ORANGE: "text-warning",
    theme.YELLOW: "text-warning",
    theme.VERMILION: "text-error",
    theme.PURPLE: "text-secondary",
    theme.SAND: "text-accent",
    theme.TEAL: "text-success",
    theme.CURSOR_GROUND: "primary-muted",
    theme.CURSOR_BLURRED_GROUND: "surface-active",
}
"""What stands in another theme for a colour of ours."""
_SIXTEEN = {
    theme.GROUND: "default",
    theme.SURFACE: "default",
    theme.PANEL: "blue",
    theme.TEXT: "default",
    theme.MUTED: "white",
    theme.SKY: "bright_cyan",
    theme.ORANGE: "bright_yellow",
    theme.YELLOW: "bright_yellow",
    theme.VERMILION: "bright_red",
    theme.PURPLE: "bright_magenta",
    theme.SAND: "yellow",
    theme.TEAL: "bright_green",
    theme.CURSOR_GROUND: "blue",
    theme.CURSOR_BLURRED_GROUND: "bright_black",
}
"""The same on a terminal with sixteen colours, which the user has chosen."""


class Recolouring(LineFilter):
    """Translates the colours of our palette; off as long as that is the theme."""

    def __init__(self) -> None:
        super().__init__(enabled=False)
        self._colours: dict[RichColor, RichColor] = {}
        self._styles: dict[Style, Style] = {}

    def follow(self, name: str, variables: Mapping[str, str], colours: str | None) -> None:
        """Take the colours of a theme.

        Args:
            name: the theme's.
            variables: its colours.
            colours: rich's name of what the terminal can show.
        """
        self._styles = {}
        if colours == "standard" and name == theme.NAME:
            self._colours = {RichColor.parse(ours): RichColor.parse(other) for ours, other in _SIXTEEN.items()}
        elif name == theme.NAME:
            self._colours = {}
        else:
            ground = _colour(variables["background"], None)
            self._colours = {
                RichColor.parse(ours): _colour(variables.get(other, "") or variables["foreground"], ground).rich_color
                for ours, other in _VARIABLES.items()
            }
        self.enabled = bool(self._colours)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return segments in the colours of the theme."""
        return [
            Segment(text, self._styles.get(style) or self._translated(style), control)
            if style
            else Segment(text, style)
            for text, style, control in segments
        ]

    def _translated(self, style: Style) -> Style:
        known = self._colours
        made = style + Style(
            color=known.get(style.color) if style.color else None,
            bgcolor=known.get(style.bgcolor) if style.bgcolor else None,
        )
        if len(self._styles) < 4096:
            self._styles[style] = made
        return made


def _colour(text: str, ground: Color | None) -> Color:
    """Return a colour without anything shining through."""
    try:
        colour = Color.parse(text.split(" ")[0])
    except ColorParseError:
        return Color.parse("ansi_default")
    return ground.blend(colour, colour.a).with_alpha(1.0) if ground is not None and 0 < colour.a < 1 else colour
