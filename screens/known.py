"""Values that the recording has, offered where an expression is typed; looked up in a thread when one is asked for."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing

from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.screens import wording
from seccomp_tui.screens.recording import Recording
from seccomp_tui.session.schema import FormatError
from seccomp_tui.session.store import Store
from seccomp_tui.syscalls.text import unescape

LAST = 50_000
"""So many calls are looked at, the newest."""
MOST = 1_000
"""So many values of a kind are offered."""
_PATHS = """
select path, count(*) from (select path from call where path is not null order by seq desc limit ?)
group by path order by count(*) desc, path limit ?
"""
_ADDRESSES = """
select address, count(*) from (select address from call where address is not null order by seq desc limit ?)
group by address order by count(*) desc, address limit ?
"""
_PROGRAMS = "select pid, tid, comm, exe from process order by time desc limit ?"
Value = tuple[str, str]
"""A value as an expression writes it, and a word on it."""


class Known:
    """Values of fields, by the names of these.

    Args:
        recording: where they come from.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._values: dict[str, list[Value]] = {}

    def __call__(self, field: str) -> Sequence[Value]:
        """Return what a field may be compared with."""
        return self._values.get("path" if field not in self._values and _is_path(field) else field, ())

    async def renew(self) -> None:
        """Look into the recording, in a thread."""
        try:
            store = self._recording.again()
        except (FormatError, OSError, sqlite3.Error):
            return
        try:
            self._values = await asyncio.to_thread(_look, store)
        except asyncio.CancelledError:
            store.interrupt()
            raise
        except sqlite3.Error:
            return


def _is_path(argument: str) -> bool:
    from seccomp_tui.syscalls import arguments

    return any(
        each.kind == "path" for call in arguments.calls_with(argument) for each in arguments.named(argument, call)
    )


def _look(store: Store) -> dict[str, list[Value]]:
    with closing(store):
        paths: list[tuple[bytes, int]] = store.ask(lambda db: db.execute(_PATHS, (LAST, MOST)).fetchall())
        addresses: list[tuple[str, int]] = store.ask(lambda db: db.execute(_ADDRESSES, (LAST, MOST)).fetchall())
        programs: list[tuple[int, int, str, str]] = store.ask(lambda db: db.execute(_PROGRAMS, (MOST,)).fetchall())
    places = [(*_place(text), count) for text, count in addresses]
    return {
        "path": [(quoted(path), _calls(count)) for path, count in paths],
        "addr": _summed((quoted(unescape(addr)), count) for addr, _, count in places),
        "port": _summed((port, count) for _, port, count in places if port),
        "comm": _distinct((quoted(unescape(comm)), "") for _, _, comm, _ in programs),
        "exe": _distinct((quoted(unescape(exe)), "") for _, _, _, exe in programs if exe),
        "pid": _distinct((str(pid), wording.printable(comm)) for pid, _, comm, _ in programs),
        "tid": _distinct((str(tid), wording.printable(comm)) for _, tid, comm, _ in programs),
    }


def _place(address: str) -> tuple[str, str]:
    """Return the address and the port of what is written as `127.0.0.1:80`, `[::1]:80`, or is a path."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or address[:1] in "/@":
        return address, ""
    return host.removeprefix("[").removesuffix("]"), port


def _calls(count: int) -> str:
    return wording.plural(count, "call")


def _distinct(values: Iterable[Value]) -> list[Value]:
    found: dict[str, str] = {}
    for text, note in values:
        found.setdefault(text, note)
    return list(found.items())


def _summed(values: Iterable[tuple[str, int]]) -> list[Value]:
    sums: Counter[str] = Counter()
    for text, count in values:
        sums[text] += count
    return [(text, _calls(count)) for text, count in sums.most_common()]
