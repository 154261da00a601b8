"""The call whose details are shown: a held one or one of the history, from the recording or from the raw record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from seccomp_tui.policy.answers import Answer, By, Kind, State
from seccomp_tui.screens import wording
from seccomp_tui.session.store import Call
from seccomp_tui.supervisor.records import CallRecord, unpack_segments
from seccomp_tui.supervisor.wire import Held
from seccomp_tui.syscalls.memory import DETAILS, RecordedMemory, Segment

if TYPE_CHECKING:
    from seccomp_tui.policy.calls import CallView
    from seccomp_tui.policy.safety import Safety
    from seccomp_tui.screens.pieces import Look
    from seccomp_tui.syscalls.decode import Decoder, Field

STRING_LIMIT = 4096
"""Longest string written out in the details, in bytes."""
LINE_LIMIT = 256
"""Longest string written out in a line of the queue, in bytes."""


@dataclass(slots=True)
class Subject:
    """A call as the details show it.

    Attributes:
        arch: the architecture's token.
        args: the registers, unsigned 64 bit.
        text: `name(arguments)`, as strace writes it.
        fields: every argument with name, raw value and meaning.
        comm: the program's name, printable.
        shown: the result as strace writes it, where that is more than an error or a number.
        filled, late: what the call has filled in; late: it was read at the thread's next call.
        rule: id of the rule that has answered, 0: none.
        given: the whole answer, where that is more than kind and value.
        restarts, restarted_as: as of `Row`, 0: none.
        failed: of a held call: why the last answer to it could not be given.
        container: what people call the container that it comes from, printable; empty: none.
        looks: what was read of its memory since.
        complete: the memory is there, as far as it was copied; else it has been asked for.
    """

    seq: int
    arch: int
    nr: int
    args: tuple[int, ...]
    name: str
    time: int
    pid: int
    tid: int
    comm: str
    ip: int
    text: str
    fields: list[Field]
    segments: list[Segment]
    state: State
    kind: Kind = Kind.NONE
    value: int = 0
    by: By = By.NOBODY
    settled: int | None = None
    result: int | None = None
    returned: int | None = None
    shown: str | None = None
    filled: list[Segment] = field(default_factory=list)
    late: bool = False
    rule: int = 0
    given: str = ""
    flags: int = 0
    restarts: int = 0
    restarted_as: int = 0
    failed: str = ""
    container: str = ""
    looks: list[Look] = field(default_factory=list)
    complete: bool = True
    process: list[tuple[str, str]] = field(default_factory=list)
    _safety: tuple[int, list[Safety]] | None = None

    @property
    def unfinished(self) -> bool:
        """More may become known of it."""
        if self.state == State.GONE:
            return not self.restarted_as
        return self.state == State.HELD or (self.kind == Kind.ALLOW and self.result is None)

    @property
    def visible(self) -> bool:
        """The caller can be seen from the supervisor's pid namespace."""
        return self.tid != 0

    @property
    def memory(self) -> RecordedMemory:
        """The memory that was copied."""
        return RecordedMemory(self.segments)

    @property
    def safety(self) -> list[Safety]:
        """What each answer that it can get rests on; allow is the first."""
        threads = dict(self.process).get("threads", "")
        known = int(threads) if threads.isdecimal() else 0
        if self._safety is None or self._safety[0] != known:
            from seccomp_tui.policy.safety import safety

            try:
                self._safety = known, safety(self.arch, self.nr, self.args, self.memory, known, visible=self.visible)
            except Exception:  # noqa: BLE001 - hostile bytes, as in `Decoding`
                self._safety = known, []
        return self._safety[1]

    @property
    def answer(self) -> str:
        """The answer that it got, as a rule writes it; empty where that is not known."""
        if self.given or self.state != State.ANSWERED:
            return self.given
        from seccomp_tui.policy import answer_text

        if self.kind in (Kind.ALLOW, Kind.ERRNO, Kind.RETURN, Kind.KILL, Kind.PERFORM):
            return answer_text.text(Answer(self.kind, self.value))
        return ""

    def view(self, exe: str) -> CallView:
        """Return it as expressions look at a call that has just come.

        Args:
            exe: the file of the program, printable; empty: not known.
        """
        from seccomp_tui.policy.calls import CallView
        from seccomp_tui.syscalls.text import unescape

        comm, file = unescape(self.comm), unescape(exe)
        return CallView(self.arch, self.nr, self.args, self.memory, self.pid, self.tid, comm, file, False)


