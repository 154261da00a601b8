"""Which calls a container's profile notifies, as its bundle says it: only what these return needs to be looked at."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
from msgspec.structs import replace

from seccomp_tui.supervisor.arrivals import Arrival

_NOTIFY = "SCMP_ACT_NOTIFY"
_MOST_BYTES = 4 << 20


class _Calls(msgspec.Struct):
    names: list[str]
    action: str


class _Seccomp(msgspec.Struct):
    defaultAction: str = ""
    syscalls: list[_Calls] | None = None


class _Linux(msgspec.Struct):
    seccomp: _Seccomp | None = None


class _Config(msgspec.Struct):
    linux: _Linux | None = None


def with_notified(arrival: Arrival) -> Arrival:
    """Return what has arrived with the names of the calls that its profile notifies, if its bundle can be read."""
    return replace(arrival, notified=notified(Path(arrival.bundle))) if arrival.bundle else arrival


def notified(bundle: Path) -> list[str] | None:
    """Return the calls that a bundle's profile notifies; None where that can't be known, or it is every call."""
    try:
        config = msgspec.json.decode(_read(bundle / "config.json"), type=_Config)
    except (OSError, ValueError):  # what msgspec raises is one
        return None
    seccomp = config.linux.seccomp if config.linux is not None else None
    if seccomp is None or seccomp.defaultAction == _NOTIFY:
        return None
    return sorted({name for each in seccomp.syscalls or () if each.action == _NOTIFY for name in each.names})


def _read(path: Path) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return b""
        return file.read(_MOST_BYTES)
