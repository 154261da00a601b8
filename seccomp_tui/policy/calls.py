"""Calls as expressions look at them: their fields, each worked out when it is asked for."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from seccomp_tui.policy.answers import Kind
from seccomp_tui.policy.expression.view import Bits
from seccomp_tui.syscalls import arguments, errnos, numbers, prototypes, results
from seccomp_tui.syscalls.kinds.addresses import SOCKADDR_MAX
from seccomp_tui.syscalls.memory import Memory

_UNIX, _INET, _INET6 = 1, 2, 10
_FAMILY = "domain"
"""The argument of socket(2) that is a family."""
_ADDRESSED = ("sockaddr", "msghdr")
"""Kinds of arguments that are, or have, a socket address."""
_RAW = {f"arg{at}": at for at in range(6)}


class Contained(NamedTuple):
    """The container that a call comes from; all of it is empty where there is none."""

    container: bytes = b""
    name: bytes = b""
    metadata: bytes = b""


NOT_CONTAINED = Contained()


class CallView:
    """A call as it has come in.

    Args:
        arch, nr, args: as in the notification.
        memory: what was copied of the caller's memory.
        pid, tid: who calls; 0: not known.
        comm, exe: what the caller is; empty: not known.
        startup: whether the call belongs to a start-up; asked at most once.
        contained: where it comes from.
    """

    __slots__ = (
        "_args",
        "_arguments",
        "_contained",
        "_exe",
        "_memory",
        "_startup",
        "arch",
        "call",
        "comm",
        "nr",
        "pid",
        "tid",
    )

    def __init__(
        self,
        arch: int,
        nr: int,
        args: Sequence[int],
        memory: Memory,
        pid: int,
        tid: int,
        comm: bytes,
        exe: bytes,
        startup: Callable[[], bool] | bool,
        contained: Contained = NOT_CONTAINED,
    ) -> None:
        self.arch = arch
        self.nr = nr
        self.call = numbers.name(arch, nr)
        self.pid = pid
        self.tid = tid
        self.comm = comm
        self._exe = exe
        self._startup = startup
        self._contained = contained
        self._memory = memory
        self._arguments = arguments.find(arch, nr)
        self._args = self._arguments.words(args)

    def number(self, field: str) -> int | None:
        """Return a field or an argument as a number."""
        find = _NUMBERS.get(field)
        return find(self, field) if find is not None else self._argument_number(field)

    def text(self, field: str) -> bytes | None:
        """Return a field or an argument as text."""
        find = _TEXTS.get(field)
        return find(self, field) if find is not None else self._argument_text(field)

    def named(self, argument: str, name: str) -> Bits | None:
        """Return a constant of an argument's set."""
        value = self._arguments.find(argument, self._args)
        return None if value is None else value.bits(name, self._args)

    def holds(self, field: str) -> bool:
        """Return whether the call belongs to a start-up."""
        if callable(self._startup):
            self._startup = self._startup()
        return field == "startup" and self._startup

    def leave_startup(self) -> bool:
        """Take the call for one outside the start-up from now on; True when it had been found to be inside."""
        inside = self._startup is True
        self._startup = False
        return inside

    # --- the fields ---

    def _argument_number(self, field: str) -> int | None:
        value = self._arguments.find(field, self._args)
        return None if value is None else value.number(self._args)

    def _argument_text(self, field: str) -> bytes | None:
        value = self._arguments.find(field, self._args)
        return None if value is None else value.text(self._args, self._memory)

    def _first(self, *kinds: str) -> arguments.Value | None:
        value = self._arguments.first(*kinds)
        return value if value is not None and value.present(self._args) else None

    def _caller(self, field: str) -> int | None:
        return (self.pid if field == "pid" else self.tid) or None

    def _raw(self, field: str) -> int | None:
        return self._args[_RAW[field]]

    def _descriptor(self, _field: str) -> int | None:
        value = self._first("fd", "module_fd")
        return None if value is None else value.number(self._args)

    def _path(self, _field: str) -> bytes | None:
        value = self._first("path")
        return None if value is None else value.text(self._args, self._memory)

    def _socket_address(self) -> bytes | None:
        """Return the socket address that the call names, None when it names none or it can't be read."""
        value = self._first(*_ADDRESSED)
        where = value.points_to(self._args, self._memory) if value is not None else None
        if where is None:
            return None
        address, length = where
        wanted = min(length, SOCKADDR_MAX)
        data = self._memory.read(address, wanted) if address and wanted >= 2 else b""
        return data if data and len(data) == wanted else None

    def endpoint(self) -> bytes | None:
        """Return the socket address that the call names, with its port: `127.0.0.1:80`, `[::1]:53`, `/run/socket`."""
        data = self._socket_address() or b""
        address, port = address_text(data), self._port("port")
        if address is None or port is None:
            return address
        return b"%b:%d" % (b"[%b]" % address if b":" in address else address, port)

    def _family(self, _field: str) -> int | None:
        address = self._socket_address()
        return self._argument_number(_FAMILY) if address is None else int.from_bytes(address[:2], "little")

    def _port(self, _field: str) -> int | None:
        address = self._socket_address() or b""
        least = {_INET: 16, _INET6: 24}.get(int.from_bytes(address[:2], "little"), 0)
        return int.from_bytes(address[2:4], "big") if least and len(address) >= least else None

    def _address(self, field: str) -> bytes | None:
        if self._arguments.first(*_ADDRESSED) is None:
            return self._argument_text(field)
        return address_text(self._socket_address() or b"")


