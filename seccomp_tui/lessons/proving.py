"""Proves a lesson on the real kernel without a person and without screens.

Of each step: its check is false before what the step plays is done, and true afterwards. Stands where the screens
would: at the other end of the control socket.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from seccomp_tui.lessons.actions import Action
from seccomp_tui.lessons.asking import Asking
from seccomp_tui.lessons.lesson import Lesson
from seccomp_tui.lessons.progress import BY_COMMAND, Progress
from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import Answer, By, Kind, State
from seccomp_tui.policy.expression import Expression
from seccomp_tui.policy.rule import Rule
from seccomp_tui.session.store import Row
from seccomp_tui.supervisor.client import Client
from seccomp_tui.supervisor.wire import (
    AnswerFailed,
    FromSupervisor,
    Held,
    HeldEnded,
    HoldRefused,
    RuleRefused,
    Status,
    TargetExited,
)

LIMIT = 15.0
"""Seconds that an action may take, and after the last one the check of the step."""
QUIET = 0.3
"""Seconds without news after which nothing more is expected to happen by itself."""
RESTLESS = 2.0
"""A target that gives no peace is left to itself after so many seconds."""
SHOWN = 8
"""So many of the newest calls are shown of a step that fails."""
_OUTPUT = 2000


class Outcome(msgspec.Struct):
    """What came of a step.

    Attributes:
        step: its number, from 1.
        seconds: how long it took.
        by: the call that ticked it, as a line.
        why: why it is not proved; empty: it is.
        notes: lines that help to see what went wrong.
    """

    step: int
    seconds: float
    by: str = ""
    why: str = ""
    notes: list[str] = []


class _FailedError(Exception):
    """The step is not proved."""


class Headless:
    """Hands without screens.

    Args:
        client: the way to the supervisor.
        terminal: the master of the target's terminal.
        asking: the recording.

    Attributes:
        over: every process of the target has ended.
        written: the end of what the target has written on its terminal.
        ran: the commands of the screens that were "run".
        answered: the calls that were answered.
    """

    def __init__(self, client: Client, terminal: int | None, asking: Asking) -> None:
        self.chosen: int | None = None
        self.written = b""
        self.ran: list[str] = []
        self.answered: list[int] = []
        self.news = time.monotonic()
        self._client = client
        self._terminal = terminal
        self._asking = asking
        self._held: dict[int, Held] = {}
        self._answered: dict[int, Answer] = {}
        self._newest = 0
        self._alive = True
        self._exited = False
        self._calls = -1

    @property
    def begun(self) -> bool:
        """The target has made calls."""
        return self._calls > 0

    @property
    def over(self) -> bool:
        """Every process of the target has ended."""
        return self._exited and not self._alive

    @property
    def held(self) -> Mapping[int, Held]:
        """The calls that wait, oldest first; those just answered are not among them."""
        return {seq: call for seq, call in sorted(self._held.items()) if seq not in self._answered}

    def true_of(self, expression: Expression, numbers: Sequence[int]) -> set[int]:
        """Return the recorded calls among these that an expression is true of."""
        return self._asking.true_of(expression, numbers)

    def known(self, seq: int) -> bool:
        """Tell whether a call stands in the recording."""
        return self._asking.row(seq) is not None

    def found(self, expression: Expression) -> bool:
        """Tell whether an expression is true of any recorded call."""
        return self._asking.reached(expression, 1) is not None

    def answer(self, seqs: list[int], answer: Answer) -> None:
        """Answer held calls."""
        self._answered |= dict.fromkeys(seqs, answer)
        self.answered += seqs
        self._client.answer(seqs, answer)

    def hold(self, on: bool) -> None:
        """Hold calls, or hold none."""
        self._client.hold(on, self._newest)

    def hold_by(self, text: str) -> None:
        """Hold by another expression."""
        self._client.hold_by(text)

    def step(self, seq: int) -> None:
        """Hold the next call of this one's thread."""
        self._client.step([self._held[seq].tid])

    def put_rule(self, rule: Rule) -> None:
        """Add a rule."""
        self._client.put_rule(rule)

    def type(self, data: bytes) -> None:
        """Type into the target's terminal."""
        if self._terminal is not None:
            os.write(self._terminal, data)

    def do(self, command: str) -> None:
        """Take the command as run: there are no screens."""
        self.ran.append(command)

    def leave(self) -> None:
        """Kill what is left of the target, and wait for its end."""
        self._client.leave("kill")
        end = time.monotonic() + LIMIT
        with contextlib.suppress(_FailedError):  # an answer that came too late
            while not self.over and time.monotonic() < end:
                self.pump()

    def pump(self, seconds: float = 0.02) -> None:
        """Take in what has come, or comes within some seconds.

        Raises:
            _FailedError: the supervisor could not do what was asked of it, or is gone.
        """
        ends: list[Client | int] = [self._client] if self._client.alive else []
        ready, _, _ = select.select([*ends, *([] if self._terminal is None else [self._terminal])], [], [], seconds)
        if self._terminal in ready:
            self._read_terminal()
        if self._client in ready:
            for message in self._client.messages():
                self._hear(message)
        if not self._client.alive and not self.over:
            raise _FailedError("the supervisor is gone")

    def _read_terminal(self) -> None:
        assert self._terminal is not None
        data = b""
        with contextlib.suppress(OSError):  # EIO: nobody has it open any more
            data = os.read(self._terminal, 65536)
        if data:
            self.written = (self.written + data)[-_OUTPUT:]
        else:
            self._terminal = None

    def _hear(self, message: FromSupervisor) -> None:
        match message:
            case Held(seq):
                self._held[seq] = message
                self._newest = max(self._newest, seq)
            case HeldEnded(seq):
                self._held.pop(seq, None)
                self._answered.pop(seq, None)
            case Status():
                self._alive = message.alive
                if message.calls == self._calls:
                    return
                self._calls = message.calls
            case TargetExited():
                self._exited = True
                if message.failure:
                    raise _FailedError(f"the program was not started: {message.reason}")
            case AnswerFailed(seq, why):
                answer = self._answered.pop(seq, None)
                given = f"{answer_text.text(answer)} " if answer is not None else ""
                raise _FailedError(f"{given}can't be given to call #{seq}: {why}")
            case RuleRefused(_, why) | HoldRefused(_, why):
                raise _FailedError(why)
        self.news = time.monotonic()


