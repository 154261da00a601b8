"""What calls have filled in: exact from the stack as it was at the return, else from what was read later.

A buffer on the stack came with the result. Any other was read when its thread made its next call; so a line waits for
that, or for the thread's end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from seccomp_tui.session.recorder import Line
from seccomp_tui.supervisor.records import Late, pack_segments, unpack_segments
from seccomp_tui.syscalls.memory import AfterMemory, Memory, RecordedMemory, Segment

_MOST, _LEAST = 1024, 64
"""Bytes of a piece that stay in the recording: what the text was made of, so that it can be made again, and of what was
read late at least so many."""
_ERRNO_MAX = 4095


class Known(AfterMemory):
    """Memory after a call, as far as it is known: notes what was asked for, and whether that was more.

    Args:
        before: as it was when the call was entered.
        segments: what is known.
    """

    __slots__ = ("given", "missed")

    def __init__(self, before: Memory, segments: Sequence[Segment]) -> None:
        AfterMemory.__init__(self, before, RecordedMemory(segments))  # half as long as by way of super()
        self.missed = False
        self.given: dict[int, bytes] = {}

    def read(self, address: int, size: int, /) -> bytes:
        """Return what is known."""
        data = self.after.read(address, size)
        if len(data) < size:
            self.missed = True
        return self._noted(address, data)

    def read_string(self, address: int, limit: int, /) -> bytes:
        """Return what is known, up to the first NUL."""
        data = self.after.read_string(address, limit)
        if len(data) < limit and data[-1:] != b"\0":
            self.missed = True
        return self._noted(address, data)

    def made(self, fd: int, details: frozenset[str], /) -> bytes:
        """Return what a descriptor leads to that the call has made, if that was noted."""
        found = self.after.descriptor(fd, details)
        if not found and fd >= 0:
            self.missed = True
        return found

    def _noted(self, address: int, data: bytes) -> bytes:
        """Note the longest piece that was asked for at an address."""
        if len(data) > len(self.given.get(address, b"")):
            self.given[address] = data
        return data


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
        if tid in self._owed:
            self._give_up(tid)

    def settled(self, line: Line) -> None:
        """Take a line whose result is known, or will never be."""
        tid, seq, result = line.call.tid, line.call.seq, line.result
        self._settled[tid] = seq
        late = self._late.pop(seq, None)
        if result is None or -_ERRNO_MAX <= result.value < 0 or line.filled:  # by our answer
            self._done(line)
            return
        if late is not None:
            segments = unpack_segments(late.memory)
            if not _within(result.stack, segments):
                self._complete(line, segments)
                return
        after = Known(line.memory, (result.stack,))
        line.fill_in(after)
        if after.given:
            line.filled = _kept(after.given.items())
        if late is not None or not after.missed or self._newest.get(tid, 0) > seq:
            self._done(line)
        else:
            self._owed[tid] = line

    def late(self, late: Late) -> None:
        """Take what was read of what the last call of a thread has filled in."""
        line = self._owed.get(late.tid)
        if line is not None and line.call.seq == late.seq:
            del self._owed[late.tid]
            self._complete(line, unpack_segments(late.memory))
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

    def _complete(self, line: Line, segments: list[Segment]) -> None:
        assert line.result is not None
        after = Known(line.memory, (line.result.stack, *segments))
        line.fill_in(after)
        needed = after.given
        late = [(address, data[: max(_LEAST, len(needed.pop(address, b"")))]) for address, data in segments]
        line.filled = _kept([*needed.items(), *late])
        line.late = True
        self._done(line)


def _within(stack: Segment, segments: list[Segment]) -> bool:
    """Tell whether all of these is known from the stack, as it was at the return."""
    sp, copied = stack
    end = sp + len(copied)
    for address, data in segments:  # noqa: SIM110
        if address < sp or address + len(data) > end:
            return False
    return True


def _kept(segments: Iterable[Segment]) -> bytes:
    return pack_segments([(address, data[:_MOST]) for address, data in segments])
