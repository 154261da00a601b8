"""Lines as strace writes them: calls, signals, ends."""

from __future__ import annotations

import os
from collections.abc import Callable

from seccomp_tui.policy.answers import Kind, State, was_taken
from seccomp_tui.session.containers import Containers
from seccomp_tui.session.happenings import UNKNOWN, Happening, SignalTaken, ThreadEnded
from seccomp_tui.session.layout import Lead, trail
from seccomp_tui.session.output import Output
from seccomp_tui.session.recorder import Line
from seccomp_tui.session.wanted import Layout, Threads
from seccomp_tui.supervisor.records import (
    FLAG_DELAYED,
    FLAG_POKED,
    CallRecord,
    ContainerGone,
    ContainerSeen,
    Event,
    ProcessSeen,
    Session,
    TargetEnded,
    ThreadGone,
)
from seccomp_tui.syscalls import errnos, signals
from seccomp_tui.syscalls.results import errno_of
from seccomp_tui.syscalls.text import escape

_SIGKILL = 9
_INJECTED = " (INJECTED)"
_GIVEN: dict[int, str] = {
    Kind.ERRNO: _INJECTED,
    Kind.RETURN: _INJECTED,
    Kind.FD: _INJECTED,
    Kind.PERFORM: " (PERFORMED)",
}
"""What stands behind a result that is not the kernel's own."""
_TAMPERED = FLAG_DELAYED | FLAG_POKED


