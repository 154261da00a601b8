"""How many calls of a recording an expression is true of: counted in a thread, for a moment at most."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from seccomp_tui.screens import wording
from seccomp_tui.screens.recording import Recording
from seccomp_tui.session.schema import FormatError

if TYPE_CHECKING:
    from seccomp_tui.policy.expression import Expression

SECONDS = 1.0
"""So long it is counted at most."""


async def count(recording: Recording, expression: Expression) -> str:
    """Return in words how many calls an expression is true of so far."""
    try:
        store = recording.again()
    except (FormatError, OSError, sqlite3.Error):
        return ""
    found = 0
    stopped = False

    def look() -> int:
        nonlocal found
        with closing(store):
            for _ in store.matching(expression):
                found += 1
                if stopped:
                    break
            return store.count()

    task = asyncio.ensure_future(asyncio.to_thread(look))
    try:
        await asyncio.wait([task], timeout=SECONDS)
        if task.done():
            return f"true of {wording.count(found)} of {wording.count(task.result())} calls so far"
    except (FormatError, OSError, sqlite3.Error):
        return ""
    finally:
        if not task.done():
            stopped = True
            store.interrupt()
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return f"true of at least {wording.plural(found, 'call')} so far"
