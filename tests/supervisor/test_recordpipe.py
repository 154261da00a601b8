"""The record pipe never blocks the supervisor and never loses a byte."""

from __future__ import annotations

import os

from seccomp_tui.supervisor.recordpipe import RecordPipe


def drain(fd: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += os.read(fd, 1 << 20)
    return data


def test_what_the_pipe_does_not_take_is_kept_in_order() -> None:
    readable, writable = os.pipe()
    pipe = RecordPipe(writable)
    sent = [os.urandom(1000) for _ in range(4000)]
    for frame in sent:
        pipe.append(frame)
        pipe.flush()
    assert pipe.backlog > 0
    got = b""
    while pipe.backlog:
        got += os.read(readable, 1 << 20)
        pipe.flush()
    got += drain(readable, 4_000_000 - len(got))
    assert got == b"".join(sent)
    pipe.finish()
    assert os.read(readable, 1) == b""
    os.close(readable)


def test_when_the_recorder_is_gone_frames_are_dropped_quietly() -> None:
    readable, writable = os.pipe()
    pipe = RecordPipe(writable)
    os.close(readable)
    pipe.append(b"x")
    pipe.flush()
    assert not pipe.alive
    pipe.append(b"y")
    pipe.flush()
    assert pipe.backlog == 0
    assert not pipe.fresh
    pipe.finish()
