"""The installed manual pages as plain text, formatted by man(1) in a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from subprocess import DEVNULL, PIPE, Popen

LIMIT = 2 * 1024 * 1024
"""Longest page in bytes; those of section 2 have at most a tenth of that."""
SECONDS = 10.0
"""Longest time that man may take."""
NARROWEST = 40
"""Columns below which a page is not squeezed."""
Man = Popen[bytes]

_KEPT = ("HOME", "MANPATH", "PATH", "TMPDIR")
_FORMATTING = re.compile(rb".\x08|\x1b\[[0-9;]*m")
_UNPRINTABLE = re.compile(r"[^ -~]")


async def load(page: str, section: str, width: int) -> list[str]:
    """Return the lines of a manual page, printable ASCII; none where the page or man itself is not installed.

    Args:
        page: its name, one of ours (`Explanation.page`), never text of the target.
        section: its section.
        width: columns that it may take.
    """
    process = _start(page, section, width)
    if process is None:
        return []
    data = b""
    try:
        async with asyncio.timeout(SECONDS):
            data = await asyncio.to_thread(_collect, process)
    except TimeoutError:
        pass
    finally:
        _end(process)
    lines = _lines(data) if process.returncode == 0 else []
    # A system without its manuals may have a man that only says so.
    return lines if "NAME" in lines else []


def _start(page: str, section: str, width: int) -> Man | None:
    command = ["man", section, page]
    try:
        return Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=_env(width), start_new_session=True)
    except OSError:
        return None


def _env(width: int) -> dict[str, str]:
    """Return an environment in which man writes plain text of that width to its output."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "LC_ALL": "C",
        "MANPAGER": "cat",
        "MANWIDTH": str(max(width, NARROWEST)),
        "MANOPT": "--no-hyphenation --no-justification",
        "TERM": "dumb",
    }


def _collect(process: Man) -> bytes:
    """Return what man writes; of something without an end a little more than `LIMIT`."""
    assert process.stdout is not None
    data = process.stdout.read(LIMIT + 1)
    if len(data) <= LIMIT:
        process.wait()
    return data


def _end(process: Man) -> None:
    """Kill man, and what it has started, if it has not ended by itself."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _lines(data: bytes) -> list[str]:
    text = _FORMATTING.sub(b"", data).decode("utf-8", "replace")
    return [_UNPRINTABLE.sub("?", line.expandtabs()) for line in text.strip("\n").split("\n")]
