"""The control messages between the screens and the supervisor: msgspec structs over SOCK_SEQPACKET.

Messages stay under 64 KiB; a larger one travels as a sealed memfd (channel.py).
"""

from __future__ import annotations

import msgspec

from seccomp_tui.policy.answers import Answer, By, State
from seccomp_tui.policy.rule import Count, Rule

MEMORY_MOST = 64 * 1024
"""So many bytes of a thread's memory are read or written at once."""


# --- to the supervisor ---


class AnswerCalls(msgspec.Struct, frozen=True, tag=True):
    """Give `answer` to the held calls `seqs`, in this order. One that is gone meanwhile is skipped."""

    seqs: list[int]
    answer: Answer


class SetHolding(msgspec.Struct, frozen=True, tag=True):
    """Hold calls, or let all go on.

    Attributes:
        seen: newest call that the screens have shown. Calls held up to it stay held; with `on` false those held later
            go on as well: they came while the order was on its way.
    """

    on: bool
    seen: int


class SetHold(msgspec.Struct, frozen=True, tag=True):
    """Hold by another expression from now on; answered by `Holding` or `HoldRefused`.

    Attributes:
        text: the expression; empty: as at the start.
    """

    text: str


class RunTo(msgspec.Struct, frozen=True, tag=True):
    """Hold nothing until an expression is true of a call, which is then held; answered as `SetHold` is.

    Attributes:
        text: the expression.
        seqs: held calls that are then allowed.
        seen: newest call that the screens have shown. Those held later go on as well, up to one that matches.
    """

    text: str
    seqs: list[int]
    seen: int


class StepThreads(msgspec.Struct, frozen=True, tag=True):
    """Hold the next call of each of these threads, whatever it is."""

    tids: list[int]


class PutRule(msgspec.Struct, frozen=True, tag=True):
    """Add a rule, or put it in the place of the one with its number; answered by `Rules` or `RuleRefused`.

    Attributes:
        before: number of the rule that a new one is put in front of; None: it comes last.
    """

    rule: Rule
    before: int | None = None


class MoveRule(msgspec.Struct, frozen=True, tag=True):
    """Move rule `number` to place `to` (from 0) among the others; answered by `Rules`."""

    number: int
    to: int


class RemoveRule(msgspec.Struct, frozen=True, tag=True):
    """Remove rule `number`; answered by `Rules`."""

    number: int


class AskProcess(msgspec.Struct, frozen=True, tag=True):
    """Ask for the process of thread `tid`; answered by `ProcessDetails`."""

    tid: int
    address: int = 0
    """Also name the module that this address lies in (0: none)."""


class AskProcesses(msgspec.Struct, frozen=True, tag=True):
    """Ask what processes are doing; answered by `ProcessStates`."""

    pids: list[int]


class AskRecord(msgspec.Struct, frozen=True, tag=True):
    """Ask for the raw record of held call `seq`; answered by `HeldRecord`. For when the recorder can't deliver it."""

    seq: int


class AskForeseen(msgspec.Struct, frozen=True, tag=True):
    """Ask how held call `seq` would be performed; answered by `Foreseen`, unless it is gone."""

    seq: int


class AskMemory(msgspec.Struct, frozen=True, tag=True):
    """Ask for up to `MEMORY_MOST` bytes at an address of held call `seq`'s thread; answered by `MemoryRead`."""

    seq: int
    address: int
    size: int


class WriteMemory(msgspec.Struct, frozen=True, tag=True):
    """Write into the memory of held call `seq`'s thread now; the call stays held. Answered by `MemoryRead`."""

    seq: int
    address: int
    data: bytes


class Leave(msgspec.Struct, frozen=True, tag=True):
    """The screens are about to close. What becomes of the target is the operator's choice.

    Attributes:
        how: "kill" ends every process of the target; "allow" lets held and later calls go on until it ends by
            itself; "abandon" closes the listener: every trapped call then fails with ENOSYS.
    """

    how: str


ToSupervisor = (
    AnswerCalls
    | SetHolding
    | SetHold
    | RunTo
    | StepThreads
    | PutRule
    | MoveRule
    | RemoveRule
    | AskProcess
    | AskProcesses
    | AskRecord
    | AskMemory
    | WriteMemory
    | AskForeseen
    | Leave
)


# --- to the screens ---


class Hello(msgspec.Struct, frozen=True, tag=True):
    """First message: the target runs.

    Attributes:
        wall: wall clock minus monotonic clock, in nanoseconds.
        interruptible: a signal, or a debugger, ends the wait of a held call, which then comes again.
    """

    argv: list[bytes]
    target: int
    wall: int
    holding: bool
    interruptible: bool = False


