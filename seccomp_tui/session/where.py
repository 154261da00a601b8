"""The sink that lets through only the calls that an expression is true of, and calls as expressions see them."""

from __future__ import annotations

from typing import NamedTuple

from seccomp_tui.policy.answers import By
from seccomp_tui.policy.calls import NOT_CONTAINED, AnsweredView, Contained, Outcome
from seccomp_tui.policy.expression import Expression
from seccomp_tui.session.containers import Containers
from seccomp_tui.session.happenings import Happening
from seccomp_tui.session.recorder import Line, Sink
from seccomp_tui.session.sieve import Sieve
from seccomp_tui.supervisor.records import FLAG_STARTUP, ContainerSeen, Event, ProcessSeen, ThreadGone


class Caller(NamedTuple):
    """What runs in a thread: its name, its file, and the container that it is in."""

    comm: bytes = b""
    exe: bytes = b""
    contained: Contained = NOT_CONTAINED


_UNKNOWN = Caller()


class Where(Sieve):
    """Hands a sink the calls that match.

    Args:
        sink: prints.
        expression: asked when a call's result is known, or will never be.
    """

    def __init__(self, sink: Sink, expression: Expression) -> None:
        super().__init__(sink)
        self._expression = expression
        self._running: dict[int, Caller] = {}
        self._containers = Containers()
        self._callers: dict[int, Caller] = {}

    def call(self, line: Line, /) -> None:
        """Note who calls: when the call has returned, its thread may run another program."""
        self._callers[line.call.seq] = self._running.get(line.call.tid, _UNKNOWN)
        super().call(line)

    def passes(self, line: Line) -> bool:
        """Tell whether the expression is true of a call."""
        return self._expression.matches(view(line, self._callers.pop(line.call.seq, _UNKNOWN)))

    def event(self, event: Event | Happening, /) -> None:
        """Follow which programs run, and hand the event on."""
        container = self._containers.event(event)
        match event:
            case ProcessSeen(tid=tid, comm=comm, exe=exe):
                self._running[tid] = Caller(comm, exe, contained(container))
            case ThreadGone(tid=tid):
                self._running.pop(tid, None)
        super().event(event)


def view(line: Line, caller: Caller) -> AnsweredView:
    """Return a recorded call as expressions see it."""
    call, result = line.call, line.result
    value, returned = (result.value, result.time) if result is not None else (None, None)
    outcome = Outcome(call.state, call.kind, call.value, call.time, line.settled, value, returned, call.rule)
    startup = in_startup(call.flags, call.by)
    who = (call.pid, call.tid, caller.comm, caller.exe, startup, caller.contained)
    return AnsweredView(outcome, lambda: line.text, call.arch, call.nr, call.args, line.memory, *who)


def contained(container: ContainerSeen | None) -> Contained:
    """Return a container as expressions see it."""
    if container is None:
        return NOT_CONTAINED
    return Contained(*(text.encode() for text in (container.container, container.name, container.metadata)))


def in_startup(flags: int, by: int) -> bool:
    """Tell whether a recorded call belongs to a start-up, or was let through as if it did."""
    return bool(flags & FLAG_STARTUP) or by == By.STARTUP
