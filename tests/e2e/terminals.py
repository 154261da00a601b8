"""A terminal with a command in it, by tmux: keys go in, and what is on the screen comes out."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.conftest import ROOT

PATIENCE = 25.0


class Terminal:
    """One tmux session with a shell command in it."""

    def __init__(self, name: str, folder: Path) -> None:
        self._base = ["tmux", "-u", "-L", name, "-f", "/dev/null"]
        self._folder = folder
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

    def wait(self, pattern: str, patience: float = PATIENCE, *, colours: bool = False) -> str:
        """Wait until the screen shows `pattern` and return the screen."""
        deadline = time.monotonic() + patience
        while not re.search(pattern, text := self.screen(colours=colours), re.MULTILINE):
            if time.monotonic() > deadline:
                raise AssertionError(f"{pattern!r} did not come up:\n{text}")
            time.sleep(0.02)
        return text

    def press(self, key: str, pattern: str) -> str:
        """Press `key` until the screen shows `pattern`: keys are dead while a call has only just come up."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.type(key)
            with contextlib.suppress(AssertionError):
                return self.wait(pattern, 1.0)
        return self.wait(pattern, 0)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-t", "it", "-x", str(columns), "-y", str(rows))

    def wait_for_buffer(self, text: str) -> None:
        """Wait until this text was copied."""
        deadline = time.monotonic() + PATIENCE
        while (copied := self._copied()) != text:
            assert time.monotonic() < deadline, f"copied is {copied!r}"
            time.sleep(0.02)

    def _copied(self) -> str:
        with contextlib.suppress(subprocess.CalledProcessError):
            return self._tmux("show-buffer")
        return ""

    def pid(self) -> int:
        """Return the process id of seccomp-tui's keeper."""
        shell = int(self._tmux("display-message", "-p", "-t", "it", "#{pane_pid}"))
        return int(psutil.Process(shell).children()[0].pid)

    def end(self) -> None:
        subprocess.run([*self._base, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        outcome = subprocess.run(
            [*self._base, *arguments], capture_output=True, cwd=ROOT, check=True, env=self._environment
        )
        return outcome.stdout.decode()
