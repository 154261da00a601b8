"""Gives answers: what is to be written, sent and done before the kernel is told.

Nothing here waits. What takes a while is done elsewhere, by another process (`Performers`) or, to put a descriptor into
the target, by a thread; the call is then under way, and `done` is called in the loop when it is known what came of it.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.kernel.processes import signal_thread
from seccomp_tui.policy import blind
from seccomp_tui.policy.answers import ERRNO_MAX, Answer, Content, Edited, File, Kind, Pipe
from seccomp_tui.policy.answers import Memory as MemoryFile
from seccomp_tui.supervisor.delays import Delays
from seccomp_tui.supervisor.installing import Installed, Installer
from seccomp_tui.supervisor.sources import CantGive, edited, memory_file, pipe_of
from seccomp_tui.supervisor.table import Entry
from seccomp_tui.supervisor.threads import Thread, kill_process
from seccomp_tui.supervisor.wire import Held
from seccomp_tui.syscalls.memory import Memory, PatchedMemory, RecordedMemory, Segment
from seccomp_tui.syscalls.text import escape

if TYPE_CHECKING:
    from seccomp_tui.supervisor.performed import Performed
    from seccomp_tui.supervisor.performing import Performers
    from seccomp_tui.syscalls.filling import Filled


def _nothing() -> None:
    """Do nothing."""


@dataclass(slots=True)
class HeldCall:
    """A call that was received and not answered.

    Attributes:
        notification: its id, good for one answer.
        frame: its record, for screens that can't read it from the recording.
        announced: the operator knows of it.
        poked: what was written for an answer before it was given.
        written: what the operator has written meanwhile, into a copied piece: the whole of it.
        under_way: it has an answer, which is being given.
        cancel: gives that up, as far as it can be; None: it can't be any more.
        overdue: it was held for too long.
        forget: it need not be known any more whether it was.
    """

    notification: int
    thread: Thread
    entry: Entry
    args: Sequence[int]
    segments: Sequence[Segment]
    frame: bytes
    message: Held
    announced: bool = False
    poked: Sequence[Segment] = ()
    written: Sequence[Segment] = ()
    under_way: bool = False
    cancel: Callable[[], None] | None = None
    overdue: bool = False
    forget: Callable[[], None] = _nothing


class Given(NamedTuple):
    """What has come of an answer.

    Attributes:
        answer: as the target got it; None: it got none.
        filled: what was filled in.
        why: the reason why it could not be given, one line; empty: the call is gone.
        number: the errno that comes nearest to that.
    """

    answer: Answer | None
    filled: Sequence[Segment] = ()
    why: str = ""
    number: int = 0


GONE = Given(None)
Done = Callable[[Given], None]


@contextmanager
def _told(done: Done) -> Iterator[None]:
    """Tell `done` what an answer can't be given for."""
    try:
        yield
    except CantGive as error:
        done(Given(None, why=str(error), number=error.number))
    except OSError as error:
        number = error.errno or errno.EIO
        done(Given(None, why=f"it can't be given ({os.strerror(number)})", number=number))


@contextmanager
def _kept(descriptor: int) -> Iterator[None]:
    """Close a descriptor, -1 for none, that there is no use for after an error."""
    try:
        yield
    except (CantGive, OSError):
        if descriptor >= 0:
            os.close(descriptor)
        raise


