"""Runs a program: connects keeper, supervisor, recorder and screens, and starts them."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import signal
import struct
import sys
import termios
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from seccomp_tui.kernel.launch import Program
from seccomp_tui.sources.crew import Crew, Wishes
from seccomp_tui.supervisor.keeper import IGNORED, Keeper
from seccomp_tui.supervisor.roles import settle
from seccomp_tui.supervisor.settings import Ends, Settings


@dataclass(frozen=True, kw_only=True)
class Run(Wishes):
    """What the user asked for.

    Attributes:
        program: what to run; its terminal is filled in here.
        vdso: see `Settings`.
        io: "pane", "inherit", "null", or the path of a terminal.
    """

    program: Program
    io: str
    vdso: bool = True


def find_program(name: str) -> tuple[bytes | None, int]:
    """Return the file that a shell would execute for `name`, or None and the shell's exit code 126 or 127."""
    found = shutil.which(name)
    if found:
        return os.fsencode(found), 0
    exists = os.path.exists(name) if "/" in name else shutil.which(name, mode=os.F_OK) is not None
    return None, 126 if exists else 127


def original_environment() -> list[bytes]:
    """Return the environment as the user gave it: Python itself may have set LC_CTYPE in ours (PEP 538)."""
    variables = Path("/proc/self/environ").read_bytes().split(b"\0")
    return [variable for variable in variables if variable]


def ignored_signals() -> frozenset[int]:
    """Return the signals that we were started with ignored (nohup, a background job): the target shall have them so."""
    return frozenset(number for number in IGNORED if signal.getsignal(number) == signal.SIG_IGN)


def run(request: Run) -> int:
    """Run the program to its end and return the exit code for the user."""
    master, slave = _terminal(request)
    crew = Crew(request, master)
    if slave is not None:
        crew.owned.add(slave)
    program = replace(request.program, terminal=slave, devnull=request.io == "null")
    settings = replace(request.settings(program), vdso=request.vdso, extra=_trapped_for(request))
    keeper = Keeper(crew.board, crew.keeper_end, master, request.on_exit, program.path)
    gc.disable()  # each role settles when it has loaded what it needs: until then there is nothing to be found
    crew.fork(keeper, settings, _supervise, frozenset() if slave is None else frozenset((slave,)))
    settle()
    return keeper.run()


def _trapped_for(request: Run) -> Mapping[int, frozenset[int]]:
    """Return the calls that must trap because rules name them."""
    if request.wanted is None or not request.rules:
        return {}
    from seccomp_tui.policy.rules.trapping import trapping

    return trapping(request.rules)


def _supervise(settings: Settings, ends: Ends) -> int:
    from seccomp_tui.supervisor.process import supervise

    return supervise(settings, ends)


# --- the target's terminal ---


def _terminal(request: Run) -> tuple[int | None, int | None]:
    """Return master and slave of a new pty, or no master and the named terminal."""
    if request.io.startswith("tty:"):
        return None, os.open(request.io[4:], os.O_RDWR | os.O_CLOEXEC | os.O_NOCTTY)
    if request.io != "pane":
        return None, None
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, _first_size())
    return master, slave


def _first_size() -> bytes:
    """Return a `struct winsize` near what the pane will have; it sets its own when it is laid out."""
    columns, rows = shutil.get_terminal_size()
    return struct.pack("=HHHH", max(rows // 3, 5), max(columns - 2, 20), 0, 0)


def is_terminal() -> bool:
    """Return whether there is a terminal to draw the screens on."""
    return sys.stdin.isatty() and sys.stdout.isatty()
