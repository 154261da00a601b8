"""What is held for the operator: by an expression, until one is true of a call, and by steps of single threads.

To run until an expression is true is to hold by that one, once. A step needs a look at each call, so the loop asks for
it only while some thread is stepped. Nothing here costs a call anything while it is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seccomp_tui.policy.answers import ALLOW, By
from seccomp_tui.policy.expression import Expression, ExpressionError, parse
from seccomp_tui.policy.holding import Decision
from seccomp_tui.supervisor import records
from seccomp_tui.supervisor.held import HeldCalls
from seccomp_tui.supervisor.received import Received
from seccomp_tui.supervisor.table import Table, split
from seccomp_tui.syscalls.memory import RecordedMemory

if TYPE_CHECKING:
    from seccomp_tui.policy.calls import CallView

_NOBODY, _UNHELD, _STARTUP = int(By.NOBODY), int(By.UNHELD), int(By.STARTUP)


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that says what is held, worked out.

    Attributes:
        text: as it was written.
        expression: None: what it was at the start.
        decisions: what it comes to for system calls, by `arch << 32 | nr`.
    """

    text: str = ""
    expression: Expression | None = None
    decisions: Mapping[int, Decision] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that is no expression for this; `why`: one line."""

    text: str
    why: str


class Stops:
    """Says which calls are held.

    Args:
        table: has what is left of the expression for each system call.
        hold: holds a call; returns its number, or what is not true when it is gone.

    Attributes:
        default: what is held from the start, as text.
        text: what is held instead; empty: that.
        until: the program runs until this is true of a call; empty: it does not.
        stepped: threads whose next call is held, whatever it is.
        version: another number whenever something of this has changed.
    """

    def __init__(self, table: Table, hold: Callable[[Received], int | None]) -> None:
        self.default = str(table.hold)
        self.text = self.until = ""
        self.stepped: set[int] = set()
        self.version = 1
        self._condition = Condition()
        self._table = table
        self._hold = hold

    # --- what the operator wants ---

    def read(self, text: str) -> Condition | Refused:
        """Work an expression out; takes long, and may be done in another thread."""
        if not text:
            return Condition()
        try:
            expression = parse(text, answered=False)
        except ExpressionError as error:
            return Refused(text, str(error))
        self._table.load_view()
        return Condition(text, expression, self._table.decisions(expression))

    def set(self, condition: Condition) -> None:
        """Hold by an expression from now on; when the program runs to another, from when that is reached."""
        self._condition, self.text = condition, condition.text
        self.version += 1
        if not self.until:
            self._apply(condition)

    def run_to(self, condition: Condition, held: HeldCalls, after: int) -> None:
        """Hold nothing until a call matches; of those held after number `after` let go what does not."""
        self._apply(condition)
        self.until = condition.text
        for seq, call in held.since(after):
            key = call.message.arch << 32 | call.message.nr & 0xFFFF_FFFF
            seen = Received(
                bytearray(), call.notification, key, call.entry, call.thread, call.args, call.segments, 0, 0
            )
            if call.entry.holdable and self.judge(seen) == _NOBODY:
                self.stopped()
                return
            held.answer([seq], ALLOW, By.UNHELD)

    def step(self, tids: list[int]) -> None:
        """Hold the next call of each of these threads."""
        self.stepped.update(tids)
        self.version += 1

    def stop(self) -> None:
        """Run to nothing any more."""
        if self.until:
            self._apply(self._condition)

    def clear(self) -> None:
        """Nobody is there who steps."""
        self.stop()
        self.stepped.clear()
        self.version += 1

    def ended(self, tid: int) -> None:
        """Take note that a thread has ended."""
        if tid in self.stepped:
            self.stepped.discard(tid)
            self.version += 1

    # --- calls ---

    def judge(self, call: Received) -> int:
        """Return who lets a call go: nobody when it is to be held."""
        entry, condition = call.entry, call.entry.condition
        if condition is None:
            errand = not entry.outright and call.thread.startup.errand(entry.reach, call.args, call.segments)
            return _STARTUP if errand or (call.flags and not entry.outright) else _NOBODY
        view = self.view(call)
        if condition.matches(view):
            return _NOBODY
        return _STARTUP if view.leave_startup() and condition.matches(view) else _UNHELD

    def view(self, call: Received) -> CallView:
        """Return a call as expressions look at it."""
        assert self._table.view is not None
        who = call.thread.identity
        arch, nr = split(call.key)
        return self._table.view(
            arch,
            nr,
            call.args,
            RecordedMemory(call.segments),
            who.pid,
            who.tid,
            who.comm,
            who.exe,
            lambda: bool(call.flags) or call.thread.startup.errand(call.entry.reach, call.args, call.segments),
            *(() if call.thread.container is None else (call.thread.container.contained,)),
        )

    def stopped(self) -> None:
        """A call is held: that ends a run until one is."""
        if self.until:
            self._apply(self._condition)

    def take(self, call: Received) -> bool:
        """Hold a call, if it is the next one of a thread that is stepped; also what a rule would have answered."""
        tid = call.thread.identity.tid
        if tid not in self.stepped:
            return False
        entry, startup = call.entry, call.thread.startup
        segments = entry.copy(call.thread.memory, call.args) if entry.copy is not None else ()
        flags = 0
        if startup.starting and startup.goes_on(entry.reach, call.args, segments):
            flags = records.FLAG_STARTUP
        if self._hold(call._replace(segments=segments, flags=flags)):
            self.ended(tid)
        return True

    def _apply(self, condition: Condition) -> None:
        self.until = ""
        self.version += 1
        self._table.hold_by(condition.expression, condition.decisions)
