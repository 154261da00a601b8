"""What the supervisor writes for the recorder: one frame an event, batched into a pipe.

A call's frame is packed by hand, since one is made for every call in the hot loop; all others are rare and are
msgspec structs. Frame: u32 size of the whole frame, u8 type, then the body.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.syscalls.memory import Segment

CALL = 1
EVENT = 2
LATE = 3

FLAG_STARTUP = 1
"""The call belongs to its process's start-up."""
FLAG_LAUNCH = 2
"""The execve that starts the target."""
FLAG_LATE = 4
"""Of the recording: what the call has filled in was read only at its thread's next call."""
FLAG_RULED = 8
"""A rule answers it, which takes a while: it is held, but not for the operator."""
FLAG_DELAYED = 16
"""Of the recording: its answer was delayed."""
FLAG_POKED = 32
"""Of the recording: what its arguments point to was written by us."""

CALL_HEAD = struct.Struct("=IBBBBBxxxQQqII80s")
"""size, type, state, kind, by, flags, seq, time, value, pid, rule, struct seccomp_notif."""
SEGMENT = struct.Struct("=QQ")
"""Before each copied segment: address, size."""
_READ_HEAD = struct.Struct("=IBBBBBxxxQQqII8xI4xiIQ6Q")
"""The same head with the notification taken apart: ..., tid, nr, arch, ip, args[6] (linux/seccomp.h)."""
_FRAME = struct.Struct("=IB")
LATE_HEAD = struct.Struct("=IBxxxQI")
"""size, type, seq of the call, tid."""


class Late(NamedTuple):
    """What was read, when its thread made its next call, of the memory that a call fills in.

    Attributes:
        seq: number of that earlier call.
        tid: its thread.
        memory: the segments, packed.
    """

    seq: int
    tid: int
    memory: bytes


class CallRecord(NamedTuple):
    """One trapped call as received.

    Attributes:
        seq: number of the call in this recording, from 1, without gaps.
        time: CLOCK_MONOTONIC at RECV, in nanoseconds.
        pid: process (thread group) id, 0 when unknown.
        tid: thread id as the supervisor sees it, 0 when invisible.
        args: the six registers, unsigned 64 bit.
        state, kind, by: numbers of `State`, `Kind` and `By`.
        value: errno or return value that the answer carries.
        memory: the copied segments, packed (`unpack_segments`).
        rule: the id of the rule that has answered, 0: none has.
        given: the whole answer, as a rule writes it, where it is more than kind and value.
    """

    seq: int
    time: int
    pid: int
    tid: int
    arch: int
    nr: int
    ip: int
    args: tuple[int, ...]
    state: int
    kind: int
    value: int
    by: int
    flags: int
    memory: bytes
    rule: int = 0
    given: str = ""

    @property
    def segments(self) -> list[Segment]:
        """The copied memory, as (address, bytes)."""
        return unpack_segments(self.memory)


class Session(msgspec.Struct, frozen=True, tag=True):
    """First event: what is run, and when; `time` and `wall` are the same moment on the monotonic and the wall clock."""

    argv: list[bytes]
    cwd: bytes
    time: int
    wall: int
    target: int


class ContainerSeen(msgspec.Struct, frozen=True, tag=True):
    """A listener came that belongs to a container, or to another target that was not launched by us.

    Attributes:
        number: of the listener, from 1; a container has one for each program that a runtime has started in it.
        container: its id.
        name: what people call it; empty: nothing is known.
        pid: the process that the filter was put on; 0: not known.
        metadata: what the filter's author has sent along (listenerMetadata).
        annotations: of the container.
        rules: the file of the rules that are its own; empty: it has none.
    """

    time: int
    number: int
    container: str
    name: str = ""
    pid: int = 0
    metadata: str = ""
    annotations: dict[str, str] = {}
    rules: str = ""


class ContainerGone(msgspec.Struct, frozen=True, tag=True):
    """No process uses the filter of listener `number` any more, or it was given up."""

    time: int
    number: int


