"""Calls that are made in the target's place, by performers: one for each set of namespaces, root and rights.

Nothing here waits. What must be read of the target is read while its call waits; more than a little of it by a thread.
"""

from __future__ import annotations

import errno
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from seccomp_tui.kernel import performer_messages as messages
from seccomp_tui.kernel.credentials import Standing, standing
from seccomp_tui.kernel.processes import open_thread
from seccomp_tui.supervisor import entering, rights
from seccomp_tui.supervisor.entering import Key
from seccomp_tui.supervisor.errands import Caller, Errand, missing
from seccomp_tui.supervisor.performed import DIED, Performed, outcome
from seccomp_tui.supervisor.performer_process import PerformerProcess
from seccomp_tui.syscalls import marshalling, numbers
from seccomp_tui.syscalls.arch import native
from seccomp_tui.syscalls.lookups import Lookup
from seccomp_tui.syscalls.marshalling import Plan, Refused
from seccomp_tui.syscalls.memory import AT_FDCWD, Memory
from seccomp_tui.syscalls.reading import reading as to_read

PERFORMERS_MOST = 16
_READ_AT_ONCE = 256 << 10
"""Bytes of the target's memory that are read without a thread."""
_PATIENCE = 1.0
"""Seconds that performers have to end by themselves."""


@dataclass(slots=True, eq=False)
class Job:
    """A call that is being made.

    Attributes:
        number: of the job.
    """

    number: int
    plan: Plan | None
    caller: Caller
    done: Callable[[Performed], None] = field(repr=False)
    privileged: bool
    performer: PerformerProcess | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class _Ourselves:
    tid: int
    pid: int
    pidfd: int


