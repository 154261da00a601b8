"""What every source of listeners shares: what the user wants of the calls, and the processes that see to it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seccomp_tui.kernel.interfaces import interface_name
from seccomp_tui.session.wanted import Destination, Printing
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.complaints import complain
from seccomp_tui.supervisor.keeper import IGNORED, Keeper
from seccomp_tui.supervisor.roles import settle
from seccomp_tui.supervisor.settings import Ends, Settings

if TYPE_CHECKING:
    from seccomp_tui.kernel.launch import Program
    from seccomp_tui.policy.answers import Answer
    from seccomp_tui.policy.expression import Expression
    from seccomp_tui.policy.rules import Compiled
    from seccomp_tui.session.happenings import Happening
    from seccomp_tui.session.recorder import Line, Returns
    from seccomp_tui.syscalls.decode import Decoder

_NO_RESULTS = "results are not known: `= ?` and addresses stand for them; `seccomp-tui doctor` says how to get them"
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


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the user wants of the calls, wherever they come from.

    Attributes:
        wanted, holding, on_exit, hold, rules, hold_timeout, results: see `Settings`.
        session: file of the recording, None for none.
        printing: what is printed of the calls, None for nothing.
        destination: where it goes, None where nothing is printed.
        decoding: how calls become text.
        screens: runs the screens, None without.
    """

    holding: bool
    on_exit: str
    session: Path | None
    printing: Printing | None
    decoding: Decoding
    screens: Screens | None
    wanted: Mapping[int, frozenset[int]] | None = None
    results: bool = True
    destination: Destination | None = None
    hold: Expression | None = None
    rules: tuple[Compiled, ...] = ()
    hold_timeout: tuple[int, Answer] | None = None

    def settings(self, program: Program | None) -> Settings:
        """Return what the supervisor is told of them.

        Args:
            program: see `Settings`.
        """
        # Of descriptors what is printed is noted, and what decides which calls are printed.
        decides = self.printing is not None and self.printing.paths
        return Settings(
            program=program,
            cwd=os.fsencode(os.getcwd()),
            wanted=self.wanted,
            hold=self.hold,
            holding=self.holding,
            on_exit=self.on_exit,
            copy_limit=max(self.decoding.string_limit, Settings.copy_limit),
            descriptors=self.decoding.descriptors | (frozenset(("path",)) if decides else frozenset()),
            results=self.results,
            rules=self.rules,
            hold_timeout=self.hold_timeout,
        )


class Crew:
    """The pipes and sockets between keeper, supervisor, recorder and screens, and how these are started.

    Args:
        master: of the target's terminal, None where it has none of ours.
    """

    def __init__(self, wishes: Wishes, master: int | None = None) -> None:
        self._wishes = wishes
        self._master = master
        self.board = Board()
        self._record_out, self._record_in = os.pipe2(os.O_CLOEXEC)
        self._commit = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.keeper_end, report_end = pair()
        self._report = report_end.detach()
        self._rings_in, self._rings_out = (end.detach() for end in pair())
        self.owned = {self._record_out, self._record_in, self._commit, self._report, self._rings_in, self._rings_out}
        self._control: tuple[int, int] | None = None
        if wishes.screens is not None:
            ours, theirs = pair()
            self._control = (ours.detach(), theirs.detach())
            self.owned |= set(self._control)
        if master is not None:
            self.owned.add(master)

    def fork(
        self,
        keeper: Keeper,
        settings: Settings,
        supervise: Callable[[Settings, Ends], int],
        extra: frozenset[int] = frozenset(),
        arrivals: int | None = None,
    ) -> None:
        """Start recorder, supervisor and screens.

        Args:
            extra: further descriptors that the supervisor uses.
            arrivals: see `Ends`.
        """
        wishes, control = self._wishes, self._control
        ends = Ends(
            self.board,
            self._record_in,
            self._commit,
            self._report,
            control[0] if control else None,
            self._rings_in,
            arrivals,
        )
        keeper.owns(self.owned)
        _load_common()
        pipe, commit, rings = self._record_out, self._commit, self._rings_out

        def recorder() -> int:
            self.keeper_end.close()  # that nobody else has it tells the supervisor of the keeper's death
            return _record(wishes, pipe, commit, self.board, rings)

        keeper.fork("recorder", recorder, (pipe, commit, rings))
        kept = {self._record_in, self._commit, self._report, self._rings_in, *extra} | (
            {control[0]} if control else set()
        )

        def supervisor() -> int:
            self.keeper_end.close()
            return supervise(settings, ends)

        keeper.fork("supervisor", supervisor, kept)
        if control is not None:
            shown = {control[1]} | ({self._master} if self._master is not None else set())
            keeper.fork("screens", lambda: _show(wishes, control[1], self._master, self.board, self.keeper_end), shown)


def pair() -> tuple[socket.socket, socket.socket]:
    """Return two ends of a socket that keeps messages apart."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


# --- the roles ---


def _load_common() -> None:
    """Load before the forks what supervisor and recorder both need, once instead of twice at the same time."""
    import seccomp_tui.kernel.results
    import seccomp_tui.policy.expression
    import seccomp_tui.supervisor.records
    import seccomp_tui.syscalls.copying  # noqa: F401
    from seccomp_tui.syscalls import arch, usual

    usual.read_tables(arch.native().token)


def _record(wishes: Wishes, pipe: int, commit: int, board: Board, rings: int) -> int:
    from seccomp_tui.session.recorder import Recorder, Sink, SinkFailed
    from seccomp_tui.session.returns import accept
    from seccomp_tui.syscalls.arch import native

    def committed(seq: int) -> None:
        board.committed = seq
        os.eventfd_write(commit, 1)

    def tell(text: str) -> None:
        # On the screens it would only be noise: the status says that nothing is recorded.
        if wishes.screens is None:
            complain(text)

    def accepted(done: Callable[[Line], None], told: Callable[[Happening], None]) -> Returns | None:
        with socket.socket(fileno=rings) as offer:  # that it is closed tells the supervisor that the rings are ours
            returns = accept(offer, done, told)
        if returns is None and wishes.results and _wants_hint(wishes.printing):
            tell(_NO_RESULTS)
        return returns

    sinks: list[Sink] = []
    if wishes.session is not None:
        from seccomp_tui.session.database import Database

        try:
            sinks.append(Database(wishes.session, committed))
        except SinkFailed as error:
            tell(str(error))
    if wishes.printing is not None and wishes.destination is not None:
        from seccomp_tui.session.output import opened
        from seccomp_tui.session.printing import printer

        sinks.append(printer(wishes.printing, opened(wishes.destination), wishes.destination.threads))
    decoder = wishes.decoding.decoder()
    decoder.prepare(native().token)  # nothing comes before the launcher is at the gate
    settle()
    return Recorder(pipe, sinks, decoder, tell, rings, accepted).run()


def _wants_hint(printing: Printing | None) -> bool:
    return printing is not None and "attach" not in printing.layout.quiet


def _show(wishes: Wishes, control: int, master: int | None, board: Board, keeper_end: socket.socket) -> int:
    settle()
    keeper_end.close()
    assert wishes.screens is not None
    assert wishes.session is not None
    for number in IGNORED:
        signal.signal(number, signal.SIG_DFL)
    return wishes.screens(socket.socket(fileno=control), wishes.session, master, board)