class Answering:
    """Gives answers to held calls.

    Args:
        listener: through which the kernel is told.
        let_go: lets an execve or an exit_group go; False when it is gone.
        delays: what is to be done later.
        watch, unwatch: call a handler in the loop whenever a descriptor is readable, and no more.
        killable: only a fatal signal ends the wait of a received call.
    """

    def __init__(
        self,
        listener: Listener,
        let_go: Callable[[HeldCall], bool],
        delays: Delays,
        watch: Callable[[int, Callable[[], None]], None],
        unwatch: Callable[[int], None],
        killable: bool,
    ) -> None:
        self._listener = listener
        self._let_go = let_go
        self._delays = delays
        self._watch = watch
        self._unwatch = unwatch
        self._made: Performers | None = None
        self._installer = Installer(listener, watch)
        self._killable = killable

    def give(self, call: HeldCall, answer: Answer, done: Done) -> None:
        """Give `answer`, and call `done` once, now or later."""
        if answer.delay:
            call.cancel = self._delays.add(
                time.monotonic_ns() + answer.delay,
                lambda: self._give(call, msgspec.structs.replace(answer, delay=0), done),
            )
        else:
            self._give(call, answer, done)

    def rest(self) -> None:
        """Keep nothing that no answer needs at the moment."""
        if self._made is not None:
            self._made.rest()

    def close(self) -> None:
        """Give nothing more."""
        self._installer.close()
        if self._made is not None:
            self._made.close()

    def _performers(self) -> Performers:
        """Return what performs calls; made when it is first needed."""
        if self._made is None:
            from seccomp_tui.supervisor.performing import Performers

            self._made = Performers(self._watch, self._unwatch)
        return self._made

    def _give(self, call: HeldCall, answer: Answer, done: Done) -> None:
        call.cancel = None
        with _told(done):
            if not call.message.tid and (why := blind.refusal(answer)):
                raise CantGive(why, errno.EPERM)
            if answer.plain:
                given = self._tell(call, answer)
                done(given)
            elif not self._listener.is_pending(call.notification):
                done(GONE)
            elif answer.kind == Kind.FD:
                self._give_descriptor(call, answer, done)
            elif answer.kind == Kind.PERFORM:
                self._perform(call, answer, done)
            else:
                self._poke(call, answer.pokes)
                done(self._fill_and_tell(call, answer))

    # --- descriptors ---

    def _give_descriptor(self, call: HeldCall, answer: Answer, done: Done) -> None:
        assert answer.descriptor is not None
        source = answer.descriptor.source
        self._poke(call, answer.pokes)
        if isinstance(source, Pipe):
            self._install(call, answer, lambda: pipe_of(source.data), done)
        elif isinstance(source, MemoryFile):
            self._install(call, answer, lambda: memory_file(source.data), done)
        elif isinstance(source, File):
            performers = self._performers()
            job = performers.open_file(source.path, source.flags, source.mode, self._opened(call, answer, done))
            call.cancel = lambda: performers.cancel(job)
        else:
            self._do(call, RecordedMemory(call.segments), self._opened(call, answer, done), reading=True)

    def _opened(self, call: HeldCall, answer: Answer, done: Done) -> Callable[[Performed], None]:
        """Return what goes on with a file that was opened."""
        assert answer.descriptor is not None
        source = answer.descriptor.source

        def go_on(performed: Performed) -> None:
            opened = performed.descriptor
            if performed.refused:
                done(Given(None, why=performed.refused, number=performed.errno))
            elif opened < 0:
                number = -performed.value or errno.EIO
                what = escape(source.path) if isinstance(source, File) else "what the call opens"
                done(Given(None, why=f"{what}: {os.strerror(number)}", number=number))
            else:
                make = (lambda: edited(opened, source)) if isinstance(source, Edited) else (lambda: opened)
                with _told(done), _kept(opened):
                    self._install(call, answer, make, done)

        return go_on

    def _install(
        self, call: HeldCall, answer: Answer, make: Callable[[], int], done: Done, filled: Sequence[Segment] = ()
    ) -> None:
        """Put the descriptor that `make` returns into the target, as the call's result."""
        wanted = answer.descriptor
        cloexec = None if wanted is None else wanted.cloexec
        if cloexec is None:
            from seccomp_tui.syscalls.cloexec import asks_for_cloexec

            message = call.message
            cloexec = asks_for_cloexec(message.arch, message.nr, call.args, RecordedMemory(call.segments))
        if answer.signal and self._killable:
            self._signal(call, answer.signal)

        def installed(outcome: Installed) -> None:
            if outcome.number >= 0:
                if answer.signal and not self._killable:
                    self._signal(call, answer.signal)
                done(Given(msgspec.structs.replace(answer, value=outcome.number), filled))
            else:
                done(Given(None, why=outcome.why, number=outcome.error))

        call.cancel = None
        number = -1 if wanted is None else wanted.number
        self._installer.install(call.notification, make, number, cloexec, installed)

    # --- performing ---

    def _perform(self, call: HeldCall, answer: Answer, done: Done) -> None:
        memory: Memory = RecordedMemory(call.segments)
        pieces: dict[int, bytes] = {}
        for content in answer.pokes:
            pieces.update(self._encoded(call, content, free=True).writes)
        if pieces:
            memory = PatchedMemory(memory, pieces)
            call.poked = list(pieces.items())

        def performed(outcome: Performed) -> None:
            with _told(done), _kept(outcome.descriptor):
                self._hand_back(call, answer, outcome, done)

        self._do(call, memory, performed, privileged=answer.privileged)

    def _do(self, call: HeldCall, memory: Memory, performed: Callable[[Performed], None], **how: bool) -> None:
        """Make the call in the target's place; `how` as of `Performers.perform`."""
        performers, message = self._performers(), call.message
        job = performers.perform(call.thread, message.arch, message.nr, call.args, memory, performed, **how)
        call.cancel = lambda: performers.cancel(job)

    def _hand_back(self, call: HeldCall, answer: Answer, outcome: Performed, done: Done) -> None:
        """Give the target what has come of a call that was made in its place."""
        call.cancel = None
        if outcome.refused:
            raise CantGive(outcome.refused, outcome.errno)
        if not self._listener.is_pending(call.notification):
            if outcome.descriptor >= 0:
                os.close(outcome.descriptor)
            done(GONE)
            return
        filled, _ = self._fill(call, answer.fills, outcome.rooms)
        if outcome.descriptor >= 0:
            self._install(call, answer, lambda: outcome.descriptor, done, filled)
        else:
            done(self._tell(call, msgspec.structs.replace(answer, value=outcome.value))._replace(filled=filled))

    # --- memory ---

    def _poke(self, call: HeldCall, pokes: Sequence[Content]) -> None:
        poked: list[Segment] = []
        for content in pokes:
            writes = self._encoded(call, content).writes
            self._write(call, content.argument, writes)
            poked += writes
        call.poked = poked

    def _fill(
        self, call: HeldCall, fills: Sequence[Content], rooms: Sequence[Segment] = ()
    ) -> tuple[list[Segment], int]:
        """Write what is to be filled in, over what a performed call has; return it and what the call returns for it."""
        there, counted = dict(rooms), 0
        for content in fills:
            filled = self._encoded(call, content, there)
            there.update(filled.writes)
            counted += filled.counted
        self._write(call, "what it fills in", list(there.items()))
        return list(there.items()), counted

    def _encoded(
        self, call: HeldCall, content: Content, there: Mapping[int, bytes] | None = None, *, free: bool = False
    ) -> Filled:
        from seccomp_tui.syscalls import filling

        memory = RecordedMemory(call.segments)
        fill = partial(filling.fill, call.message.arch, call.message.nr, call.args, content, memory, free=free)
        try:
            filled = fill()
            base = [there[address] for address, _ in filled.writes if address in there] if there else []
            return fill(base[0]) if base else filled
        except ValueError as error:
            raise CantGive(str(error), errno.EINVAL) from None

    def _write(self, call: HeldCall, what: str, pieces: Sequence[Segment]) -> None:
        for address, data in pieces:
            try:
                written = call.thread.memory.write(address, data)
            except OSError as error:
                why = f"{what} can't be written at {address:#x}: {error.strerror}"
                raise CantGive(why, error.errno or errno.EFAULT) from None
            if written < len(data):
                why = f"{what}: only {written} of {len(data)} bytes can be written at {address:#x}"
                raise CantGive(why, errno.EFAULT)

    # --- telling the kernel ---

    def _fill_and_tell(self, call: HeldCall, answer: Answer) -> Given:
        filled, counted = self._fill(call, answer.fills)
        if answer.kind == Kind.FILL:
            answer = msgspec.structs.replace(answer, kind=Kind.RETURN, value=counted)
        return self._tell(call, answer)._replace(filled=filled)

    def _tell(self, call: HeldCall, answer: Answer) -> Given:
        """Give the kernel an answer that it can be given at once, and send the signal that goes with it."""
        if answer.signal and self._killable:
            self._signal(call, answer.signal)
        given = self._tell_only(call, answer)
        if answer.signal and not self._killable and given:
            # Before the answer it would have ended the wait, and the call would only come back.
            self._signal(call, answer.signal)
        return Given(answer) if given else GONE

    def _tell_only(self, call: HeldCall, answer: Answer) -> bool:
        if answer.kind == Kind.ALLOW:
            if call.entry.copy_late is not None:
                call.thread.owing = (call.message.seq, call.entry.copy_late, call.args, call.segments)
            return self._let_go(call) if call.entry.leaves else self._listener.allow(call.notification)
        if answer.kind == Kind.ERRNO:
            return self._listener.fail(call.notification, answer.value)
        if answer.kind in (Kind.RETURN, Kind.FD):
            return self._listener.give(call.notification, answer.value)
        if answer.kind == Kind.PERFORM:
            if -ERRNO_MAX <= answer.value < 0:
                return self._listener.fail(call.notification, -answer.value)
            return self._listener.give(call.notification, answer.value)
        if answer.kind == Kind.KILL:
            killed = self._listener.is_pending(call.notification) and kill_process(call.thread)
            if not killed and self._listener.is_pending(call.notification):
                raise CantGive("the process can't be killed: we have no right to", errno.EPERM)
            return killed
        raise ValueError(f"{answer} is no answer to give")

    def _signal(self, call: HeldCall, number: int) -> None:
        identity = call.thread.identity
        if identity.pid:
            signal_thread(identity.pid, identity.tid, number)