class Held(msgspec.Struct, frozen=True, tag=True):
    """A call waits for an answer.

    Attributes:
        time: CLOCK_MONOTONIC at RECV, in nanoseconds.
        recorded: the call stands in the recording; else ask for its memory by `AskRecord`.
        container: what people call the container that calls; empty: none.
    """

    seq: int
    time: int
    pid: int
    tid: int
    comm: bytes
    arch: int
    nr: int
    args: list[int]
    ip: int
    recorded: bool
    container: str = ""


class HeldEnded(msgspec.Struct, frozen=True, tag=True):
    """A held call was answered, or is gone."""

    seq: int
    state: State
    answer: Answer | None
    by: By


class AnswerFailed(msgspec.Struct, frozen=True, tag=True):
    """An answer could not be given, by the operator or by a rule; the call waits for another.

    Attributes:
        why: one printable line.
    """

    seq: int
    why: str


class Rules(msgspec.Struct, frozen=True, tag=True):
    """The rules in their order, and what each has done; sent at the start, and when something has changed."""

    rules: list[Rule]
    counts: list[Count]


class RuleRefused(msgspec.Struct, frozen=True, tag=True):
    """A rule can't be; `why`: one line."""

    rule: Rule
    why: str


class Holding(msgspec.Struct, frozen=True, tag=True):
    """What is held while `Status.holding`; sent at the start, and when something has changed.

    Attributes:
        default: what was held at the start.
        text: what is held instead; empty: that.
        until: the program runs until this is true of a call; empty: it does not.
        stepped: threads whose next call is held, whatever it is.
    """

    default: str
    text: str
    until: str
    stepped: list[int]


class HoldRefused(msgspec.Struct, frozen=True, tag=True):
    """What was to be held, or to be run to, can't be; `why`: one line."""

    text: str
    why: str


class Status(msgspec.Struct, frozen=True, tag=True):
    """Counters; sent when something changed, at most every 50 ms.

    Attributes:
        calls: all calls received so far.
        startup: calls let through because they belong to a process's start-up.
        backlog: bytes waiting for the recorder.
        slowed: the backlog is over its limit, and automatic answers are slowed.
        recording: the recorder lives.
        threads: threads that have made calls and have not ended.
        alive: some process still uses the filter.
        containers: how many listeners there are of targets that were not launched; -1: the target was.
    """

    calls: int
    held: int
    startup: int
    holding: bool
    backlog: int
    slowed: bool
    recording: bool
    threads: int
    alive: bool
    containers: int = -1


class TargetExited(msgspec.Struct, frozen=True, tag=True):
    """The launched process has ended. Others of the target may live on (`Status.alive`).

    Attributes:
        status: wait status, see wait(2).
        failure: errno of a failed execve, 0 when the program started.
        reason: why it failed, in words.
    """

    status: int
    failure: int
    reason: str = ""


class ProcessDetails(msgspec.Struct, frozen=True, tag=True):
    """What is known of a thread's process: (name, text) rows in the order to show them; text is untrusted bytes."""

    tid: int
    rows: list[tuple[str, bytes]]


class Standpoint(msgspec.Struct, frozen=True):
    """As whom and where a call would be performed.

    Attributes:
        rows: names, and text that is not to be trusted.
        refused: what forbids it; empty: nothing that is known before it is tried.
    """

    rows: list[tuple[str, bytes]]
    refused: str


class Foreseen(msgspec.Struct, frozen=True, tag=True):
    """How a held call would be performed: with the target's rights, and `as supervisor`."""

    seq: int
    target: Standpoint
    supervisor: Standpoint


class ProcessStates(msgspec.Struct, frozen=True, tag=True):
    """What those of the processes asked for do that are there: (id, letter of proc_pid_stat(5), threads)."""

    states: list[tuple[int, str, int]]


class HeldRecord(msgspec.Struct, frozen=True, tag=True):
    """The raw record of a held call (`records.unpack_call`); empty when the call is no longer held."""

    seq: int
    frame: bytes


class MemoryRead(msgspec.Struct, frozen=True, tag=True):
    """What stands in a held call's memory: the call was still pending after it was read.

    Attributes:
        size: so many bytes were asked for; `data` has fewer where the mapping ends.
        time: when it was read, CLOCK_MONOTONIC in nanoseconds.
        written: it was read after we had written there.
        why: one line; empty, or why nothing could be read, or written.
    """

    seq: int
    address: int
    size: int
    data: bytes
    time: int
    written: bool = False
    why: str = ""


class Trouble(msgspec.Struct, frozen=True, tag=True):
    """Something that no call is concerned with went wrong; `text`: one printable line."""

    text: str


FromSupervisor = (
    Hello
    | Trouble
    | Held
    | HeldEnded
    | AnswerFailed
    | Holding
    | HoldRefused
    | Rules
    | RuleRefused
    | Status
    | TargetExited
    | ProcessDetails
    | ProcessStates
    | HeldRecord
    | MemoryRead
    | Foreseen
)
