"""A call that has come in, with all that it takes to decide on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from seccomp_tui.supervisor.table import Entry
from seccomp_tui.supervisor.threads import Thread
from seccomp_tui.syscalls.memory import Segment


class Received(NamedTuple):
    """A call that is to be answered.

    Attributes:
        buffer: the notification.
        key: `arch << 32 | nr`, as unsigned numbers.
        flags: `records.FLAG_*`.
    """

    buffer: bytearray
    notification: int
    key: int
    entry: Entry
    thread: Thread
    args: Sequence[int]
    segments: Sequence[Segment]
    now: int
    flags: int
