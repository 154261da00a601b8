"""strace's `--inject` and `--fault` as rules: `read:error=EIO:when=3+` is `read, nth 3+ => errno EIO`.

What is accepted and what is refused is as in strace, but for what can't be done: nothing is seen of an allowed call's
end, and one system call can't be turned into another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from seccomp_tui.syscalls import arch, numbers, sets, signals

from . import answer_text
from .answer_parsing import DELAY_MOST
from .answers import ERRNO_MAX, Answer, Content, Kind, return_answer
from .expression.fields import errno_names
from .expression.operands import integer
from .rules import Compiled, Rule, RuleError, compiled, nth

FAULT = "fault"
INJECT = "inject"
EVERY_CALL = "arg0 >= 0"
"""An expression that is true of every call."""
_FAULT_OPTIONS = ("error", "when")
_DURATION = re.compile(r"(?P<value>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)(?P<unit>s|ms|us|ns)?\Z")
_UNITS = {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1, None: 1000}
_POKE = re.compile(r"@arg(?P<number>[1-9])=(?:0x)?(?P<data>(?:[0-9a-fA-F]{2})+)\Z")
_ARGUMENTS = 6
_SIGKILL = 9
_PLAIN = re.compile(r"%{0,2}[a-zA-Z_]\w*\Z")


class InjectError(ValueError):
    """An `--inject` that strace would refuse, or that we can't do; the message is one line."""


@dataclass
class _Injection:
    """What the options behind the set have said."""

    kind: Kind = Kind.NONE
    value: int = 0
    signal: int = 0
    enter: int | None = None
    exit: int | None = None
    pokes: tuple[Content, ...] = ()
    fills: tuple[Content, ...] = ()
    when: str = ""
    said: set[str] = field(default_factory=set)

    def answer(self) -> Answer:
        """Return the answer that does it.

        Raises:
            InjectError: nothing does.
        """
        if not self.said - {"when"}:
            raise InjectError("nothing is injected: expected error, retval, signal, delay_enter or poke_enter")
        if {"error", "retval"} <= self.said:
            raise InjectError("error and retval exclude each other")
        if not self.kind:
            for late in ("delay_exit", "poke_exit"):
                if late in self.said:
                    raise InjectError(
                        f"{late} needs error or retval: nothing can be done at the end of a call that goes on"
                    )
        # strace marks a call as delayed whatever the time is: the shortest stands for none.
        delay = max((self.enter or 0) + (self.exit or 0), int(self.enter is not None or self.exit is not None))
        if delay > DELAY_MOST:
            raise InjectError("a delay is at most 24h")
        if self.signal == _SIGKILL:  # it comes before the call is made, and nothing after it
            return Answer(Kind.KILL, delay=delay)
        return Answer(
            self.kind or Kind.ALLOW, self.value, self.fills, pokes=self.pokes, delay=delay, signal=self.signal
        )


def parse(text: str, option: str = INJECT) -> Compiled | None:
    """Return the rule that an `--inject` or `--fault` is; None when its set is empty, which strace accepts too.

    Args:
        text: the part after the `=`.
        option: which of the two.

    Raises:
        InjectError: there is none.
    """
    chosen, *options = text.split(":")
    try:
        rule = Rule(_expression(chosen), *_answer(options, option), name=f"--{option}={text}")
        return compiled(rule) if rule.when else None
    except sets.TraceError as error:
        raise InjectError(str(error)) from None
    except InjectError as error:
        raise InjectError(f"invalid {option} argument '{text}': {error}") from None
    except RuleError as error:
        raise InjectError(f"invalid {option} argument '{text}': {error.reason}") from None


def _answer(options: list[str], option: str) -> tuple[str, str]:
    """Return the answer, and which of the calls get it."""
    injection = _Injection()
    for each in filter(None, options):
        word, equals, value = each.partition("=")
        read = _OPTIONS.get(word)
        if read is None or not equals or (option == FAULT and word not in _FAULT_OPTIONS):
            known = _FAULT_OPTIONS if option == FAULT else [name for name in _OPTIONS if name != "syscall"]
            raise InjectError(f"'{each}' can't stand here: expected {', '.join(f'{name}=' for name in known)}")
        if word in injection.said and word != "when":
            raise InjectError(f"{word} is there already")
        injection.said.add(word)
        read(injection, value)
    if option == FAULT and "error" not in injection.said:
        injection.said.add("error")
        _error(injection, "ENOSYS")
    return answer_text.text(injection.answer()), injection.when


