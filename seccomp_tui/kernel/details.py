"""All that is known of a process, for somebody who looks at it."""

from __future__ import annotations

from collections.abc import Callable

import psutil

from seccomp_tui.kernel.processes import identify, module_at


def details(tid: int, address: int = 0) -> list[tuple[str, bytes]]:
    """Return what is known of the thread's process as (name, untrusted text) rows, in the order to show them.

    Args:
        address: also name the module that it lies in (0: not asked).
    """
    rows: list[tuple[str, bytes]] = []
    identity = identify(tid)
    rows.append(("thread", b"%d %s" % (tid, identity.comm)))
    try:
        process = psutil.Process(identity.pid or tid)
        with process.oneshot():
            _add(rows, "process", lambda: f"{process.pid} {process.name()}")
            _add(rows, "program", lambda: process.exe())
            _add(rows, "arguments", lambda: " ".join(process.cmdline()))
            _add(rows, "cwd", lambda: process.cwd())
            _add(rows, "parents", lambda: " < ".join(f"{p.pid} {p.name()}" for p in process.parents()))
            _add(rows, "user", lambda: " ".join(f"{name} {value}" for name, value in process.uids()._asdict().items()))
            _add(rows, "threads", lambda: str(process.num_threads()))
            _add(rows, "memory", lambda: f"{process.memory_info().rss // 1024} KiB resident")
            _add(rows, "descriptors", lambda: str(process.num_fds()))
    except (psutil.Error, OSError):
        pass
    if address:
        rows.append(("called from", (module_at(tid, address) or f"{address:#x}").encode(errors="surrogateescape")))
    return rows


def _add(rows: list[tuple[str, bytes]], name: str, text: Callable[[], str]) -> None:
    try:
        rows.append((name, text().encode(errors="surrogateescape")))
    except (psutil.Error, OSError):
        rows.append((name, b"? (not readable)"))
