"""Runs gdb on a process of the target: in a window of tmux of its own, or in the operator's own terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping

NOT_THERE = "gdb is not installed (Debian: apt install gdb)"


def command(pid: int, tid: int) -> list[str]:
    """Return the command line that joins a process and selects one of its threads."""
    argv = ["gdb", "-q", "-p", str(pid)]
    if tid != pid:
        each = f"[t.switch() for t in gdb.selected_inferior().threads() if t.ptid[1] == {tid}]"
        argv += ["-ex", f"python {each}"]
    return argv


def is_there() -> bool:
    """Tell whether gdb is installed."""
    return shutil.which("gdb") is not None


def has_window(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a window of tmux can be opened."""
    return bool(environment.get("TMUX")) and shutil.which("tmux") is not None


def open_window(argv: list[str]) -> str:
    """Open a window of tmux with a command in it; return why that failed, empty when it did not."""
    tmux = ["tmux", "new-window", "-n", "gdb", *argv]
    try:
        done = subprocess.run(tmux, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return done.stderr.decode(errors="replace").strip() if done.returncode else ""


async def run_here(argv: list[str]) -> str:
    """Run a command in this terminal as its foreground job, and wait for its end; return why it could not be run."""
    with _foreground() as terminal:
        try:
            process = await asyncio.create_subprocess_exec(*argv, stdin=None, stdout=None, stderr=None, process_group=0)
        except OSError as error:
            return str(error)
        if terminal >= 0:
            with contextlib.suppress(OSError):
                os.tcsetpgrp(terminal, process.pid)
        await process.wait()
    return ""


@contextlib.contextmanager
def _foreground() -> Iterator[int]:
    """Give the terminal's descriptor, -1 without one; take it back afterwards, which SIGTTOU would forbid."""
    terminal = sys.__stdin__.fileno() if sys.__stdin__ is not None and sys.__stdin__.isatty() else -1
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    ours = os.tcgetpgrp(terminal) if terminal >= 0 else 0
    try:
        yield terminal
    finally:
        if terminal >= 0:
            with contextlib.suppress(OSError):
                os.tcsetpgrp(terminal, ours)
        signal.signal(signal.SIGTTOU, before)
