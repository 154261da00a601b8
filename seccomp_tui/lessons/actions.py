"""What a person would do in a step; `verbs` reads them.

The same actions are taken on the screens (`learn --play`) and without any (`learn --check`), by whatever `Hands` there
are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import ALLOW, Answer
from seccomp_tui.policy.expression import Expression
from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.policy.rule import Rule
from seccomp_tui.supervisor.wire import Held


class Hands(Protocol):
    """What acts on a running target.

    Attributes:
        held: the calls that wait, oldest first; those just answered are not among them.
        chosen: the call that the last action was about.
    """

    chosen: int | None

    @property
    def held(self) -> Mapping[int, Held]:
        """The calls that wait."""

    def true_of(self, expression: Expression, numbers: Sequence[int]) -> set[int]:
        """Return the recorded calls among these that an expression is true of."""

    def known(self, seq: int) -> bool:
        """Tell whether a call stands in the recording."""

    def found(self, expression: Expression) -> bool:
        """Tell whether an expression is true of any recorded call."""

    def answer(self, seqs: list[int], answer: Answer) -> None:
        """Answer held calls."""

    def hold(self, on: bool) -> None:
        """Hold calls, or hold none."""

    def hold_by(self, text: str) -> None:
        """Hold by another expression."""

    def step(self, seq: int) -> None:
        """Hold the next call of this one's thread."""

    def put_rule(self, rule: Rule) -> None:
        """Add a rule."""

    def type(self, data: bytes) -> None:
        """Type into the target's terminal."""

    def do(self, command: str) -> None:
        """Run a command of the screens."""


class Action:
    """One thing to do: begun once, then asked whether it is done."""

    command = ""

    def caption(self) -> str:
        """Return what is done, in words, for who looks on."""
        raise NotImplementedError

    def begin(self, hands: Hands) -> bool:
        """Do it; return False when that can't be done yet."""
        return True

    def done(self, hands: Hands) -> bool:
        """Go on doing it; return whether it is done."""
        return True


@dataclass(frozen=True)
class Say(Action):
    """Say something."""

    text: str

    def caption(self) -> str:
        """Return the text."""
        return self.text


@dataclass(frozen=True)
class Give(Action):
    """Answer the call that the last action was about, or the one that has waited longest."""

    answer: Answer

    def caption(self) -> str:
        """Return the answer as a rule writes it."""
        return f"the answer: {answer_text.text(self.answer)}"

    def begin(self, hands: Hands) -> bool:
        """Answer it as soon as there is one."""
        seq = hands.chosen if hands.chosen in hands.held else next(iter(hands.held), None)
        if seq is None:
            return False
        hands.chosen = seq
        hands.answer([seq], self.answer)
        return True

    def done(self, hands: Hands) -> bool:
        """Wait until it is no longer held."""
        return hands.chosen not in hands.held


@dataclass(frozen=True)
class Until(Action):
    """Allow one held call after the other, until one is held that an expression is true of."""

    expression: Expression
    text: str

    def caption(self) -> str:
        """Return what is allowed."""
        return f"allow what waits, up to: {self.text}"

    def done(self, hands: Hands) -> bool:
        """Look at the calls that wait."""
        for seq in list(hands.held):
            if not hands.known(seq):
                return False
            if hands.true_of(self.expression, [seq]):
                hands.chosen = seq
                return True
            hands.answer([seq], ALLOW)
        return False


@dataclass(frozen=True)
class Choose(Action):
    """Wait for a held call that an expression is true of, and answer none before it."""

    expression: Expression
    text: str

    def caption(self) -> str:
        """Return what is chosen."""
        return f"put the cursor on: {self.text}"

    def done(self, hands: Hands) -> bool:
        """Look at the calls that wait."""
        found = hands.true_of(self.expression, list(hands.held))
        if found:
            hands.chosen = min(found)
        return bool(found)


@dataclass(frozen=True)
class GiveAll(Action):
    """Answer all calls that wait now."""

    answer: Answer

    def caption(self) -> str:
        """Return the answer as a rule writes it."""
        return f"the answer to all that wait: {answer_text.text(self.answer)}"

    def begin(self, hands: Hands) -> bool:
        """Answer them as soon as there are any."""
        if not hands.held:
            return False
        hands.answer(list(hands.held), self.answer)
        return True


@dataclass(frozen=True)
class Wait(Action):
    """Wait until an expression is true of a call, held or not."""

    expression: Expression
    text: str

    def caption(self) -> str:
        """Return what is waited for."""
        return f"wait for: {self.text}"

    def done(self, hands: Hands) -> bool:
        """Look for it."""
        return hands.found(self.expression)


@dataclass(frozen=True)
class Run(Action):
    """Allow all that waits, and hold nothing any more."""

    def caption(self) -> str:
        """Return it in words."""
        return "let the program run"

    def begin(self, hands: Hands) -> bool:
        """Hold nothing."""
        hands.hold(False)
        if hands.held:
            hands.answer(list(hands.held), ALLOW)
        return True


@dataclass(frozen=True)
class Hold(Action):
    """Hold calls again; by another expression, if there is one."""

    text: str

    def caption(self) -> str:
        """Return what is held."""
        return f"hold: {self.text}" if self.text else "hold calls again"

    def begin(self, hands: Hands) -> bool:
        """Say it."""
        if self.text:
            hands.hold_by(self.text)
        hands.hold(True)
        return True


@dataclass(frozen=True)
class StepOn(Action):
    """Allow the call, and hold its thread's next one."""

    def caption(self) -> str:
        """Return it in words."""
        return "allow the call, and stop at this thread's next one"

    def begin(self, hands: Hands) -> bool:
        """Say both."""
        seq = hands.chosen if hands.chosen in hands.held else next(iter(hands.held), None)
        if seq is None:
            return False
        hands.step(seq)
        hands.answer([seq], ALLOW)
        hands.chosen = seq
        return True

    def done(self, hands: Hands) -> bool:
        """Wait for the next one."""
        return any(seq > (hands.chosen or 0) for seq in hands.held)


@dataclass(frozen=True)
class Put(Action):
    """Add a rule."""

    rule: Rule
    text: str

    def caption(self) -> str:
        """Return the rule."""
        return f"a rule: {self.text}"

    def begin(self, hands: Hands) -> bool:
        """Add it."""
        hands.put_rule(self.rule)
        return True


@dataclass(frozen=True)
class Type(Action):
    """Type into the target's terminal."""

    data: bytes

    def caption(self) -> str:
        """Return what is typed."""
        return f"type into the program: {quoted(self.data)}"

    def begin(self, hands: Hands) -> bool:
        """Type it."""
        hands.type(self.data)
        return True


@dataclass(frozen=True)
class Do(Action):
    """Run a command of the screens."""

    command: str

    def caption(self) -> str:
        """Return its key."""
        return f"press {{key:{self.command}}}"

    def begin(self, hands: Hands) -> bool:
        """Run it."""
        hands.do(self.command)
        return True
