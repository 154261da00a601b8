"""Times of files: two structs beside each other, with the date as a comment."""

from __future__ import annotations

import time

from seccomp_tui.syscalls import structs
from seccomp_tui.syscalls.memory import Memory

from .base import Place, Printer, behind, kind, pair
from .structures import structure_text

_UTIME: dict[int, str] = {(1 << 30) - 1: "UTIME_NOW", (1 << 30) - 2: "UTIME_OMIT"}


def date_comment(seconds: int, fraction: str) -> str:
    """Return a time as strace's comment, "" for none."""
    if not seconds and not fraction.strip(".0"):
        return ""
    try:
        local = time.localtime(seconds)
        return f" /* {time.strftime('%Y-%m-%dT%H:%M:%S', local)}{fraction}{time.strftime('%z', local)} */"
    except (OverflowError, ValueError, OSError):  # no year that C can count, or none that it can write
        return ""


@kind("timespec_pair", "timespec64_pair", "timeval_pair")
def time_pair(place: Place) -> Printer:
    """Access and modification time: two times of utimensat(2), or of utimes(2)."""
    layout = structs.layout(place.argument.kind.removesuffix("_pair"), place.arch.word)
    fraction = layout.fields[1].argument.name
    digits, names = (6, {}) if fraction == "tv_usec" else (9, _UTIME)

    def item(data: bytes, _memory: Memory) -> str:
        seconds, part = layout.packing.unpack(data)
        if part in names:
            return names[part]
        comment = date_comment(seconds, f".{part:0{digits}d}") if 0 <= part < 10**digits else ""
        return f"{{tv_sec={seconds}, {fraction}={part}}}{comment}"

    return behind(place, pair(layout.size, item))


@kind("utimbuf")
def utimbuf(place: Place) -> Printer:
    """Two times of utime(2)."""
    layout = structs.layout("utimbuf", place.arch.word)

    def text(data: bytes) -> str:
        access, modification = layout.packing.unpack(data)
        return f"{{actime={access}{date_comment(access, '')}, modtime={modification}{date_comment(modification, '')}}}"

    return behind(place, structure_text("utimbuf", place, text))