class StraceLines:
    """Prints a line a call.

    Args:
        threads: when lines begin with the thread's id.
        containers: lines begin with the container's name.

    Attributes:
        returned: prints one call; made of what the layout asks for and no more, since it runs for every call.
    """

    returned: Callable[[Line], None]

    def __init__(
        self,
        output: Output,
        layout: Layout = Layout(),  # noqa: B008
        threads: Threads = "several",
        *,
        containers: bool = False,
    ) -> None:
        self._output = output
        self._layout = layout
        self._lead = Lead(layout)
        self._prefix = {"always": _numbered, "never": _nameless, "several": self._named}[threads]
        self._contained = containers
        self._threads: set[int] = set()
        self._target = 0
        self._containers = Containers()
        self.returned = self._printer()

    def call(self, line: Line, /) -> None:
        """Wait for its result; the thread may have ended by then."""
        if self._contained:
            line.container = self._containers.of(line.call.tid)

    def event(self, event: Event | Happening, /) -> None:
        """Follow which threads and containers there are; print signals and ends."""
        container = self._containers.event(event)
        match event:
            case SignalTaken(signal=number) if number not in (_SIGKILL, UNKNOWN):  # no tracer hears of SIGKILL
                if self._wants(number):
                    self._print(event.tid, event.time, signal_text(event))
            case ThreadEnded():
                # The target's own status comes from the one who waits for it.
                if event.tid != self._target and self._wants_end(event.signal):
                    self._print(event.tid, event.time, thread_end(event))
            case Session(target=target, time=started, wall=wall):
                self._target = target
                self._lead.wall = wall - started
            case ProcessSeen(tid=tid):
                self._threads.add(tid)
            case ContainerSeen(time=come):
                self._output.line(f"{self._lead.event(come)}{container_text(event)}", event.pid)
            case ContainerGone(gone):
                if container is not None:
                    self._output.line(f"{self._lead.event(gone)}+++ container {_name(container)} ended +++", 0)
            case ThreadGone(tid=tid):
                self._threads.discard(tid)
            case TargetEnded(ended, pid, status):
                if self._wants_end(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0):
                    self._print(pid, ended, ending(status))

    def flush(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def close(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def _printer(self) -> Callable[[Line], None]:
        prefix, place = self._prefix, _place if self._contained else _nowhere
        write, column = self._output.line, self._layout.column
        lead, behind = self._lead.call, trail(self._layout)

        def plain(line: Line) -> None:
            tid = line.call.tid
            write(f"{f'{place(line)}{prefix(tid)}{line.text} '.ljust(column)}= {result(line)}", tid)

        def full(line: Line) -> None:
            tid = line.call.tid
            text = f"{place(line)}{prefix(tid)}{lead(line.call)}{line.text} ".ljust(column)
            write(f"{text}= {result(line)}{behind(line) if behind else ''}", tid)

        return plain if self._lead.empty and behind is None else full

    def _print(self, tid: int, moment: int, text: str) -> None:
        place = _within(self._containers.of(tid)) if self._contained else ""
        self._output.line(f"{place}{self._prefix(tid)}{self._lead.event(moment)}{text}", tid)

    def _named(self, tid: int) -> str:
        return f"[pid {tid:>5}] " if len(self._threads) > 1 else ""

    def _wants(self, signal: int) -> bool:
        return self._layout.signals is None or signal in self._layout.signals

    def _wants_end(self, signal: int) -> bool:
        return self._wants(signal) if signal else "exit" not in self._layout.quiet


def _within(container: ContainerSeen | None) -> str:
    """Return what stands before the lines of a container."""
    return "" if container is None else f"[{_name(container)}] "


def _place(line: Line) -> str:
    return _within(line.container)


def _nowhere(line: Line) -> str:
    return ""


def container_text(container: ContainerSeen) -> str:
    """Return the line for a container that has come."""
    fields = [f'id="{escape(container.container.encode())}"', f"pid={container.pid}"]
    if container.metadata:
        fields.append(f'metadata="{escape(container.metadata.encode())}"')
    if container.rules:
        fields.append(f'rules="{escape(container.rules.encode())}"')
    return f"--- container {_name(container)} {{{', '.join(fields)}}} ---"


def _name(container: ContainerSeen) -> str:
    return escape((container.name or container.container).encode())


def _numbered(tid: int) -> str:
    return f"{tid:<5} "


def _nameless(_tid: int) -> str:
    return ""


def result(line: Line) -> str:
    """Return what stands behind the `=` of a call, as far as it is known."""
    call = line.call
    if line.result is not None and not was_taken(call.kind, call.value, line.result.value):
        return f"{line.returned} (INJECTED, but not taken)"
    if call.kind in _GIVEN:
        return f"{given(call)}{tampered(call)}"
    if line.result is not None:
        return f"{line.returned}{tampered(call)}"
    return "? (gone)" if call.state == State.GONE else f"?{tampered(call)}"


def given(call: CallRecord) -> str:
    """Return the result that an answer has given."""
    failed = call.value if call.kind == Kind.ERRNO else errno_of(call.value) if call.kind == Kind.PERFORM else 0
    return errnos.result_text(failed) if failed else str(call.value)


def tampered(call: CallRecord) -> str:
    """Return what strace says of a call that we have had a hand in: made up, written to, delayed."""
    if not call.flags & _TAMPERED:
        return _GIVEN.get(call.kind, "")
    words = " (INJECTED: args)" if call.flags & FLAG_POKED else ""
    if call.kind in _GIVEN:
        injected = _GIVEN[call.kind] == _INJECTED
        words = " (INJECTED: args, retval)" if words and injected else _GIVEN[call.kind]
    return f"{words} (DELAYED)" if call.flags & FLAG_DELAYED else words


def ending(status: int) -> str:
    """Return strace's line for a wait status."""
    if os.WIFSIGNALED(status):
        core = " (core dumped)" if os.WCOREDUMP(status) else ""
        return f"+++ killed by {signals.name(os.WTERMSIG(status))}{core} +++"
    return f"+++ exited with {os.WEXITSTATUS(status)} +++"


def thread_end(event: ThreadEnded) -> str:
    """Return strace's line for a thread's end, as far as it is known how it ended."""
    if event.signal:
        return f"+++ killed by {'?' if event.signal == UNKNOWN else signals.name(event.signal)} +++"
    return f"+++ exited with {'?' if event.code is None else event.code} +++"


def signal_text(event: SignalTaken) -> str:
    """Return strace's line for a signal; who has sent it the kernel does not tell us."""
    name = signals.name(event.signal)
    code = "" if event.code is None else f", si_code={event.code}"
    return f"--- {name} {{si_signo={name}{code}, ...}} ---"
