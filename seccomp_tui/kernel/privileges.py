"""What we may do: our capabilities, and how far Yama lets processes look at one another."""

from __future__ import annotations

import os
from pathlib import Path

CAP_SETGID, CAP_SETUID = 6, 7
CAP_IPC_LOCK, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON = 14, 19, 21, 38
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")


def effective_capabilities() -> int:
    """Return the capabilities of this process as a mask of bits; capabilities(7)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def has(capability: int) -> bool:
    """Tell whether this process has a capability."""
    return bool(effective_capabilities() >> capability & 1)


def may_change_user() -> bool:
    """Tell whether a program can be run as another user."""
    return os.geteuid() == 0 and has(CAP_SETUID) and has(CAP_SETGID)


def yama_scope() -> int:
    """Return how much Yama forbids, from 0 for nothing to 3; ptrace(2)."""
    try:
        return int(YAMA.read_text())
    except (OSError, ValueError):
        return 0
