"""Times of files: two structs beside each other, with the date as a comment."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, behind, kind
from .structures import structure_text

_UTIME = {(1 << 30) - 1: "UTIME_NOW", (1 << 30) - 2: "UTIME_OMIT"}


def date_comment(seconds: int, fraction: str) -> str:
    """Return a time as strace's comment, "" for none."""
    try:
        local = time.localtime(seconds)
    except (OverflowError, ValueError, OSError):
        return ""
    if not seconds and not fraction.strip(".0"):
        return ""
    return f" /* {time.strftime('%Y-%m-%dT%H:%M:%S', local)}{fraction}{time.strftime('%z', local)} */"


def _pair(size: int, place: Place, item: Callable[[bytes], str]) -> Printer:
    """Return the printer of two structs: access and modification time."""

    def show(address: int, _args: Sequence[int], memory: Memory) -> str:
        data = memory.read(address, 2 * size)
        if len(data) < 2 * size:
            return f"{address:#x}"
        return f"[{item(data[:size])}, {item(data[size:])}]"

    return behind(place, show)


@kind("timespec_pair", "timespec64_pair")
def timespec_pair(place: Place) -> Printer:
    """Two times of utimensat(2)."""
    layout = structs.layout(place.argument.kind.removesuffix("_pair"), place.arch.word)

    def item(data: bytes) -> str:
        seconds, nanoseconds = layout.packing.unpack(data)
        if nanoseconds in _UTIME:
            return _UTIME[nanoseconds]
        comment = date_comment(seconds, f".{nanoseconds:09d}") if 0 <= nanoseconds < 10**9 else ""
        return f"{{tv_sec={seconds}, tv_nsec={nanoseconds}}}{comment}"

    return _pair(layout.size, place, item)


@kind("timeval_pair")
def timeval_pair(place: Place) -> Printer:
    """Two times of utimes(2)."""
    layout = structs.layout("timeval", place.arch.word)

    def item(data: bytes) -> str:
        seconds, microseconds = layout.packing.unpack(data)
        comment = date_comment(seconds, f".{microseconds:06d}") if 0 <= microseconds < 10**6 else ""
        return f"{{tv_sec={seconds}, tv_usec={microseconds}}}{comment}"

    return _pair(layout.size, place, item)


@kind("utimbuf")
def utimbuf(place: Place) -> Printer:
    """Two times of utime(2)."""
    layout = structs.layout("utimbuf", place.arch.word)

    def text(data: bytes) -> str:
        access, modification = layout.packing.unpack(data)
        return f"{{actime={access}{date_comment(access, '')}, modtime={modification}{date_comment(modification, '')}}}"

    return behind(place, structure_text("utimbuf", place, text))
