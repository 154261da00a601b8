"""Runs a program: connects keeper, supervisor, recorder and screens, and starts them."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import shutil
import signal
import socket
import struct
import sys
import termios
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from seccomp_tui.kernel.interfaces import interface_name
from seccomp_tui.kernel.launch import Program
from seccomp_tui.session.wanted import Destination, Printing
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.keeper import IGNORED, Keeper
from seccomp_tui.supervisor.roles import settle
from seccomp_tui.supervisor.settings import Ends, Settings

if TYPE_CHECKING:
    from seccomp_tui.policy.answers import Answer
    from seccomp_tui.policy.expression import Expression
    from seccomp_tui.policy.rules import Compiled
    from seccomp_tui.session.happenings import Happening
    from seccomp_tui.session.recorder import Line, Returns
    from seccomp_tui.syscalls.decode import Decoder

NO_RESULTS = "results are not known: `= ?` and addresses stand for them; `seccomp-tui doctor` says how to get them"
Screens = Callable[[socket.socket, Path, int | None, Board], int]
"""Runs the screens: control socket, recording, master of the target's terminal, and the board. Returns the process's
exit code."""


@dataclass(frozen=True)
class Decoding:
    """How calls become text.

    Attributes:
        string_limit: bytes of a string that are printed.
        verbose: print in full what is abbreviated else.
        descriptors: of `memory.DETAILS`, what is printed of descriptors.
        hex_strings: as of `Decoder`.
    """

    string_limit: int = 32
    verbose: bool = False
    descriptors: frozenset[str] = frozenset()
    hex_strings: int = 0

    def decoder(self) -> Decoder:
        """Return what makes the text."""
        from seccomp_tui.syscalls.decode import Decoder

        return Decoder(self.string_limit, self.verbose, self.descriptors, interface_name, self.hex_strings)


@dataclass(frozen=True)
class Run:
    """What the user asked for.

    Attributes:
        program: what to run; its terminal is filled in here.
        wanted, hold: see `Settings`.
        io: "pane", "inherit", "null", or the path of a terminal.
        session: file of the recording, None for none.
        printing: what is printed of the calls, None for nothing.
        decoding: how calls become text.
        screens: runs the screens, None without.
        results, vdso, rules, hold_timeout: see `Settings`.
        destination: where they go, None where nothing is printed.
    """

    program: Program
    wanted: Mapping[int, frozenset[int]] | None
    io: str
    holding: bool
    on_exit: str
    session: Path | None
    printing: Printing | None
    decoding: Decoding
    screens: Screens | None
    results: bool = True
    vdso: bool = True
    destination: Destination | None = None
    hold: Expression | None = None
    rules: tuple[Compiled, ...] = ()
    hold_timeout: tuple[int, Answer] | None = None


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
    board = Board()
    record_out, record_in = os.pipe2(os.O_CLOEXEC)
    commit = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
    keeper_end, report_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    report = report_end.detach()
    rings_in, rings_out = (end.detach() for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
    owned = {record_out, record_in, commit, report, rings_in, rings_out}
    control: tuple[int, int] | None = None
    if request.screens is not None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control = (ours.detach(), theirs.detach())
        owned |= set(control)
    master, slave = _terminal(request)
    owned |= {fd for fd in (master, slave) if fd is not None}
    program = replace(request.program, terminal=slave, devnull=request.io == "null")
    settings = Settings(
        program=program,
        cwd=os.fsencode(os.getcwd()),
        wanted=request.wanted,
        holding=request.holding,
        on_exit=request.on_exit,
        copy_limit=max(request.decoding.string_limit, Settings.copy_limit),
        descriptors=_noted(request),
        results=request.results,
        vdso=request.vdso,
        hold=request.hold,
        rules=request.rules,
        extra=_trapped_for(request),
        hold_timeout=request.hold_timeout,
    )
    ends = Ends(board, record_in, commit, report, control[0] if control else None, rings_in)
    keeper = Keeper(board, keeper_end, master, request.on_exit, program.path)
    keeper.owns(owned)
    gc.disable()  # each role settles when it has loaded what it needs: until then there is nothing to be found
    _load_common()
    keeper.fork(
        "recorder", lambda: _record(request, record_out, commit, board, rings_out), {record_out, commit, rings_out}
    )
    supervisor_keeps = {record_in, commit, report, rings_in} | ({control[0]} if control else set())
    supervisor_keeps |= {slave} if slave is not None else set()
    keeper.fork("supervisor", lambda: _supervise(settings, ends, keeper_end), supervisor_keeps)
    if control is not None:
        screens_keep = {control[1]} | ({master} if master is not None else set())
        keeper.fork("screens", lambda: _show(request, control[1], master, board, keeper_end), screens_keep)
    settle()
    return keeper.run()


# --- the roles ---


def _load_common() -> None:
    """Load before the forks what supervisor and recorder both need, once instead of twice at the same time."""
    import seccomp_tui.kernel.results
    import seccomp_tui.policy.expression
    import seccomp_tui.supervisor.records
    import seccomp_tui.syscalls.copying  # noqa: F401
    from seccomp_tui.syscalls import arch, usual

    usual.read_tables(arch.native().token)


def _trapped_for(request: Run) -> Mapping[int, frozenset[int]]:
    """Return the calls that must trap because rules name them."""
    if request.wanted is None or not request.rules:
        return {}
    from seccomp_tui.policy.rules.trapping import trapping

    return trapping(request.rules)


def _supervise(settings: Settings, ends: Ends, keeper_end: socket.socket) -> int:
    from seccomp_tui.supervisor.process import supervise

    keeper_end.close()
    return supervise(settings, ends)


def _noted(request: Run) -> frozenset[str]:
    """Return what is noted of descriptors: what is printed of them, and what decides which calls are printed."""
    decides = request.printing is not None and request.printing.paths
    return request.decoding.descriptors | (frozenset(("path",)) if decides else frozenset())


def _record(request: Run, pipe: int, commit: int, board: Board, rings: int) -> int:
    from seccomp_tui.session.recorder import Recorder, Sink, SinkFailed
    from seccomp_tui.session.returns import accept
    from seccomp_tui.syscalls.arch import native

    def committed(seq: int) -> None:
        board.committed = seq
        os.eventfd_write(commit, 1)

    def tell(text: str) -> None:
        # On the screens it would only be noise: the status says that nothing is recorded.
        if request.screens is None:
            with contextlib.suppress(OSError):
                os.write(2, f"seccomp-tui: {text}\n".encode())

    def accepted(done: Callable[[Line], None], told: Callable[[Happening], None]) -> Returns | None:
        with socket.socket(fileno=rings) as offer:  # that it is closed tells the supervisor that the rings are ours
            returns = accept(offer, done, told)
        if returns is None and request.results and _wants_hint(request.printing):
            tell(NO_RESULTS)
        return returns

    sinks: list[Sink] = []
    if request.session is not None:
        from seccomp_tui.session.database import Database

        try:
            sinks.append(Database(request.session, committed))
        except SinkFailed as error:
            tell(str(error))
    if request.printing is not None and request.destination is not None:
        from seccomp_tui.session.output import opened
        from seccomp_tui.session.printing import printer

        sinks.append(printer(request.printing, opened(request.destination), request.destination.threads))
    decoder = request.decoding.decoder()
    decoder.prepare(native().token)  # nothing comes before the launcher is at the gate
    settle()
    return Recorder(pipe, sinks, decoder, tell, rings, accepted).run()


def _wants_hint(printing: Printing | None) -> bool:
    return printing is not None and "attach" not in printing.layout.quiet


def _show(request: Run, control: int, master: int | None, board: Board, keeper_end: socket.socket) -> int:
    settle()
    keeper_end.close()
    assert request.screens is not None
    assert request.session is not None
    for number in IGNORED:
        signal.signal(number, signal.SIG_DFL)
    return request.screens(socket.socket(fileno=control), request.session, master, board)


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
