"""Frames arrive as they were sent, however the pipe cuts them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.kernel.abi import NOTIF
from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.records import (
    CallRecord,
    Event,
    Frames,
    ProcessSeen,
    Session,
    Settled,
    TargetEnded,
    ThreadGone,
    pack_event,
    unpack_call,
)

U64 = st.integers(0, (1 << 64) - 1)
SEGMENTS = st.lists(st.tuples(U64, st.binary(max_size=300)), max_size=4)
EVENTS: list[Event] = [
    Session([b"ls", b"\xff"], b"/", 1, 2, 3),
    ProcessSeen(4, 5, 6, 7, b"co\x1b[31m", b"/bin/ls"),
    ThreadGone(8, 9),
    Settled(10, 11, State.ANSWERED, Kind.ERRNO, 13, By.OPERATOR),
    TargetEnded(12, 13, 256),
]


class Collected:
    """Stands where the record pipe is, to look at what is appended."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.append = self.frames.append


def frame(args: tuple[int, ...], segments: list[tuple[int, bytes]], nr: int = 257) -> bytes:
    notification = bytearray(NOTIF.pack(77, 1234, 0, nr, 0xC000003E, 0x55, *args))
    journal = Journal(Collected())  # type: ignore[arg-type]
    return journal.call(notification, 99, 1200, segments, State.HELD, Kind.NONE, By.NOBODY, 1)


@given(st.tuples(U64, U64, U64, U64, U64, U64), SEGMENTS)
def test_a_call_comes_back_whole(args: tuple[int, ...], segments: list[tuple[int, bytes]]) -> None:
    call = unpack_call(frame(args, segments))
    assert (call.seq, call.time, call.pid, call.tid, call.nr) == (1, 99, 1200, 1234, 257)
    assert (call.arch, call.ip, call.flags, call.state) == (0xC000003E, 0x55, 1, State.HELD)
    assert call.args == args
    assert call.segments == segments


def test_a_negative_number_is_kept() -> None:
    assert unpack_call(frame((0,) * 6, [], nr=-1)).nr == -1


def test_what_a_newer_kernel_appends_is_left_out() -> None:
    notification = bytearray(NOTIF.pack(77, 1234, 0, 1, 0xC000003E, 0x55, *range(6)) + b"more")
    journal = Journal(Collected())  # type: ignore[arg-type]
    for segments in ([], [(1, b"x")]):
        call = unpack_call(journal.call(notification, 1, 1, segments, 2, 1, 1, 0))
        assert call.segments == segments


@given(st.lists(st.integers(1, 200), max_size=60))
def test_a_stream_cut_anywhere_gives_the_same_items(cuts: list[int]) -> None:
    stream = b"".join([frame((1, 2, 3, 4, 5, 6), [(16, b"abc")]), *map(pack_event, EVENTS), frame((0,) * 6, [])])
    frames = Frames()
    items: list[CallRecord | Event] = []
    at = 0
    for cut in [*cuts, len(stream)]:
        items += frames.feed(stream[at : at + cut])
        at += cut
    assert [type(item) for item in items] == [CallRecord, *map(type, EVENTS), CallRecord]
    assert items[1:-1] == EVENTS
