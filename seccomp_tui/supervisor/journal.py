"""What the supervisor tells the recorder: numbers the calls and packs the frames."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from seccomp_tui.supervisor.recordpipe import RecordPipe
from seccomp_tui.supervisor.records import (
    CALL,
    CALL_HEAD,
    LATE,
    LATE_HEAD,
    SEGMENT,
    Event,
    RuleSet,
    pack_event,
    pack_segments,
)
from seccomp_tui.syscalls.memory import Segment

if TYPE_CHECKING:
    from seccomp_tui.policy.rule import Rule

_pack_head = CALL_HEAD.pack
_pack_segment = SEGMENT.pack
_HEAD = CALL_HEAD.size
_HEAD_AND_SEGMENT = CALL_HEAD.size + SEGMENT.size


class Journal:
    """Appends to the recording, in the order in which calls were received.

    Attributes:
        seq: number of the newest call.
    """

    def __init__(self, pipe: RecordPipe) -> None:
        self.pipe = pipe
        self.seq = 0
        self._append = pipe.append

    def call(
        self,
        notification: bytearray,
        time: int,
        pid: int,
        segments: Sequence[Segment],
        state: int,
        kind: int,
        by: int,
        flags: int,
        value: int = 0,
        rule: int = 0,
    ) -> bytes:
        """Append one call and return its frame.

        Args:
            notification: the `struct seccomp_notif` as received; what a newer kernel has behind ours is left out.
            time: CLOCK_MONOTONIC at RECV, in nanoseconds.
            flags: `records.FLAG_*`.
            value, rule: as of `CallRecord`.
        """
        self.seq = seq = self.seq + 1
        if len(segments) == 1:  # nearly every call that has any
            ((address, data),) = segments
            length = len(data)
            size = _HEAD_AND_SEGMENT + length
            frame: bytes = (
                _pack_head(size, CALL, state, kind, by, flags, seq, time, value, pid, rule, notification)
                + _pack_segment(address, length)
                + data
            )
        else:
            memory = pack_segments(segments)
            size = _HEAD + len(memory)
            frame = _pack_head(size, CALL, state, kind, by, flags, seq, time, value, pid, rule, notification) + memory
        self._append(frame)
        return frame

    def late(self, seq: int, tid: int, segments: Sequence[Segment]) -> None:
        """Append what an earlier call has filled in."""
        memory = pack_segments(segments)
        self._append(LATE_HEAD.pack(LATE_HEAD.size + len(memory), LATE, seq, tid) + memory)

    def rule(self, rule: Rule) -> None:
        """Append a rule as it stands now."""
        from seccomp_tui.policy.rules.line import line

        self.event(RuleSet(time.monotonic_ns(), rule.id, line(rule)))

    def event(self, event: Event) -> None:
        """Append one of the rarer events."""
        self._append(pack_event(event))
