"""A performer by itself: what it does with what it is sent."""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Callable, Iterator

import pytest

from seccomp_tui.kernel import performer_messages as messages
from seccomp_tui.supervisor.errands import Errand
from seccomp_tui.supervisor.performer_process import PerformerProcess
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import native

HERE = (1 << 64) - 100
"""AT_FDCWD as a word."""


class Sent:
    """Stands for an errand."""

    def __init__(self, message: messages.Job, descriptors: list[int]) -> None:
        self.message = message
        self.descriptors = descriptors

    close = Errand.close


class Alone:
    """A performer, and what it has said."""

    def __init__(self, enter: messages.Enter) -> None:
        self.outcomes: dict[int, messages.Done | None] = {}
        self.given: list[int] = []
        self.failures: list[tuple[str, int]] = []
        self.gone = False
        root, pidfd = os.open("/", os.O_PATH), os.pidfd_open(os.getpid())
        try:
            self.performer = PerformerProcess(enter, (pidfd, root), self._settled, self._failed, self._ended)
        finally:
            os.close(root)
            os.close(pidfd)

    def _settled(self, number: int, done: messages.Done | None, descriptors: list[int]) -> None:
        self.outcomes[number] = done
        self.given += descriptors

    def _failed(self, _performer: PerformerProcess, step: str, number: int) -> None:
        self.failures.append((step, number))

    def _ended(self, _performer: PerformerProcess) -> None:
        self.gone = True

    def until(self, condition: Callable[[], object]) -> None:
        poll = select.poll()
        poll.register(self.performer.fileno(), select.POLLIN)
        while not condition():
            assert poll.poll(20_000)
            self.performer.read()

    def call(self, number: int, name: str, words: tuple[messages.Word, ...], descriptors: list[int]) -> messages.Done:
        nr = numbers.number(native().token, name)
        assert nr is not None
        job = messages.Job(number, nr, words, False, False, False, -1, 0o22, ((1,), (1,)))
        self.performer.give(Sent(job, descriptors))  # type: ignore[arg-type]
        self.until(lambda: number in self.outcomes)
        done = self.outcomes[number]
        assert done is not None
        return done


@pytest.fixture
def alone() -> Iterator[Alone]:
    made = Alone(messages.Enter(0, None, (), None))
    try:
        yield made
    finally:
        made.performer.end().wait()


def memfd(data: bytes) -> int:
    file = os.memfd_create("test", os.MFD_CLOEXEC)
    os.write(file, data)
    return file


def test_words_of_every_sort(alone: Alone) -> None:
    content = bytes(range(256)) * 1024
    written = os.memfd_create("written", os.MFD_CLOEXEC)
    words = (messages.Slot(0), messages.File(1, len(content)), messages.Number(len(content)), messages.Number(0))
    assert alone.call(1, "pwrite64", words, [os.dup(written), memfd(content)]).value == len(content)
    assert os.pread(written, len(content) + 1, 0) == content
    words = (messages.Slot(0), messages.Room(16, counted=True), messages.Number(16), messages.Number(len(content) - 3))
    assert alone.call(2, "pread64", words, [os.dup(written)]).rooms == (content[-3:],)
    words = (messages.Slot(-1), messages.Unreadable(), messages.Number(1), messages.Number(0))
    assert alone.call(3, "pread64", words, []).value == -errno.EBADF
    words = (messages.Slot(0), messages.Unreadable(), messages.Number(1), messages.Number(0))
    assert alone.call(4, "pread64", words, [os.dup(written)]).value == -errno.EFAULT
    vector = messages.Bytes(bytes(8) + (3).to_bytes(8, "little"), ((0, messages.Bytes(b"abc")),))
    assert alone.call(5, "writev", (messages.Slot(0), vector, messages.Number(1)), [os.dup(written)]).value == 3
    os.close(written)


def test_nothing_is_left_open_in_it(alone: Alone) -> None:
    alone.until(lambda: alone.performer._ready)
    folder = f"/proc/{alone.performer._process.pid}/fd"
    before = sorted(os.listdir(folder))
    path = messages.Path(b"/proc/self/status", messages.Lookup.OPEN, -1, 2)
    nr = numbers.number(native().token, "openat")
    assert nr is not None
    for number in range(20):
        words = (messages.Number(HERE), path, messages.Number(0), messages.Number(0))
        job = messages.Job(number, nr, words, True, False, False, -1, 0o22, ((os.getpid(),), (os.getpid(),)))
        alone.performer.give(Sent(job, []))  # type: ignore[arg-type]
        alone.until(lambda number=number: number in alone.outcomes)  # type: ignore[misc]
    assert len(alone.given) == 20
    for descriptor in alone.given:
        os.close(descriptor)
    end = time.monotonic() + 30
    while sorted(os.listdir(folder)) != before and time.monotonic() < end:
        time.sleep(0.01)  # it says what came of a call before it closes what that needed
    assert sorted(os.listdir(folder)) == before


def test_a_step_that_fails_is_named() -> None:
    made = Alone(messages.Enter(0x40, None, (), None))  # no namespace has that bit
    try:
        made.until(lambda: made.failures)
        assert made.failures == [("namespaces", errno.EINVAL)]
    finally:
        made.performer.end().wait()


def test_garbage_ends_it(alone: Alone) -> None:
    alone.until(lambda: alone.performer._ready)
    alone.performer._end.send(b"\xc1garbage")
    alone.until(lambda: alone.gone)


def test_a_failure_that_comes_too_late_settles_what_was_begun(alone: Alone) -> None:
    """It may be forged: the target may run with the same rights."""
    alone.until(lambda: alone.performer._ready)
    job = messages.Job(1, 39, (), False, False, False, -1, 0o22, ((1,), (1,)))
    alone.performer._current = job.id
    alone.performer._take(messages.Failed("root", 1))
    assert alone.outcomes == {1: None}
    assert alone.gone
    assert not alone.failures


def test_what_can_not_be_sent_is_settled(alone: Alone) -> None:
    alone.until(lambda: alone.performer._ready)
    too_long = messages.Bytes(bytes(messages.PACKET_MOST * 4))
    job = messages.Job(1, 39, (too_long,), False, False, False, -1, 0o22, ((1,), (1,)))
    alone.performer.give(Sent(job, []))  # type: ignore[arg-type]
    alone.until(lambda: alone.outcomes)
    assert alone.outcomes == {1: None}
