"""The answering loop: receive, copy, decide, answer or hold, record.

Between RECV and SEND there is no text, no SQLite and no system call but the reads of the target's memory and, where
asked for, of what its descriptors lead to. What the thread's last call has filled in is read then too, while the thread
waits; one that is new, or has become another program, is looked up in /proc. A call that is let go at once is not asked
after with ID_VALID: that SEND succeeds proves that the notification was pending all the while, so the memory copied
before it was the caller's own.
"""

from __future__ import annotations

import errno
import select
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from seccomp_tui.kernel.listener import Listener
from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.startup import argv_of
from seccomp_tui.supervisor import records
from seccomp_tui.supervisor.answering import Answering, HeldCall
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.delays import Delays
from seccomp_tui.supervisor.exits import Exits
from seccomp_tui.supervisor.held import HeldCalls, ToldOfCalls
from seccomp_tui.supervisor.journal import Journal
from seccomp_tui.supervisor.received import Received
from seccomp_tui.supervisor.recordpipe import BACKLOG_LIMIT, BLOCK
from seccomp_tui.supervisor.ruling import Ruling
from seccomp_tui.supervisor.settings import Settings
from seccomp_tui.supervisor.stops import Stops
from seccomp_tui.supervisor.table import Entry, Table, split
from seccomp_tui.supervisor.threads import Thread, Threads, kill_process
from seccomp_tui.supervisor.wire import Held
from seccomp_tui.syscalls.memory import AfterMemory, RecordedMemory, Segment

if TYPE_CHECKING:
    from seccomp_tui.policy.rules import RuleSet
    from seccomp_tui.supervisor.arrivals import Container

TICK_NS = 5_000_000
_TICK_SECONDS = TICK_NS / 1e9
"""Records wait at most this long for the recorder."""
_IDLE_SECONDS = 0.5
_SLOWED_SECONDS = 0.005
"""Pause before each automatic answer while the recorder is too far behind."""

_unpack = struct.Struct("=QI4xQQ6Q").unpack_from
"""struct seccomp_notif with nr and arch as one number, which is the key of the table: id, tid, key, ip, args[6]."""
_now = time.monotonic_ns
_EVENTS = 16
_ENTRIES = 2048
"""More than there are system calls on all architectures together."""
# Plain integers: an IntEnum costs a conversion in struct.pack.
_HELD, _ANSWERED, _GONE = int(State.HELD), int(State.ANSWERED), int(State.GONE)
_NONE, _ALLOW = int(Kind.NONE), int(Kind.ALLOW)
_NOBODY, _UNHELD, _STARTUP = int(By.NOBODY), int(By.UNHELD), int(By.STARTUP)