class Performers:
    """Makes calls in the place of targets.

    Args:
        watch: called with a descriptor and what is to be called whenever it is readable.
        unwatch: called with one that is about to be closed.
    """

    def __init__(self, watch: Callable[[int, Callable[[], None]], None], unwatch: Callable[[int], None]) -> None:
        self._watch = watch
        self._unwatch = unwatch
        self._pid = os.getpid()
        self._ours = standing(self._pid)
        self._jobs: dict[int, Job] = {}
        self._number = 0
        self._performers: dict[Key, PerformerProcess] = {}
        self._retired: list[PerformerProcess] = []
        self._dead: list[subprocess.Popen[bytes]] = []
        self._later: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._open = threading.Lock()
        """Held where the bell is rung: a thread may come too late, and the number be another's."""
        try:
            self._ourselves = _Ourselves(self._pid, self._pid, os.pidfd_open(self._pid))
        except OSError:
            os.close(self._bell)
            raise
        watch(self._bell, self._run_later)

    # --- asking ---

    def perform(
        self,
        thread: Caller,
        arch: int,
        nr: int,
        args: Sequence[int],
        memory: Memory,
        done: Callable[[Performed], None],
        *,
        privileged: bool = False,
        reading: bool = False,
    ) -> Job:
        """Make the very call that a thread waits in.

        Args:
            arch, nr, args: the call.
            memory: what was copied when it trapped: what is done is what was looked at.
            done: called once with the outcome, later, unless the job is cancelled.
            privileged: with our user and capabilities, in the target's namespaces and root.
            reading: what it opens is only to be read: nothing is made or truncated.
        """
        job = self._new(thread, done, privileged)
        try:
            plan = marshalling.plan(arch, nr, args, memory)
            job.plan = to_read(plan) if reading else plan
        except Refused as refused:
            self._refuse(job, str(refused), errno.ENOSYS)
            return job
        self._begin(job)
        return job

    def open_file(self, path: bytes, flags: int, mode: int, done: Callable[[Performed], None]) -> Job:
        """Open a file as ourselves, in our own folders; as `perform`, for files that the operator names."""
        job = self._new(self._ourselves, done, False)
        nr = numbers.number(native().token, "openat") or 0
        words = (
            marshalling.Number(AT_FDCWD & (1 << 64) - 1),
            marshalling.Path(path, Lookup.OPEN, AT_FDCWD, 2),
            marshalling.Number(flags | os.O_CLOEXEC),
            marshalling.Number(mode),
        )
        job.plan = Plan("openat", nr, words, True, bool(flags & os.O_CLOEXEC))
        self._begin(job)
        return job

    def cancel(self, job: Job) -> None:
        """Nobody waits for a job any more: what can still be stopped is, and `done` is not called."""
        if job.over:
            return
        self._finish(job)
        performer = job.performer
        if performer is not None and not performer.withdraw(job.number):
            self._replace(performer)

    def rest(self) -> None:
        """End the performers that have nothing to do: they keep namespaces of targets, and what is mounted there."""
        for performer in self._idle():
            self._ended(performer)

    def close(self) -> None:
        """End all performers; nothing is called any more."""
        for job in list(self._jobs.values()):
            self._finish(job)
        for performer in [*self._performers.values(), *self._retired]:
            self._end(performer)
        for process in self._dead:
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        with self._open:
            self._unwatch(self._bell)
            os.close(self._bell)
            self._bell = -1
        os.close(self._ourselves.pidfd)

    # --- beginning ---

    def _new(self, caller: Caller, done: Callable[[Performed], None], privileged: bool) -> Job:
        self._number += 1
        job = Job(self._number, None, caller, done, privileged)
        self._jobs[job.number] = job
        return job

    def _begin(self, job: Job) -> None:
        assert job.plan is not None
        if missing(job.plan) <= _READ_AT_ONCE:
            self._prepare(job, self._act)
        else:
            thread = threading.Thread(target=self._prepare, args=(job, self._call_later), daemon=True)
            try:
                thread.start()
            except RuntimeError:
                self._refuse(job, "no thread can be started for it (RLIMIT_NPROC)", errno.EAGAIN)

    def _prepare(self, job: Job, then: Callable[[Callable[[], None]], None]) -> None:
        """Collect what the call needs; in a thread of its own where that takes long."""
        assert job.plan is not None
        try:
            ours = self._ours
            stands = ours if job.caller is self._ourselves else standing(job.caller.tid)
            reason = rights.to_enter(stands, ours, job.privileged)
            reason = reason or (rights.to_call(job.plan.name, ours) if job.privileged else "")
            if reason:
                self._refuse(job, reason, errno.EPERM)
                return
            errand = Errand(job.number, job.plan, job.caller, stands)
        except Refused as refused:
            self._refuse(job, str(refused), errno.EPERM)
        except (OSError, KeyError, ValueError) as error:
            number = getattr(error, "errno", None) or errno.EIO
            reason = "looking at the target needs CAP_SYS_PTRACE" if number in (errno.EPERM, errno.EACCES) else ""
            self._refuse(job, reason or f"the target can't be looked at ({os.strerror(number)})", number)
        else:
            then(partial(self._hand_over, job, errand, stands, ours))

    def _hand_over(self, job: Job, errand: Errand, stands: Standing, ours: Standing) -> None:
        if job.over:
            errand.close()
            return
        key = entering.key(stands, job.privileged)
        performer = self._performers.get(key)
        if performer is None:
            try:
                performer = self._start(key, job, stands, ours)
            except OSError as error:
                errand.close()
                self._refuse(job, f"no process can be started for it ({error.strerror})", error.errno or errno.EAGAIN)
                return
        job.performer = performer
        performer.give(errand)

    def _start(self, key: Key, job: Job, stands: Standing, ours: Standing) -> PerformerProcess:
        """Start a performer for what the job's caller is."""
        self._make_room()
        pidfd = job.caller.pidfd
        opened = open_thread(job.caller.tid) if pidfd is None else os.dup(pidfd)
        if opened is None:
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
        try:
            root = os.open(f"/proc/{job.caller.tid}/root", os.O_PATH | os.O_CLOEXEC)
            try:
                performer = PerformerProcess(
                    entering.entry(stands, ours, job.privileged),
                    (opened, root),
                    self._settled,
                    self._failed,
                    self._ended,
                )
            finally:
                os.close(root)
        finally:
            os.close(opened)
        self._performers[key] = performer
        self._watch(performer.fileno(), performer.read)
        return performer

    def _make_room(self) -> None:
        self._dead = [process for process in self._dead if process.poll() is None]
        if len(self._performers) >= PERFORMERS_MOST and (idle := self._idle()):
            self._ended(min(idle, key=lambda performer: performer.used))

    def _idle(self) -> list[PerformerProcess]:
        return [performer for performer in self._performers.values() if not performer.busy]

    # --- ending ---

    def _settled(self, number: int, done: messages.Done | None, descriptors: list[int]) -> None:
        """Take an outcome. It comes from a process with the target's rights: nothing in it is taken for granted."""
        job = self._jobs.get(number)
        performed = None
        if job is not None and job.plan is not None:
            performed = outcome(job.plan, done, descriptors)
        for descriptor in descriptors:
            if performed is None or descriptor != performed.descriptor:
                os.close(descriptor)
        if job is None or performed is None:
            return
        assert job.plan is not None
        if job.privileged and not performed.refused:
            lacking = rights.after_failure(job.plan.name, performed.value, self._ours)
            if lacking:
                performed = Performed(refused=lacking, errno=-performed.value)
        self._finish(job)
        for performer in [each for each in self._retired if not self._jobs_of(each)]:
            self._end(performer)
        job.done(performed)

    def _finish(self, job: Job) -> None:
        job.over = True
        self._jobs.pop(job.number, None)

    def _refuse(self, job: Job, reason: str, number: int) -> None:
        self._call_later(partial(self._tell, job, Performed(refused=reason, errno=number)))

    def _tell(self, job: Job, performed: Performed) -> None:
        if not job.over:
            self._finish(job)
            job.done(performed)

    def _failed(self, performer: PerformerProcess, step: str, number: int) -> None:
        refusal = Performed(refused=rights.of_step(step, number), errno=errno.EPERM)
        self._ended(performer, refusal)

    def _ended(self, performer: PerformerProcess, result: Performed = DIED) -> None:
        """Let a performer go; jobs that it has not begun have this outcome."""
        left = performer.take_queue()
        self._forget(performer)
        self._end(performer)
        for errand in left:
            errand.close()
            job = self._jobs.get(errand.message.id)
            if job is not None:
                self._tell(job, result)

    def _replace(self, performer: PerformerProcess) -> None:
        """A job that nobody wants keeps a performer busy: it gets no others, and is killed when it has no others."""
        left = performer.take_queue()
        self._forget(performer)
        if any(job for job in self._jobs_of(performer) if job.number not in {each.message.id for each in left}):
            self._retired.append(performer)
        else:
            self._end(performer)
        for errand in left:
            errand.close()
            job = self._jobs.get(errand.message.id)
            if job is not None:
                job.performer = None
                self._begin(job)

    def _jobs_of(self, performer: PerformerProcess) -> list[Job]:
        return [job for job in self._jobs.values() if job.performer is performer]

    def _forget(self, performer: PerformerProcess) -> None:
        for key, known in list(self._performers.items()):
            if known is performer:
                del self._performers[key]

    def _end(self, performer: PerformerProcess) -> None:
        if performer in self._retired:
            self._retired.remove(performer)
        self._unwatch(performer.fileno())
        self._dead.append(performer.end())

    # --- later ---

    @staticmethod
    def _act(act: Callable[[], None]) -> None:
        act()

    def _call_later(self, act: Callable[[], None]) -> None:
        self._later.put(act)
        with self._open:
            if self._bell >= 0:
                os.eventfd_write(self._bell, 1)

    def _run_later(self) -> None:
        try:
            os.eventfd_read(self._bell)
        except BlockingIOError:
            return
        while not self._later.empty():
            self._later.get()()
