"""The recorder process: everything that can wait until the target runs again.

Takes frames from the pipe, turns them into text, and hands them to its sinks: the database, the printed lines.
"""

from __future__ import annotations

import gc
import os
import select
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from seccomp_tui.policy.answers import Kind, State
from seccomp_tui.policy.calls import CallView, names_address
from seccomp_tui.policy.unseen import NOTICED
from seccomp_tui.session import unseen
from seccomp_tui.session.happenings import Happening, Restarted
from seccomp_tui.session.restarts import Restarts
from seccomp_tui.supervisor.records import (
    FLAG_DELAYED,
    FLAG_POKED,
    CallRecord,
    ContainerSeen,
    Event,
    Frames,
    Late,
    Settled,
    ThreadGone,
    unpack_segments,
)
from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import AfterMemory, Memory, PatchedMemory, RecordedMemory, Segment
from seccomp_tui.syscalls.text import escape

_READ = 1 << 20
_LOOK_EVERY = 128
"""After so many items results are looked for: the rings hold some thousand at full speed."""
_COLLECT_EVERY = 50_000
"""Objects between two collections: many calls are under way at a time, and hardly anything is ever part of a cycle."""
_NOTHING = RecordedMemory(())
_QUIET_MS = 20
"""A sink may keep things back this long while nothing new comes."""


class Result(NamedTuple):
    """What a call has returned.

    Attributes:
        value: -4095 to -1 are errnos, -512 to -516 restarts that no program sees.
        time: CLOCK_MONOTONIC of the return, in nanoseconds.
        stack: the top of the thread's stack at that moment.
    """

    value: int
    time: int
    stack: Segment


class Line:
    """A call with its text, decoded once for all sinks.

    Args:
        call: as received.
        decoder: makes the text.
        text, returned: given where they were made before, as in a recording.

    Attributes:
        began: when it was let go: at its receipt, or when it had been held; CLOCK_MONOTONIC, in nanoseconds.
        settled: when it was answered, if it had been held; CLOCK_MONOTONIC, in nanoseconds.
        result: None until it is known, and where it never is.
        memory: what was copied of the caller's memory.
        late: what the call has filled in was read only at the thread's next call, and may have changed by then.
        filled: what the call has filled in, as far as it was copied; packed segments.
        restarts, restarted_as: number of the call that the kernel took back and that this is once more; the reverse.
        container: where it comes from, as a sink has noted it that follows this.
    """

    __slots__ = (
        "_decoder",
        "_returned",
        "_text",
        "began",
        "call",
        "container",
        "filled",
        "late",
        "memory",
        "name",
        "restarted_as",
        "restarts",
        "result",
        "settled",
    )

    def __init__(self, call: CallRecord, decoder: Decoder, text: str = "", returned: str = "") -> None:
        self.call = call
        self.began = call.time
        self.settled: int | None = None
        self.name = numbers.name(call.arch, call.nr)
        self.result: Result | None = None
        self.late = False
        self._decoder = decoder
        self.memory: Memory = RecordedMemory(unpack_segments(call.memory) if call.memory else ())
        self.filled = b""
        self.restarts: int | None = None
        self.restarted_as: int | None = None
        self.container: ContainerSeen | None = None
        self._text, self._returned = text, returned

    @property
    def text(self) -> str:
        """The call as strace writes it; with what it has filled in, once that is known."""
        if not self._text:
            call = self.call
            self._text = self._decoder.call(call.arch, call.nr, call.args, self.memory)
        return self._text

    @property
    def returned(self) -> str:
        """What it has returned, as strace writes it behind the `=`; only of a call with a result."""
        if not self._returned:
            call, result = self.call, self.result
            assert result is not None
            self._returned = self._decoder.result(call.arch, call.nr, call.args, result.value, _NOTHING, self.memory)
        return self._returned

    def settle(self, event: Settled) -> None:
        """Take the answer to a call that was held."""
        flags = self.call.flags | (FLAG_DELAYED if event.delayed else 0)
        flags |= FLAG_POKED if event.poked or (event.filled and event.kind != Kind.PERFORM) else 0
        self.call = self.call._replace(
            state=event.state,
            kind=event.kind,
            value=event.value,
            by=event.by,
            flags=flags,
            rule=event.rule,
            given=event.given,
        )
        self.began = self.settled = event.time
        if event.poked:  # the line says what was done
            self.memory = PatchedMemory(self.memory, dict(unpack_segments(event.poked)))
            self._text = ""
        if event.filled:
            self.filled = event.filled
            self.fill_in(AfterMemory(self.memory, RecordedMemory(unpack_segments(event.filled))))

    def fill_in(self, after: AfterMemory) -> None:
        """Write the text anew, with what the call has filled in; only of a call that has not failed."""
        call = self.call
        arch, nr, args = call.arch, call.nr, call.args
        value = call.value if self.result is None else self.result.value
        self._text = self._decoder.returned(arch, nr, args, value, after)
        self._returned = self._decoder.result(arch, nr, args, value, after)

    def path(self) -> bytes | None:
        """Return the first path that the call names, without its NUL."""
        return self._decoder.path(self.call.arch, self.call.nr, self.call.args, self.memory)

    def address(self) -> str | None:
        """Return the socket address that the call names, printable; None when it names none."""
        if not names_address(self.name):
            return None
        call = self.call
        view = CallView(call.arch, call.nr, call.args, self.memory, call.pid, call.tid, b"", b"", False)
        address = view.endpoint()
        return None if address is None else escape(address)


