"""The options that give rules, and what becomes of calls that are held for too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seccomp_tui.cli import completion

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from seccomp_tui.policy.answers import Answer
    from seccomp_tui.policy.rules import Compiled

_ORDER = "seccomp_tui.order"
"""Under this name the context keeps which options were given, in the order of the command line."""
INJECTIONS = ("inject", "fault")
"""strace's options that give rules, which are also qualifiers of `-e`."""
INJECTED = "injected"
"""What those of `-e` have given is passed on under this name, for each `-e` a tuple of rules."""
_GIVE_RULES = {"rule": "rule", "rules": "rules", "inject": "inject", "fault": "fault", "qualified": INJECTED}
"""For each parameter the name under which its rules come."""
_TIMEOUT = "30s=allow or 30s=errno EINTR"


class Ordered(click.Command):
    """A command that runs a program, and remembers the order in which its options were given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and note the order."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[_ORDER] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer our options up to the program: those behind it are its own."""
        return [] if ctx.params.get("program") else super().shell_complete(ctx, incomplete)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command (of class `Ordered`) the options that give rules."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def timeout(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --hold-timeout."""
    return click.option(
        "--hold-timeout",
        metavar="TIME=ANSWER",
        callback=_hold_timeout,
        help=f"Answer a call that was held for so long: {_TIMEOUT}. Default: it is held until you answer it.",
    )(command)


def merged(options: dict[str, Any], *, holds: bool) -> dict[str, Any]:
    """Return a command's options with `rules` as one tuple, in the order of the command line.

    Args:
        options: with those that give rules, after `qualifiers.merged`.
        holds: there are screens, where calls can be held.
    """
    given = {name: iter(options.pop(passed)) for name, passed in _GIVE_RULES.items()}
    rules: list[Compiled] = []
    for name in click.get_current_context().meta[_ORDER]:
        if name in given:
            rules.extend(next(given[name], ()))
    if not holds:
        _refuse_holding(rules)
    return options | {"rules": tuple(rules)}


def _refuse_holding(rules: Iterable[Compiled]) -> None:
    from seccomp_tui.policy.answers import Kind

    for each in rules:
        if each.answer.kind == Kind.HOLD:
            from seccomp_tui.policy.rules.line import line

            raise click.UsageError(f"the rule '{line(each.rule)}' holds calls, and there are no screens to answer them")


# --- reading ---


def injection(kind: str, text: str) -> tuple[Compiled, ...]:
    """Return the rules that an --inject or --fault gives: one, or none for an empty set."""
    from seccomp_tui.policy.inject import InjectError, parse

    try:
        rule = parse(text, kind)
    except InjectError as error:
        raise click.BadParameter(str(error)) from None
    return (rule,) if rule else ()


def _rule(text: str) -> tuple[Compiled, ...]:
    from seccomp_tui.policy.expression import ExpressionError
    from seccomp_tui.policy.rules.line import parse

    try:
        return (parse(text),)
    except ExpressionError as error:
        raise click.BadParameter(str(error)) from None


def _rules(path: str) -> tuple[Compiled, ...]:
    from seccomp_tui.policy.rules.files import FileError, read

    try:
        return tuple(read(Path(path)))
    except FileError as error:
        raise click.BadParameter(str(error)) from None


def _each(read: Callable[[str], tuple[Compiled, ...]]) -> Callable[..., list[tuple[Compiled, ...]]]:
    return lambda context, parameter, values: [read(value) for value in values]


def _hold_timeout(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, Answer] | None:
    if value is None:
        return None
    from seccomp_tui.policy.answer_text import parse
    from seccomp_tui.policy.answers import Kind
    from seccomp_tui.policy.expression import ExpressionError
    from seccomp_tui.policy.expression.operands import nanoseconds

    time, equals, text = value.partition("=")
    after = nanoseconds(time)
    if not after or not equals:
        raise click.BadParameter(f"'{value}': expected a duration and an answer, such as {_TIMEOUT}")
    try:
        answer = parse(text)
    except ExpressionError as error:
        raise click.BadParameter(f"'{text}': {error}") from None
    if answer.kind not in (Kind.ALLOW, Kind.ERRNO) or not answer.plain:
        raise click.BadParameter(f"'{text}': expected allow, or an errno such as errno EINTR")
    return after, answer


_OPTIONS = (
    click.option(
        "--rule",
        "rule",
        metavar="RULE",
        multiple=True,
        callback=_each(_rule),
        help="Answer calls by a rule: EXPR [, nth F..L+S] [, once] [, for pid 12] => ANSWER, such as"
        " 'getdents64, nth 3 => errno ENOSPC' (docs/rules.md). The first rule that matches a call answers it.",
    ),
    click.option(
        "--rules",
        "rules",
        metavar="FILE",
        shell_complete=completion.files,
        multiple=True,
        callback=_each(_rules),
        help="Take the rules of this file (docs/rules.md), in their place among the others.",
    ),
    click.option(
        "--inject",
        "inject",
        metavar="SET:...",
        multiple=True,
        callback=_each(lambda text: injection("inject", text)),
        help="The same in strace's words: SET[:error=E|:retval=V][:signal=S][:delay_enter=T][:poke_enter=@argN=HEX]"
        "[:when=F..L+S]. Several for one call: the first that applies.",
    ),
    click.option(
        "--fault",
        "fault",
        metavar="SET[:...]",
        multiple=True,
        callback=_each(lambda text: injection("fault", text)),
        help="SET[:error=E][:when=F..L+S]; without an error it is ENOSYS.",
    ),
)
