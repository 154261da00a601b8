"""What calls have filled in: exact from the stack as it was at the return, else from what was read later.

A buffer on the stack came with the result. Any other was read when its thread made its next call; so a line waits for
that, or for the thread's end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from seccomp_tui.session.recorder import Line
from seccomp_tui.supervisor.records import Late, pack_segments, unpack_segments
from seccomp_tui.syscalls.memory import DETAILS, RecordedMemory, Segment
from seccomp_tui.syscalls.results import errno_of

_KEPT = 192
"""Bytes of a piece that stay in the recording: a struct stat and more, and mostly more than is printed."""


class Sparse:
    """Memory that notes what was asked for, and whether that was more than is known."""

    def __init__(self, memory: RecordedMemory) -> None:
        self.missed = False
        self.given: list[Segment] = []
        self._memory = memory

    def read(self, address: int, size: int, /) -> bytes:
        """Return what is known."""
        data = self._memory.read(address, size)
        self.missed = self.missed or len(data) < size
        self.given.append((address, data))
        return data

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return what is known, up to the first NUL."""
        data = self._memory.read_string(address, limit)
        self.missed = self.missed or (len(data) < limit and data[-1:] != b"\0")
        self.given.append((address, data))
        return data

    def descriptor(self, fd: int, details: frozenset[str] = DETAILS, /) -> bytes:
        """Return what is known of a descriptor."""
        return self._memory.descriptor(fd, details)

    def file_size(self, fd: int, /) -> int:
        """Return the size of a file."""
        return self._memory.file_size(fd)

    def read_file(self, fd: int, offset: int, size: int, /) -> bytes:
        """Return a piece of a file."""
        return self._memory.read_file(fd, offset, size)


class Filled:
    """Completes lines whose result is known.

    Args:
        done: called with each line that is complete.
    """

    def __init__(self, done: Callable[[Line], None]) -> None:
        self._done = done
        self._owed: dict[int, Line] = {}
        self._late: dict[int, Late] = {}
        self._newest: dict[int, int] = {}
        self._settled: dict[int, int] = {}

    def waits(self, tid: int) -> bool:
        """Tell whether a line of thread `tid` is not complete."""
        return tid in self._owed

    def called(self, line: Line) -> None:
        """Note a thread's new call: of what the one before has filled in nothing more will be read."""
        tid = line.call.tid
        self._newest[tid] = line.call.seq
        self._give_up(tid)

    def settled(self, line: Line) -> None:
        """Take a line whose result is known, or will never be."""
        tid, result = line.call.tid, line.result
        self._settled[tid] = line.call.seq
        late = self._late.pop(line.call.seq, None)
        if result is None or errno_of(result.value):
            self._done(line)
            return
        if late is not None and not _within(result.stack, late):
            self._complete(line, late)
            return
        after = Sparse(RecordedMemory([result.stack]))
        line.fill_in(after)
        if after.given:
            line.filled = _kept(after.given)
        if late is not None or not after.missed or self._newest.get(tid, 0) > line.call.seq:
            self._done(line)
        else:
            self._owed[tid] = line

    def late(self, late: Late) -> None:
        """Take what was read of what the last call of a thread has filled in."""
        line = self._owed.get(late.tid)
        if line is not None and line.call.seq == late.seq:
            del self._owed[late.tid]
            self._complete(line, late)
        elif late.seq > self._settled.get(late.tid, 0):  # its result is still to come
            self._late[late.seq] = late

    def ended(self, tid: int) -> None:
        """The thread has ended: nothing more will be read."""
        self._newest.pop(tid, None)
        self._settled.pop(tid, None)
        self._give_up(tid)

    def _give_up(self, tid: int) -> None:
        line = self._owed.pop(tid, None)
        if line is not None:
            self._done(line)

    def close(self) -> None:
        """Nothing more comes."""
        for tid in list(self._owed):
            self._give_up(tid)

    def _complete(self, line: Line, late: Late) -> None:
        assert line.result is not None
        segments = unpack_segments(late.memory)
        after = Sparse(RecordedMemory([line.result.stack, *segments]))
        line.fill_in(after)
        read_late = {address for address, _ in segments}
        line.filled = _kept([*(piece for piece in after.given if piece[0] not in read_late), *segments])
        line.late = True
        self._done(line)


def _within(stack: Segment, late: Late) -> bool:
    """Tell whether all that was read late is known from the stack, as it was at the return."""
    sp, copied = stack
    return all(
        sp <= address and address + len(data) <= sp + len(copied) for address, data in unpack_segments(late.memory)
    )


def _kept(segments: Iterable[Segment]) -> bytes:
    return pack_segments([(address, data[:_KEPT]) for address, data in segments if data])