class SinkFailed(Exception):
    """A sink can take nothing more; the text is one printable line that says which and why."""

    def __init__(self, text: str) -> None:
        super().__init__(escape(text.encode(errors="surrogateescape")))


class Sink(Protocol):
    """Where calls and events go. Each method may raise `SinkFailed`; it is then called no more."""

    def call(self, line: Line, /) -> None:
        """Take one call, before its result is known."""
        ...

    def returned(self, line: Line, /) -> None:
        """Take the same call with its result; without one it will never be known."""
        ...

    def event(self, event: Event | Happening, /) -> None:
        """Take one of the rarer events, or what happened to a thread."""
        ...

    def flush(self) -> None:
        """Nothing more has come for a while, or somebody waits: keep nothing back."""
        ...

    def close(self) -> None:
        """The supervisor is done, or dead."""
        ...


class Returns(Protocol):
    """Where results come from."""

    @property
    def waiting(self) -> int:
        """How many calls have none yet."""
        ...

    def call(self, line: Line, /) -> None:
        """Take a call, whose result is wanted."""
        ...

    def late(self, late: Late, /) -> None:
        """Take what an earlier call has filled in."""
        ...

    def reached(self, moment: int, /) -> None:
        """All calls up to a moment (CLOCK_MONOTONIC, ns) have been taken."""
        ...

    def gone(self, tid: int, /) -> None:
        """A thread has ended, and all its calls were taken."""
        ...

    def catch_up(self, quiet: bool, /) -> None:
        """Take the results that have come since the last time.

        Args:
            quiet: no call has come for a while; else there may be later ones on their way already, whose results are
                not looked at before them.
        """
        ...

    def close(self) -> None:
        """Take the last results; calls without one will have none."""
        ...