class After(NamedTuple):
    """What is known of a call that has returned: its result, and the memory that it has filled in."""

    result: int
    filled: list[Segment]


class Decoding:
    """The decoder, made when it is first needed: its tables take a moment to load."""

    def __init__(self) -> None:
        self._decoders: dict[int, Decoder] = {}

    def text(
        self,
        arch: int,
        nr: int,
        args: tuple[int, ...],
        segments: list[Segment],
        limit: int = LINE_LIMIT,
        after: After | None = None,
    ) -> str:
        """Return `name(arguments)` of a call; plain registers where the decoder fails.

        With the limit of the details also what descriptors lead to.
        """
        memory, decoder = RecordedMemory(segments), self._decoder(limit)
        try:
            if after is not None:
                return decoder.returned(arch, nr, args, after.result, RecordedMemory(after.filled), memory)
            return decoder.call(arch, nr, args, memory)
        except Exception:  # noqa: BLE001 - hostile bytes: no decoder bug may take the operator's screen away
            return f"{self.name(arch, nr)}({', '.join(f'{arg:#x}' for arg in args)})"

    def fields(
        self, arch: int, nr: int, args: tuple[int, ...], segments: list[Segment], after: After | None = None
    ) -> list[Field]:
        """Return a call's arguments, one by one; none where the decoder fails."""
        try:
            filled = None if after is None else RecordedMemory(after.filled)
            result = 0 if after is None else after.result
            return self._decoder(STRING_LIMIT).fields(arch, nr, args, RecordedMemory(segments), result, filled)
        except Exception:  # noqa: BLE001 - as above
            return []

    def name(self, arch: int, nr: int) -> str:
        """Return a system call's name."""
        from seccomp_tui.syscalls import numbers

        return numbers.name(arch, nr)

    def _decoder(self, limit: int) -> Decoder:
        from seccomp_tui.syscalls.decode import Decoder

        if limit not in self._decoders:
            details = DETAILS if limit == STRING_LIMIT else frozenset[str]()
            self._decoders[limit] = Decoder(string_limit=limit, descriptors=details)
        return self._decoders[limit]


def answered_by_keeper(subject: Subject, kind: Kind) -> None:
    """Note how the keeper has answered a call that nobody has recorded."""
    subject.state, subject.kind, subject.by = State.ANSWERED, kind, By.ON_EXIT


def of_recorded(call: Call, comm: str, decoding: Decoding) -> Subject:
    """Return the details of a call that stands in the recording."""
    row = call.row
    return Subject(
        seq=row.seq,
        arch=call.arch,
        nr=call.nr,
        args=call.args,
        name=row.name,
        time=row.time,
        pid=row.pid,
        tid=row.tid,
        comm=comm,
        ip=call.ip,
        text=decoding.text(call.arch, call.nr, call.args, call.segments, STRING_LIMIT, _after(call)),
        fields=decoding.fields(call.arch, call.nr, call.args, call.segments, _after(call)),
        segments=call.segments,
        state=row.state,
        kind=row.kind,
        value=row.value,
        by=row.by,
        settled=row.settled,
        result=row.result,
        returned=row.returned,
        shown=row.shown,
        filled=call.filled,
        late=row.late,
        rule=row.rule,
        given=row.given or "",
        flags=row.flags,
        restarts=row.restarts or 0,
        restarted_as=row.restarted_as or 0,
    )


def _after(call: Call) -> After | None:
    return None if call.row.result is None else After(call.row.result, call.filled)


def of_held(held: Held, record: CallRecord | None, decoding: Decoding) -> Subject:
    """Return the details of a held call that the recording does not have.

    Args:
        held: the supervisor's message.
        record: its raw record, None while that has not come.
        decoding: the decoder.
    """
    args = tuple(held.args)
    segments = unpack_segments(record.memory) if record else []
    return Subject(
        seq=held.seq,
        arch=held.arch,
        nr=held.nr,
        args=args,
        name=decoding.name(held.arch, held.nr),
        time=held.time,
        pid=held.pid,
        tid=held.tid,
        comm=wording.clean(held.comm),
        ip=held.ip,
        text=decoding.text(held.arch, held.nr, args, segments, STRING_LIMIT),
        fields=decoding.fields(held.arch, held.nr, args, segments),
        segments=segments,
        state=State.HELD,
        complete=record is not None,
    )
