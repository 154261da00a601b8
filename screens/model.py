"""What the screens know of the target: fed with the supervisor's messages. Pure, without Textual."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from seccomp_tui.policy.answers import By, Kind, State
from seccomp_tui.policy.holding import DEFAULT
from seccomp_tui.supervisor.aftermath import Aftermath
from seccomp_tui.supervisor.wire import (
    AnswerFailed,
    FromSupervisor,
    Held,
    HeldEnded,
    Hello,
    Holding,
    Rules,
    Status,
    TargetExited,
)

if TYPE_CHECKING:
    from seccomp_tui.policy.rules import Count, Rule

RATE_WINDOW = 2.0
"""Seconds over which calls per second are taken."""

NOTHING_YET = Status(
    calls=0, held=0, startup=0, holding=True, backlog=0, slowed=False, recording=True, threads=0, alive=True
)


class Model:
    """The target as the supervisor tells it.

    Args:
        argv: the target's command line.
        clock: CLOCK_MONOTONIC in nanoseconds.

    Attributes:
        newest: highest number of a call that was ever held.
        held: the calls that wait for an answer, oldest first; those just answered from here are not among them.
        lost: the supervisor has died.
        keeper_answer: how the keeper answers in its place, NONE while that is not known.
        answered_any: the operator has given an answer.
        rules, counts: the rules in their order, and by their id what they have done.
        failed: why the last answer to a held call could not be given.
        tried: the answers that were sent and are not known to have been taken, as rules write them.
        last_tried: the last of all.
        marks: calls that the operator has marked, held or past; always the same set.
        stops: what is held.
        unseen: what can't be seen of the program, as the recording tells it.
        recorded, when: how a recording stands that is looked at without a target, and of when it is, in words; empty
            with a target.
    """

    def __init__(self, argv: list[bytes], clock: Callable[[], int] = time.monotonic_ns) -> None:
        self.argv = argv
        self.clock = clock
        self.held: dict[int, Held] = {}
        self.newest = 0
        self.hello: Hello | None = None
        self.status = NOTHING_YET
        self.exited: TargetExited | None = None
        self.lost = False
        self.keeper_answer = Kind.NONE
        self.answered_any = False
        self.recorded = self.when = ""
        self.rules: list[Rule] = []
        self.counts: dict[int, Count] = {}
        self.failed: dict[int, str] = {}
        self.tried: dict[int, str] = {}
        self.last_tried = ""
        self.marks: set[int] = set()
        self.unseen: list[str] = []
        self.stops = Holding(str(DEFAULT), "", "", [])
        self._sent: dict[int, Held] = {}
        self._rates: deque[tuple[int, int]] = deque()

    def feed(self, message: FromSupervisor) -> HeldEnded | None:
        """Take in a message; return it when it ends a call that was not answered from here."""
        if isinstance(message, Held):
            self._add(message)
        elif isinstance(message, HeldEnded):
            return self._end(message)
        elif isinstance(message, Status):
            self.status = message
            self._rates.append((self.clock(), message.calls))
        elif isinstance(message, Hello):
            self.hello = message
            self.status = replace(NOTHING_YET, holding=message.holding)
        elif isinstance(message, TargetExited):
            self.exited = message
        elif isinstance(message, Rules):
            self.rules = message.rules
            self.counts = {count.id: count for count in message.counts}
        elif isinstance(message, AnswerFailed):
            self._fail(message)
        elif isinstance(message, Holding):
            self.stops = message
        return None

    def answered(self, seqs: list[int], text: str = "") -> None:
        """Take note that an answer for these calls was sent: they leave the queue at once.

        Args:
            text: the answer as a rule writes it.
        """
        self.answered_any = True
        self.marks.difference_update(seqs)
        self.last_tried = text or self.last_tried
        for seq in seqs:
            call = self.held.pop(seq, None)
            if call is not None:
                self._sent[seq] = call
                self.tried[seq] = text
                self.failed.pop(seq, None)

    def set_holding(self, on: bool) -> None:
        """Take note that holding was switched; the next `Status` confirms it."""
        self.status = replace(self.status, holding=on)
        self.stops = replace(self.stops, until="")

    def set_until(self, text: str) -> None:
        """Take note that the program runs to a call; the next `Holding` and `Status` confirm it."""
        self.set_holding(False)
        self.stops = replace(self.stops, until=text)

    def lose(self) -> list[int]:
        """Take note that the supervisor is gone; return the calls that nobody here can answer any more."""
        self.lost = True
        self.set_holding(False)
        orphans = list(self.held)
        self.held.clear()
        self._sent.clear()
        self.failed.clear()
        self.tried.clear()
        return orphans

    def learn(self, aftermath: Aftermath) -> bool:
        """Take in what has become of the target since the supervisor died; return whether that is news."""
        before = self.keeper_answer, self.exited, self.status.alive
        self.keeper_answer = aftermath.answer
        self.exited = self.exited or aftermath.exited
        self.status = replace(self.status, alive=aftermath.alive)
        return before != (self.keeper_answer, self.exited, self.status.alive)

    @property
    def oldest(self) -> int | None:
        """The call that has waited longest."""
        return next(iter(self.held), None)

    @property
    def marked(self) -> list[int]:
        """The held calls that are marked."""
        return [seq for seq in self.held if seq in self.marks] if self.marks else []

    @property
    def over(self) -> bool:
        """Every process of the target has ended, or none could be started."""
        if self.exited is None:
            launched = self.hello is None or self.hello.target
            return not launched and not self.status.alive
        return bool(self.exited.failure) or not self.status.alive

    @property
    def shared(self) -> bool:
        """Another process answers for the target too."""
        return self.hello is not None and not self.hello.target and self.status.containers < 0 and not self.lost

    @property
    def holding(self) -> bool:
        """Calls are held."""
        return self.status.holding

    def waited(self, held: Held) -> float:
        """Return how long a call has been waiting, in seconds."""
        return max(self.clock() - held.time, 0) / 1e9

    def rate(self) -> float:
        """Return the calls per second of the last moments."""
        now = self.clock()
        while len(self._rates) > 1 and now - self._rates[1][0] > RATE_WINDOW * 1e9:
            self._rates.popleft()
        if not self._rates:
            return 0.0
        began, first = self._rates[0]
        return max(self._rates[-1][1] - first, 0) / max((now - began) / 1e9, 0.5)

    def _add(self, call: Held) -> None:
        last = next(reversed(self.held), 0)
        self.held[call.seq] = call
        self.newest = max(self.newest, call.seq)
        if call.seq < last:
            self.held = dict(sorted(self.held.items()))

    def _fail(self, failed: AnswerFailed) -> None:
        """Put a call back whose answer could not be given."""
        call = self._sent.pop(failed.seq, None)
        if call is not None:
            self._add(call)
        if failed.seq in self.held:
            self.failed[failed.seq] = failed.why

    def _end(self, ended: HeldEnded) -> HeldEnded | None:
        self.failed.pop(ended.seq, None)
        self.tried.pop(ended.seq, None)
        if self._sent.pop(ended.seq, None) is not None:
            return None
        return ended if self.held.pop(ended.seq, None) is not None else None


def gone_words(ended: HeldEnded | None) -> str:
    """Return why a call is no longer held."""
    if ended is None:
        return "the supervisor has died"
    if ended.state == State.GONE:
        return "gone: a signal or the end of the thread took it"
    return "answered by --hold-timeout" if ended.by == By.TIMEOUT else "answered elsewhere"
