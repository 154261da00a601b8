"""A terminal with a command in it, by tmux: keys go in, and what is on the screen comes out."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from seccomp_tui.screens.guard import DEAD_TIME
from tests.conftest import PATIENCE, ROOT, until

Wanted = str | Callable[[str], object]
_PACE = 0.025
_RESTLESS = 0.5
_PRESS_AGAIN = 5.0


def _fits(text: str, wanted: Wanted) -> bool:
    return bool(re.search(wanted, text, re.MULTILINE) if isinstance(wanted, str) else wanted(text))


class Terminal:
    """One tmux session with a shell command in it."""

    def __init__(self, name: str, folder: Path) -> None:
        self._base = ["tmux", "-u", "-L", name, "-f", "/dev/null"]
        self._folder = folder
        self._waited = 0.0
        # Both would be taken for the terminal's size.
        self._environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")} | {"TERM": "xterm"}

    def start(self, command: Sequence[str | Path], columns: int, rows: int) -> None:
        script = self._folder / "script.sh"
        script.write_text(f'trap : INT\n{shlex.join(map(str, command))}\necho "[exit $?]"\nexec cat\n')
        size = ["-x", str(columns), "-y", str(rows)]
        # An application may copy; programs in the pane are told of the focus, as in other terminals.
        options = ["start-server", ";", "set", "-g", "set-clipboard", "on", ";"]
        self._tmux(*options, "new-session", "-d", "-s", "it", *size, f"sh {script}")

    def type(self, *keys: str) -> None:
        """Press keys, by tmux's names; text is typed as it is."""
        self._tmux("send-keys", "-t", "it", *keys)

    def screen(self, *, colours: bool = False) -> str:
        """Return what is on the screen."""
        return self._tmux("capture-pane", "-p", "-t", "it", *(["-e"] if colours else []))

    def wait(self, *wanted: Wanted, without: str = "", colours: bool = False, patience: float = PATIENCE) -> str:
        """Wait until the screen has come to rest as it is wanted, and return it.

        What is drawn comes in pieces, so a screen is looked at twice. One that never rests is good as long as it fits.

        Args:
            wanted: patterns that it shows, and functions that are true of it.
            without: a pattern that it does not show.
        """
        deadline = time.monotonic() + patience
        fits, rested = None, 0.0
        while True:
            text = self.screen(colours=colours)
            now = time.monotonic()
            missing = next((each for each in wanted if not _fits(text, each)), None)
            if missing or (without and _fits(text, without)):
                fits = None
                if now > deadline:
                    raise AssertionError(f"{missing or without!r} did not {'come up' if missing else 'go'}:\n{text}")
            elif text == fits or (fits is not None and now > rested):
                self._waited = now
                return text
            else:
                rested = rested if fits is not None else now + _RESTLESS
                fits = text
            time.sleep(_PACE)

    def press(self, key: str, *wanted: Wanted, without: str = "") -> str:
        """Press `key` when keys have come to life and wait as `wait` does; press it again when nothing comes of it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            time.sleep(max(0.0, self._waited + DEAD_TIME + _PACE - time.monotonic()))
            self.type(key)
            with contextlib.suppress(AssertionError):
                return self.wait(*wanted, without=without, patience=_PRESS_AGAIN)
            if time.monotonic() > deadline:
                return self.wait(*wanted, without=without, patience=0)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-t", "it", "-x", str(columns), "-y", str(rows))

    def wait_for_buffer(self, text: str) -> None:
        """Wait until this text was copied."""
        until(lambda: self._copied() == text)

    def _copied(self) -> str:
        with contextlib.suppress(subprocess.CalledProcessError):
            return self._tmux("show-buffer")
        return ""

    def pid(self) -> int:
        """Return the process id of seccomp-tui's keeper."""
        shell = int(self._tmux("display-message", "-p", "-t", "it", "#{pane_pid}"))
        return int(psutil.Process(shell).children()[0].pid)

    def role(self, name: str) -> psutil.Process:
        """Return the "recorder", "supervisor" or "screens"."""
        return next(each for each in psutil.Process(self.pid()).children() if each.name() == f"stui-{name}")

    def end(self) -> None:
        subprocess.run([*self._base, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        outcome = subprocess.run(
            [*self._base, *arguments], capture_output=True, cwd=ROOT, check=True, env=self._environment
        )
        return outcome.stdout.decode()
