"""The options that say which calls are printed, and how their lines look: those of commands that print calls."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from seccomp_tui.cli import qualifiers, readers
from seccomp_tui.cli.saying import say
from seccomp_tui.session.wanted import QUIETED, Layout, Printing
from seccomp_tui.syscalls.memory import DETAILS
from seccomp_tui.syscalls.text import escape

_Command = TypeVar("_Command", bound=Callable[..., Any])
_QUIET_BY_COUNT = (
    frozenset[str](),
    frozenset(("attach", "personality")),
    frozenset(("attach", "personality", "exit")),
    frozenset(QUIETED),
)
"""What -q given so many times leaves out."""
_DETAILS_BY_COUNT = (frozenset[str](), frozenset(("path",)), DETAILS)
"""What -y given so many times shows of descriptors."""
_OF_LINES = {"absolute": "-t", "relative": "-r", "took": "-T", "number": "-n", "pointer": "-i"}
"""Options that have no effect where no line of strace's is printed."""

_DECODING = (
    click.option(
        "-s",
        "--string-limit",
        metavar="N",
        type=readers.Integer(0, 1 << 20),
        default=32,
        show_default=True,
        help="Print at most N bytes of a string; more than 1024 are then copied.",
    ),
    click.option(
        "-v",
        "--no-abbrev",
        "verbose",
        is_flag=True,
        help="Abbreviate nothing: environments, structures. What was"
        " read only at the thread's next call, and may have changed by then, is marked (late) behind the result.",
    ),
    click.option(
        "-x",
        "hex_strings",
        count=True,
        help="Print strings that are not ASCII in hexadecimal; -xx: all strings.",
    ),
    click.option(
        "-y",
        "paths",
        count=True,
        help="Print the paths of descriptors; -yy: also ends of sockets, numbers of devices, processes of pidfds.",
    ),
)
_PRESENTATION = (
    click.option(
        "-t",
        "--absolute-timestamps",
        "absolute",
        count=True,
        help="Print the time of day at which we received the call; -tt: with microseconds; -ttt: seconds of the epoch.",
    ),
    click.option(
        "-r",
        "--relative-timestamps",
        "relative",
        is_flag=True,
        help="Print how much later than the latest one printed so far the call was made. Lines are printed when"
        " calls return: one that was made earlier and took longer has 0.",
    ),
    click.option(
        "-T",
        "--syscall-times",
        "took",
        is_flag=True,
        help="Print the time spent in the call, from its receipt to its return, where that is known.",
    ),
    click.option("-i", "--instruction-pointer", "pointer", is_flag=True, help="Print the instruction pointer."),
    click.option("-n", "--syscall-number", "number", is_flag=True, help="Print the number of the call."),
    click.option(
        "-a",
        "--columns",
        "column",
        metavar="COLUMN",
        type=readers.Integer(0, 10_000),
        default=40,
        show_default=True,
        help="Align results in this column.",
    ),
    click.option("-c", "--summary-only", "summary_only", is_flag=True, help="Print no lines, but how often each call"
    " was made, how long it took (until its return, as with strace's -w), how often it failed; - is not known."),
    click.option("-C", "--summary", "summary_too", is_flag=True, help="Print the lines and then the same."),
    click.option("-S", "--summary-sort-by", "sort", metavar="BY", callback=readers.sort,
    help="Sort what -c and -C print by time, avg-time, calls, errors, name, or nothing (numbers). Default: time."),
    click.option("-w", "--summary-wall-clock", "wall_clock", is_flag=True, expose_value=False,
    help="Accepted, and does nothing: times are always those between receipt and return."),
    click.option("-P", "--trace-path", "reached", metavar="PATH", multiple=True, callback=readers.paths,
    help="Print only calls that name PATH as it stands, or a descriptor that leads to it; may be repeated."),
    click.option("-z", "--successful-only", "succeeded", is_flag=True, help="Print only calls that have not failed."
    " A call whose result is not known is not among them."),
    click.option("-Z", "--failed-only", "failed", is_flag=True, help="Print only calls that have failed; likewise."),
    click.option("-q", "silence", count=True, help="Print no hint on results; -qq: no lines `+++ exited` either;"
    " -qqq: no message at all that can be left out."),
    click.option(
        "--where",
        metavar="EXPR",
        callback=readers.expression(answered=True),
        help="Print only the calls that this is true of, such as 'path ~ \"^/etc/\" and errno == ENOENT'"
        " (docs/expressions.md). All are recorded.",
    ),
)  # fmt: skip


