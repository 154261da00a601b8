"""The recorder: a sink that fails is let go and told of, the others go on, and with none left the pipe is closed."""

from __future__ import annotations

import os
import threading
import time

import pytest

from seccomp_tui.session.recorder import Line, Recorder, SinkFailed
from seccomp_tui.supervisor.records import Event, Frames, Session, TargetEnded, ThreadGone, pack_event
from seccomp_tui.syscalls.decode import Decoder


class Listening:
    """A sink that notes what it is given, and fails where it is told to."""

    def __init__(self, fails_at: str = "", text: str = "x.db is full") -> None:
        self.heard: list[Event] = []
        self.done: list[str] = []
        self._fails_at = fails_at
        self._text = text

    def call(self, line: Line, /) -> None:
        self._do("call")

    def event(self, event: Event, /) -> None:
        self._do("event")
        self.heard.append(event)

    def flush(self) -> None:
        self._do("flush")

    def close(self) -> None:
        self._do("close")

    def _do(self, what: str) -> None:
        self.done.append(what)
        if what == self._fails_at:
            raise SinkFailed(self._text)


def events(count: int) -> bytes:
    return b"".join(pack_event(ThreadGone(time, 1)) for time in range(count))


def fed(data: bytes) -> int:
    """Return a pipe's reading end from which `data` and then the end comes."""
    readable, writable = os.pipe()
    os.write(writable, data)
    os.close(writable)
    return readable


@pytest.mark.parametrize("failing", ["event", "close"])
def test_a_sink_that_fails_is_told_of_once_and_the_others_go_on(failing: str) -> None:
    told: list[str] = []
    bad, good = Listening(failing), Listening()
    assert Recorder(fed(events(3)), [bad, good], Decoder(), told.append).run() == 0
    assert told == ["x.db is full"]
    assert bad.done.count(failing) == 1
    assert [event.time for event in good.heard] == [0, 1, 2]
    assert good.done[-1] == "close"


def test_a_sink_that_fails_while_nothing_comes_is_let_go_too() -> None:
    told: list[str] = []
    readable, writable = os.pipe()
    good = Listening()
    recorder = threading.Thread(target=Recorder(readable, [Listening("flush"), good], Decoder(), told.append).run)
    recorder.start()
    os.write(writable, events(1))
    while not told:
        os.sched_yield()
    os.write(writable, pack_event(TargetEnded(1, 2, 0)))
    os.close(writable)
    recorder.join()
    assert [type(event) for event in good.heard] == [ThreadGone, TargetEnded]


@pytest.mark.parametrize("sinks", [[], [Listening("event"), Listening("event")]])
def test_with_no_sink_left_the_pipe_is_closed_so_that_the_supervisor_learns_it(sinks: list[Listening]) -> None:
    readable, writable = os.pipe()
    os.write(writable, events(3))
    assert Recorder(readable, sinks, Decoder()).run() != 0
    with pytest.raises(BrokenPipeError):
        os.write(writable, b"x")
    os.close(writable)
    assert all(sink.done == ["event"] for sink in sinks)


def test_what_is_told_is_printable_whatever_the_file_is_called() -> None:
    told: list[str] = []
    name = os.fsdecode(b"\x1b]0;x\x07\n\xff")
    Recorder(fed(events(1)), [Listening("event", f"{name}: full")], Decoder(), told.append).run()
    assert told == ["\\33]0;x\\7\\n\\377: full"]


def test_a_huge_frame_that_comes_in_small_pieces_takes_time_by_its_size_only() -> None:
    huge = Session([b"x" * (32 << 20)], b"/", 1, 2, 3)
    data = pack_event(huge) + events(2)
    frames = Frames()
    began = time.process_time()
    items = [item for at in range(0, len(data), 1024) for item in frames.feed(data[at : at + 1024])]
    assert time.process_time() - began < 3
    assert items == [huge, ThreadGone(0, 1), ThreadGone(1, 1)]
