"""A JSON object a line. docs/jsonl.md names the fields."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import msgspec

from seccomp_tui.policy.answers import By, Kind, State, was_taken
from seccomp_tui.session.containers import Containers
from seccomp_tui.session.happenings import Happening, SignalTaken, ThreadEnded, Unseen
from seccomp_tui.session.output import Output
from seccomp_tui.session.recorder import Line
from seccomp_tui.supervisor.records import (
    FLAG_DELAYED,
    FLAG_STARTUP,
    CallRecord,
    ContainerGone,
    ContainerSeen,
    Event,
    ProcessSeen,
    Session,
    TargetEnded,
    ThreadGone,
)
from seccomp_tui.syscalls import errnos, results, signals
from seccomp_tui.syscalls.arch import ARCHES
from seccomp_tui.syscalls.text import escape

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


class JsonLines:
    """Prints a JSON object a line: calls, and what happens to processes.

    Args:
        wanted: the signals that are printed; None: all.
    """

    def __init__(self, output: Output, wanted: frozenset[int] | None = None) -> None:
        self._output = output
        self._wanted = wanted
        self._encode: Callable[[object], bytes] = msgspec.json.Encoder().encode
        self._wall = 0
        self._containers = Containers()

    def call(self, line: Line, /) -> None:
        """Wait for its result; the thread may have ended by then, or another have its number."""
        line.container = self._containers.of(line.call.tid)

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
                **_container_fields(line.container),
                **answer_fields(call),
                **result_fields(line),
                **({"late": True} if line.late else {}),
                **({"restarts": line.restarts} if line.restarts else {}),
            },
            call.tid,
        )

    def event(self, event: Event | Happening, /) -> None:
        """Print what happens to processes and containers."""
        container = self._containers.event(event)
        match event:
            case Session(argv, cwd, started, wall, target):
                self._wall = wall - started
                fields: dict[str, object] = {
                    "argv": [escape(argument) for argument in argv],
                    "cwd": escape(cwd),
                    "pid": target,
                }
                self._print({"type": "session", "time": wall / 1e9, **fields}, target)
            case ContainerSeen(seen, number, _, _, pid, metadata, annotations, rules):
                fields = {"listener": number, **_container_fields(event), "pid": pid, "metadata": metadata}
                fields |= {"annotations": annotations} | ({"rules": rules} if rules else {})
                self._print({"type": "container", "time": self._time(seen), **fields}, pid)
            case ContainerGone(gone, number):
                fields = {"listener": number, **_container_fields(container)}
                self._print({"type": "container_gone", "time": self._time(gone), **fields}, 0)
            case ProcessSeen(seen, tid, pid, ppid, comm, exe):
                fields = {"tid": tid, "pid": pid, "ppid": ppid, "comm": escape(comm), "exe": escape(exe)}
                fields |= _container_fields(container)
                self._print({"type": "process", "time": self._time(seen), **fields}, tid)
            case ThreadGone(gone, tid):
                self._print({"type": "gone", "time": self._time(gone), "tid": tid}, tid)
            case Unseen(since, seq, pid, tid, what):
                fields = {"seq": seq, "pid": pid, "tid": tid, "what": what}
                self._print({"type": "unseen", "time": self._time(since), **fields}, tid)
            case SignalTaken(taken, pid, tid, number, code, error):
                if self._wanted is None or number in self._wanted:
                    fields = {"pid": pid, "tid": tid, "signal": signals.name(number), "code": code, "errno": error}
                    self._print({"type": "signal", "time": self._time(taken), **fields}, tid)
            case ThreadEnded(ended, pid, tid, last, exit_code, number):
                how: dict[str, object] = {"signal": signals.name(number)} if number else {}
                if exit_code is not None:
                    how["exit"] = exit_code
                moment = self._time(ended)
                self._print({"type": "exit", "time": moment, "pid": pid, "tid": tid, "last": last, **how}, tid)
            case TargetEnded(ended, pid, status):
                code = os.waitstatus_to_exitcode(status)
                outcome = {"exit": code} if code >= 0 else {"signal": signals.name(-code)}
                self._print({"type": "end", "time": self._time(ended), "pid": pid, **outcome}, pid)

    def flush(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def close(self) -> None:
        """Write what was collected."""
        self._output.flush()

    def _time(self, monotonic: int) -> float:
        return (monotonic + self._wall) / 1e9

    def _print(self, fields: dict[str, object], tid: int) -> None:
        text = self._encode(fields).decode()
        self._output.line(text if text.isascii() else _NOT_ASCII.sub(_escaped, text), tid)


def _escaped(text: re.Match[str]) -> str:
    """Return text as JSON's escapes: what a container is called may hold a terminal's control characters."""
    units = text[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _container_fields(container: ContainerSeen | None) -> dict[str, object]:
    """Return the fields that say which container, none where it is in none."""
    return {} if container is None else {"container": container.container, "container_name": container.name}


def result_fields(line: Line) -> dict[str, object]:
    """Return the fields of an allowed call's result, none where it is not known; of an answer that was not taken."""
    if line.result is None:
        return {}
    value = line.result.value
    if line.call.kind != Kind.ALLOW:
        return {} if was_taken(line.call.kind, line.call.value, value) else {"got": value}
    took = (line.result.time - line.began) / 1e9
    failed = results.errno_of(value)
    return {"errno": errnos.name(failed), "took": took} if failed else {"return": value, "took": took}


def answer_fields(call: CallRecord) -> dict[str, object]:
    """Return the fields of a call's answer; `errno` and `return` only where we know them."""
    fields: dict[str, object] = {
        "state": State(call.state).name.lower(),
        "answer": Kind(call.kind).name.lower(),
        "by": By(call.by).name.lower(),
    }
    if call.kind == Kind.ERRNO:
        fields["errno"] = errnos.name(call.value)
    elif call.kind == Kind.PERFORM and (failed := results.errno_of(call.value)):
        fields["errno"] = errnos.name(failed)
    elif call.kind in (Kind.RETURN, Kind.FD, Kind.PERFORM):
        fields["return"] = call.value
    if call.rule:
        fields["rule"] = call.rule
    if call.given:
        fields["given"] = call.given
    if call.flags & FLAG_DELAYED:
        fields["delayed"] = True
    return fields
