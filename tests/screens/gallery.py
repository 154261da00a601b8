"""Whole screens as text: `UPDATE_PICTURES=1 pytest tests/screens` draws them anew.

The first line of a picture of the gallery names what is in front: with it a test knows what has no picture.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from pathlib import Path

from tests.screens.conftest import Live

FOLDER = Path(__file__).parent / "pictures" / "every"
SIZES = ((80, 24), (140, 40))
DRAWING = os.environ.get("UPDATE_PICTURES") == "1"
STILL = 0.3
"""Seconds without a change after which a screen counts as drawn."""


def drawn(live: Live) -> str:
    """Return what is on the screen, without the blanks at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in live.whole().splitlines())


def named(live: Live) -> str:
    """Return the same under the name of what is in front."""
    return f"{type(live.app.screen).__name__}\n{drawn(live)}"


async def compare(live: Live, folder: Path, name: str, shown: Callable[[Live], str] = drawn) -> None:
    """Hold the screen against a picture, once it is drawn."""
    path = folder / f"{name}.txt"
    if DRAWING:
        before = ""
        while before != shown(live):
            before = shown(live)
            await live.pilot.pause(STILL)
        path.write_text(before)
    try:
        await live.until(lambda: shown(live) == path.read_text())
    except TimeoutError:
        differs = difflib.unified_diff(path.read_text().splitlines(), shown(live).splitlines(), name, "shown", n=1)
        assert shown(live) == path.read_text(), "\n".join(differs)


async def picture(live: Live, name: str, *wanted: str) -> None:
    """Hold the screen against its pictures at both sizes; it is there when it has all `wanted` words."""
    for width, height in SIZES:
        await live.pilot.resize_terminal(width, height)
        await live.until(lambda: all(words in live.whole() for words in wanted))
        await compare(live, FOLDER, f"{name}-{width}x{height}", named)


async def opened(live: Live, *keys: str) -> None:
    """Press keys, and wait until something else is in front."""
    before = live.app.screen
    await live.press(*keys)
    await live.until(lambda: live.app.screen is not before and live.app.screen.is_mounted)


async def closed(live: Live) -> None:
    """Close what is in front of the Live screen."""
    while live.app.screen is not live.screen:
        before = live.app.screen
        await live.press("escape")
        await live.until(lambda before=before: live.app.screen is not before)  # type: ignore[misc]
