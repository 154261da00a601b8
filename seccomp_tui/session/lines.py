"""The sinks of `log`: strace-like lines, and JSON lines."""

from __future__ import annotations

import os
import select
from collections.abc import Callable

import msgspec

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.session.happenings import UNKNOWN, Happening, SignalTaken, ThreadEnded
from seccomp_tui.session.recorder import Line, SinkFailed
from seccomp_tui.supervisor.records import (
    FLAG_STARTUP,
    CallRecord,
    Event,
    ProcessSeen,
    Session,
    TargetEnded,
    ThreadGone,
)
from seccomp_tui.syscalls import errnos, results, signals
from seccomp_tui.syscalls.arch import ARCHES
from seccomp_tui.syscalls.text import escape

_BLOCK = 64 << 10
_RESULT_COLUMN = 40
_SIGKILL = 9


class Output:
    """A descriptor that text is collected for. When its reader goes away it falls silent; the target goes on.

    Args:
        name: what messages call it.
    """

    def __init__(self, fd: int, name: str = "standard error") -> None:
        self._fd = fd
        self._name = name
        self._lines: list[str] = []
        self._size = 0

    def line(self, text: str) -> None:
        """Add one line."""
        if self._fd < 0:
            return
        self._lines.append(text)
        self._size += len(text)
        if self._size > _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write what was collected.

        Raises:
            SinkFailed: the disk is full, or the like; not EPIPE.
        """
        if not self._lines:
            return
        self._lines.append("")
        data = memoryview("\n".join(self._lines).encode())
        self._lines.clear()
        self._size = 0
        try:
            while data:
                data = data[self._write(data) :]
        except BrokenPipeError:
            self._fd = -1
        except OSError as error:
            raise SinkFailed(f"{self._name}: {error.strerror}") from error

    def _write(self, data: memoryview) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:  # a program that shares our standard error has made it so
            select.select([], [self._fd], [])
            return 0


class StraceLines:
    """Prints a line a call as strace does.

    Args:
        to_file: as `strace -f -o`: each line begins with the thread id; else only while there are several threads.
    """

    def __init__(self, output: Output, *, to_file: bool) -> None:
        self._output = output
        self._to_file = to_file
        self._threads: set[int] = set()
        self._target = 0

    def call(self, line: Line, /) -> None:
        """Wait for its result."""

    def returned(self, line: Line, /) -> None:
        """Print one call."""
        text = f"{self._prefix(line.call.tid)}{line.text} "
        self._output.line(f"{text:<{_RESULT_COLUMN}}= {result(line)}")

    def event(self, event: Event | Happening, /) -> None:
        """Follow which threads there are; print signals and ends."""
        match event:
            case SignalTaken(signal=number) if number not in (_SIGKILL, UNKNOWN):  # no tracer hears of SIGKILL
                self._output.line(f"{self._prefix(event.tid)}{signal_text(event)}")
            case ThreadEnded():
                if event.tid != self._target:  # its status comes from the one who waits for it
                    self._output.line(f"{self._prefix(event.tid)}{thread_end(event)}")
            case Session(target=target):
                self._target = target
            case ProcessSeen(tid=tid):
                self._threads.add(tid)
            case ThreadGone(tid=tid):
                self._threads.discard(tid)
            case TargetEnded(_, pid, status):
                self._output.line(f"{self._prefix(pid)}{ending(status)}")

    def flush(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def close(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def _prefix(self, tid: int) -> str:
        if self._to_file:
            return f"{tid:<5} "
        return f"[pid {tid:>5}] " if len(self._threads) > 1 else ""


class JsonLines:
    """Prints a JSON object a line: calls, and what happens to processes. docs/jsonl.md names the fields."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._encode: Callable[[object], bytes] = msgspec.json.Encoder().encode
        self._wall = 0

    def call(self, line: Line, /) -> None:
        """Wait for its result."""

    def returned(self, line: Line, /) -> None:
        """Print one call."""
        call = line.call
        path = line.path()
        arch = ARCHES.get(call.arch)
        self._print(
            {
                "type": "call",
                "seq": call.seq,
                "time": (call.time + self._wall) / 1e9,
                "pid": call.pid,
                "tid": call.tid,
                "arch": arch.name if arch else f"{call.arch:#x}",
                "syscall": line.name,
                "nr": call.nr,
                "args": [f"{value:#x}" for value in call.args],
                "text": line.text,
                "path": escape(path) if path is not None else None,
                "startup": bool(call.flags & FLAG_STARTUP),
                **answer_fields(call),
                **result_fields(line),
                **({"late": True} if line.late else {}),
            }
        )

    def event(self, event: Event | Happening, /) -> None:
        """Print what happens to processes."""
        match event:
            case Session(argv, cwd, started, wall, target):
                self._wall = wall - started
                fields = {"argv": [escape(argument) for argument in argv], "cwd": escape(cwd), "pid": target}
                self._print({"type": "session", "time": wall / 1e9, **fields})
            case ProcessSeen(seen, tid, pid, ppid, comm, exe):
                fields = {"tid": tid, "pid": pid, "ppid": ppid, "comm": escape(comm), "exe": escape(exe)}
                self._print({"type": "process", "time": self._time(seen), **fields})
            case ThreadGone(gone, tid):
                self._print({"type": "gone", "time": self._time(gone), "tid": tid})
            case SignalTaken(taken, pid, tid, number, code, error):
                fields = {"pid": pid, "tid": tid, "signal": signals.name(number), "code": code, "errno": error}
                self._print({"type": "signal", "time": self._time(taken), **fields})
            case ThreadEnded(ended, pid, tid, last, exit_code, number):
                how: dict[str, object] = {"signal": signals.name(number)} if number else {}
                if exit_code is not None:
                    how["exit"] = exit_code
                self._print({"type": "exit", "time": self._time(ended), "pid": pid, "tid": tid, "last": last, **how})
            case TargetEnded(ended, pid, status):
                code = os.waitstatus_to_exitcode(status)
                outcome = {"exit": code} if code >= 0 else {"signal": signals.name(-code)}
                self._print({"type": "end", "time": self._time(ended), "pid": pid, **outcome})

    def flush(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def close(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def _time(self, monotonic: int) -> float:
        return (monotonic + self._wall) / 1e9

    def _print(self, fields: dict[str, object]) -> None:
        self._output.line(self._encode(fields).decode())


def result(line: Line) -> str:
    """Return what stands behind the `=` of a call, as far as it is known."""
    call = line.call
    if call.kind == Kind.ERRNO:
        return f"{errnos.result_text(call.value)} (INJECTED)"
    if call.kind == Kind.RETURN:
        return f"{call.value} (INJECTED)"
    if line.result is not None:
        return line.returned
    return "? (gone)" if call.state == State.GONE else "?"


def result_fields(line: Line) -> dict[str, object]:
    """Return the fields of an allowed call's result, none where it is not known."""
    if line.result is None or line.call.kind != Kind.ALLOW:
        return {}
    value = line.result.value
    took = (line.result.time - line.call.time) / 1e9
    failed = results.errno_of(value)
    return {"errno": errnos.name(failed), "took": took} if failed else {"return": value, "took": took}


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


def answer_fields(call: CallRecord) -> dict[str, object]:
    """Return the fields of a call's answer; `errno` and `return` only where we know them."""
    fields: dict[str, object] = {
        "state": State(call.state).name.lower(),
        "answer": Kind(call.kind).name.lower(),
        "by": By(call.by).name.lower(),
    }
    if call.kind == Kind.ERRNO:
        fields["errno"] = errnos.name(call.value)
    elif call.kind == Kind.RETURN:
        fields["return"] = call.value
    return fields
