"""What the hot loop must know of each system call, worked out at its first appearance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seccomp_tui.policy.expression.tree import Expression
from seccomp_tui.policy.holding import ASKED, DEFAULT, Decision, decide
from seccomp_tui.policy.startup import Reach, reach
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import ARCHES
from seccomp_tui.syscalls.copying import Copier, copier, late_copier
from seccomp_tui.syscalls.memory import DETAILS
from seccomp_tui.syscalls.usual import usual

if TYPE_CHECKING:
    from seccomp_tui.policy.calls import CallView
    from seccomp_tui.policy.rules import Matcher

HELD_COPY = 1 << 20
"""Bytes copied of each buffer of a held call."""
_ARGV_POSITION = {"execve": 1, "execveat": 2}


@dataclass(slots=True)
class Entry:
    """One system call as the loop sees it.

    Attributes:
        copy: copies the memory that its arguments name; None when they name none.
        copy_late: copies what it has filled in, once it has returned; None when results are not wanted.
        copy_held: the same with the limit for held calls, and with all that is known of descriptors.
        recorded: the user asked for it; others trap for our own sake.
        holdable: held while holding is on, unless it belongs to a start-up.
        outright: held, start-up or not. Also when the user asked for it and it names nothing: a start-up is told by
            names, so it is no part of one.
        condition: what decides in place of the start-up, where the values of the call do.
        leaves: its thread is not the same afterwards: execve, or exit_group.
        rules: those rules that can match its calls.
        argv_at: for an execve the argument that is argv, else -1.
        word: size of a pointer in bytes.
    """

    copy: Copier | None
    copy_held: Copier | None
    copy_late: Copier | None
    recorded: bool
    holdable: bool
    outright: bool
    condition: Expression | None
    leaves: bool
    argv_at: int
    word: int
    reach: Reach
    rules: Matcher | None = None


class Table:
    """Entries by architecture and number.

    Args:
        wanted: the numbers that the user asked for, by architecture; None: everything.
        hold: what is held; None: the default. With `ASKED`, those too that can't be told from a start-up.
        copy_limit: bytes recorded of a buffer.
        descriptors: what is noted of descriptors when a call is not held.
        late: what a call has filled in is read at its thread's next one; only where every call traps.

    Attributes:
        entries: those that are kept, by `arch << 32 | nr`.
        hold: says what is held.
        view: shows a call to an expression; None where no call's values decide.
    """

    def __init__(
        self,
        wanted: Mapping[int, frozenset[int]] | None,
        copy_limit: int,
        descriptors: frozenset[str] = frozenset(),
        late: bool = False,
        hold: Expression | None = None,
    ) -> None:
        self._wanted = wanted
        self._limit = copy_limit
        self._descriptors = descriptors
        self._late = late and wanted is None
        self._begun = self.hold = hold or DEFAULT
        self.entries: dict[int, Entry] = {}
        self.view: type[CallView] | None = None
        if hold not in (None, ASKED):  # what it takes to decide is loaded and worked out before the first call
            self.load_view()
            decide(self.hold, 0, 0)

    def load_view(self) -> None:
        """Load what shows calls to expressions."""
        from seccomp_tui.policy.calls import CallView

        self.view = CallView

    def prepare(self, arch: int) -> None:
        """Work out the entries of the usual calls of `arch`, before there are any."""
        for nr in usual(arch) if self._wanted is None else self._wanted.get(arch, ()):
            self.entries[arch << 32 | nr] = self.entry(arch, nr)

    def entry(self, arch: int, nr: int) -> Entry:
        """Work out the entry of call `nr` of `arch`."""
        known = ARCHES.get(arch)
        reached = reach(arch, nr)
        name = numbers.name(arch, nr)
        argv_at = _ARGV_POSITION.get(name, -1)
        recorded = self._wanted is None or nr in self._wanted.get(arch, ())
        holdable, outright, condition = self._holding(recorded, reached, decide(self.hold, arch, nr))
        return Entry(
            copy=copier(arch, nr, self._limit, self._descriptors),
            copy_held=copier(arch, nr, HELD_COPY, DETAILS),
            copy_late=late_copier(arch, nr, self._limit, self._descriptors) if self._late else None,
            recorded=recorded,
            holdable=holdable,
            outright=outright,
            condition=condition,
            leaves=argv_at >= 0 or name == "exit_group",
            argv_at=argv_at,
            word=known.word if known else 8,
            reach=reached,
        )

    def decisions(self, hold: Expression) -> Mapping[int, Decision]:
        """Return what an expression comes to for the system calls that are kept."""
        return {key: decide(hold, *split(key)) for key in tuple(self.entries)}

    def hold_by(self, hold: Expression | None, decisions: Mapping[int, Decision] | None = None) -> None:
        """Hold by another expression from now on.

        Args:
            hold: None: the one that it was at the start.
            decisions: what is known already of what it comes to.
        """
        self.hold = hold or self._begun
        known = decisions or {}
        for key, entry in self.entries.items():
            decision = known[key] if key in known else decide(self.hold, *split(key))
            entry.holdable, entry.outright, entry.condition = self._holding(entry.recorded, entry.reach, decision)

    def _holding(self, recorded: bool, reached: Reach, decision: Decision) -> tuple[bool, bool, Expression | None]:
        """Return what an entry says of holding: whether, outright, and on which condition."""
        held = recorded and decision
        nameless = self.hold is ASKED and reached.names is None and not reached.prepares
        condition = None if isinstance(held, bool) or held == ASKED else held
        return held is not False, held is True or nameless, condition


def split(key: int) -> tuple[int, int]:
    """Return architecture and number, as `numbers` has them."""
    nr = key & 0xFFFF_FFFF
    return key >> 32, nr - (1 << 32) if nr >> 31 else nr
