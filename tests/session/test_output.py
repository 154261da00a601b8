"""Where the printed lines go, when it does not take them."""

from __future__ import annotations

import os
import threading
import tracemalloc
from pathlib import Path

import pytest

from seccomp_tui.session.output import OneOutput, OutputPerThread
from seccomp_tui.session.recorder import SinkFailed


def test_nothing_is_kept_for_a_reader_that_went_away() -> None:
    readable, writable = os.pipe()
    os.close(readable)
    output = OneOutput(writable)
    tracemalloc.start()
    try:
        for number in range(100_000):
            output.line(f"read({number}, 0x7fff, 16) = ?")
        output.flush()
        assert tracemalloc.get_traced_memory()[0] < 1 << 20
    finally:
        tracemalloc.stop()
        os.close(writable)


def test_a_full_disk_is_told_with_the_name_that_the_user_gave() -> None:
    fd = os.open("/dev/full", os.O_WRONLY)
    output = OneOutput(fd, "-o /dev/full")
    output.line("true")
    with pytest.raises(SinkFailed, match=r"^-o /dev/full: No space left on device$"):
        output.flush()
    os.close(fd)


def test_a_descriptor_that_somebody_made_nonblocking_still_gets_everything() -> None:
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    output = OneOutput(writable)

    def write() -> None:
        for number in range(100_000):
            output.line(f"{number}")
        output.flush()
        os.close(writable)

    writer = threading.Thread(target=write)
    writer.start()
    with open(readable, "rb") as pipe:
        assert pipe.read() == b"".join(b"%d\n" % number for number in range(100_000))
    writer.join()


def test_each_thread_has_its_file_and_none_stays_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    (tmp_path / "x.1").write_text("old\n")
    (tmp_path / "x.2").write_text("old\n")
    output = OutputPerThread(str(tmp_path / "x"))
    for number in range(3):
        output.line(f"a{number}", 1)
        output.line(f"b{number}", 3)
        output.flush()
    assert len(os.listdir("/proc/self/fd")) == before
    texts = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert texts == {"x.1": "a0\na1\na2\n", "x.2": "old\n", "x.3": "b0\nb1\nb2\n"}
    added = OutputPerThread(str(tmp_path / "x"), append=True)
    added.line("c", 2)
    added.flush()
    assert (tmp_path / "x.2").read_text() == "old\nc\n"


def test_a_file_that_can_t_be_made_is_told_of(tmp_path: Path) -> None:
    output = OutputPerThread(str(tmp_path / "nowhere" / "x"))
    output.line("true", 5)
    with pytest.raises(SinkFailed, match=r"^-o .*/nowhere/x\.5: No such file or directory$"):
        output.flush()
