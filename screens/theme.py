"""The colours: Okabe-Ito's palette, which stays apart for every kind of colour vision, on a dark ground.

Colour never says anything alone; a glyph and a word stand beside it.
"""

from __future__ import annotations

from rich.style import Style
from textual.theme import Theme

NAME = "seccomp-cb"

GROUND = "#10141b"
SURFACE = "#161c25"
PANEL = "#212a37"
TEXT = "#dbe2ec"
MUTED = "#8592a6"
SKY = "#56b4e9"
ORANGE = "#e69f00"
YELLOW = "#f0e442"
VERMILION = "#f0743e"
PURPLE = "#d48fb8"
SAND = "#cdb98a"
TEAL = "#3fbf9f"
CURSOR_GROUND = "#2c405c"
CURSOR_BLURRED_GROUND = "#1e2a3b"

THEME = Theme(
    name=NAME,
    primary=SKY,
    secondary=PURPLE,
    accent=ORANGE,
    warning=ORANGE,
    error=VERMILION,
    success=SKY,
    foreground=TEXT,
    background=GROUND,
    surface=SURFACE,
    panel=PANEL,
    dark=True,
    variables={
        "muted": MUTED,
        "border": "#35425a",
        "border-blurred": "#2a3445",
        "block-cursor-background": "#2c405c",
        "block-cursor-foreground": TEXT,
        "block-cursor-text-style": "none",
        "input-selection-background": "#56b4e9 35%",
        "scrollbar": "#35425a",
        "scrollbar-hover": "#4a5b7a",
        "scrollbar-active": SKY,
        "scrollbar-background": GROUND,
        "scrollbar-background-hover": GROUND,
        "scrollbar-background-active": GROUND,
        "scrollbar-corner-color": GROUND,
    },
)

NONE = Style()
"""As the terminal itself shows text."""
LIGHT = Theme(
    name=f"{NAME}-light",
    primary="#0072b2",
    secondary="#8f3f74",
    accent="#7a5a1e",
    warning="#a35200",
    error="#b23a00",
    success="#00705a",
    foreground="#1b2430",
    background="#fbfbf8",
    surface="#f1f1ec",
    panel="#e2e4e2",
    dark=False,
)
"""The same palette, darker, on a light ground."""

PANE = Style(color=TEXT, bgcolor=GROUND)
"""Under the lines of a pane: asking Textual for it costs 0.4 ms a line."""
BAR = Style(color=TEXT, bgcolor=PANEL)
"""Under the status line and the footer."""

PLAIN = Style(color=TEXT)
FAINT = Style(color=MUTED)
BOLD = Style(color=TEXT, bold=True)
NAME_STYLE = Style(color=SKY, bold=True)
STRING = Style(color=TEAL)
CONSTANT = Style(color=SAND)
HELD = Style(color=ORANGE, bold=True)
ALLOWED = Style(color=SKY)
RETURNED = Style(color=PURPLE)
FAILED = Style(color=VERMILION)
GONE = Style(color=MUTED)
LATE = Style(color=ORANGE)
VERY_LATE = Style(color=VERMILION, bold=True)
CURSOR = Style(bgcolor=CURSOR_GROUND)
CURSOR_BLURRED = Style(bgcolor=CURSOR_BLURRED_GROUND)
KEY = Style(color=ORANGE, bold=True)
ALARM = Style(color=GROUND, bgcolor=VERMILION, bold=True)
HOLDING = Style(color=GROUND, bgcolor=ORANGE, bold=True)
RUNNING = Style(color=GROUND, bgcolor=SKY, bold=True)
OVER = Style(color=GROUND, bgcolor=MUTED, bold=True)