def prove(lesson: Lesson, hands: Headless, asking: Asking, tell: Callable[[Outcome], None]) -> bool:
    """Prove each step of a lesson, up to the first that fails; return whether all are proved."""
    progress = Progress(lesson)
    for number, step in enumerate(lesson.steps, 1):
        began = time.monotonic()

        def ticked(expected: int = number, progress: Progress = progress) -> bool:
            for command in hands.ran:
                progress.did(command)
            hands.ran.clear()
            if progress.done < expected:  # never the next one as well: that it is false at first is to be seen
                progress.look(asking.reached, 1)
            return progress.done >= expected

        try:
            _settle(hands)
            if ticked():
                raise _FailedError(f"its check is true before anything was done, by {_by(progress, asking)}")
            for action in step.play:
                _act(action, hands)
            _wait(hands, ticked, "its check has not come true")
        except _FailedError as error:
            seconds = time.monotonic() - began
            tell(Outcome(number, seconds, why=str(error), notes=_notes(lesson, number, progress, hands, asking)))
            return False
        tell(Outcome(number, time.monotonic() - began, _by(progress, asking)))
    return True


def _settle(hands: Headless) -> None:
    """Let the target go on by itself, until it waits for an answer, has ended, or nothing is heard of it."""
    hands.pump(0)
    started = time.monotonic() + LIMIT
    while not hands.begun and not hands.over and time.monotonic() < started:
        hands.pump()
    end = time.monotonic() + RESTLESS
    while not hands.held and not hands.over and time.monotonic() < min(hands.news + QUIET, end):
        hands.pump()


def _act(action: Action, hands: Headless) -> None:
    def begun() -> bool:
        return action.begin(hands)

    _wait(hands, begun, f"can't be done, since nothing is held: {action.caption()}")
    _wait(hands, lambda: action.done(hands), f"did not come to an end: {action.caption()}")


def _wait(hands: Headless, condition: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + LIMIT
    over_since = 0.0
    while not condition():
        now = time.monotonic()
        if hands.over:
            over_since = over_since or now
        if over_since and now > over_since + RESTLESS:
            raise _FailedError(f"{otherwise}; the program has ended")
        if now > end:
            raise _FailedError(f"{otherwise} within {LIMIT:.0f} s")
        hands.pump()


# --- reporting ---


def _by(progress: Progress, asking: Asking) -> str:
    seq = progress.ticks.get(progress.done - 1, BY_COMMAND)
    if seq == BY_COMMAND:
        return "the command"
    row = asking.row(seq)
    return line(row) if row is not None else f"#{seq}"


def line(row: Row) -> str:
    """Return a call as one line: number, text, and what came of it."""
    answers = {Kind.NONE: "", Kind.ALLOW: "allow"}
    if row.state == State.HELD:
        return f"#{row.seq} {row.text} is held"
    if row.state == State.GONE:
        return f"#{row.seq} {row.text} is gone"
    given = row.given or answers.get(row.kind) or answer_text.text(Answer(row.kind, row.value))
    result = f" = {row.shown or row.result}" if row.result is not None else ""
    said = "" if row.by in (By.UNHELD, By.STARTUP) else f"  [{given}]"
    return f"#{row.seq} {row.text}{result}{said}"


def _notes(lesson: Lesson, number: int, progress: Progress, hands: Headless, asking: Asking) -> list[str]:
    step = lesson.steps[number - 1]
    wanted = f"does {step.does}" if step.check is None else f"check {step.check}"
    notes = [wanted + (f", times {step.times}" if step.times > 1 else "")]
    if step.without is not None:
        spoilt = progress.spoilt(asking.reached)
        notes.append(f"without {step.without}" + (f": true of call #{spoilt}" if spoilt else ""))
    notes.append(f"held: {', '.join(f'#{seq}' for seq in hands.held) or 'nothing'}")
    answered = [row for seq in hands.answered if (row := asking.row(seq)) is not None]
    notes += ["answered so far:", *(f"  {line(row)}" for row in answered[-SHOWN:])] if answered else []
    notes += ["the newest calls:", *(f"  {line(row)}" for row in asking.last(SHOWN))]
    if hands.written:
        written = hands.written.decode(errors="replace").replace("\r\n", "\n").splitlines()[-SHOWN:]
        notes += ["the program's terminal:", *(f"  {text!r}" for text in written)]
    return notes