def decoding(command: _Command) -> _Command:
    """Give a command the options that say how calls become text."""
    for option in reversed(_DECODING):
        command = option(command)
    return command


def line_format(default: str, before: str = "") -> Callable[[_Command], _Command]:
    """Return the option --format.

    Args:
        default: the format without it.
        before: stands before its help.
    """
    return click.option(
        "--format",
        "line_format",
        type=click.Choice(("strace", "jsonl")),
        default=default,
        show_default=True,
        help=f"{before}strace-like lines, or a JSON object a line (docs/jsonl.md).",
    )


def details(paths: int, descriptors: frozenset[str] | None) -> frozenset[str]:
    """Return what is shown of descriptors: -y, counted, and --decode-fds."""
    if paths and descriptors is not None:
        raise click.UsageError("-y and --decode-fds can't be given together")
    return _DETAILS_BY_COUNT[min(paths, 2)] if descriptors is None else descriptors


def presentation(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what is printed; it is called with what they come to as `printing`.

    It needs `line_format`, `verbose` and the qualifiers signal, status and quiet as well.
    """

    @functools.wraps(command)
    def with_printing(**options: Any) -> Any:
        options = qualifiers.merged(options)
        return command(printing=_printing(options), **options)

    for option in reversed(_PRESENTATION):
        with_printing = option(with_printing)
    return with_printing


def _printing(options: dict[str, Any]) -> Printing:
    """Take what says what is printed out of the options."""
    silence, quiet = options.pop("silence"), options.pop("quiet")
    layout = Layout(
        **{name: options.pop(name) for name in (*_OF_LINES, "column", "signals")},
        late=options["verbose"],
        quiet=_QUIET_BY_COUNT[min(silence, 3)] | (quiet or frozenset()),
    )
    only, too, sort = (options.pop(name) for name in ("summary_only", "summary_too", "sort"))
    printing = Printing(
        line_format=options.pop("line_format"),
        layout=layout,
        lines=not only,
        summary=(sort or "time") if only or too else "",
        statuses=_statuses(options.pop("succeeded"), options.pop("failed"), options.pop("status")),
        paths=_reached(options.pop("reached"), layout.quiet),
        where=options.pop("where"),
    )
    if only and too:
        raise click.UsageError("-c and -C can't be given together")
    if sort and not printing.summary:
        raise click.UsageError("-S sorts what -c or -C prints")
    form = printing.line_format
    if form != "strace" and printing.summary:
        raise click.UsageError(f"-c and -C print a table: they can't be given with the format {form}")
    reason = f"the format {form}" if form != "strace" else "-c" if only else ""
    for name, option in _OF_LINES.items():
        if reason and getattr(layout, name):
            say(f"{option} has no effect with {reason}")
    return printing


def _statuses(succeeded: bool, failed: bool, status: frozenset[str] | None) -> frozenset[str] | None:
    if succeeded + failed + (status is not None) > 1:
        raise click.UsageError("of -z, -Z and --status only one can be given")
    return frozenset(("successful",)) if succeeded else frozenset(("failed",)) if failed else status


def _reached(paths: tuple[str, ...], quiet: frozenset[str]) -> frozenset[bytes]:
    """Return the paths, and those that they really are: descriptors lead to these."""
    found = set()
    for path in paths:
        found.add(os.fsencode(path))
        try:
            real = os.path.realpath(path, strict=True)
        except OSError:
            continue
        found.add(os.fsencode(real))
        if real != path and "path-resolution" not in quiet:
            shown = [escape(os.fsencode(each)) for each in (path, real)]
            say(f'requested path "{shown[0]}" resolved into "{shown[1]}"')
    return frozenset(found)
