"""What the supervisor reports to the keeper, and what a wait status means for a shell."""

from __future__ import annotations

import errno
import os

LISTENER = b"listener"
"""Comes with the descriptor: a duplicate for the keeper."""
ABANDONED = b"abandoned"
"""The operator left the target to itself: the keeper closes its listener too."""
STOP = b"stop"
"""Said by the keeper: take no more listeners, answer what is held."""
LINGERS = b"lingers:"
"""Followed by how many listeners are left: the supervisor stays to let their calls go on, the keeper need not wait."""
FAILED = b"failed:"
"""Followed by the reason: there is no target."""
NOTHING_RECORDS = 1
"""Exit code of a recorder that has stopped because of what it has told itself: a full disk, or the like."""
KILL_TARGET = 10
"""Exit code of the screens that asks the keeper to kill the target, when there is no supervisor left to ask."""


def exit_code(status: int, failure: int) -> int:
    """Return what a shell would give: 128+N for death by signal N, 126 or 127 for a failed execve.

    Args:
        status: wait status, wait(2).
        failure: errno of the failed execve, 0 when the program ran.
    """
    if failure:
        return 127 if failure == errno.ENOENT else 126
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