# --- the options ---


def _error(injection: _Injection, value: str) -> None:
    number = int(value) if value.isascii() and value.isdigit() else errno_names().get(value.upper())
    if number is None or not 1 <= number <= ERRNO_MAX:
        raise InjectError(f"error={value}: expected the name of an errno, or 1..{ERRNO_MAX}")
    injection.kind, injection.value = Kind.ERRNO, number


def _retval(injection: _Injection, value: str) -> None:
    number = integer(value)
    try:
        answer = return_answer(number) if number is not None else None
    except ValueError as error:
        raise InjectError(f"retval={value}: {error}") from None
    if answer is None:
        raise InjectError(f"retval={value}: expected a number such as 0, -1 or 0x10")
    injection.kind, injection.value = answer.kind, answer.value


def _signal(injection: _Injection, value: str) -> None:
    number = int(value) if value.isascii() and value.isdigit() else signals.number(value.upper())
    if number is None or not 1 <= number <= signals.HIGHEST:
        raise InjectError(f"signal={value}: expected the name of a signal, or 1..{signals.HIGHEST}")
    injection.signal = number


def _delay(value: str) -> int:
    match = _DURATION.match(value) if len(value) < 40 else None
    if not match:
        raise InjectError(f"'{value}' is no time: expected microseconds, or a number with s, ms, us or ns behind it")
    return int(min(float(match["value"]), DELAY_MOST + 1.0) * _UNITS[match["unit"]])


def _enter(injection: _Injection, value: str) -> None:
    injection.enter = _delay(value)


def _exit(injection: _Injection, value: str) -> None:
    injection.exit = _delay(value)


def _contents(value: str) -> Iterator[Content]:
    for each in value.split(","):
        match = _POKE.match(each)
        if not match:
            raise InjectError(f"'{each}': expected @argN=HEX, such as @arg2=68690a")
        number = int(match["number"])
        if number > _ARGUMENTS:
            raise InjectError(f"'{each}': a system call has {_ARGUMENTS} arguments, from arg1")
        yield Content(f"arg{number - 1}", (bytes.fromhex(match["data"]),))


def _poke(value: str) -> tuple[Content, ...]:
    contents = tuple(_contents(value))
    if len({content.argument for content in contents}) < len(contents):
        raise InjectError(f"'{value}' pokes an argument twice")
    return contents


def _poke_enter(injection: _Injection, value: str) -> None:
    injection.pokes = _poke(value)


def _poke_exit(injection: _Injection, value: str) -> None:
    injection.fills = _poke(value)


def _when(injection: _Injection, value: str) -> None:
    try:
        injection.when = str(nth.parse(value))
    except ValueError as error:
        raise InjectError(f"when={error}") from None
    if injection.when == str(nth.Nth(1)):
        injection.when = ""


def _syscall(injection: _Injection, value: str) -> None:
    raise InjectError("syscall= can't be done: a trapped system call can be answered, not turned into another")


_OPTIONS: dict[str, Callable[[_Injection, str], None]] = {
    "error": _error,
    "retval": _retval,
    "signal": _signal,
    "delay_enter": _enter,
    "delay_exit": _exit,
    "poke_enter": _poke_enter,
    "poke_exit": _poke_exit,
    "when": _when,
    "syscall": _syscall,
}


# --- the set ---


def _expression(text: str) -> str:
    """Return the expression that is true of the calls of a set in strace's grammar; empty for an empty set."""
    known = arch.supported(arch.native())
    selection = sets.parse(text, known)
    if selection.everything:
        return EVERY_CALL
    names = {numbers.name(token, nr) for token, picked in selection.numbers.items() for nr in picked}
    if not names:
        return ""
    for token, picked in selection.numbers.items():
        if {nr for nr, name in numbers.names(token).items() if name in names} != picked:
            raise InjectError(f"'{text}' picks others on one architecture than on another: a rule knows names only")
    listed = text.lstrip("!")
    negated = (len(text) - len(listed)) % 2 == 1
    plain = [_as_expression(token) for token in listed.split(",") if token]
    if not all(plain):
        return " or ".join(sorted(names))
    either = " or ".join(plain)
    if not negated:
        return either
    return f"not ({either})" if len(plain) > 1 else f"not {either}"


def _as_expression(token: str) -> str:
    """Return what names the same calls in an expression; nothing where that is not plain to see."""
    if not _PLAIN.match(token) or token in sets.MULTIPLEXED:
        return ""
    return f"%{token}" if token in sets.BARE else token
