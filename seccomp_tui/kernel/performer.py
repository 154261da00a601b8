"""A performer: the process that makes calls in the target's place, with the target's namespaces, root and rights.

Run in a fresh interpreter (`seccomp_tui.supervisor.performer_process` starts it). It loads all that it needs, then
becomes like the target and loads nothing more: a module would be looked for in the target's files. What may take long
is done by a child, which ends with the call.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys

import msgspec

from seccomp_tui.kernel import performer_messages as messages
from seccomp_tui.kernel import rawcalls
from seccomp_tui.kernel.performer_call import Call, Prepared
from seccomp_tui.kernel.performer_enter import StepFailed, enter
from seccomp_tui.kernel.performer_walk import Protections, Walker
from seccomp_tui.kernel.processes import is_over

_IDLE_MS = 30_000
_AS_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC


def main(descriptor: int, parent: int) -> None:
    """Serve the supervisor at the other end of `descriptor` until it goes.

    Args:
        parent: its process id.
    """
    try:
        _serve(descriptor, parent)
    finally:
        os._exit(0)  # no traceback: for its lines Python would look in the target's files


def _serve(descriptor: int, parent: int) -> None:
    rawcalls.prctl(rawcalls.PR_SET_DUMPABLE, 0)
    end = socket.socket(fileno=descriptor)
    end.set_inheritable(False)
    try:
        performer = _become(end)
    except StepFailed as failed:
        messages.send(end, messages.Failed(failed.step, failed.errno))
        return
    # After all changes of ids and rights: with those the kernel forgets both.
    rawcalls.prctl(rawcalls.PR_SET_DUMPABLE, 0)
    rawcalls.prctl(rawcalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    messages.send(end, messages.Ready())
    try:
        performer.serve()
    finally:
        performer.end_children()


def _become(end: socket.socket) -> Performer:
    proc = os.open("/proc", _AS_FOLDER)
    protections = Protections(*(_sysctl(proc, f"fs/protected_{name}") for name in ("symlinks", "fifos", "regular")))
    gc.collect()
    gc.freeze()
    sys.path.clear()
    sys.meta_path.clear()
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    data, descriptors = messages.receive(end)
    try:
        order = messages.decode_order(data)
    except msgspec.DecodeError:
        raise StepFailed("start", 0) from None
    if not isinstance(order, messages.Enter) or len(descriptors) != 2:
        raise StepFailed("start", 0)
    pidfd, root = descriptors
    file_uid = enter(order, pidfd, root, proc)
    return Performer(end, proc, protections, file_uid, order.confined)


def _sysctl(proc: int, name: str) -> int:
    try:
        descriptor = os.open(f"sys/{name}", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
        try:
            return int(os.read(descriptor, 16))
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return 0


class Performer:
    """Takes jobs and makes their calls.

    Args:
        proc: /proc of the supervisor.
        file_uid: whom files are opened as.
        confined: as of `messages.Enter`.
    """

    def __init__(self, end: socket.socket, proc: int, protections: Protections, file_uid: int, confined: bool) -> None:
        self._end = end
        self._proc = proc
        self._protections = protections
        self._file_uid = file_uid
        self._confined = confined
        self._pidfd = os.pidfd_open(os.getpid())
        self._ours = self._own_descriptors()
        self._jobs: dict[int, tuple[int, int]] = {}
        """For each child, by its pidfd, the number of its job and its pid."""
        self._poll = select.poll()
        self._poll.register(end, select.POLLIN)

    def serve(self) -> None:
        """Work until the supervisor has gone."""
        while True:
            events = self._poll.poll(None if self._jobs else _IDLE_MS)
            if not events:
                messages.send(self._end, messages.Idle())
            for fd, _ in events:
                if fd != self._end.fileno():
                    self._child_ended(fd)
                elif not self._take():
                    return

    def _take(self) -> bool:
        """Take one order; False at the end of all."""
        data, descriptors = messages.receive(self._end)
        try:
            if not data:
                return False
            order = messages.decode_order(data)
            if isinstance(order, messages.Cancel):
                self._cancel(order.id)
            elif isinstance(order, messages.Job):
                self._job(order, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _job(self, job: messages.Job, descriptors: list[int]) -> None:
        walker = Walker(job.numbers, self._protections, self._file_uid, self._confined)
        call = Call(job, descriptors, walker)
        try:
            prepared = call.prepare()
            if isinstance(prepared, Prepared) and (job.forks or prepared.waits):
                self._fork(call, prepared)
            else:
                self._report(*call.make(prepared, self._ours))
        finally:
            walker.close()

    def _report(self, done: messages.Done, descriptor: int) -> None:
        if descriptor < 0:
            messages.send(self._end, done)
            return
        try:
            messages.send(self._end, done, (descriptor,))
        finally:
            os.close(descriptor)

    # --- what may take long ---

    def _fork(self, call: Call, prepared: Prepared) -> None:
        pid = os.fork()
        if not pid:
            self._be_child(call, prepared)
        pidfd = os.pidfd_open(pid)
        self._jobs[pidfd] = (call.job.id, pid)
        self._poll.register(pidfd, select.POLLIN)
        messages.send(self._end, messages.Forked(call.job.id))

    def _be_child(self, call: Call, prepared: Prepared) -> None:
        code = 1
        try:
            rawcalls.prctl(rawcalls.PR_SET_PDEATHSIG, signal.SIGKILL)
            if is_over(self._pidfd):
                return  # it died before that could have told us
            # Nothing that leads out of the target's root is left open while the kernel reads texts of the target's.
            ours = self._own_descriptors() if prepared.working < 0 else self._end.fileno()
            _close_all_but({self._end.fileno(), ours, *call.slots_used()})
            self._report(*call.make(prepared, ours))
            code = 0
        finally:
            os._exit(code)  # the parent reports whatever it was

    def _child_ended(self, pidfd: int) -> None:
        number, pid = self._jobs.pop(pidfd)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        if status:
            messages.send(self._end, messages.Done(number, -4, refused="the process that made the call was killed"))

    def end_children(self) -> None:
        """End what was begun, and wait for it: the dead of a pid namespace keep its first process from ending."""
        for _, pid in self._jobs.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _cancel(self, number: int) -> None:
        for job, pid in self._jobs.values():
            if job == number:
                os.kill(pid, signal.SIGKILL)

    def _own_descriptors(self) -> int:
        """Return /proc/self/fd of the process that asks, in the supervisor's procfs."""
        return os.open("self/fd", _AS_FOLDER, dir_fd=self._proc)


def _close_all_but(kept: set[int]) -> None:
    start = 0
    for descriptor in sorted(kept):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, 1 << 30)