class Loop:
    """Answers the calls of one listener.

    Args:
        rules: what is answered without the operator; None: nothing ever is.
        told: called with what the screens shall hear of held calls.
        complain: called with one line when a rule can't give its answer and nobody is there to decide.
        killable: only a fatal signal ends the wait of a received call.

    Attributes:
        holding: hold calls that are holdable and not part of a start-up.
        stops: says which these are.
        launching: calls are let go unrecorded until the launcher's execve.
        killing: the operator wants the target dead: who calls is killed (`kill`).
        close: ends what was begun for answers.
        startup: calls let through because they belong to a start-up.
        whose: returns what a notification has come with, where its target was not launched by us.
        unexecuted: returns whether the execve has failed; what then calls is the launcher, and not held.
        alive: some task still uses the filter.
        on_tick: called with the time at most every `TICK_NS`; returns whether it must be called soon again.
    """

    def __init__(
        self,
        settings: Settings,
        table: Table,
        listener: Listener,
        journal: Journal,
        board: Board,
        rules: RuleSet | None,
        told: Callable[[ToldOfCalls], None],
        complain: Callable[[str], None],
        killable: bool,
    ) -> None:
        self.holding = settings.holding
        self.launching = True
        self._special = True
        self.killing = self._slowed = False
        self._last_id = self._met = 0
        self.alive = True
        self.startup = 0
        self.whose: Callable[[int], Container | None] = lambda notification: None
        self.unexecuted: Callable[[], object] = lambda: False
        self.on_tick: Callable[[int], bool] = lambda now: False
        self._handlers: dict[int, Callable[[], None]] = {}
        self.epoll = select.epoll()
        self.epoll.register(listener.fileno(), select.EPOLLIN)
        self.threads = Threads(self.epoll, self._seen)
        self._delays = Delays()
        answering = Answering(listener, self._leave_held, self._delays, self.watch, self.unwatch, killable)
        self.close = answering.close
        self.held = HeldCalls(listener, journal, answering, told, complain, self._delays, settings.hold_timeout)
        self._listener = listener
        self._allow = listener.allow
        self._received: deque[bytearray] = deque()
        # After a drain, what epoll told of the listener before is no longer true, and RECV would wait.
        self._drained = False
        self._queued = select.poll()
        self._queued.register(listener.fileno(), select.POLLIN)
        self._exits = Exits(listener, self.threads, self._drain, self._received)
        self._journal = journal
        self.watch(journal.pipe.fileno(), self._recorder_died, events=0)
        self._board = board
        self._table = table
        self._entries = table.entries
        self.stops = Stops(table, self._hold)
        self.ruling: Ruling | None = None
        if rules is not None:
            ruled = (self.stops.view, self._hold, self._leave_ruled)
            self.ruling = Ruling(rules, table, listener, journal, self.held, *ruled)
        self._busy = True

    def watch(self, fd: int, handler: Callable[[], None], events: int = select.EPOLLIN) -> None:
        """Call `handler` whenever `fd` is readable (or has another of `events`), hung up, or has an error."""
        self._handlers[fd] = handler
        self.epoll.register(fd, events)

    def unwatch(self, fd: int) -> None:
        """Stop watching `fd`."""
        if self._handlers.pop(fd, None) is not None:
            self.epoll.unregister(fd)

    def wake(self) -> None:
        """Make the next tick come soon: something waits to be written or told."""
        self._busy = True

    def run(self, over: Callable[[], bool]) -> None:
        """Answer until `over()`, which is asked at each tick."""
        poll, delays = self.epoll.poll, self._delays
        listener = self._listener.fileno()
        fresh = self._journal.pipe.fresh
        next_tick = 0
        while True:
            now = 0
            self._drained = False
            pause = _TICK_SECONDS if fresh or self._busy else _IDLE_SECONDS
            if delays:
                pause = min(pause, max(0, delays.next - _now()) / 1e9)
            for fd, mask in poll(pause, _EVENTS):
                if fd != listener:
                    self._other(fd)
                elif not self.alive:
                    pass  # it was given up by an event before this one
                elif not mask & select.EPOLLIN:
                    self.stop_listening()
                elif not self._drained:
                    buffer = self._listener.receive()
                    if buffer is not None:
                        now = self._take(buffer)
            while self._received:
                now = self._take(self._received.popleft())
            now = now or _now()
            if delays and now >= delays.next:
                delays.run(now)
                self._busy = True
            if now >= next_tick or len(fresh) > BLOCK:
                next_tick = now + TICK_NS
                self._tick(now)
                if over():
                    return

    def _tick(self, now: int) -> None:
        self._board.received(self._last_id, min(self.notifications(), default=0))
        self._journal.pipe.flush()
        self._slowed = self._journal.pipe.backlog > BACKLOG_LIMIT
        if self._exits.waiting:
            self._exits.tick(now)
        self._busy = self.on_tick(now) or self._journal.pipe.backlog > 0 or self._exits.waiting

    def notifications(self) -> list[int]:
        """Return the ids of all that were received and not answered."""
        return [*self.held.notifications(), *self._exits.notifications()]

    def attend(self) -> None:
        """Take what calls for the target's from the start: nothing is launched, and an execve may go unseen."""
        self.launching = self._special = False
        self.threads.blind = True
        self._board.start()

    def step(self, tids: list[int]) -> None:
        """Hold the next call of each of these threads, whatever it is."""
        self.stops.step(tids)
        self._special = True

    def kill(self) -> None:
        """From now on answer a call by killing its process."""
        self.killing = self._special = True

    def abandon(self) -> None:
        """Answer nothing any more; the listener is about to be closed."""
        self.stop_listening()
        self._received.clear()
        self._exits.abandon()
        self.held.abandon(By.LEAVING)

    def stop_listening(self) -> None:
        """No task uses the filter any more, or the listener is about to be closed."""
        if self.alive:
            self.alive = False
            self.epoll.unregister(self._listener.fileno())
            self._busy = True

    def _other(self, fd: int) -> None:
        self._busy = True
        handler = self._handlers.get(fd)
        if handler is not None:
            handler()
            return
        tid = self.threads.ended(fd)
        if tid is not None:
            self.held.withdraw_of(tid)
            self.stops.ended(tid)
            if self.ruling is not None:
                self.ruling.rules.thread_ended(tid)
            self._exits.thread_ended(tid)
            self._journal.event(records.ThreadGone(_now(), tid))

    def _recorder_died(self) -> None:
        self.unwatch(self._journal.pipe.fileno())
        self._journal.pipe.reader_died()

    def _take(self, buffer: bytearray) -> int:
        """Answer or hold one received call, record it, and return the time."""
        notification, tid, key, _, *args = _unpack(buffer)
        now = _now()
        self._last_id = max(self._last_id, notification)
        entry = self._entries.get(key)
        if entry is None:
            entry = self._first(key)
        thread = self.threads.get(tid)
        if thread is None or thread.stale:
            self._met = now
            thread = self.threads.meet(tid, self.whose(notification))
        if thread.owing is not None:
            self._read_late(thread)
        if tid in self.held.by_tid:
            self.held.withdraw_of(tid, before=notification)
        if self._exits.waiting and self._exits.stops(tid, buffer, now):
            return now
        flags = 0
        if self._special:
            call = Received(buffer, notification, key, entry, thread, args, (), now, flags)
            flags = self._specially(call)
            if flags < 0:
                return now
        segments = entry.copy(thread.memory, args) if entry.copy is not None else ()
        by = _UNHELD
        startup = thread.startup
        if startup.starting and startup.goes_on(entry.reach, args, segments):
            flags |= records.FLAG_STARTUP
        if entry.rules is not None and (candidates := entry.rules.candidates(args, segments)):
            call = Received(buffer, notification, key, entry, thread, args, segments, now, flags)
            if self._rules_answer(call, candidates):
                return now
        if self.holding and entry.holdable and not flags & records.FLAG_LAUNCH and not self.unexecuted():
            call = Received(buffer, notification, key, entry, thread, args, segments, now, flags)
            by = self.stops.judge(call)
            if by == _NOBODY:
                self._hold(call)
                self.stops.stopped()
                return now
            if by == _STARTUP:
                self.startup += 1
        if self._slowed:
            time.sleep(_SLOWED_SECONDS)
        if self._leave(notification, entry, thread, args, segments) if entry.leaves else self._allow(notification):
            if entry.recorded:
                self._journal.call(buffer, now, thread.identity.pid, segments, _ANSWERED, _ALLOW, by, flags)
                if entry.copy_late is not None:
                    thread.owing = (self._journal.seq, entry.copy_late, args, segments)
        elif entry.recorded:
            # Withdrawn before our answer: what was copied may be another's, so it is not recorded.
            self._journal.call(buffer, now, thread.identity.pid, (), _GONE, _NONE, _NOBODY, flags)
        return now

    def _rules_answer(self, call: Received, candidates: Sequence[int]) -> bool:
        assert self.ruling is not None
        return not call.flags & records.FLAG_LAUNCH and not self.unexecuted() and self.ruling.answers(call, candidates)

    def _read_late(self, thread: Thread) -> None:
        """Read what the thread's last call has filled in, before the thread runs on and changes it."""
        assert thread.owing is not None
        seq, copy, args, before = thread.owing
        thread.owing = None
        segments = copy(AfterMemory(RecordedMemory(before), thread.memory), args)
        if segments:
            self._journal.late(seq, thread.identity.tid, segments)

    def _first(self, key: int) -> Entry:
        """Work out the entry of a call that has not come before; made-up numbers are not let to fill our memory."""
        entry = self._table.entry(*split(key))
        if self.ruling is not None:
            self.ruling.prepare(entry, key)
        if len(self._entries) < _ENTRIES:
            self._entries[key] = entry
        return entry

    def _specially(self, call: Received) -> int:
        """Deal with a call while all is being killed, before the launcher's execve, or while a thread is stepped.

        Returns:
            Its flags; -1: nothing more is to be done with it.
        """
        if self.killing:
            if not kill_process(call.thread):
                self._listener.fail(call.notification, errno.EPERM)  # dead already, or we see no process to be killed
            return -1
        if not self.launching:
            taken = self.stops.take(call)
            self._special = bool(self.stops.stepped)
            return -1 if taken else 0
        if call.entry.argv_at < 0:
            self._listener.allow(call.notification)
            return -1
        self.launching = self._special = False
        self._board.start()
        return records.FLAG_LAUNCH

    def _hold(self, call: Received) -> int | None:
        """Hold a call, for the operator or for as long as a rule's answer takes; return as `Ruling` wants it."""
        buffer, notification, key, entry, thread, _, segments, now, flags = call
        ruled = bool(flags & records.FLAG_RULED)
        _, tid, _, ip, *args = _unpack(buffer)
        if not ruled and entry.copy_held is not None:  # what a rule has judged is what it answers, and nothing else
            segments = entry.copy_held(thread.memory, args)
        pid = thread.identity.pid
        recorded = entry.recorded or self.held.operated
        if not self._listener.is_pending(notification):
            if recorded:
                self._journal.call(buffer, now, pid, (), _GONE, _NONE, _NOBODY, flags)
            return None
        frame, seq = b"", -notification
        if recorded:
            frame = self._journal.call(buffer, now, pid, segments, _HELD, _NONE, _NOBODY, flags)
            seq = self._journal.seq
            if not ruled:
                self._journal.pipe.flush()
        arch, nr = split(key)
        where = "" if thread.container is None else thread.container.called
        message = Held(seq, now, pid, tid, thread.identity.comm, arch, nr, args, ip, recorded, where)
        held = HeldCall(notification, thread, entry, args, segments, frame, message)
        self.held.add(held, announce=not ruled)
        return seq

    def _leave(
        self, notification: int, entry: Entry, thread: Thread, args: Sequence[int], segments: Sequence[Segment]
    ) -> bool:
        """Let an execve or an exit_group go; False when it is gone."""
        if entry.argv_at < 0:
            return self._exits.allow(notification, thread, _now())
        # Before the answer: right after it the thread may be another program.
        self.threads.execs(thread, argv_of(args, segments, entry.argv_at, entry.word))
        return self._allow(notification)

    def _leave_ruled(self, call: Received) -> bool:
        if not call.entry.leaves:
            return self._allow(call.notification)
        return self._leave(call.notification, call.entry, call.thread, call.args, call.segments)

    def _leave_held(self, call: HeldCall) -> bool:
        self._busy = True
        return self._leave(call.notification, call.entry, call.thread, call.args, call.segments)

    def _drain(self) -> set[int]:
        """Receive all that is queued, and return the threads whose calls wait to be taken."""
        self._drained = True
        while (events := self._queued.poll(0)) and events[0][1] & select.POLLIN:
            buffer = self._listener.receive()
            if buffer is not None:
                self._received.append(buffer)
        return {_unpack(buffer)[1] for buffer in self._received}

    def _seen(self, thread: Thread) -> None:
        if self.launching:
            return  # the launcher: not yet the target
        _, pid, ppid, comm, exe, _ = thread.identity
        container = thread.container.number if thread.container is not None else 0
        self._journal.event(records.ProcessSeen(self._met, thread.tid, pid, ppid, comm, exe, container))
