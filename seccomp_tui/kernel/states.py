"""What processes are doing at this moment, as the kernel tells it: proc_pid_stat(5)."""

from __future__ import annotations

from collections.abc import Iterable


def states(pids: Iterable[int]) -> list[tuple[int, str, int]]:
    """Return (process id, letter of its state, number of its threads) of those processes that are there."""
    found = []
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:
                stat = file.read()
        except OSError:
            continue
        # The name in brackets may hold anything; fields are counted from behind it, where number 3 stands.
        fields = stat[stat.rfind(b")") + 2 :].split()
        if len(fields) > 17:
            found.append((pid, fields[0].decode("ascii", "replace"), int(fields[17])))
    return found