@lru_cache(1024)  # a target can make up any number of calls
@lru_cache(1 << 10)
def names_address(call: str) -> bool:
    """Tell whether a system call of this name can name a socket address."""
    prototype = prototypes.find(call)
    return any(argument.kind in _ADDRESSED for argument in (prototype and prototype.arguments) or ())


def address_text(data: bytes) -> bytes | None:
    """Return a socket address as text: `127.0.0.1`, `::1`, `/run/socket`, `@abstract`; None for one of another sort."""
    family = int.from_bytes(data[:2], "little")
    if family == _UNIX and len(data) > 2:
        path = data[2:]
        return b"@" + path[1:] if path[:1] == b"\0" else path.split(b"\0", 1)[0]
    if family == _INET and len(data) >= 16:
        return socket.inet_ntop(socket.AF_INET, data[4:8]).encode()
    if family == _INET6 and len(data) >= 24:
        return socket.inet_ntop(socket.AF_INET6, data[8:24]).encode()
    return None


_NUMBERS: dict[str, Callable[[CallView, str], int | None]] = {
    "pid": CallView._caller,
    "tid": CallView._caller,
    "fd": CallView._descriptor,
    "port": CallView._port,
    "family": CallView._family,
    **dict.fromkeys(_RAW, CallView._raw),
}
_TEXTS: dict[str, Callable[[CallView, str], bytes | None]] = {
    "comm": lambda view, _field: view.comm or None,
    "exe": lambda view, _field: view._exe or None,
    "container": lambda view, _field: view._contained.container or None,
    "container_name": lambda view, _field: view._contained.name or None,
    "metadata": lambda view, _field: view._contained.metadata or None,
    "path": CallView._path,
    "addr": CallView._address,
}


# --- once it is answered ---


class Outcome(NamedTuple):
    """What has become of a call. Times are CLOCK_MONOTONIC, in nanoseconds.

    Attributes:
        state, kind, value: of its answer; numbers of `State` and `Kind`, errno or return value.
        time: when it was received.
        settled: when a held call was answered.
        result, returned: what an allowed call returned (-4095 to -1: errnos), and when; None: not known.
        rule: the id of the rule that has answered, 0: none.
    """

    state: int
    kind: int
    value: int
    time: int
    settled: int | None = None
    result: int | None = None
    returned: int | None = None
    rule: int = 0


class AnsweredView(CallView):
    """A call with what has become of it.

    Args:
        outcome: what has become of it.
        line: returns it as it is printed, in printable ASCII.
        others: as of `CallView`.
    """

    __slots__ = ("_line", "_outcome")

    def __init__(self, outcome: Outcome, line: Callable[[], str], *others: Any) -> None:
        super().__init__(*others)
        self._outcome = outcome
        self._line = line

    def text(self, field: str) -> bytes | None:
        """Return a field or an argument as text."""
        return self._line().encode() if field == "text" else super().text(field)

    def number(self, field: str) -> int | None:
        """Return a field or an argument as a number."""
        find = _OUTCOMES.get(field)
        return find(self._outcome) if find is not None else super().number(field)


def _errno(outcome: Outcome) -> int | None:
    if outcome.kind == Kind.ERRNO:
        return outcome.value
    if outcome.kind == Kind.PERFORM:
        return results.errno_of(outcome.value) or None
    failed = results.errno_of(outcome.result) if outcome.kind == Kind.ALLOW and outcome.result is not None else 0
    return failed or None


def _return(outcome: Outcome) -> int | None:
    if outcome.kind in (Kind.RETURN, Kind.FD):
        return outcome.value
    failed = _errno(outcome)
    if failed:
        return None if failed in errnos.RESTARTS and outcome.kind == Kind.ALLOW else -1
    if outcome.kind == Kind.PERFORM:
        return outcome.value
    return outcome.result if outcome.kind == Kind.ALLOW else None


def _held(outcome: Outcome) -> int | None:
    return None if outcome.settled is None else outcome.settled - outcome.time


def _time(outcome: Outcome) -> int | None:
    if outcome.kind != Kind.ALLOW or outcome.returned is None:
        return None
    return outcome.returned - (outcome.time if outcome.settled is None else outcome.settled)


_OUTCOMES: dict[str, Callable[[Outcome], int | None]] = {
    "state": lambda outcome: outcome.state,
    "answer": lambda outcome: outcome.kind or None,
    "errno": _errno,
    "return": _return,
    "held": _held,
    "rule": lambda outcome: outcome.rule or None,
    "time": _time,
}