class Recorder:
    """Feeds sinks from the record pipe.

    Args:
        pipe: read end of the record pipe; that it is closed early tells the supervisor that nothing is recorded.
        sinks: where lines and events go; one that fails is called no more, the others go on.
        decoder: makes the text.
        tell: called with a line about each sink that fails.
        offer: readable once, when the supervisor says where results come from; None: from nowhere.
        accept: takes what is offered and returns the source of results, which calls its first argument with each call
            that has its result, its second with what happens to threads; None when there is none.
    """

    def __init__(
        self,
        pipe: int,
        sinks: Sequence[Sink],
        decoder: Decoder,
        tell: Callable[[str], object] = lambda text: None,
        offer: int | None = None,
        accept: Callable[[Callable[[Line], None], Callable[[Happening], None]], Returns | None] | None = None,
    ) -> None:
        self._pipe = pipe
        self._sinks = list(sinks)
        self._decoder = decoder
        self._tell = tell
        self._offer = offer
        self._accept = accept
        self._returns: Returns | None = None
        self._held: dict[int, Line] = {}
        """Those of which it is not known how they were answered."""
        self._early: set[int] = set()
        """Those of them that have returned already, as far as the rings tell."""
        self._restarts = Restarts()
        self._unseen: set[str] = set()
        """What can't be seen, as far as that has been told."""

    def run(self) -> int:
        """Record until the end of the pipe, or until no sink is left; the exit code: 0, or 1 when none is left."""
        gc.freeze()
        gc.set_threshold(_COLLECT_EVERY)
        try:
            self._feed()
            if self._returns is not None:
                self._returns.close()
            for seq in list(self._held):
                self._release(seq)
        finally:
            os.close(self._pipe)
        self._each(lambda sink: sink.close())
        return 0 if self._sinks else 1

    def _feed(self) -> None:
        frames = Frames()
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        if self._offer is not None:
            poll.register(self._offer, select.POLLIN)
        kept_back = False
        while self._sinks:
            ready = [fd for fd, _ in poll.poll(_QUIET_MS if kept_back else None)]
            if self._offer in ready and self._accept is not None:
                # It was sent before the target's first call, so it is here before the first record.
                poll.unregister(self._offer)
                self._returns, self._offer = self._accept(self._has_returned, self._happened), None
            if self._pipe in ready:
                data = os.read(self._pipe, _READ)
                if not data:
                    return
                for count, item in enumerate(frames.feed(data)):
                    self._take(item)
                    if not self._sinks:
                        return
                    if self._returns is not None and not count % _LOOK_EVERY:
                        self._returns.catch_up(False)
            if self._returns is not None:
                self._returns.catch_up(self._pipe not in ready)
            if self._pipe not in ready:
                self._each(lambda sink: sink.flush())
            kept_back = self._pipe in ready or (self._returns is not None and self._returns.waiting > 0)

    def _take(self, item: CallRecord | Late | Event) -> None:
        if isinstance(item, CallRecord):
            line = Line(item, self._decoder)
            if self._restarts and (earlier := self._restarts.again(item)):
                line.restarts = earlier
                self._happened(Restarted(earlier, item.seq))
            if item.state == State.HELD:
                self._held[item.seq] = line
            elif item.state == State.GONE:
                self._restarts.withdrawn(item)
            for sink in self._sinks:
                try:
                    sink.call(line)
                except SinkFailed as error:
                    self._failed(sink, error)
            if self._returns is None or item.state == State.GONE:
                self._has_returned(line)
            else:
                self._returns.call(line)
            return
        if isinstance(item, Late):
            if self._returns is not None:
                self._returns.late(item)
            return
        if self._returns is not None:
            self._returns.reached(item.time)
            if isinstance(item, ThreadGone):
                self._returns.gone(item.tid)
        if isinstance(item, ThreadGone):
            self._restarts.gone(item.tid)
        if isinstance(item, Settled) and item.seq in self._held:
            self._held[item.seq].settle(item)
            if item.state == State.GONE:
                self._restarts.withdrawn(self._held[item.seq].call)
        self._each(lambda sink: sink.event(item))
        if isinstance(item, Settled) and item.seq in self._held:
            self._release(item.seq)

    def _has_returned(self, line: Line) -> None:
        """Hand a call on that has its result, or will have none; one that was held only with its answer."""
        if line.call.seq in self._held:
            self._early.add(line.call.seq)
        else:
            self._returned(line)

    def _release(self, seq: int) -> None:
        """The answer to a held call is known."""
        line = self._held.pop(seq)
        if seq in self._early:
            self._early.discard(seq)
            self._returned(line)

    def _returned(self, line: Line) -> None:
        for sink in self._sinks:
            try:
                sink.returned(line)
            except SinkFailed as error:
                self._failed(sink, error)
        if line.name in NOTICED and (happening := unseen.noticed(line)) is not None:
            self._happened(happening)
            if happening.what not in self._unseen:
                self._unseen.add(happening.what)
                self._tell(unseen.told(happening))

    def _happened(self, happening: Happening) -> None:
        self._each(lambda sink: sink.event(happening))

    def _each(self, work: Callable[[Sink], object]) -> None:
        for sink in self._sinks:
            try:
                work(sink)
            except SinkFailed as error:
                self._failed(sink, error)

    def _failed(self, failed: Sink, error: SinkFailed) -> None:
        self._sinks = [
            sink for sink in self._sinks if sink is not failed
        ]  # a new list: the old one is being gone through
        self._tell(str(error))
