"""`seccomp-tui attach`: calls whose listener another process holds."""

from __future__ import annotations

import os
from typing import Any

import click

from seccomp_tui.cli import modes, presenting, qualifiers, readers, ruling, starting
from seccomp_tui.cli import options as shared_options
from seccomp_tui.cli.destination import destination
from seccomp_tui.cli.saying import say
from seccomp_tui.session.wanted import Destination
from seccomp_tui.sources import finding, launch

_OWN_FAILURE = 125


@click.command(
    "attach",
    cls=ruling.Ordered,
    context_settings=shared_options.SETTINGS,
    short_help="Answer what another process supervises.",
)
@click.option("--log", "log", is_flag=True, help="No screens: print a line for each call, as `seccomp-tui log` does.")
@click.option(
    "--fd",
    metavar="N",
    type=readers.Integer(0),
    help="Which listener, where the process holds several: its descriptor there.",
)
@click.option(
    "--take-over",
    is_flag=True,
    help="Stop the other process (SIGSTOP) until we end, so that all calls come to us. Default: they are shared.",
)
@qualifiers.options("trace", "decode-fds", "signal", "status", "quiet", rules=True, laid_down=True)
@presenting.line_format("strace")
@presenting.decoding
@ruling.options
@ruling.timeout
@presenting.presentation
@destination(Destination(), "session", "the recording goes there (--session)")
@click.option("--run", "running", is_flag=True, help="Hold nothing at the start; h in the screens begins to.")
@click.option(
    "--hold",
    metavar="EXPR",
    callback=readers.expression(answered=False),
    help="Hold only the calls that this is true of (docs/expressions.md). Default: all that trap; of a seccomp-tui"
    " those that it would hold.",
)
@shared_options.attending
@click.argument("pid", type=readers.Integer(1), metavar="PID")
def attach(pid: int, log: bool, fd: int | None, take_over: bool, running: bool, **options: Any) -> int:
    """Answer the system calls of programs that another process supervises: seccomp-tui, a container engine, any.

    PID is that process, or a program that runs under a seccomp-tui. Which calls trap its filter has laid down. ^C, or q
    in the screens, leaves them to it again; so does their end.
    """
    modes.check(click.get_current_context(), log=log)
    options = ruling.merged(options, holds=not log)
    if not log and not launch.is_terminal():
        raise click.UsageError("the screens need a terminal; without one use: seccomp-tui attach --log PID")
    try:
        found = finding.find(pid, fd)
        return _attach(found, log=log, take_over=take_over, running=running, **options)
    except finding.CantAttach as error:
        if not error.ours:
            raise click.UsageError(str(error)) from None
        say(str(error))
        return _OWN_FAILURE


def _attach(
    found: finding.Found, *, log: bool, take_over: bool, running: bool, session: Any, trace: Any, **options: Any
) -> int:
    from seccomp_tui.sources.attach import attach
    from seccomp_tui.sources.attend import Attendance

    title = (b"attach", str(found.pid).encode())
    screens = None
    if not log:
        screens = starting.screens(title)
        session = session or starting.recording_name("attach")
        options |= {"printing": None, "destination": None}
    hold = options.pop("hold")
    if hold is None and (trace is not None or found.name != finding.OUR_SUPERVISOR):
        from seccomp_tui.policy.holding import ASKED

        hold = ASKED
    decoding = starting.decoding(**{name: options.pop(name) for name in starting.DECODING})
    request = Attendance(
        title=title,
        wanted=starting.wanted(trace),
        decoding=decoding,
        session=session,
        screens=screens,
        hold=hold,
        holding=not log and not running,
        **options,
    )
    code = attach(found, request, take_over, say)
    os._exit(code)  # all is done: as in starting.start
