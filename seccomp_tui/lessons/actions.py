"""What a person would do in a step, as `play` writes it: answers in the words of rules, and a few verbs.

The same actions are taken on the screens (`learn --play`) and without any (`learn --check`), by whatever `Hands` there
are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from seccomp_tui.policy import answer_text
from seccomp_tui.policy.answers import ALLOW, Answer
from seccomp_tui.policy.expression import Expression, ExpressionError
from seccomp_tui.policy.expression import parse as parse_expression
from seccomp_tui.policy.expression.quoting import quoted
from seccomp_tui.policy.rule import Rule
from seccomp_tui.supervisor.wire import Held


class ActionError(ValueError):
    """A line that is no action; one line that says what was expected."""


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


# --- reading ---


def _say(text: str) -> Action:
    return Say(text)


def _until(text: str) -> Action:
    return Until(_expression(text, answered=True), text)


def _choose(text: str) -> Action:
    return Choose(_expression(text, answered=True), text)


def _all(text: str) -> Action:
    return GiveAll(_answer(text, f"all needs an answer, such as all {text or 'allow'}"))


def _wait(text: str) -> Action:
    return Wait(_expression(text, answered=True), text)


def _run(text: str) -> Action:
    if text:
        raise ActionError(f"run stands alone, and not with {text!r}; to stop at a call: until EXPR")
    return Run()


def _step(text: str) -> Action:
    if text:
        raise ActionError(f"step stands alone, and not with {text!r}")
    return StepOn()


def _hold(text: str) -> Action:
    if text:
        _expression(text, answered=False)
    return Hold(text)


def _rule(text: str) -> Action:
    from seccomp_tui.policy.rules.line import parse

    try:
        return Put(parse(text).rule, text)
    except ExpressionError as error:
        raise ActionError(str(error)) from None


def _type(text: str) -> Action:
    return Type(text.encode() + b"\r")


def _do(text: str) -> Action:
    if not text:
        raise ActionError("do needs a command of the screens, such as do view.history")
    return Do(text)


def _expression(text: str, *, answered: bool) -> Expression:
    try:
        return parse_expression(text, answered)
    except ExpressionError as error:
        raise ActionError(str(error)) from None


VERBS: dict[str, tuple[Callable[[str], Action], str, str]] = {
    "until": (_until, "until EXPR", "allow one held call after the other, until one is held that EXPR is true of"),
    "choose": (_choose, "choose EXPR", "wait for a held call that EXPR is true of; the next answer is for it"),
    "all": (_all, "all ANSWER", "give an answer to all calls that wait now"),
    "wait": (_wait, "wait EXPR", "wait until EXPR is true of a call, held or not"),
    "run": (_run, "run", "allow all that waits, and hold nothing any more"),
    "hold": (_hold, "hold [EXPR]", "hold calls again; with EXPR: those"),
    "step": (_step, "step", "allow the call, and hold its thread's next one, whatever it is"),
    "rule": (_rule, "rule RULE", "add a rule"),
    "type": (_type, "type TEXT", "type a line into the program's terminal"),
    "do": (_do, "do COMMAND", "run a command of the screens by its name, such as view.history"),
    "say": (_say, "say TEXT", "only a caption"),
}
"""The verbs: what reads the rest of the line, how they are written, and what they do."""


def parse(line: str) -> Action:
    """Return the action that a line is.

    Raises:
        ActionError: it is none; says what was expected.
    """
    word, _, rest = line.strip().partition(" ")
    if word in VERBS:
        return VERBS[word][0](rest.strip())
    return Give(_answer(line, f"or one of the verbs {', '.join(VERBS)}"))


def _answer(text: str, otherwise: str) -> Answer:
    try:
        return answer_text.parse(text)
    except ExpressionError as error:
        raise ActionError(f"{error}; {otherwise}") from None