class ProcessSeen(msgspec.Struct, frozen=True, tag=True):
    """A thread made its first call, or its first after an execve.

    Attributes:
        container: number of the listener that it came by, 0: the one of the launch.
    """

    time: int
    tid: int
    pid: int
    ppid: int
    comm: bytes
    exe: bytes
    container: int = 0


class ThreadGone(msgspec.Struct, frozen=True, tag=True):
    """A thread that had made calls has ended."""

    time: int
    tid: int


class Settled(msgspec.Struct, frozen=True, tag=True):
    """A held call was answered, or is gone (then `kind` is NONE).

    Attributes:
        rule, given: as of `CallRecord`.
        filled: what we have filled in; packed segments.
        poked: what we have written before the call was made, likewise.
        delayed: the answer was.
    """

    time: int
    seq: int
    state: State
    kind: Kind
    value: int
    by: By
    rule: int = 0
    given: str = ""
    filled: bytes = b""
    poked: bytes = b""
    delayed: bool = False


class RuleSet(msgspec.Struct, frozen=True, tag=True):
    """From now on a rule says this; none is forgotten that may have answered."""

    time: int
    rule: int
    text: str


class TargetEnded(msgspec.Struct, frozen=True, tag=True):
    """The launched process itself has ended, with this wait status (wait(2))."""

    time: int
    pid: int
    status: int


Event = Session | ContainerSeen | ContainerGone | ProcessSeen | ThreadGone | Settled | RuleSet | TargetEnded
_made = tuple.__new__
"""Makes a NamedTuple without the steps of its own constructor."""
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Event)


def pack_segments(segments: Sequence[Segment]) -> bytes:
    """Return the segments as they stand behind a call's head."""
    return b"".join([part for address, data in segments for part in (SEGMENT.pack(address, len(data)), data)])


def pack_event(event: Event) -> bytes:
    """Return the frame of a rare event."""
    body = _encoder.encode(event)
    return _FRAME.pack(_FRAME.size + len(body), EVENT) + body


def unpack_segments(packed: bytes) -> list[Segment]:
    """Return the segments that `pack_segments` has packed."""
    segments = []
    offset, end = 0, len(packed)
    while offset < end:
        address, size = SEGMENT.unpack_from(packed, offset)
        offset += SEGMENT.size
        segments.append((address, packed[offset : offset + size]))
        offset += size
    return segments


def unpack_call(buffer: bytes, offset: int = 0) -> CallRecord:
    """Return the call whose frame begins at `offset`."""
    size, _, state, kind, by, flags, seq, time, value, pid, rule, tid, nr, arch, ip, *args = _READ_HEAD.unpack_from(
        buffer, offset
    )
    memory = buffer[offset + CALL_HEAD.size : offset + size]
    fields = (seq, time, pid, tid, arch, nr, ip, tuple(args), state, kind, value, by, flags, memory, rule, "")
    return _made(CallRecord, fields)


class Frames:
    """Splits the byte stream of the pipe into calls and events, whatever the sizes it arrives in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._wanted = 0
        """Size of the pieces, and the size at which they hold a frame: they are joined only then."""

    def feed(self, data: bytes) -> Iterator[CallRecord | Late | Event]:
        """Yield what is complete after `data`; the rest waits for more."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size < self._wanted:
            return
        buffer = b"".join(self._pieces) if len(self._pieces) > 1 else data
        offset, end, wanted = 0, len(buffer), _FRAME.size
        while end - offset >= _FRAME.size:
            size, kind = _FRAME.unpack_from(buffer, offset)
            if end - offset < size:
                wanted = size
                break
            if kind == CALL:
                yield unpack_call(buffer, offset)
            elif kind == LATE:
                _, _, seq, tid = LATE_HEAD.unpack_from(buffer, offset)
                yield Late(seq, tid, buffer[offset + LATE_HEAD.size : offset + size])
            else:
                yield _decoder.decode(buffer[offset + _FRAME.size : offset + size])
            offset += size
        self._pieces = [buffer[offset:]] if offset < end else []
        self._size = end - offset
        self._wanted = wanted
