"""One performer as the supervisor sees it: started, given one job after the other, its reports checked."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

import seccomp_tui
from seccomp_tui.kernel import performer_messages as messages
from seccomp_tui.supervisor.errands import Errand

_RUN = "import sys; sys.path[:] = {path!r}; from seccomp_tui.kernel.performer import main; main({fd}, {parent})"


class PerformerProcess:
    """A performer.

    What it gets is one job at a time, the next when that is done or has a process of its own, so that a packet always
    finds room in the socket.

    Args:
        enter: what it is to become like.
        descriptors: the target's pidfd and root folder; the caller's.
        settled: called with the number of a job, its outcome and the descriptors that came, which are the receiver's;
            None for the outcome when the performer has died.
        failed: called when it can't become like the target: with the step, and the errno.
        ended: called when it is of no use any more.

    Attributes:
        used: when it had something to do, a time.monotonic().
    """

    def __init__(
        self,
        enter: messages.Enter,
        descriptors: Sequence[int],
        settled: Callable[[int, messages.Done | None, list[int]], None],
        failed: Callable[[PerformerProcess, str, int], None],
        ended: Callable[[PerformerProcess], None],
    ) -> None:
        self.used = time.monotonic()
        self._settled = settled
        self._failed = failed
        self._ended = ended
        self._ready = False
        self._current: int | None = None
        self._forked: set[int] = set()
        self._queue: deque[Errand] = deque()
        self._end, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._end.setblocking(False)
        with theirs:
            self._process = _start(theirs)
        self._send(enter, descriptors)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when it reports."""
        return self._end.fileno()

    @property
    def busy(self) -> bool:
        """It has jobs."""
        return bool(self._queue or self._forked or self._current is not None)

    def give(self, errand: Errand) -> None:
        """Let it do a job; its descriptors are closed when they are sent."""
        self._queue.append(errand)
        self._next()

    def withdraw(self, number: int) -> bool:
        """Nobody waits for job `number` any more; False when it must be killed for that."""
        for errand in self._queue:
            if errand.message.id == number:
                self._queue.remove(errand)
                errand.close()
                return True
        if number in self._forked:
            self._forked.discard(number)
            try:
                messages.send(self._end, messages.Cancel(number))
            except OSError:
                return False
            return True
        return number != self._current

    def take_queue(self) -> list[Errand]:
        """Return the jobs that it has not begun, which are the caller's again."""
        taken = list(self._queue)
        self._queue.clear()
        return taken

    def read(self) -> None:
        """Take what it reports."""
        try:
            data, descriptors = messages.receive(self._end)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        report: messages.Report | None = None
        if data:
            try:
                report = messages.decode_report(data)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                pass
        if isinstance(report, messages.Done) and self._knows(report.id):
            self._current = None if report.id == self._current else self._current
            self._forked.discard(report.id)
            self._next()
            self._settled(report.id, report, descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)
        self._take(report)

    def _take(self, report: messages.Report | None) -> None:
        if isinstance(report, messages.Ready):
            self._ready = True
            self._next()
        elif isinstance(report, messages.Forked):
            if report.id == self._current:
                self._current = None
                self._forked.add(report.id)
                self._next()
        elif isinstance(report, messages.Idle):
            if not self.busy:
                self._ended(self)
        elif isinstance(report, messages.Failed) and not self._ready:
            self._failed(self, report.step, report.errno)
        elif not isinstance(report, messages.Done):
            self._died()

    def _knows(self, number: int) -> bool:
        return number == self._current or number in self._forked

    def _died(self) -> None:
        left = [*self._forked, *([] if self._current is None else [self._current])]
        self._forked.clear()
        self._current = None
        self._ended(self)
        for number in left:
            self._settled(number, None, [])

    def _next(self) -> None:
        self.used = time.monotonic()
        if not self._ready or self._current is not None or not self._queue:
            return
        errand = self._queue.popleft()
        self._current = errand.message.id
        self._send(errand.message, errand.descriptors)
        errand.close()

    def _send(self, message: messages.Order, descriptors: Sequence[int]) -> None:
        """Send it something; where that can't be done, it ends, and what it had is settled when its end is read."""
        try:
            messages.send(self._end, message, tuple(descriptors))
        except OSError:
            self._process.kill()

    def end(self) -> subprocess.Popen[bytes]:
        """End it and all that it does; return its process, which is to be waited for, and may have to be killed.

        One that is not busy ends by itself, and cleans up behind its children.
        """
        for errand in self.take_queue():
            errand.close()
        self._end.close()
        if self._current is not None:
            self._process.kill()
        return self._process


def _start(theirs: socket.socket) -> subprocess.Popen[bytes]:
    """Start the process: a fresh interpreter, since a fork of one with threads could wait for locks for ever.

    Raises:
        OSError: there can be no further process.
    """
    # An editable installation is found by a hook in site-packages, which the fresh interpreter does not read.
    path = [os.path.abspath(folder) for folder in (*sys.path, os.fspath(Path(seccomp_tui.__file__).parent.parent))]
    code = _RUN.format(path=path, fd=theirs.fileno(), parent=os.getpid())
    argv = [sys.executable, "-I", "-S", "-c", code]
    if not sys.executable:
        raise FileNotFoundError(errno.ENOENT, "no Python interpreter")
    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        start_new_session=True,  # without a terminal: no signals from it, and /dev/tty is nobody's
    )
