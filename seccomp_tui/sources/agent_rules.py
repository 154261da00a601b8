"""The rules that a container's profile names by its listenerMetadata."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from seccomp_tui.supervisor.arrivals import Arrival

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)


def named_rules(folder: Path, arrival: Arrival, tell: Callable[[str], None]) -> Arrival:
    """Return what has arrived with the file of its rules, if it names one of the folder: `NAME` or `NAME.toml`.

    Args:
        tell: called with a line when it names one, and there is none to be had.
    """
    name = arrival.metadata
    if not _PLAIN.fullmatch(name):
        tell(f"container {arrival.container}: its metadata is no plain name of a file in {folder}: {name[:80]!r}")
        return arrival
    for found in (folder / name, folder / f"{name}.toml"):
        if found.is_file() and not found.is_symlink():
            return replace(arrival, rules=str(found))
    tell(f"container {arrival.container}: there are no rules {name} in {folder}")
    return arrival
