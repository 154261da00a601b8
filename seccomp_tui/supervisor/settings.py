"""What the supervisor is told at its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seccomp_tui.kernel.launch import Program
from seccomp_tui.supervisor.board import Board

if TYPE_CHECKING:
    from seccomp_tui.policy.answers import Answer
    from seccomp_tui.policy.expression import Expression
    from seccomp_tui.policy.rules import Compiled

COPY_LIMIT = 1024
"""Bytes of a buffer that are recorded, unless asked for more."""


@dataclass(frozen=True)
class Settings:
    """One run of a target.

    Attributes:
        program: what is launched; None: the target runs already, and listeners come by `Ends.arrivals`.
        wanted: numbers of the calls to record, by architecture (AUDIT_ARCH_*); None: every call.
        hold: what is held while holding is on; None: the default (policy/holding.py).
        holding: hold calls from the start.
        on_exit: "continue" or "kill": what becomes of the target when who answers has died.
        copy_limit: bytes recorded of a buffer.
        descriptors: of `memory.DETAILS`, what is noted of the descriptors of every call; of held calls it is all.
        results: find out what allowed calls return, where the kernel tells us.
        cwd: working folder, for the recording.
        vdso: programs find out the time without asking the kernel (kernel/vdso.py).
        rules: in their order; the first that matches a call answers it.
        extra: numbers of the calls that trap for the rules' sake, by architecture; counts only with `wanted`.
        hold_timeout: a call that was held for so many nanoseconds gets this answer; None: it waits on.
        title: stands in the recording for the arguments of a program, where none is launched.
        rules_dir: folder of the rules that a target can name as its own; None: it can't.
    """

    program: Program | None
    cwd: bytes
    wanted: Mapping[int, frozenset[int]] | None = None
    hold: Expression | None = None
    holding: bool = False
    on_exit: str = "continue"
    copy_limit: int = COPY_LIMIT
    descriptors: frozenset[str] = frozenset()
    results: bool = True
    vdso: bool = True
    rules: tuple[Compiled, ...] = ()
    extra: Mapping[int, frozenset[int]] = field(default_factory=dict)
    hold_timeout: tuple[int, Answer] | None = None
    title: tuple[bytes, ...] = ()
    rules_dir: str | None = None

    @property
    def argv(self) -> list[bytes]:
        """What the recording calls the target: its arguments, or, where none is launched, the title."""
        return list(self.title if self.program is None else self.program.argv)


@dataclass(frozen=True)
class Ends:
    """The supervisor's ends of what connects it to the others.

    Attributes:
        record: write end of the record pipe.
        commit: eventfd that the recorder signals after committing a held call.
        report: SOCK_SEQPACKET to the keeper.
        control: SOCK_SEQPACKET to the screens, None without screens.
        rings: SOCK_SEQPACKET to the recorder, for the rings that results come in.
        arrivals: SOCK_SEQPACKET on which listeners come (`arrivals`), None where a program is launched.
    """

    board: Board
    record: int
    commit: int
    report: int
    control: int | None
    rings: int
    arrivals: int | None = None
